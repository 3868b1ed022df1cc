import { describe, expect, it } from 'vitest';
import { classify } from '../src/classify.ts';
import { Join } from '../src/join.ts';
import { relevantToRefusals } from '../src/mta/exim/relevant.ts';
import { Outcomes } from '../src/outcome.ts';
import { parseAll } from './mta/parse.ts';
import { tracedLines } from './traced.ts';

const REFUSED =
  '2026-11-21 04:43:00 H=[203.0.113.5] F=<ann@x.example> temporarily rejected RCPT <b@here.example>: later';
const OF_ANN = '2026-11-21 04:44:00 1xUcwH-00003u-28 <= ann@x.example H=[203.0.113.5] P=esmtp S=9';
const OF_BOB = '2026-11-21 04:45:00 1xUcwI-00003v-29 <= bob@hosted.example H=[203.0.113.6] P=esmtp S=9';
const BOB_BOUNCED =
  '2026-11-21 04:46:00 1xUcwI-00003v-29 ** x@far.example: Unrouteable address: one that our routers gave';
const OF_POSTFIX =
  'Nov 21 04:45:00 mail postfix/qmgr[1]: 4F1B2: from=<www-data@hosted.example>, size=1, nrcpt=1 (queue active)';
const POSTFIX_BOUNCED =
  'Nov 21 04:46:00 mail postfix/smtp[1]: 4F1B2: to=<x@far.example>, relay=none, delay=1, dsn=5.4.4, status=bounced (Host or domain name not found. Name service error for name=far.example type=A: Host not found)';

/** What happens to a line, in this order: a look at its bytes, and the reading of its record. */
interface Step {
  isLook: boolean;
  line: string;
}
const look = (line: string): Step => ({ isLook: true, line });
const read = (line: string): Step => ({ isLook: false, line });

/** The senders of our own mail that failed. */
function sendersOf(steps: readonly Step[]): (string | null)[] {
  const senders: (string | null)[] = [];
  const outcomes = new Outcomes();
  const join = new Join(outcomes, (attempt) => {
    outcomes.refused(attempt);
    if (attempt.direction === 'outbound') senders.push(attempt.sender);
  });
  const isRelevant = relevantToRefusals(join, null);
  const records = parseAll(steps.map(({ line }) => line));
  for (const [index, { isLook, line }] of steps.entries()) {
    const record = records[index];
    if (isLook) isRelevant(Buffer.from(line), 0, Buffer.byteLength(line));
    else if (typeof record === 'object') join.push(record, classify(record));
  }
  return senders;
}

describe('who sent a message of our own', () => {
  it.each([
    ['an arrival that was looked at only', 'bob@hosted.example', [look(OF_BOB), read(BOB_BOUNCED)]],
    [
      'an arrival at Postfix, behind one at Exim that nobody read',
      'www-data@hosted.example',
      [look(OF_BOB), read(OF_POSTFIX), read(POSTFIX_BOUNCED)],
    ],
    // A pipe's lines are read after the whole chunk was looked at; the one that a chunk begins with is never looked at.
    [
      'an arrival that was not looked at, though a later one that is read was',
      'bob@hosted.example',
      [read(REFUSED), look(OF_ANN), read(OF_BOB), read(OF_ANN), read(BOB_BOUNCED)],
    ],
  ])('is known of %s', (_, sender, steps) => {
    expect(sendersOf(steps)).toEqual([sender]);
  });
});

describe('a refusal that names the message alone', () => {
  it('is of the client that brought the message', () => {
    const [traced] = tracedLines([
      'Nov 21 04:43:00 mail postfix/smtpd[312]: 4F5A31B2034: client=mx.x.example[203.0.113.5], sasl_method=PLAIN, sasl_username=bob',
      'Nov 21 04:43:00 mail postfix/cleanup[313]: warning: 4F5A31B2034: message rejected: hopcount exceeded',
    ]);
    expect(traced?.attempt).toMatchObject({
      cause: 'header-invalid',
      client: { ip: '203.0.113.5' },
      authenticatedAs: 'bob',
      submission: true,
    });
  });
});
