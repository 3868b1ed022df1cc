import { isIP, isIPv4 } from 'node:net';

export type Family = 4 | 6;

/** An address, or all the addresses that begin alike. */
export interface Network {
  family: Family;
  /** The number of the first address. */
  base: bigint;
  /** Leading bits that are alike: 32 or 128 is a single address. */
  bits: number;
}

export const widthOf = (family: Family): number => (family === 4 ? 32 : 128);

/**
 * Reads one address. What a log or a file holds is only trusted behind this; every other text gives null.
 *
 * @returns the number of the address; null also for an IPv6 address with a zone (`fe80::1%eth0`).
 */
export function parseAddress(text: string): { family: Family; value: bigint } | null {
  const version = isIP(text);
  if (version === 0 || text.includes('%')) return null;
  if (version === 4) return { family: 4, value: numberOf(text.split('.').map(Number), 8n) };
  // The URL parser writes every form of an IPv6 address in one way, `::ffff:192.0.2.1` included.
  const [head = '', tail] = canonical(text).split('::');
  const front = groupsOf(head);
  const back = groupsOf(tail ?? '');
  const zeros = tail === undefined ? [] : Array<number>(8 - front.length - back.length).fill(0);
  return { family: 6, value: numberOf([...front, ...zeros, ...back], 16n) };
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function numberOf(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((value, part) => (value << width) | BigInt(part), 0n);
}

/** RFC 5952: lower case, the longest run of zero groups as `::`, no leading zeros. */
function canonical(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** Writes an address: IPv6 in the form of RFC 5952. */
export function formatAddress(family: Family, value: bigint): string {
  const parts = (count: number, width: bigint): bigint[] =>
    Array.from(
      { length: count },
      (_, at) => (value >> (width * BigInt(count - 1 - at))) & ((1n << width) - 1n),
    );
  if (family === 4) return parts(4, 8n).join('.');
  return canonical(
    parts(8, 16n)
      .map((group) => group.toString(16))
      .join(':'),
  );
}

/** `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/64`: strict, as we write it. @returns null for anything else. */
export function parseNetwork(text: string): Network | null {
  const [first = '', bits, more] = text.split('/');
  const address = parseAddress(first);
  if (!address || more !== undefined) return null;
  if (bits === undefined) return networkOf(address.family, address.value, widthOf(address.family));
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > widthOf(address.family)) return null;
  return networkOf(address.family, address.value, Number(bits));
}

/** The network of so many bits that an address lies in. */
export function networkOf(family: Family, value: bigint, bits: number): Network {
  const host = BigInt(widthOf(family) - bits);
  return { family, base: (value >> host) << host, bits };
}

/** A single address without `/32`. */
export function formatNetwork({ family, base, bits }: Network): string {
  const address = formatAddress(family, base);
  return bits === widthOf(family) ? address : `${address}/${bits}`;
}

/** Whether the first holds all of the second. */
export function covers(outer: Network, inner: Network): boolean {
  if (outer.family !== inner.family || outer.bits > inner.bits) return false;
  return networkOf(outer.family, inner.base, outer.bits).base === outer.base;
}

/** The widest entry that is ever made: what one customer of a provider usually has. */
export const WIDEST: Readonly<Record<Family, number>> = { 4: 24, 6: 64 };

/** The /24 or /64 of an address as a short text, for counting; an address that is none is its own network. */
export function neighbourhood(ip: string): string {
  // Called for every arrival of a log: IPv4 without arithmetic.
  if (isIPv4(ip)) return ip.slice(0, ip.lastIndexOf('.'));
  const address = parseAddress(ip);
  return address ? formatNetwork(networkOf(address.family, address.value, WIDEST[address.family])) : ip;
}

/** No client of ours comes from here, whatever a line says: an entry would be idle or open the wrong door. */
const NEVER = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/127',
  '::ffff:0:0/96',
  'fe80::/10',
  'ff00::/8',
];
/** Read when it is first asked for: that takes longer than a small trace. */
let never: readonly (Network | null)[] | undefined;

/** The client's address as a network of one, if it can be the entry of a list. */
export function clientNetwork(ip: string | null): Network | null {
  const network = ip === null || ip.includes('/') ? null : parseNetwork(ip);
  never ??= NEVER.map(parseNetwork);
  return network && !never.some((one) => one && covers(one, network)) ? network : null;
}
