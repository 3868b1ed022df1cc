import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classify } from '../src/classify.ts';
import { isVerp, WhatIf, type WhatIfFacts } from '../src/what-if.ts';
import { exiwhy } from './cli.ts';
import { parseAll } from './mta/parse.ts';
import { tracedLines } from './traced.ts';

const exim = (text: string): string => `2026-11-21 04:43:00 [7] ${text}`;
const verify = (host: string, sender: string, text: string): string[] => [
  exim(`${host} sender verify fail for <${sender}>: ${text}`),
  exim(`${host} F=<${sender}> rejected RCPT <b@y.example>: Sender verify failed`),
];
const UNKNOWN =
  'mx1.big.example [192.0.2.9] : SMTP error from remote mail server after RCPT TO:<a@x.example>: 550 5.1.1 unknown';

function factsOf(...lines: string[]): WhatIfFacts {
  const whatIf = new WhatIf();
  for (const record of parseAll(lines))
    if (typeof record !== 'string') whatIf.record(record, classify(record));
  for (const { attempt } of tracedLines(lines)) whatIf.refused(attempt);
  return whatIf.facts();
}

describe('what if', () => {
  it('tells what else speaks against the clients that sender verification refused', () => {
    const { caught } = factsOf(
      ...verify('H=mx.x.example [203.0.113.1]', 'a@x.example', UNKNOWN),
      ...verify('H=mx.x.example [203.0.113.2]', 'a@x.example', UNKNOWN),
      exim('H=mx.x.example [203.0.113.2] F=<a@x.example> rejected RCPT <z@z.example>: relay not permitted'),
      ...verify('H=(mx.x.example) [203.0.113.3]', 'a@x.example', UNKNOWN),
      ...verify('H=mx.x.example ([10.0.0.1]) [203.0.113.4]', 'a@x.example', UNKNOWN),
      exim('H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <z@z.example>: relay not permitted'),
    );
    expect(caught).toEqual([
      { sign: 'refused-otherwise', clients: 1, permanent: 1, temporary: 0 },
      { sign: 'no-reverse-name', clients: 1, permanent: 1, temporary: 0 },
      { sign: 'bogus-helo', clients: 1, permanent: 1, temporary: 0 },
      { sign: 'none', clients: 1, permanent: 1, temporary: 0 },
    ]);
  });

  it('counts the callouts by whom they asked, and the senders of one mail', () => {
    const host = 'H=mx.x.example [203.0.113.1]';
    const facts = factsOf(
      ...verify(host, 'bounce-1-b=y.example@list.example', UNKNOWN),
      ...verify(host, 'bounce-2-c=y.example@list.example', UNKNOWN.replace('mx1', 'mx2')),
      ...verify(host, 'a@x.example', 'could not connect to mx.big.example [192.0.2.9]: Connection timed out'),
      ...verify(host, 'a@x.example', 'Unrouteable address'),
    );
    expect(facts).toMatchObject({
      callouts: 3,
      complete: false,
      asked: [{ organisation: 'big.example', callouts: 3, failed: 1 }],
      verp: [{ domain: 'list.example', senders: 2 }],
    });
  });

  it('knows what warn_if_reject would refuse, and the probes of Postfix that went well', () => {
    const facts = factsOf(
      'Nov 21 04:43:00 m postfix/smtpd[1]: NOQUEUE: reject_warning: RCPT from mx[203.0.113.1]: 554 5.7.1 Service unavailable; Client host [203.0.113.1] blocked using bl.example; from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<mx>',
      'Nov 21 04:43:00 m postfix/smtp[1]: 4F1B2: to=<a@x.example>, relay=mx.big.example[192.0.2.9]:25, delay=1, dsn=2.1.5, status=deliverable (250 ok)',
    );
    expect(facts).toMatchObject({
      warned: [{ cause: 'dnsbl-listed', lines: 1 }],
      complete: true,
      asked: [{ organisation: 'big.example', callouts: 1, failed: 0 }],
    });
  });

  it.each([
    ['bounce-1234-bob=hosted.example@list.example', true],
    ['SRS0=aB3=x=hosted.example=bob@fwd.example', true],
    ['prvs=123abc=bob@x.example', true],
    ['news.bounces+77@esp.example', true],
    ['bob=hosted.example@list.example', true],
    ['bob@x.example', false],
    ['bounces@x.example', false],
    ['bob+list@x.example', false],
    ['"a=b"@x.example', false],
  ])('%s is made for one mail: %s', (address, verp) => {
    expect(isVerp(address)).toBe(verp);
  });

  it('is a page of the long report only', () => {
    const report = (detail: string): string =>
      exiwhy(['report', '--detail', detail, 'fixtures/postfix-3.7-reject.log']).stdout;
    expect(report('high')).toContain('What warn_if_reject would refuse: 2 recipients');
    expect(report('med')).not.toContain('What if');
    const json = JSON.parse(
      exiwhy(['report', '--detail', 'high', '--format', 'json', 'fixtures/postfix-3.7-reject.log']).stdout,
    );
    const lines = readFileSync('fixtures/postfix-3.7-reject.log', 'utf8').split('\n');
    const withHost = /relay=[^,]+\[[\d.:a-f]+\]|\(connect to |\(conversation with |\(lost connection with /;
    const probes = lines.filter((line) => /status=(?:un)?deliverable/.test(line) && withHost.test(line));
    expect(json.whatIf.callouts).toBe(probes.length);
    expect(json.outbound.attempts).toBe(
      lines.filter((line) => /status=(?:bounced|deferred)/.test(line)).length,
    );
  });
});

describe('probes that all go to one server', () => {
  const probes = (host: (number: number) => string): string =>
    Array.from(
      { length: 20 },
      (_, number) =>
        `Nov 21 04:43:00 m postfix/smtp[1]: 4F1B2: to=<a@x${number}.example>, relay=${host(number)}[192.0.2.9]:25, delay=1, dsn=2.1.5, status=deliverable (250 ok)\n`,
    ).join('');
  const report = (log: string): string => exiwhy(['report', '--detail', 'high', '-'], log).stdout;

  it('verify nothing where that is the relayhost', () => {
    expect(report(probes(() => 'relay.isp.example'))).toContain('address_verify_relayhost');
    expect(report(probes((number) => `mx.x${number}.example`))).not.toContain('address_verify_relayhost');
  });
});

describe('a log of the wrong mail server', () => {
  it.each([
    ['exim', 'fixtures/postfix-3.7-reject.log', 'not an Exim log'],
    ['postfix', 'fixtures/cpanel-exim-4.96.log', 'not a Postfix log'],
    ['postfix', 'fixtures/syslog-exim-4.96.log', 'not a Postfix log'],
  ])('--mta %s refuses %s', (mta, log, words) => {
    const { status, stderr } = exiwhy(['report', '--mta', mta, log]);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });

  it('a syslog that holds both gives both', () => {
    const line =
      'Nov 21 04:43:00 m exim[9]: 2026-11-21 04:43:00 H=(x) [203.0.113.9] F=<c@x.example> rejected RCPT <d@y.example>: relay not permitted\n';
    const postfix =
      'Nov 21 04:43:01 m postfix/smtpd[1]: NOQUEUE: reject: RCPT from mx[203.0.113.1]: 554 5.7.1 <b@y.example>: Relay access denied; from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<mx>\n';
    const both = (...mta: string[]): unknown[] =>
      exiwhy(['trace', '--format', 'ndjson', ...mta, '-'], `${line}${postfix}`)
        .stdout.trim()
        .split('\n')
        .map((text) => JSON.parse(text).mta);
    expect(both()).toEqual(['exim', 'postfix']);
    expect(both('--mta', 'exim')).toEqual(['exim']);
    expect(both('--mta', 'postfix')).toEqual(['postfix']);
  });
});
