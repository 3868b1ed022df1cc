import type { TruthRow } from '../truth.ts';
import type { Verdict } from './model.ts';
import type { Seen } from './session.ts';

/** The truth about what clients saw, in the order of time: what became of each mail shows only at the end. */
export function truthOf(seen: readonly Seen[]): TruthRow[] {
  return seen.map((row, index) => ({
    scenario: row.scenario,
    time: row.reply.time.toISOString(),
    client: row.client,
    sender: row.sender,
    recipient: row.recipient,
    stage: row.stage,
    verdict: verdictOf(row),
    permanent: verdictOf(row) === 'rejected' || row.expected.saidForGood === true,
    reply: row.reply.text,
    causes: row.expected.causes,
    final: finalOf(row, seen.slice(index + 1)),
  }));
}

/** Where a server did not do what its scenario is made for, as sentences. */
export function surprises(seen: readonly Seen[]): string[] {
  return seen
    .filter((row) => verdictOf(row) !== row.expected.verdict || row.stage !== row.expected.stage)
    .map(
      ({ scenario, stage, reply, expected }) =>
        `${scenario}: ${stage} ${reply.text}, not ${expected.verdict} at ${expected.stage}`,
    );
}

/** A client that did not wait for the reply has seen none; its scenario knows it. */
function verdictOf({ reply, expected }: Seen): Verdict {
  if (reply.code === 0) return expected.verdict;
  return reply.code < 400 ? 'accepted' : reply.code < 500 ? 'deferred' : 'rejected';
}

function finalOf(row: Seen, later: readonly Seen[]): TruthRow['final'] {
  if (verdictOf(row) === 'accepted') return 'accepted';
  const success = later.find(
    (one) =>
      row.recipient !== null &&
      one.sender === row.sender &&
      one.recipient === row.recipient &&
      verdictOf(one) === 'accepted',
  );
  if (!success) return 'lost';
  return success.whitelisted ? 'accepted-after-whitelist' : 'delayed';
}
