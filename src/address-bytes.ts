/**
 * The addresses that a line names, by its bytes and wherever they stand: what is looked for by them, and what an index
 * keeps of them, must be found by one rule.
 *
 *     H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <bob@hosted.example>: relay not permitted
 *                                     ^^^^^^^^^^^                 ^^^^^^^^^^^^^^^^^^
 */
import { AT, DASH, DOT, PLUS, UNDERLINE } from './ascii.ts';
import { lowerCase } from './fnv.ts';
import { Span } from './span.ts';

function isAlnum(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

function isMark(code: number): boolean {
  return code === DOT || code === DASH || code === UNDERLINE;
}

/** What an address may hold on both sides of its `@` and that ends no other word: `=` may stand before one, `F=a@x`. */
function isPart(code: number): boolean {
  return isAlnum(code) || isMark(code) || code === PLUS;
}

/** The next `@`. @returns -1 where there is none before `end`. */
export function nextAt(block: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) if (block[at] === AT) return at;
  return -1;
}

/** The address around an `@`, as far as it is made of plain characters; one side may be empty. */
export function addressAround(span: Span, block: Buffer, at: number, start: number, end: number): void {
  let from = at;
  while (from > start && isPart(block[from - 1] ?? 0)) from--;
  let to = at + 1;
  while (to < end && isPart(block[to] ?? 0)) to++;
  // `... for bob@x.example.` ends in no part of the name.
  while (to > at + 1 && !isAlnum(block[to - 1] ?? 0)) to--;
  span.start = from;
  span.end = to;
}

/** The addresses that are looked for. */
export interface Addresses {
  /** Whether a line, or the part of one, names any of them. */
  areIn(block: Buffer, start: number, end: number): boolean;
}

/** One address, or all of a domain; whatever the case. */
export class OneAddress implements Addresses {
  readonly #word: Buffer;
  readonly #at: number;

  /** @param address in lower case, with an `@`; `@x.example` is any of that domain. */
  constructor(address: string) {
    this.#word = Buffer.from(address);
    this.#at = this.#word.lastIndexOf(AT);
  }

  /** `rob-bob@x.example` and `bob@x.example.net` are not `bob@x.example`. */
  areIn(block: Buffer, start: number, end: number): boolean {
    for (let at = nextAt(block, start, end); at !== -1; at = nextAt(block, at + 1, end))
      if (this.#standsAround(block, at, start, end)) return true;
    return false;
  }

  #standsAround(block: Buffer, at: number, start: number, end: number): boolean {
    const word = this.#word;
    const first = at - this.#at;
    const behind = first + word.length;
    if (first < start || behind > end) return false;
    for (let i = word.length - 1; i >= 0; i--) if (lowerCase(block[first + i] ?? 0) !== word[i]) return false;
    if (this.#at > 0 && first > start && isPart(word[0] ?? 0) && isPart(block[first - 1] ?? 0)) return false;
    if (this.#at === word.length - 1 || !isPart(word.at(-1) ?? 0)) return true;
    let next = behind;
    while (next < end && isPart(block[next] ?? 0) && !isAlnum(block[next] ?? 0)) next++;
    return next === end || !isAlnum(block[next] ?? 0);
  }
}

/**
 * The part of an address that stands in the keys of each line which names it.
 *
 * @param address ASCII.
 * @returns null where that is no whole address: `@x.example`, `"b b"@x.example`.
 */
export function keyOfAddress(address: string): string | null {
  const bytes = Buffer.from(address);
  const at = bytes.lastIndexOf(AT);
  if (at === -1) return null;
  const span = new Span();
  addressAround(span, bytes, at, 0, bytes.length);
  const whole = span.start < at && span.end > at + 1;
  return whole ? bytes.toString('latin1', span.start, span.end).toLowerCase() : null;
}
