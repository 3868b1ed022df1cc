import type { ListEntry } from './lists.ts';
import { formatNetwork, type Network, networkOf } from './network.ts';

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
  const good = entries.filter(({ problem }) => problem === null);
  const firstLines = new Map<string, number>();
  for (const entry of good) {
    const key = keyOf(entry);
    if (!firstLines.has(key)) firstLines.set(key, entry.line);
  }
  return entries.flatMap((entry) => findingsOf(entry, firstLines, isUsed));
}

function findingsOf(
  entry: ListEntry,
  firstLines: ReadonlyMap<string, number>,
  isUsed: ((network: Network) => boolean) | null,
): Finding[] {
  const { line, text, network, problem } = entry;
  const finding = (kind: Finding['kind'], words: string): Finding[] => [{ line, text, kind, problem: words }];
  if (problem !== null) return finding(network === null ? 'idle' : 'danger', problem);
  const same = coveringLine(entry, firstLines);
  if (same !== null) return finding('duplicate', `line ${same} covers it`);
  if (network && isUsed && !isUsed(network)) return finding('unused', 'no client of the log lies in it');
  return [];
}

function keyOf({ network, sender }: ListEntry): string {
  return network ? formatNetwork(network) : (sender ?? '');
}

/**
 * Of two equal entries the second is one too many, of two networks the narrower one. An entry that has a problem covers
 * nothing: it will be taken out.
 */
function coveringLine(entry: ListEntry, firstLines: ReadonlyMap<string, number>): number | null {
  const equal = firstLines.get(keyOf(entry));
  if (equal !== undefined && equal < entry.line) return equal;
  const { network } = entry;
  if (!network) return null;
  for (let bits = 0; bits < network.bits; bits++) {
    const wider = firstLines.get(formatNetwork(networkOf(network.family, network.base, bits)));
    if (wider !== undefined) return wider;
  }
  return null;
}
