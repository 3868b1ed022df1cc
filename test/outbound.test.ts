import { describe, expect, it } from 'vitest';
import { ArrivalRing } from '../src/arrival-ring.ts';
import { classify } from '../src/classify.ts';
import { parseOne, stamped } from './mta/parse.ts';
import { type Told, tracedLines } from './traced.ts';

const ID = '1xUcwH-00003u-28';
const HOST = 'R=dnslookup T=remote_smtp H=mx.far.example [192.0.2.9]';
const line = (minute: number, text: string): string =>
  `2026-11-21 04:${String(minute).padStart(2, '0')}:00 ${ID} ${text}`;

const ARRIVAL = line(
  0,
  '<= bob@hosted.example H=(pc) [203.0.113.160]:5555 P=esmtpsa A=plain:bob@hosted.example S=9',
);
const GREYLISTED = line(
  1,
  '== rita@far.example R=dnslookup T=remote_smtp defer (-44) H=mx.far.example [192.0.2.9]: SMTP error from remote mail server after RCPT TO:<rita@far.example>: 451 4.7.1 Greylisted',
);

function told(...lines: string[]): (Partial<Told['attempt']> & { outcome: string; tries: number })[] {
  return tracedLines(lines).map(({ attempt, outcome, tries }) => ({ ...attempt, outcome, tries }));
}

describe('a delivery that failed', () => {
  it.each([
    [
      `** x@far.example F=<bob@hosted.example> ${HOST} X=TLS1.3:a CV=no DN="/CN=a: b": SMTP error from remote mail server after RCPT TO:<x@far.example>: 550 5.1.1 no such user`,
      'remote-mailbox-unknown',
      '192.0.2.9',
    ],
    // up to 4.84
    [
      '** x@far.example R=dnslookup T=remote_smtp: SMTP error from remote mail server after RCPT TO:<x@far.example>: host mx.far.example [192.0.2.9]: 552 5.2.2 Mailbox full',
      'remote-mailbox-full',
      '192.0.2.9',
    ],
    [
      `** x@far.example ${HOST} I=[192.0.2.1]: SMTP error from remote mail server after pipelined MAIL FROM:<bob@hosted.example> SIZE=1435: 553 sorry, your envelope sender domain must exist (#5.7.1)`,
      'remote-sender-callout-failed',
      '192.0.2.9',
    ],
    [
      `** x@far.example ${HOST}: SMTP error from remote mail server after initial connection: 554 no`,
      'remote-refused',
      '192.0.2.9',
    ],
    [
      `** x@far.example ${HOST}: SMTP error from remote mail server after end of data: 554 5.7.1 spam`,
      'remote-spam',
      '192.0.2.9',
    ],
    // a host without an address, and a stranger's bracket behind it
    [
      '** x@far.example R=dnslookup T=remote_smtp H=mx.far.example X=TLS1.3:a CV=no: SMTP error from remote mail server after end of data: 554 5.7.1 spam from [192.0.2.77]',
      'remote-spam',
      null,
    ],
    ['** x@nope.example: Unrouteable address', 'remote-dns-failure', null],
    // 4.99
    ['** x@nope.example F=<bob@hosted.example> : Unrouteable address', 'remote-dns-failure', null],
    ['** x@far.example R=nonlocal: Mailing to remote domains not supported', 'local-policy', null],
    [
      '** x@far.example R=dnslookup: all relevant MX records point to non-existent hosts',
      'remote-dns-failure',
      null,
    ],
    ['** x@far.example R=dnslookup: an MX or SRV record indicated no SMTP service', 'remote-null-mx', null],
    ['** ghost@hosted.example R=virtual_user: No Such User Here', 'local-delivery-failed', null],
    [
      '== x@far.example R=dnslookup T=remote_smtp defer (111): Connection refused',
      'remote-connect-refused',
      null,
    ],
    [
      '== x@far.example R=dnslookup T=remote_smtp defer (110): Connection timed out H=mx.far.example [192.0.2.9]:25: SMTP timeout after initial connection',
      'remote-connect-timeout',
      '192.0.2.9',
    ],
    [
      '== x@far.example R=dnslookup T=remote_smtp defer (110): Connection timed out H=mx.far.example [192.0.2.9]',
      'remote-connect-timeout',
      '192.0.2.9',
    ],
    ['== x@far.example R=dnslookup defer (-1): host lookup did not complete', 'remote-dns-failure', null],
    [
      '== b@hosted.example R=localuser T=local_delivery defer (-22): mailbox is full',
      'local-delivery-failed',
      null,
    ],
    // up to Exim 4.84: the host stands in the sentence
    [
      '== x@far.example R=dnslookup T=remote_smtp defer (-18): Remote host mx.far.example [192.0.2.9] closed connection in response to end of data',
      'remote-connection-dropped',
      '192.0.2.9',
    ],
    [
      '== x@far.example R=dnslookup T=remote_smtp defer (110): Connection timed out: SMTP timeout while connected to mx.far.example [192.0.2.9] after end of data',
      'remote-connect-timeout',
      '192.0.2.9',
    ],
    [
      '== x@far.example R=dnslookup T=remote_smtp defer (-19): Malformed SMTP reply from mx.far.example [192.0.2.9] in response to EHLO us.example: foo',
      'remote-connection-dropped',
      '192.0.2.9',
    ],
    // nobody was asked
    [
      '== x@far.example R=dnslookup T=remote_smtp defer (-1): domain matches queue_smtp_domains, or -odqs set',
      'local-policy',
      null,
    ],
    ['== x@far.example R=dnslookup T=remote_smtp defer (-1): something of our own', 'local-policy', null],
    [
      '== x@far.example R=dnslookup T=remote_smtp defer (-1): smtp transport process returned non-zero status 0x0100: exit code 1',
      'local-delivery-failed',
      null,
    ],
    [
      '** x@far.example R=dnslookup T=remote_smtp: message is too big (transport limit = 52428800)',
      'remote-message-too-large',
      null,
    ],
    [
      '== x@far.example R=smarthost T=remote_smtp_smarthost defer (-42) H=mx.far.example [192.0.2.9]: authentication required but authentication attempt(s) failed',
      'remote-policy',
      '192.0.2.9',
    ],
    [
      '== x@far.example R=dnslookup T=remote_smtp defer (-53): retry time not reached for any host',
      'remote-temporary',
      null,
    ],
  ])('%s', (text, cause, ip) => {
    const record = parseOne(stamped(`${ID} ${text}`));
    expect(classify(record)).toBe(cause);
    expect(record.callout?.ip ?? null).toBe(ip);
    expect(record.recipient).toMatch(/^\w+@[\w.]+$/);
  });

  it('is told with who sent the message', () => {
    expect(told(ARRIVAL, GREYLISTED)).toMatchObject([
      {
        direction: 'outbound',
        sender: 'bob@hosted.example',
        recipient: 'rita@far.example',
        client: { ip: '203.0.113.160' },
        authenticatedAs: 'bob@hosted.example',
        cause: 'remote-greylisted',
        outcome: 'retrying',
      },
    ]);
  });

  it('ends with the delivery, or with the bounce', () => {
    const sent = line(
      9,
      '=> rita@far.example R=dnslookup T=remote_smtp H=mx.far.example [192.0.2.9] C="250 ok"',
    );
    expect(told(ARRIVAL, GREYLISTED, sent)).toMatchObject([{ outcome: 'accepted-later' }]);
    const bounce = line(9, '** rita@far.example: retry timeout exceeded');
    expect(told(ARRIVAL, GREYLISTED, bounce)).toMatchObject([
      { outcome: 'never-accepted', tries: 2 },
      {
        outcome: 'never-accepted',
        permanent: true,
        cause: 'remote-greylisted',
        evidence: 'inferred',
        inferredFrom: { line: 2 },
      },
    ]);
  });

  it('ends when Postfix gives the message up', () => {
    const postfix = (daemon: string, text: string): string =>
      `Nov 21 04:00:00 mail postfix/${daemon}[1]: 4F1B2: ${text}`;
    const lines = [
      postfix('pickup', 'uid=33 from=<www-data>'),
      postfix('qmgr', 'from=<www-data@web.y.example>, size=1, nrcpt=1 (queue active)'),
      postfix(
        'smtp',
        'to=<x@far.example>, relay=none, delay=1, dsn=4.4.1, status=deferred (connect to mx[192.0.2.9]:25: Connection timed out)',
      ),
      postfix('qmgr', 'from=<www-data@web.y.example>, status=expired, returned to sender'),
    ];
    expect(told(...lines)).toMatchObject([
      { sender: 'www-data@web.y.example', permanent: false, outcome: 'never-accepted' },
      { cause: 'remote-connect-timeout', permanent: true, evidence: 'inferred', inferredFrom: { line: 3 } },
    ]);
  });
});

describe('the arrivals that nobody decodes', () => {
  const note = (ring: ArrivalRing, text: string): void =>
    ring.note(Buffer.from(`junk${text}`), 4, 4 + Buffer.byteLength(text));

  it('are found by their ids, and the oldest give way to the newest', () => {
    const ring = new ArrivalRing();
    note(ring, `${ID} <= bob@hosted.example H=x [192.0.2.1]`);
    note(ring, '1xUcwH-000000003Jf-1VvA <= <> R=1 U=mail');
    expect(ring.textOf(ID)).toBe('bob@hosted.example H=x [192.0.2.1]');
    expect(ring.textOf('1xUcwH-000000003Jf-1VvA')).toBe('<> R=1 U=mail');
    expect(ring.textOf('1xUcwH-00003u-29')).toBeNull();
    const idOf = (i: number): string => `1yUcwH-${String(i).padStart(6, '0')}-28`;
    for (let i = 0; i < 40_000; i++) note(ring, `${idOf(i)} <= a${i}@x.example`);
    const found = Array.from({ length: 40_000 }, (_, i) => ring.textOf(idOf(i)));
    const newest = 1 << 14;
    expect(found.slice(0, -newest).every((text) => text === null)).toBe(true);
    expect(found.slice(-newest).every((text, i) => text === `a${40_000 - newest + i}@x.example`)).toBe(true);
  });

  it('are handed on with who sent them, and without what they are about', () => {
    const ring = new ArrivalRing();
    const from = 'bob@hosted.example H=(pc) [203.0.113.160]:5555 P=esmtpsa A=plain:bob@hosted.example';
    note(ring, `${ID} <= ${from} S=1436 id=x@y T="a secret" for rita@far.example`);
    const next = new ArrivalRing();
    for (const text of ring.texts()) note(next, text);
    expect(next.textOf(ID)).toBe(from);
  });
});
