import { describe, expect, it } from 'vitest';
import { exiwhy } from './cli.ts';
import { harmIn } from './harmless.ts';
import { ACTIVE, CROWDED, ENDLESS, FORGED, IMITATIONS } from './imitations.ts';
import { tempFile } from './sources/temp.ts';

interface Refused {
  client: string;
  sender: string;
  recipient: string;
}

/** One refusal for each text, which stands wherever a stranger may write: the name, the addresses, the reply. */
function logOf(texts: readonly string[]): { exim: string; postfix: string; truth: Refused[] } {
  const truth = texts.map((text, at) => ({
    client: `203.0.113.${(at % 250) + 1}`,
    sender: `"${text.replace(/["\\<>\x00-\x20]/g, '')}"@s${at}.example`,
    recipient: `b${at}@hosted.example`,
  }));
  const stamp = (at: number): string => `2026-11-21 04:${String(at % 60).padStart(2, '0')}:00`;
  const exim = truth.map(({ client, sender, recipient }, at) => {
    const text = (texts[at] ?? '').replaceAll('\n', '\\n');
    const head = `${stamp(at)} H=(${text}) [${client}]:4711`;
    return [
      `${head} sender verify fail for <${sender}>: mx.s${at}.example [198.51.100.7] : SMTP error from remote mail server after RCPT TO:<${sender}>: 550 5.1.1 ${text}`,
      `${head} F=<${sender}> rejected RCPT <${recipient}>: Sender verify failed`,
      `${stamp(at)} 1xUcwH-00002r-0T <= good@s${at}.example H=(${text}) [${client}] P=esmtp S=9 T="${text.replace(/["\\]/g, '\\$&')}" for c@hosted.example`,
      '',
    ].join('\n');
  });
  const postfix = truth.map(({ client, sender, recipient }, at) => {
    const text = (texts[at] ?? '').replace(/[\n<>]/g, '?');
    const clock = stamp(at).slice(11);
    return `Nov 21 ${clock} mx1 postfix/smtpd[9]: NOQUEUE: reject: RCPT from unknown[${client}]: 550 5.1.7 <${sender}>: Sender address rejected: undeliverable address: host mx.s${at}.example[198.51.100.7] said: 550 5.1.1 ${text} (in reply to RCPT TO command); from=<${sender}> to=<${recipient}> proto=ESMTP helo=<${text}>\n`;
  });
  return { exim: exim.join(''), postfix: postfix.join(''), truth };
}

const { exim, postfix, truth } = logOf([...IMITATIONS, ...ACTIVE]);
const LOGS = { Exim: exim, Postfix: postfix };
const answersOf = (text: string): { client: { ip: string }; sender: string; recipient: string }[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe.each(Object.entries(LOGS))('a log of %s full of imitated fields', (_, log) => {
  it('gives each refusal its own client, sender and recipient, and nothing else', () => {
    const path = tempFile('log', log);
    const { status, stdout } = exiwhy(['trace', '--format', 'ndjson', path]);
    expect(status).toBe(0);
    const told = answersOf(stdout).map(({ client, sender, recipient }) => ({
      client: client.ip,
      sender,
      recipient,
    }));
    expect(told).toEqual(truth);
    for (const forged of FORGED) expect(exiwhy(['trace', forged, path])).toMatchObject({ status: 1 });
  });

  it('lists its clients only', () => {
    const { stdout } = exiwhy(['whitelist', '--all', '--format', 'ndjson', tempFile('log', log)]);
    const entries =
      stdout === ''
        ? []
        : stdout
            .trimEnd()
            .split('\n')
            .map((line): string => JSON.parse(line).entry);
    for (const entry of entries) expect(entry).toMatch(/^203\.0\.113\.\d+(?:\/\d+)?$/);
  });

  const formats: readonly (readonly [command: string, formats: readonly string[]])[] = [
    ['trace', ['text', 'json', 'ndjson', 'csv', 'markdown', 'html']],
    ['trace --raw', ['text']],
    ['trace --each', ['text', 'markdown']],
    ['report --detail high', ['text', 'json', 'ndjson', 'csv', 'markdown', 'html', 'eml', 'prometheus']],
    ['report --fail-on neverAccepted>0', ['text']],
    ['events', ['ndjson', 'json']],
    ['whitelist --all --replay', ['text', 'json', 'ndjson', 'csv', 'markdown']],
    ['contacts', ['text', 'json', 'ndjson', 'csv', 'markdown', 'eml']],
    ['contacts --for customer --language ru', ['text', 'eml']],
    ['follow --since 2026-11-20', ['text', 'ndjson']],
    ['explain', ['text', 'json', 'ndjson', 'csv', 'markdown']],
  ];
  const cases = formats.flatMap(([command, some]) => some.map((format) => [command, format] as const));

  it.each(cases)('says nothing that acts: %s as %s', (command, format) => {
    const path = tempFile('log', log);
    const args = [...command.split(' '), '--format', format];
    const piped = /^(?:follow|explain)/.test(command);
    const folder = format === 'eml' && command.startsWith('contacts') ? ['-o', `${path}.drafts`] : [];
    const { status, stdout, stderr } = piped
      ? exiwhy([...args, ...(command.startsWith('follow') ? ['-'] : [])], log)
      : exiwhy([...args, ...folder, path]);
    expect([0, 3], stderr).toContain(status);
    expect(harmIn(format, stdout)).toEqual([]);
    expect(harmIn('text', stderr)).toEqual([]);
  });

  it('says nothing that acts: check, in one line', () => {
    for (const text of [log, '\x1b[2J|x=1\n']) {
      const { stdout } = exiwhy(['check', '-w', '1000', tempFile('log', text)]);
      expect(stdout).toMatch(/^EXIWHY [ -~]*\n$/);
    }
  });

  it('says nothing that acts: what a history keeps, and servers together', () => {
    const path = tempFile('log', log);
    const history = `${path}.history`;
    expect(exiwhy(['report', '--state', `${path}.state`, '--history', history, path]).status).toBe(0);
    for (const format of ['text', 'json', 'ndjson', 'csv', 'markdown']) {
      const { status, stdout } = exiwhy(['merge', '--format', format, history]);
      expect(status).toBe(0);
      expect(harmIn(format, stdout)).toEqual([]);
    }
  });
});

describe('a file that is no log', () => {
  it.each(ACTIVE)('says nothing that acts: %j', (text) => {
    const { status, stdout, stderr } = exiwhy(['trace', 'x@x.example', tempFile('log', `${text}\n`)]);
    expect(status).toBe(2);
    expect(stderr).toContain('does not fit');
    expect(harmIn('text', stdout + stderr)).toEqual([]);
  });
});

describe('texts of 64 KB on which careless patterns take for ever', () => {
  const logs = logOf([...ENDLESS, CROWDED]);
  it.each([
    ['trace', '--format', 'json'],
    ['trace'],
    ['trace', '--redact'],
    ['report', '--detail', 'high', '-o', '/dev/null', '--format', 'html'],
    ['report', '--redact', '--detail', 'high'],
    ['whitelist', '--all', '--replay'],
    ['contacts'],
    ['explain'],
  ])('are read to their end: %s %s %s', (...args) => {
    for (const log of [logs.exim, logs.postfix]) {
      const piped = args[0] === 'explain';
      const { status, stderr } = exiwhy(piped ? args : [...args, tempFile('log', log)], piped ? log : '');
      expect([status, stderr]).toEqual([0, '']);
    }
  });
});
