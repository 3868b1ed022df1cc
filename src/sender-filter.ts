import { BACKSLASH, GREATER, LESS, QUOTE, SPACE } from './ascii.ts';
import { FNV_SEED, fnv, lowerCase } from './fnv.ts';

/** 1 MiB: at a million refused senders about every ninth other one passes it too. */
const BITS = 1 << 23;

/**
 * Which senders were refused, asked with the bytes of an arrival line: nearly all mail comes from senders that never
 * were, and their lines need not even become strings. It never forgets a sender, but may take another for one.
 */
export class SenderFilter {
  readonly #bits: Uint32Array;
  readonly #mask: number;

  /** @param bits a power of 2, eight times as many as there are senders. */
  constructor(bits = BITS) {
    this.#bits = new Uint32Array(bits / 32);
    this.#mask = bits - 1;
  }

  add(sender: string): void {
    let hash = FNV_SEED;
    for (let i = 0; i < sender.length; i++) hash = mix(hash, sender.charCodeAt(i));
    this.#set(hash);
  }

  /** The same of bytes. */
  addBytes(block: Buffer, start: number, end: number): void {
    let hash = FNV_SEED;
    for (let at = start; at < end; at++) hash = mix(hash, block[at] ?? 0);
    this.#set(hash);
  }

  #set(hash: number): void {
    const bit = this.#bitOf(hash);
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  /**
   * @param start of the address as an arrival has it: `a@example H=...`, `"a b"@example H=...`, `<> R=...`.
   * @param end of the line.
   */
  has(block: Buffer, start: number, end: number): boolean {
    let hash = FNV_SEED;
    if (block[start] !== LESS || block[start + 1] !== GREATER) {
      let quoted = block[start] === QUOTE;
      for (let at = start; at < end; at++) {
        const c = block[at] ?? 0;
        if (c === SPACE && !quoted) break;
        hash = mix(hash, c);
        if (!quoted || at === start) continue;
        if (c === BACKSLASH) hash = mix(hash, block[++at] ?? 0);
        else if (c === QUOTE) quoted = false;
      }
    }
    const bit = this.#bitOf(hash);
    return ((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  #bitOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & this.#mask;
  }
}

/** Characters that are no ASCII are left out: a string and its bytes count them differently. */
function mix(hash: number, code: number): number {
  return code >= 0x80 ? hash : fnv(hash, lowerCase(code));
}
