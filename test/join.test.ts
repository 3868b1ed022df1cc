import { describe, expect, it } from 'vitest';
import { classify } from '../src/classify.ts';
import { Join } from '../src/join.ts';
import { relevantToRefusals } from '../src/mta/exim/relevant.ts';
import { Outcomes } from '../src/outcome.ts';
import { parseAll } from './mta/parse.ts';

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

/** The senders of our own mail that failed, where `look` says which lines' bytes were looked at and when. */
function sendersOf(steps: readonly (readonly ['look' | 'read', string])[]): (string | null)[] {
  const senders: (string | null)[] = [];
  const outcomes = new Outcomes();
  const join = new Join(outcomes, (attempt) => {
    outcomes.refused(attempt);
    if (attempt.direction === 'outbound') senders.push(attempt.sender);
  });
  const isRelevant = relevantToRefusals(join, null);
  const records = parseAll(steps.map(([, line]) => line));
  for (const [index, [step, line]] of steps.entries()) {
    const record = records[index];
    if (step === 'look') isRelevant(Buffer.from(line), 0, Buffer.byteLength(line));
    else if (typeof record === 'object') join.push(record, classify(record));
  }
  return senders;
}

describe('who sent a message of our own', () => {
  it('is known of an arrival that was looked at only', () => {
    expect(
      sendersOf([
        ['look', OF_BOB],
        ['read', BOB_BOUNCED],
      ]),
    ).toEqual(['bob@hosted.example']);
  });

  it('is known of an arrival at Postfix, behind one at Exim that nobody read', () => {
    expect(
      sendersOf([
        ['look', OF_BOB],
        ['read', OF_POSTFIX],
        ['read', POSTFIX_BOUNCED],
      ]),
    ).toEqual(['www-data@hosted.example']);
  });

  // A pipe's lines are read after the whole chunk was looked at; the line that a chunk begins with is never looked at.
  it('is known of an arrival that was not looked at, though a later one that is read was', () => {
    expect(
      sendersOf([
        ['read', REFUSED],
        ['look', OF_ANN],
        ['read', OF_BOB],
        ['read', OF_ANN],
        ['read', BOB_BOUNCED],
      ]),
    ).toEqual(['bob@hosted.example']);
  });
});
