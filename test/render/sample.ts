/** One document with everything in it that a renderer has to stand, strangers' tricks included. */
import type { Document } from '../../src/model/document.ts';

/** The longest address that RFC 5321 allows: 254 characters. */
export const longAddress =
  `${'l'.repeat(64)}@${['a', 'b', 'c'].map((c) => c.repeat(59)).join('.')}.example`.padEnd(254, 'x');

export const quotedAddress = '"john doe"@customer.example.com';
export const cyrillicAddress = 'почта@пример.example';

/** Every value that a person may want to copy: none may be cut or broken. */
export const addresses = [
  longAddress,
  quotedAddress,
  'administrator@customer.example.com',
  '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  'qsv-spam1.relay-with-a-long-name.mail.example.net',
];

/** ESC [2J clears the screen, U+202E turns `gpj.exe` around, U+009B is a one-byte ESC [. */
export const hostile = '\x1b[2J\u009b31m\u202egpj.exe\u2066\u200b\ufeff\x07\x7f\ud800\r\n\u2028end';

const timedOut = 'could not connect to customer.example.com [163.112.75.15]: Connection timed out';

export const sample: Document = {
  title: '5 refused attempts from 4 senders; 3 of them never got through — sender verification failed',
  blocks: [
    {
      type: 'text',
      text: 'Read 1204 lines of exim_mainlog, from Nov 17 00:00 to Nov 18 00:00.',
      tone: 'dim',
    },
    { type: 'heading', text: 'Why mail was refused' },
    {
      type: 'table',
      columns: [
        { title: 'Cause' },
        { title: 'Attempts', align: 'right' },
        { title: 'Never accepted', align: 'right' },
        { title: 'What to do', wrap: true },
      ],
      rows: [
        [
          { text: 'callout-connect-timeout', tone: 'warn' },
          3,
          { text: '1', tone: 'bad' },
          'Nobody answered at the mail exchanger of the sender’s domain. Whitelist 67.26.151.59 or write to them.',
        ],
        [
          'sender-domain-unroutable',
          2,
          2,
          `The domain has no MX: write to ${quotedAddress} by another road.`,
        ],
        [{ text: 'relay-denied', tone: 'dim' }, 0, 0, ''],
      ],
      note: 'An attempt is one refused recipient of one mail transaction.',
    },
    { type: 'heading', text: 'By sender' },
    {
      type: 'table',
      title: 'Senders with the most refused attempts',
      columns: [{ title: 'Sender' }, { title: 'Client' }, { title: 'Tries', align: 'right' }],
      rows: [
        ['administrator@customer.example.com', '67.26.151.59', 3],
        [quotedAddress, '192.0.2.7', 1],
        [longAddress, '198.51.100.99', 1],
        [cyrillicAddress, '203.0.113.5', 1],
        ['=cmd()|calc@x.example', '2001:db8:85a3:8d3:1319:8a2e:370:7348', 12],
        ['日本語@example.jp', '203.0.113.77', 7],
        ['📬@emoji.example', '203.0.113.78', 7],
        ['<script>alert(1)</script>@x.example', '203.0.113.79', 1],
      ],
      evidence: [['log:3: <b>third</b>'], [], [hostile]],
    },
    { type: 'table', title: 'Nothing here', columns: [{ title: 'Domain' }], rows: [] },
    {
      type: 'chart',
      title: 'By hour <of> the day',
      shape: 'columns',
      label: 'hour',
      categories: ['00:00', '01:00', '02:00'],
      series: [
        { title: 'fail', tone: 'bad', values: [3, 0, 1200] },
        { title: 'defer "&"', tone: 'warn', values: [1, 0, 0] },
      ],
    },
    {
      type: 'chart',
      title: 'By sender',
      shape: 'bars',
      label: 'sender',
      categories: [longAddress, hostile, '<script>alert(1)</script>'],
      series: [{ title: 'mails', tone: 'strong', values: [2, 1, 1] }],
    },
    { type: 'heading', text: 'Each mail' },
    {
      type: 'card',
      head: ['2008-11-17 15:02:27', { text: 'never accepted', tone: 'bad' }, '3 tries'],
      facts: [
        ['From', 'administrator@customer.example.com'],
        ['To', 'bob@home.example'],
        [
          'Client',
          'relay1.example.com [67.26.151.59], says qsv-spam1.relay-with-a-long-name.mail.example.net',
        ],
        ['Why', { text: timedOut, tone: 'strong' }],
        ['Do', 'Ask their postmaster to let 192.0.2.1 connect to port 25, or whitelist the client.'],
      ],
    },
    {
      type: 'card',
      head: [`2008-11-17 15:09:00`, { text: 'accepted later', tone: 'good' }],
      facts: [
        ['From', longAddress],
        ['Client HELO', { text: hostile, tone: 'warn' }],
        ['Why', 'a|b `c` *d* _e_ [f](http://x.example) <script>&amp; ~~g~~ \\h'],
        ['Note', ''],
      ],
      evidence: [`log:1: <img src=x onerror=alert(1)> ${hostile}`, 'log:2: second'],
    },
    {
      type: 'text',
      text: 'What to do next:\n- look at the whitelist of the machine, and add only the clients that you know to be the senders’ own\n- write to the postmaster\n\n# not a heading\n---\n=== not a rule',
    },
    {
      type: 'lines',
      lines: [
        `2008-11-17 15:02:27 H=relay1.example.com (qsv-spam1.example.com) [67.26.151.59] sender verify defer for <administrator@customer.example.com>: ${timedOut}`,
        `2008-11-17 15:02:28 H=(\x1b]0;owned\x07) [192.0.2.66] \`\`\`\` rejected\u202e HELO`,
      ],
    },
  ],
  json: { schema: 1, hostile, nested: { list: [1, 'a', null], quoted: quotedAddress }, emoji: '📬\u{e0041}' },
  records: [
    { schema: 1, sender: longAddress, client: null, tries: 3, lines: ['a:1', 'a:2'], score: -0.5 },
    {
      schema: 1,
      sender: '=cmd()',
      client: { ip: '192.0.2.1', heloName: 'a, "b"\nc', port: null },
      tries: -3,
      lines: [],
      extra: '<script>|',
    },
    {
      schema: 1,
      sender: '+491@x.example',
      client: { ip: '192.0.2.2', heloName: hostile, port: 25 },
      wanted: true,
    },
    {
      schema: 1,
      sender: quotedAddress,
      client: null,
      lines: ['two words', 'x'],
      signals: [{ id: 'a' }],
      extra: '-5',
    },
    { schema: 1, sender: cyrillicAddress, client: null, extra: '@SUM(A1)' },
  ],
  metrics: [{ name: 'exiwhy_refusals', help: 'Refused attempts.', samples: [{ labels: {}, value: 5 }] }],
};
