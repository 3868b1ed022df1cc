import type { Attempt } from '../attempt.ts';
import { causeOf } from '../causes/index.ts';
import { type Evidence, RETRY_AFTER_MS } from './facts.ts';
import { type Wanted, wantedOf } from './signals.ts';

/** An attempt and the series that it belongs to: the same sender and recipient until they are accepted. */
interface Tried {
  attempt: Attempt;
  series: number;
}

/**
 * Makes the score of single attempts, the same as that of the cases that they belong to.
 *
 * @returns null for our own users, and where no sender or no client is known.
 */
export function scorer(evidence: Evidence, all: readonly Tried[]): (one: Tried) => Wanted | null {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  const tries = new Map<string, number>();
  const keyOf = ({ attempt, series }: Tried): string => `${series} ${attempt.client?.ip} ${attempt.cause}`;
  for (const one of all) {
    const key = keyOf(one);
    const { at } = one.attempt;
    first.set(key, Math.min(first.get(key) ?? at, at));
    last.set(key, Math.max(last.get(key) ?? at, at));
    tries.set(key, (tries.get(key) ?? 0) + 1);
  }
  return (one) => {
    const { sender, client, submission, recipient, callout, cause } = one.attempt;
    if (submission || !sender || !client?.ip) return null;
    const key = keyOf(one);
    const facts = evidence.factsOf({
      sender,
      clientIp: client.ip,
      reverseName: client.reverseName,
      heloName: client.heloName,
      calloutIp: callout?.ip ?? null,
      recipients: recipient === null ? [] : [recipient],
      cause: causeOf(cause),
      attempts: tries.get(key) ?? 1,
      retries: (last.get(key) ?? 0) - (first.get(key) ?? 0) >= RETRY_AFTER_MS,
    });
    return wantedOf(facts);
  };
}
