import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aggregate } from '../src/aggregate.ts';
import type { Attempt } from '../src/attempt.ts';
import { causeOf } from '../src/causes/index.ts';
import { classify } from '../src/classify.ts';
import { Join } from '../src/join.ts';
import type { LogLine } from '../src/model/record.ts';
import { relevantToRefusals } from '../src/mta/exim/relevant.ts';
import { createParser } from '../src/mta/parser.ts';
import { Outcomes } from '../src/outcome.ts';
import { PlainReader } from '../src/plain-reader.ts';
import { Evidence } from '../src/remedies/facts.ts';
import { LineSplitter } from '../src/sources/lines.ts';
import { summarise } from '../src/summary.ts';
import { createStampClock } from '../src/time/zone.ts';

const DAYS = 86_400_000;

/** Who counts: a report, or a remedy that asks for evidence too. */
type Purpose = 'a report' | 'evidence';

/** What is said of these lines, and how many of them were read from their bytes. */
function reported(
  lines: readonly string[],
  plain: boolean,
  purpose: Purpose = 'a report',
): { said: unknown; taken: number } {
  const outcomes = new Outcomes();
  const evidence = new Evidence({ has: () => false } as never);
  const aggregate = new Aggregate(outcomes);
  const onAttempt = (attempt: Attempt): void => {
    const series = outcomes.refused(attempt);
    if (attempt.direction === 'outbound') return;
    aggregate.add(attempt, series);
    evidence.refused(attempt);
  };
  const join = new Join(outcomes, onAttempt, (record) => evidence.passed(record));
  const clock = createStampClock('Europe/Berlin', Date.UTC(2027, 0));
  const reader = new PlainReader(clock, join, {
    refused: (refusal, moment, cause) => {
      aggregate.addPlain(refusal, moment, cause, outcomes.refusedPlain(refusal, moment.at));
      evidence.refusedPlain(refusal, cause);
    },
    ...(purpose === 'evidence'
      ? evidence.plain(outcomes)
      : { arrived: (arrival, moment) => outcomes.arrivedPlain(arrival, moment) }),
  });
  const parser = createParser(clock);
  const others = purpose === 'evidence' ? undefined : join;
  const splitter = new LineSplitter('log', relevantToRefusals(plain ? reader : others, null));
  const take = (line: LogLine): void => {
    const parsed = parser.parse(line);
    if (typeof parsed !== 'string') join.push(parsed, classify(parsed));
  };
  splitter.push(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'), take);
  join.drain();
  const summary = summarise(aggregate, { get: () => undefined } as never, 4 * DAYS, 1000);
  const { hours, first, last, firstOffset, offset } = aggregate;
  const facts = purpose === 'evidence' ? IPS.flatMap((ip) => factsOf(evidence, ip)) : [];
  return {
    said: { summary, hours, first, last, firstOffset, offset, end: outcomes.end, facts },
    taken: splitter.taken,
  };
}

/** All that the evidence says of a client. */
function factsOf(evidence: Evidence, clientIp: string): unknown[] {
  const pair = { clientIp, reverseName: null, calloutIp: null, attempts: 1, retries: false };
  const heloName = evidence.behaviour.lastHeloOf(clientIp);
  const cause = causeOf('callout-connect-timeout');
  return PLAIN_ADDRESSES.map((sender) =>
    evidence.factsOf({ ...pair, heloName, cause, sender, recipients: [sender] }),
  );
}

/** Nine of ten are plain, the others as a stranger or another log_selector would have them. */
function mostly<T>(plain: readonly T[], odd: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...plain), weight: 9 },
    { arbitrary: fc.constantFrom(...odd), weight: 1 },
  );
}

/** Few names, so that they meet again. */
const IPS = ['203.0.113.5', '203.0.113.6', '2001:db8::5'];
const PLAIN_ADDRESSES = ['a@x.example', 'A@X.example', 'b+tag@y.example', ''];
const ODD_ADDRESSES = [
  '"a b"@x.example',
  '"a> F=<c@z.example"@x.example',
  'a,b@x.example',
  'caf\xe9@x.example',
  'a<b@x.example',
  'nobody',
  'x'.repeat(101),
];
const ODD_HELOS = ['[192.0.2.1]', 'x) [192.0.2.1', '(x)', 'F=<c@z.example>', 'a b', '"', '\xe9'];
const ODD_IPS = ['127.0.0.1', '::1', '::ffff:127.0.0.1', 'x.example', ''];
const PLAIN_REASONS = [
  ': relay not permitted',
  ': No Such User Here',
  ': "JunkMail rejected - mail.example [203.0.113.5]:4711 is in an RBL: https://dnsbl.example/?203.0.113.5"',
  ': greylisted, please try again later',
  '',
];
const ODD_REASONS = [
  ': Sender verify failed',
  ': Could not complete sender verify callout',
  ': discarded by RCPT ACL',
  ': SMTP protocol error: in "x"',
  ': caf\xe9',
  ': rejected RCPT <c@z.example>: x',
  ':x',
  ' :',
];

const address = mostly(PLAIN_ADDRESSES, ODD_ADDRESSES);
const client = fc
  .record({
    name: fc.constantFrom('', 'mail.example ', 'mail '),
    helo: fc.option(mostly(['mail.example'], ODD_HELOS), { nil: null }),
    ip: mostly(IPS, ODD_IPS),
    port: mostly(['', ':4711'], [':', ':x']),
  })
  .map(({ name, helo, ip, port }) => `H=${name}${helo === null ? '' : `(${helo}) `}[${ip}]${port}`);
const fields = fc.array(
  mostly(
    ['I=[192.0.2.10]:25', 'X=TLS1.3:x:256', 'CV=no', 'Ci=17'],
    ['A=plain:bob', 'U=root', 'SNI="a b"', 'P=esmtp'],
  ),
  { maxLength: 3 },
);
const refusal = fc
  .record({
    id: fc.constantFrom('', '', '1xUcwH-00002r-0T ', '1xUccU-000000003Jf-1VvA '),
    client,
    fields,
    sender: fc.option(address, { nil: null }),
    verb: mostly(['rejected ', 'temporarily rejected '], ['Rejected ']),
    what: mostly(
      ['RCPT', 'RCPT', 'MAIL', 'after DATA', 'DATA', 'connection in "connect" ACL'],
      ['VRFY', 'EHLO'],
    ),
    argument: address,
    parameters: mostly([''], [' SIZE=100']),
    reason: mostly(PLAIN_REASONS, ODD_REASONS),
  })
  .map(({ id, client, fields, sender, verb, what, argument, parameters, reason }) => {
    const from = sender === null ? '' : `F=<${sender}> `;
    const wanted = /^(?:RCPT|MAIL|VRFY)$/.test(what) ? ` <${argument}>${parameters}` : '';
    return `${id}${[client, ...fields].join(' ')} ${from}${verb}${what}${wanted}${reason}`;
  });
const verification = fc
  .record({ client, sender: address, reason: fc.constantFrom('', ': Unrouteable address') })
  .map(({ client, sender, reason }) => `${client} sender verify fail for <${sender}>${reason}`);
const arrival = fc
  .record({
    sender: address.map((name) => name || '<>'),
    client: fc.option(client, { nil: null }),
    fields: fc.array(
      mostly(
        [
          'P=esmtps',
          'S=411',
          'id=x@y',
          'T="for us"',
          'T="a \\"for\\" b"',
          'A=plain:bob',
          'A=login:bob@y.example',
        ],
        ['A="', 'A=plain', 'T="', 'U=root', 'T=a="b c"'],
      ),
      { maxLength: 4 },
    ),
    from: fc.option(address, { nil: null }),
    recipients: fc.array(mostly(PLAIN_ADDRESSES.filter(Boolean), [...ODD_ADDRESSES, '<trunc>']), {
      maxLength: 3,
    }),
  })
  .map(({ sender, client, fields, from, recipients }) =>
    [
      `1xUcwH-00002r-0T <= ${sender}`,
      ...(client === null ? [] : [client]),
      ...fields,
      ...(from === null ? [] : [`from <${from}>`]),
      ...(recipients.length === 0 ? [] : ['for', ...recipients]),
    ].join(' '),
  );
const delivery = fc
  .record({
    arrow: mostly(['=>', '->'], ['>>', '*>', '=x', '=>x']),
    name: address,
    original: fc.option(address, { nil: null }),
    fields: mostly(
      ['R=x T=y', 'F=<a@x.example> R=x T=y'],
      ['', 'x R=y', '(c@x.example) <b@x.example> R=x', ': x'],
    ),
  })
  .map(({ arrow, name, original, fields }) =>
    [`1xUcwH-00002r-0T ${arrow} ${name}`, ...(original === null ? [] : [`<${original}>`]), fields].join(' '),
  );
const line = fc
  .record({
    second: fc.integer({ min: 0, max: 61 }),
    day: mostly(['2026-11-20 10:05'], ['2026-10-25 02:30', '2026-10-25 02:05', '2026-02-30 10:05']),
    stamp: mostly(['', ' [17]'], ['.123', ' +0200', ' -0330', '.5 [17]', ' []', 'x', ' ']),
    text: fc.oneof(refusal, refusal, refusal, verification, arrival, arrival, delivery),
  })
  .map(({ second, day, stamp, text }) => `${day}:${String(second).padStart(2, '0')}${stamp} ${text}`);

describe('lines that are read from their bytes', () => {
  it.each<Purpose>([
    'a report',
    'evidence',
  ])('tell the same for %s as when they are read as strings', (purpose) => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30, size: 'max' }), (lines) => {
        const bytes = reported(lines, true, purpose);
        taken += bytes.taken;
        expect(bytes.said).toEqual(reported(lines, false, purpose).said);
      }),
      { numRuns: fc.readConfigureGlobal()?.numRuns ?? 500 },
    );
    expect(taken).toBeGreaterThan(1000);
  });

  it('are the commonest ones', () => {
    const lines = [
      '2026-11-21 04:43:00 [105] H=mail.example (helo.example) [203.0.113.5]:4711 X=TLS1.3:x:256 CV=no F=<a@x.example> rejected RCPT <b@y.example>: relay not permitted',
      '2026-11-21 04:43:00 H=mail.example [203.0.113.5] F=<> temporarily rejected RCPT <b@y.example>: greylisted',
      '2026-11-21 04:43:01 1xUcwH-00002r-0T H=[2001:db8::5] F=<a@x.example> rejected after DATA: spam',
      '2026-11-21 04:43:02 H=[203.0.113.5] rejected connection in "connect" ACL: banned',
      '2026-11-21 04:43:02 H=[203.0.113.5] rejected MAIL <a@x.example>: blocked',
      '2026-11-21 04:43:03 1xUcwH-00002r-0T <= a@x.example H=mail.example [203.0.113.5] P=esmtp S=1 T="it\\"s" for b@y.example',
    ];
    expect(reported(lines, true).taken).toBe(lines.length);
    const deliveries = [
      '2026-11-21 04:43:03 1xUcwH-00002r-0T => bob <b@y.example> F=<a@x.example> R=virtual_user T=dovecot_virtual_delivery',
      '2026-11-21 04:43:03 1xUcwH-00002r-0T -> c@y.example R=local_user T=local_delivery',
    ];
    expect(reported([...lines, ...deliveries], true, 'evidence').taken).toBe(
      lines.length + deliveries.length,
    );
  });
});
