/** A log full of names that strangers chose. */
const client = (number: number, helo: string): string => `H=(${helo}) [203.0.113.${number}]`;

/** A word without end: nothing may grow wider than its page. */
export const endless = 'w'.repeat(240);

/** Markup, quotes, an override of the direction, controls, a formula, a link, the end of a comment. */
const STRANGERS: readonly (readonly [helo: string, sender: string])[] = [
  ['<script>alert(1)</script>', '"><img src=http://x.example/ onerror=alert(2)>@x.example'],
  ['a\u202eb\x01\'"&lt;', `${endless}@y.example`],
  ['\x1b]0;owned\x07', '=cmd|calc!A0@z.example'],
  ['--><svg/onload=alert(3)>', 'javascript:alert(4)@v.example'],
  ['x]]></style><style>*{display:none}', 'cid:chart-1@exiwhy.example'],
];

export const hostileLog = STRANGERS.flatMap(([helo, sender], at) => {
  const head = `2026-11-21 04:43:0${at} ${client(at + 5, helo)}`;
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  return [
    `${head} sender verify defer for <${sender}>: could not connect to mx.${domain} [198.51.100.5]: Connection timed out`,
    `${head} F=<${sender}> temporarily rejected RCPT <b@here.example>: Could not complete sender verify callout`,
    '',
  ].join('\n');
}).join('');

/** Parts of it as they have to be shown: what has no shape of its own is spelt. */
export const hostileShown = [
  '<script>alert(1)</script>',
  endless,
  'a\\u202eb\\x01\'"&lt;',
  '\\x1b]0;owned\\x07',
  '=cmd|calc!A0@z.example',
  '--><svg/onload=alert(3)>',
  '</style><style>*{display:none}',
];

/** What must not be there in any form: it acts upon what shows it. */
export const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
