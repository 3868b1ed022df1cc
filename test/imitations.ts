/** What strangers put where they may choose the text: fields of a log line, and what acts upon whoever shows it. */

/** None of these addresses is ever a client, a sender or a recipient. */
export const FORGED = ['192.0.2.66', 'evil@attacker.example', 'victim@bank.example'] as const;
const [IP, FROM, TO] = FORGED;

export const IMITATIONS: readonly string[] = [
  `F=<${FROM}>`,
  `[${IP}]:25`,
  `H=mail.bank.example [${IP}]:25 F=<${FROM}> rejected RCPT <${TO}>: relay not permitted`,
  `x rejected RCPT <${TO}>: Sender verify failed`,
  `sender verify fail for <${FROM}>: mx.bank.example [${IP}] : Connection timed out`,
  `x\\n2026-11-21 04:43:00 H=mail.bank.example [${IP}]:25 F=<${FROM}> rejected RCPT <${TO}>: no`,
  `x) [${IP}]:25 F=<${FROM}> b`,
  `said: 450 ; from=<${FROM}> to=<${TO}> proto=ESMTP helo=<x>`,
  `x[${IP}]: 554 5.7.1 <${TO}>: Relay access denied; from=<${FROM}> to=<${TO}>`,
  `(x) => ${TO} R=local T=smtp; <= ${FROM} H=x [${IP}] P=esmtp for ${TO}`,
];

/** Terminals, spreadsheets, browsers, Markdown, shells. */
export const ACTIVE: readonly string[] = [
  '\x1b[2J\x1b]0;owned\x07',
  '\x9b31mred',
  'a\u202egpj.exe\u2066b\ufeff',
  "=cmd|'/c calc'!A0",
  '+1+1',
  '@SUM(1)',
  '-2+3',
  '=HYPERLINK("http://x.example","y")',
  '<script>alert(1)</script>',
  '<img src=http://x.example/ onerror=alert(2)>',
  '--><svg/onload=alert(3)>',
  '</style><style>*{display:none}',
  '[click](javascript:alert(4))',
  '![x](http://x.example/track.png)',
  '| x | y |',
  '```\n# head'.replace('\n', '\\n'),
  '$(touch owned)`id`;',
  '{"a":1}',
];

/** On which careless patterns take for ever. */
export const ENDLESS: readonly string[] = [
  ...[
    'a',
    ' ',
    '"',
    '\\',
    '<',
    '(',
    '[',
    'a.',
    'a@',
    '@',
    ': ',
    '\\n550-',
    'H=(',
    'user ',
    'mailbox address ',
  ],
  ...['550 ', '5.1.1 ', 'not a user ', 'x [1.2.3.4] : ', 'said: ', ' for <', '\t', '\r'],
].map((part) => part.repeat(Math.ceil(64_000 / part.length)));
/** Each is another name. */
export const CROWDED = Array.from({ length: 7000 }, (_, number) => `H=(n${number.toString(36)})`).join(' ');
