import type { Found, Search } from './find.ts';
import type { Piece } from './pieces.ts';

/** What the second thread is asked for. */
export interface Work {
  /** Comes back with each answer. */
  round: number;
  search: Search;
  pieces: readonly Piece[];
  claims: Claims;
}

/** What it answers about one piece; null: the first thread has to read it. */
export interface Answer {
  round: number;
  piece: number;
  found: Found | null;
}

/** For each piece which thread reads it: both see it at once. */
export type Claims = Int32Array;

export const FIRST = 1;
export const SECOND = 2;

export function createClaims(pieces: number): Claims {
  return new Int32Array(new SharedArrayBuffer(pieces * Int32Array.BYTES_PER_ELEMENT));
}

/** @returns whether the piece is now this thread's; if not, it is the other's. */
export function claim(claims: Claims, piece: number, thread: number): boolean {
  return Atomics.compareExchange(claims, piece, 0, thread) === 0;
}
