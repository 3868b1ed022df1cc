import type { ListEntry } from './lists.ts';
import { covers, type Network } from './network.ts';

/** What is wrong with an entry of a list. */
export interface Finding {
  line: number;
  text: string;
  /** `danger` lets strangers in, `idle` does nothing, `duplicate` and `unused` could go. */
  kind: 'danger' | 'idle' | 'duplicate' | 'unused';
  problem: string;
}

/**
 * Looks a list over: what is dangerous, what never matches, what stands there twice, and what nobody used.
 *
 * @param isUsed whether a client of the log lies in the network; null where no log was read.
 */
export function audit(
  entries: readonly ListEntry[],
  isUsed: ((network: Network) => boolean) | null,
): Finding[] {
  return entries.flatMap((entry, index) => findingsOf(entry, entries.slice(0, index), isUsed));
}

function findingsOf(
  { line, text, network, sender, problem }: ListEntry,
  before: readonly ListEntry[],
  isUsed: ((network: Network) => boolean) | null,
): Finding[] {
  const finding = (kind: Finding['kind'], words: string): Finding[] => [{ line, text, kind, problem: words }];
  if (problem !== null) return finding(network === null ? 'idle' : 'danger', problem);
  const same = before.find((one) => {
    if (network) return one.network !== null && covers(one.network, network);
    return one.sender !== null && one.sender === sender;
  });
  if (same) return finding('duplicate', `line ${same.line} covers it`);
  if (network && isUsed && !isUsed(network)) return finding('unused', 'no client of the log lies in it');
  return [];
}
