import { lowerCase } from './fnv.ts';

/** 64 bits that stand for a text, whatever the case of its ASCII letters. */
export interface Hash {
  low: number;
  high: number;
}

const LOW_SEED = 0x811c9dc5;
const HIGH_SEED = 0x01000193;
/** Odd numbers of many bits: each bit of a text reaches the high bits of the hash. */
const LOW_PRIME = 0x01000193;
const HIGH_PRIME = 0x85ebca6b;

/**
 * Two halves that never meet: FNV-1a with two primes. A million texts a second are hashed, so nothing is made anew. A
 * history keeps these hashes (see Accepted): another way to make them is another schema there.
 */
export function hashText(hash: Hash, text: string): Hash {
  let low = LOW_SEED;
  let high = HIGH_SEED;
  for (let at = 0; at < text.length; at++) {
    const code = lowerCase(text.charCodeAt(at));
    low = Math.imul(low ^ code, LOW_PRIME);
    high = Math.imul(high ^ code, HIGH_PRIME);
  }
  return finish(hash, low, high);
}

/** The same of bytes, as long as they are ASCII. */
export function hashBytes(hash: Hash, block: Buffer, start: number, end: number): Hash {
  let low = LOW_SEED;
  let high = HIGH_SEED;
  for (let at = start; at < end; at++) {
    const code = lowerCase(block[at] ?? 0);
    low = Math.imul(low ^ code, LOW_PRIME);
    high = Math.imul(high ^ code, HIGH_PRIME);
  }
  return finish(hash, low, high);
}

/**
 * The hash of two texts that belong together.
 *
 * @param kind of the pair: pairs of different kinds are never the same.
 */
export function hashPair(hash: Hash, first: Hash, second: Hash, kind: number): Hash {
  const low =
    Math.imul(first.low ^ (second.low >>> 16), HIGH_PRIME) + Math.imul(second.low + kind, LOW_PRIME);
  const high =
    Math.imul(first.high + kind, LOW_PRIME) ^ Math.imul(second.high ^ (first.high >>> 15), HIGH_PRIME);
  return finish(hash, low, high);
}

const one: Hash = { low: 0, high: 0 };
const two: Hash = { low: 0, high: 0 };

/** The hash of two texts that belong together, see hashPair(). */
export function hashTexts(hash: Hash, first: string, second: string, kind: number): Hash {
  return hashPair(hash, hashText(one, first), hashText(two, second), kind);
}

function finish(hash: Hash, low: number, high: number): Hash {
  hash.low = low ^ (low >>> 15);
  hash.high = high ^ (high >>> 13);
  return hash;
}
