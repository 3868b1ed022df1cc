import { readFileSync } from 'node:fs';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { exiwhy } from '../cli.ts';
import { tempFile } from '../sources/temp.ts';

/** What the captures lack: names without a shape, subjects, escapes, links, a line that nobody understands. */
const NASTY = [
  '2026-11-21 10:00:00 [77] H=(WINBOX-JOHNSON) [203.0.113.200]:4411 F=<"john smith"@quoted.example> rejected RCPT <plainlogin>: Unrouteable address for Johnson',
  '2026-11-21 10:00:01 [78] H=([IPv6:2001:db8::77]) [2001:db8:0:0::77]:4412 F=<müller@bücher.example> rejected RCPT <kundé@hosted.example>: see https://help.portal.example/u?mail=kunde%40hosted.example Customer Kowalski-Nowak 4915112345678',
  '2026-11-21 10:00:02 [79] 1xUm33-0000Et-1u <= wandaw@hosted.example H=(laptop-of-wanda) [192.0.2.201] P=esmtpsa A=dovecot_login:wandalogin S=900 id=secretid@hosted.example T="Divorce papers of Wanda \\"W\\"" for lawyer@partner.example',
  '2026-11-21 10:00:03 [79] 1xUm33-0000Et-1u ** lawyer@partner.example R=lookuphost T=remote_smtp H=mx.partner.example [198.51.100.201]: SMTP error from remote mail server after RCPT TO:<lawyer@partner.example>: 550 5.7.1 Dear Wanda \\320\\222\\320\\260 rejected; call Schmidt',
  '2026-11-21 10:00:04 [80] U=cronuser F=<cronuser@hosted.example> rejected from <cronuser@hosted.example>: Subject Grandmother contains spam',
  '2026-11-21 10:00:05 [81] H=(hansbox) [203.0.113.202]:4413 sender verify defer for <x@solitary>: host lookup did not complete',
  '2026-11-21 10:00:05 [81] H=(hansbox) [203.0.113.202]:4413 F=<x@solitary> temporarily rejected RCPT <bob@hosted.example>: Could not complete sender verify',
  '2026-11-21 10:00:06 Zebra Quagga met Okapi at shop.zoo.example',
].join('\n');

const LOGS = ['fixtures/cpanel-exim-4.96.log', 'fixtures/postfix-3.7-default.log'];
const text = [NASTY, ...LOGS.map((name) => readFileSync(name, 'utf8'))].join('\n');

/** Found in another way than the redactor finds them. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  addresses: /[^\s<>()"',;:=[\]]+@[\p{L}\p{N}.-]*[\p{L}\p{N}]/gu,
  domains: /(?<![\p{L}\p{N}./_-])(?:[\p{L}\p{N}-]+\.)+(?:example|org|com|net|test)(?![\p{L}\p{N}-])/gu,
  'IPv4 addresses': /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g,
  'IPv6 addresses': /(?<![\w:.])2001:db8:[0-9a-f:]+/gi,
};

const NAMES = [
  ...[
    'WINBOX',
    'JOHNSON',
    'Johnson',
    'john smith',
    'plainlogin',
    'Kowalski',
    'Nowak',
    '4915112345678',
    'portal',
  ],
  ...[
    'wandaw',
    'wandalogin',
    'laptop-of',
    'secretid',
    'Divorce',
    'papers',
    'Wanda',
    '\\320',
    'Schmidt',
    'cronuser',
  ],
  ...['Grandmother', 'Zebra', 'Quagga', 'Okapi', 'müller', 'kundé', 'mail=kunde', 'hansbox', 'solitary'],
];

/** What the logs are full of besides, as Exim and Postfix name their fields. */
function labelled(): string[] {
  const found = [
    ...text.matchAll(/ H=(?:\S+ )?\(([^)\s]+)\)/g),
    ...text.matchAll(/helo=<([^>\s]+)>/g),
    ...text.matchAll(/ A=\w+:(\S+)/g),
    ...text.matchAll(/sasl_username=([^\s,]+)/g),
    ...text.matchAll(/ T="([^"]+)"/g),
  ];
  return found.map(([, name = '']) => name);
}

const tokens = new Set(
  [...Object.values(SHAPES).flatMap((shape) => text.match(shape) ?? []), ...NAMES, ...labelled()].filter(
    (token) => token.length > 3,
  ),
);

const FORMATS = ['text', 'json', 'ndjson', 'csv', 'markdown'];

const COMMANDS: readonly (readonly string[])[] = [
  ...[...FORMATS, 'html'].map((format) => ['trace', '--format', format]),
  ['trace', '--raw'],
  ['trace', '--each', 'hosted.example'],
  ...[...FORMATS, 'html', 'prometheus'].map((format) => [
    'report',
    '--detail',
    'high',
    '--top',
    '500',
    '--format',
    format,
  ]),
  ['events', '--format', 'json'],
  ['events'],
  ...['text', 'json', 'csv'].map((format) => [
    'contacts',
    '--our-name',
    'us',
    '--our-contact',
    'us',
    '--format',
    format,
  ]),
  ['contacts', '--our-name', 'us', '--our-contact', 'us', '--language', 'ru'],
  ['contacts', '--our-name', 'us', '--our-contact', 'us', '--for', 'customer'],
];

function leaksIn(output: string): string[] {
  return [...tokens].filter((token) => output.includes(token));
}

describe('nothing of the log is in what is said about it', () => {
  it('the logs hold enough to leak', () => {
    expect(tokens.size).toBeGreaterThan(500);
    expect(leaksIn(exiwhy(['trace', '--raw', ...LOGS]).stdout).length).toBeGreaterThan(200);
  });

  it.each(COMMANDS.map((command) => [command]))('exiwhy %j', (command) => {
    const log = tempFile('nasty', `${NASTY}\n`);
    const accounts = tempFile('userdomains', 'hosted.example: wandaacct\nbücher.example: mulleracct\n');
    const map = command[0] === 'events' ? [] : ['--userdomains', accounts];
    const { status, stdout, stderr } = exiwhy([...command, '--redact', ...map, log, ...LOGS]);
    expect(status).toBe(0);
    expect(stdout.length).toBeGreaterThan(200);
    expect(leaksIn(stdout)).toEqual([]);
    expect(leaksIn(stderr)).toEqual([]);
    expect(stdout).not.toMatch(/wandaacct|mulleracct/);
  });

  it('exiwhy report as a mail', async () => {
    const { status, stdout } = exiwhy(['report', '--redact', '--format', 'eml', ...LOGS]);
    expect(status).toBe(0);
    const { subject, text, html } = await new PostalMime().parse(stdout);
    expect(html).toContain('.invalid');
    expect(leaksIn(`${subject} ${text} ${html}`)).toEqual([]);
  });

  it.each(['text', 'ndjson'])('exiwhy follow in %s', (format) => {
    const { status, stdout, stderr } = exiwhy(['follow', '--redact', '--format', format, '-'], text);
    expect(status).toBe(0);
    expect(stdout.length).toBeGreaterThan(1000);
    expect(leaksIn(stdout + stderr)).toEqual([]);
  });

  it.each(['text', 'json'])('exiwhy explain in %s', (format) => {
    const { stdout } = exiwhy(['explain', '--redact', '--format', format], text);
    expect(stdout.length).toBeGreaterThan(1000);
    expect(leaksIn(stdout)).toEqual([]);
  });

  it('nor in a complaint about a file that is no log', () => {
    const { status, stderr } = exiwhy([
      'report',
      '--redact',
      tempFile('strange', 'Zebra met bob@x.example\n'),
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain('does not fit: ***');
    expect(leaksIn(stderr)).toEqual([]);
    expect(stderr).not.toContain('x.example');
  });
});

describe('what makes no sense without the names', () => {
  it('is refused with the reason', () => {
    const list = exiwhy(['whitelist', '--redact', 'fixtures/founding-case.log']);
    expect([list.status, list.stdout]).toEqual([2, '']);
    expect(list.stderr).toContain('cannot be redacted');
    const drafts = exiwhy([
      'contacts',
      '--redact',
      '--format',
      'eml',
      '-o',
      '/tmp/x',
      'fixtures/founding-case.log',
    ]);
    expect(drafts.status).toBe(2);
    expect(drafts.stderr).toContain('a draft is for the real addresses');
  });
});
