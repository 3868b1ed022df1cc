import { FNV_SEED, fnv, lowerCase } from '../fnv.ts';

/** A 32-bit hash of a text, whatever its case (FNV-1a), never 0: for counting and recognising, never for proof. */
export function hashOf(text: string): number {
  let hash = FNV_SEED;
  for (let i = 0; i < text.length; i++) hash = fnv(hash, lowerCase(text.charCodeAt(i)));
  return hash ^ (hash >>> 16) || 1;
}
