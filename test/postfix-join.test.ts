import { describe, expect, it } from 'vitest';
import { type Told, tracedLines } from './traced.ts';

const at = (second: number, daemon: string, text: string): string =>
  `Nov 21 04:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} mail postfix/${daemon}[307]: ${text}`;

const refusal = (second: number, reason: string, sender = 'a@x.example', code = '450 4.1.7'): string =>
  at(
    second,
    'smtpd',
    `NOQUEUE: reject: RCPT from mx.x.example[203.0.113.5]: ${code} <${sender}>: Sender address rejected: unverified address: ${reason}; from=<${sender}> to=<b@y.example> proto=ESMTP helo=<mx.x.example>`,
  );

const probe = (second: number, dsn: string, reason: string, address = 'a@x.example'): string =>
  at(
    second,
    'smtp',
    `4F1B2: to=<${address}>, relay=none, delay=0, dsn=${dsn}, status=undeliverable (${reason})`,
  );

const accepted = (second: number, sender = 'a@x.example'): string[] => [
  at(second, 'smtpd', '5A5A5: client=mx.x.example[203.0.113.5]'),
  at(second, 'qmgr', `5A5A5: from=<${sender}>, size=234, nrcpt=1 (queue active)`),
  at(second, 'local', '5A5A5: to=<b@y.example>, relay=local, delay=0, dsn=2.0.0, status=sent (delivered)'),
];

const PENDING = 'Address verification in progress';
const UNKNOWN = 'host mx.x.example[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command)';
const REFUSED = 'connect to mx.x.example[192.0.2.1]:25: Connection refused';

function told(...lines: string[]): (Partial<Told['attempt']> & { outcome: string })[] {
  return tracedLines(lines).map(({ attempt, outcome }) => ({ ...attempt, outcome }));
}

describe('a refusal and the probe that gave its reason', () => {
  it('says what the other server said, and what the client was told', () => {
    expect(told(refusal(1, UNKNOWN))).toMatchObject([
      {
        cause: 'callout-mailbox-unknown',
        evidence: 'logged',
        permanent: true,
        told: { code: 450, enhanced: '4.1.7' },
        outcome: 'never-accepted',
      },
    ]);
  });

  it('says so of a recipient, too', () => {
    const text = (code: number): string =>
      refusal(1, '').replace(
        /450 4.1.7 .*?;/,
        `450 4.1.1 <b@y.example>: Recipient address rejected: unverified address: host mx.y.example[192.0.2.2] said: ${code} no (in reply to RCPT TO command);`,
      );
    expect(told(text(550), text(450))).toMatchObject([
      { permanent: true, told: { code: 450 }, callout: null },
      { permanent: false },
    ]);
  });

  it('is explained by a probe that ends later', () => {
    expect(told(refusal(1, PENDING), probe(20, '4.4.1', REFUSED))).toMatchObject([
      { cause: 'callout-connect-refused', evidence: 'inferred', permanent: false, inferredFrom: { line: 2 } },
    ]);
  });

  it('is pending where no probe explains it', () => {
    expect(told(refusal(1, PENDING))).toMatchObject([{ cause: 'callout-pending', evidence: 'logged' }]);
    const late = at(1100, 'qmgr', '4F1B2: removed');
    expect(
      told(refusal(1, PENDING), late, probe(1101, '4.4.1', REFUSED), refusal(1102, REFUSED)),
    ).toMatchObject([{ cause: 'callout-pending' }, { cause: 'callout-connect-refused' }]);
  });

  it('knows that a sender whose probe was slow got in', () => {
    expect(told(refusal(1, PENDING), ...accepted(301))).toMatchObject([
      { cause: 'callout-pending', outcome: 'accepted-later' },
    ]);
  });

  it('is explained by a probe that ends later, of a recipient, too', () => {
    const pending = (second: number, recipient: string, reason = PENDING): string =>
      refusal(second, '').replace(
        /450 4.1.7 .*?; from=<a@x.example> to=<b@y.example>/,
        `450 4.1.1 <${recipient}>: Recipient address rejected: unverified address: ${reason}; from=<a@x.example> to=<${recipient}>`,
      );
    const [first, second] = ['b@y.example', 'c@y.example'];
    expect(
      told(
        pending(1, first),
        pending(2, second),
        probe(9, '5.1.1', UNKNOWN, first),
        probe(10, '4.4.1', REFUSED, second),
        pending(20, 'B@y.example', 'Address lookup failed'),
      ),
    ).toMatchObject([
      { recipient: first, cause: 'recipient-unknown', evidence: 'inferred', permanent: true, callout: null },
      { recipient: second, evidence: 'inferred', permanent: false, inferredFrom: { line: 4 } },
      { recipient: 'B@y.example', cause: 'recipient-unknown', permanent: true, told: { code: 450 } },
    ]);
    expect(told(pending(1, first))).toMatchObject([{ cause: 'server-temporary', permanent: false }]);
    expect(told(pending(1, first), ...accepted(301), probe(302, '5.1.1', UNKNOWN, first))).toMatchObject([
      { cause: 'server-temporary', outcome: 'accepted-later' },
    ]);
  });

  it('waits for the probe of its own address', () => {
    const ofRecipient = refusal(2, '').replace(
      /450 4.1.7 .*?;/,
      `450 4.1.1 <b@y.example>: Recipient address rejected: unverified address: ${PENDING};`,
    );
    const late = at(1100, 'qmgr', '4F1B2: removed');
    expect(
      told(refusal(1, PENDING), ofRecipient, probe(9, '5.1.1', UNKNOWN), late, probe(1101, '4.4.1', REFUSED)),
    ).toMatchObject([
      { cause: 'callout-mailbox-unknown', inferredFrom: { line: 3 } },
      { cause: 'server-temporary', evidence: 'logged' },
    ]);
  });

  it('is explained by the last probe where a reason of our own hides it', () => {
    const hidden = refusal(9, 'Address verification failed', 'A@X.example');
    expect(told(probe(1, '5.1.1', UNKNOWN), hidden)).toMatchObject([
      { cause: 'callout-mailbox-unknown', evidence: 'inferred', permanent: true, inferredFrom: { line: 1 } },
    ]);
    expect(told(hidden)).toMatchObject([{ cause: 'verify-reason-unlogged', evidence: 'none' }]);
    expect(told(probe(1, '5.1.1', UNKNOWN, 'c@x.example'), hidden)).toMatchObject([{ evidence: 'none' }]);
  });

  it('is explained by the next probe where a reason of our own hides that it still runs', () => {
    const hidden = refusal(1, 'Address verification failed');
    expect(told(hidden, probe(9, '5.1.1', UNKNOWN))).toMatchObject([
      { cause: 'callout-mailbox-unknown', evidence: 'inferred', permanent: true, inferredFrom: { line: 2 } },
    ]);
    expect(told(hidden, ...accepted(301))).toMatchObject([
      { cause: 'verify-reason-unlogged', evidence: 'none', outcome: 'accepted-later' },
    ]);
  });

  it('has the end of a reason that was cut at 250 characters from the probe', () => {
    const long = `host mx.x.example[192.0.2.1] said: 550 ${'x'.repeat(300)} (in reply to MAIL FROM command)`;
    const cut = refusal(2, long.slice(0, 250));
    expect(told(cut)).toMatchObject([{ cause: 'callout-refused' }]);
    expect(told(probe(1, '5.0.0', long), cut)).toMatchObject([
      { cause: 'callout-null-sender-refused', evidence: 'logged', lines: [{ line: 1 }, { line: 2 }] },
    ]);
  });

  it('quotes an old probe without its line, and not one of another reason', () => {
    expect(told(probe(1, '5.1.1', UNKNOWN), refusal(601, UNKNOWN))).toMatchObject([{ lines: [{ line: 2 }] }]);
    expect(told(probe(1, '5.1.1', UNKNOWN), refusal(2, REFUSED))).toMatchObject([
      { cause: 'callout-connect-refused', lines: [{ line: 2 }] },
    ]);
  });

  it('is final by what Postfix makes of DNS, though the client got 450', () => {
    const nullMx = 'Domain x.example does not accept mail (nullMX)';
    expect(told(refusal(1, nullMx))).toMatchObject([{ cause: 'sender-domain-null-mx', permanent: true }]);
  });

  it('is not made by warn_if_reject, by a probe alone, nor by a message that is active again', () => {
    const warned = refusal(1, UNKNOWN).replace('reject:', 'reject_warning:');
    expect(told(warned, probe(2, '5.1.1', UNKNOWN))).toEqual([]);
    const [client = '', active = ''] = accepted(1);
    expect(told(client, active, refusal(9, REFUSED), active.replace('04:00:01', '04:00:20'))).toMatchObject([
      { outcome: 'retrying' },
    ]);
  });

  it('is explained over New Year, as often as it was written', () => {
    const lines = [
      refusal(59, PENDING).replace('Nov 21 04:00:59', 'Dec 31 23:59:59'),
      'Dec 31 23:59:59 mail last message repeated 2 times',
      probe(7, '5.1.1', UNKNOWN).replace('Nov 21 04:00:07', 'Jan  1 00:00:07'),
    ];
    const explained = { cause: 'callout-mailbox-unknown', evidence: 'inferred', inferredFrom: { line: 3 } };
    expect(told(...lines)).toMatchObject([explained, explained, explained]);
  });

  it('is told as often as it was repeated', () => {
    const text = refusal(1, UNKNOWN).replace('NOQUEUE', 'message repeated 3 times: [ NOQUEUE');
    expect(told(`${text}]`)).toHaveLength(3);
  });
});
