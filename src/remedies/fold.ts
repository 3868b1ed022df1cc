import { covers, formatNetwork, type Network, networkOf, WIDEST, widthOf } from './network.ts';

/** A client that deserves an entry, and whose machine it is by its confirmed name. */
export interface Member {
  network: Network;
  organisation: string | null;
}

/** Fewer machines than these are listed one by one. */
const LEAST_MEMBERS = 3;

/**
 * Folds single addresses of one organisation into networks, only where the evidence covers them: at least half of an
 * IPv4 network must have been seen to send wanted mail, in both its halves, and nobody else in it. Of an IPv6 /64, which
 * is one customer's, three machines are enough. Never wider than /24 or /64.
 *
 * @param hasStranger whether anybody in this network sent unwanted mail.
 */
export function foldNetworks(
  members: readonly Member[],
  hasStranger: (network: Network) => boolean,
): Network[] {
  const left = new Map(members.map((member) => [formatNetwork(member.network), member]));
  const folded: Network[] = [];
  for (const network of candidates([...left.values()])) {
    const inside = [...left].filter(([, member]) => covers(network, member.network));
    const [first] = inside;
    if (!first || inside.length < LEAST_MEMBERS) continue;
    if (
      !isCovered(
        network,
        inside.map(([, member]) => member.network),
      )
    )
      continue;
    const { organisation } = first[1];
    if (organisation === null || inside.some(([, member]) => member.organisation !== organisation)) continue;
    if (hasStranger(network)) continue;
    for (const [text] of inside) left.delete(text);
    folded.push(network);
  }
  return [...folded, ...[...left.values()].map(({ network }) => network)];
}

function isCovered({ family, bits, base }: Network, seen: readonly Network[]): boolean {
  if (family === 6) return true;
  const half = networkOf(family, base, bits + 1);
  const inLower = seen.filter((network) => covers(half, network)).length;
  return seen.length * 2 >= 2 ** (widthOf(family) - bits) && inLower > 0 && inLower < seen.length;
}

/** Every network that holds enough members and is not too wide, the widest first. */
function candidates(members: readonly Member[]): Network[] {
  const counts = new Map<string, { network: Network; count: number }>();
  for (const { network } of members) {
    const narrowest = network.family === 4 ? widthOf(4) - 2 : WIDEST[6];
    for (let bits = WIDEST[network.family]; bits <= narrowest; bits++) {
      const wider = networkOf(network.family, network.base, bits);
      const key = formatNetwork(wider);
      counts.set(key, { network: wider, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()]
    .filter(({ count }) => count >= LEAST_MEMBERS)
    .map(({ network }) => network)
    .sort((a, b) => a.bits - b.bits);
}
