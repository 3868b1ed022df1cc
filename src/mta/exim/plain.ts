/**
 * Scanners for the plain forms of a line, as bytes: no quote, no character but ASCII, nothing that a stranger could make
 * look odd. What is not plain is left to the parser of strings, which knows all forms.
 */
import {
  AT,
  BACKSLASH,
  CLOSE,
  CLOSE_ROUND,
  COLON,
  DELETE,
  DOT,
  GREATER,
  LESS,
  OPEN,
  OPEN_ROUND,
  QUOTE,
  SPACE,
} from '../../ascii.ts';
import { startsWith } from '../../bytes.ts';
import { put, Span } from '../../span.ts';
import { isDigit } from '../scan.ts';

/** Whether one of these words begins at this place. It is asked in every line: a closure would be made for each. */
export function isOneOf(words: readonly Buffer[], block: Buffer, at: number, end: number): boolean {
  for (const word of words) if (startsWith(block, at, end, word)) return true;
  return false;
}

/** The SMTP client. */
export interface PlainClient {
  ip: Span;
  /** The name that DNS confirmed; empty where there is none. */
  reverseName: Span;
  /** What the client called itself; empty where the log does not say. */
  heloName: Span;
}

export function emptyClient(): PlainClient {
  return { ip: new Span(), reverseName: new Span(), heloName: new Span() };
}

/** `name (helo) [address]:port`. @returns the index behind it, or -1. */
export function plainClient(client: PlainClient, block: Buffer, start: number, end: number): number {
  let at = start;
  if (block[at] !== OPEN_ROUND && block[at] !== OPEN) {
    const space = wordEnd(block, at, end);
    if (space <= start) return -1;
    at = space + 1;
  }
  put(client.reverseName, start, Math.max(start, at - 1));
  put(client.heloName, at, at);
  if (block[at] === OPEN_ROUND) {
    const space = heloEnd(block, at, end);
    if (space === -1) return -1;
    // `()` is a name too, though an empty one
    if (space === at + 2) return -1;
    put(client.heloName, at + 1, space - 1);
    at = space + 1;
  }
  const close = block[at] === OPEN ? addressEnd(block, at + 1, end) : -1;
  if (close === -1) return -1;
  put(client.ip, at + 1, close);
  return block[close + 1] === COLON ? portEnd(block, close + 2, end) : close + 1;
}

/** The index of the space behind `(name)`, or -1: what a stranger calls himself may hold the end of his name. */
function heloEnd(block: Buffer, start: number, end: number): number {
  const space = wordEnd(block, start, end);
  for (let at = start + 1; at < space; at++)
    if (block[at] === CLOSE_ROUND) return at === space - 1 ? space : -1;
  return -1;
}

/** The longest address, `[` aside: `2001:0db8:...`. */
const ADDRESS_LIMIT = 45;

/** @returns the index of the `]`, or -1 for what is no address. */
function addressEnd(block: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const c = block[at] ?? 0;
    if (c === CLOSE) return at > start && at - start <= ADDRESS_LIMIT ? at : -1;
    const hex = isDigit(c) || (c >= 0x61 && c <= 0x66) || (c >= 0x41 && c <= 0x46);
    if (!hex && c !== COLON && c !== DOT) return -1;
  }
  return -1;
}

function portEnd(block: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(block[at] ?? 0)) at++;
  return at === start ? -1 : at;
}

/** `<a@x.example>` without a quote. @returns the index behind it, or -1. */
export function plainAddress(span: Span, block: Buffer, start: number, end: number): number {
  if (block[start] !== LESS) return -1;
  for (let at = start + 1; at < end; at++) {
    const c = block[at] ?? 0;
    if (c === GREATER) {
      put(span, start + 1, at);
      return at + 1;
    }
    if (c <= SPACE || c >= DELETE || c === QUOTE || c === BACKSLASH || c === LESS) return -1;
  }
  return -1;
}

/** @returns where the domain of the address begins, behind the last `@`; -1 where there is none. */
export function addressDomain(block: Buffer, { start, end }: Span): number {
  for (let at = end - 1; at >= start; at--) if (block[at] === AT) return at + 1;
  return -1;
}

/** The index of the space that ends the word; -1 where none does, or where a character is no plain one. */
export function wordEnd(block: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const c = block[at] ?? 0;
    if (c === SPACE) return at;
    if (c < SPACE || c >= DELETE || c === QUOTE) return -1;
  }
  return -1;
}
