import { FNV_SEED, fnv, lowerCase } from '../fnv.ts';
import type { Span } from '../span.ts';

/** A 32-bit hash of a text, whatever its case (FNV-1a), never 0: for counting and recognising, never for proof. */
export function hashOf(text: string): number {
  let hash = FNV_SEED;
  for (let i = 0; i < text.length; i++) hash = fnv(hash, lowerCase(text.charCodeAt(i)));
  return finish(hash);
}

/** The same of ASCII bytes. */
export function hashOfBytes(block: Buffer, { start, end }: Span): number {
  let hash = FNV_SEED;
  for (let at = start; at < end; at++) hash = fnv(hash, lowerCase(block[at] ?? 0));
  return finish(hash);
}

function finish(hash: number): number {
  return hash ^ (hash >>> 16) || 1;
}
