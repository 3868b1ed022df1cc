import { latin1 } from './bytes.ts';
import { HashIndex } from './hash-index.ts';
import { type Hash, hashBytes, hashText } from './text-hash.ts';

/** Numbers for strings that come again and again, whatever their case; -1 is null. */
export class Interner {
  readonly #numbers = new HashIndex();
  readonly #texts: string[] = [];
  readonly #hash: Hash = { low: 0, high: 0 };

  number(text: string | null): number {
    if (text === null) return -1;
    const hash = hashText(this.#hash, text);
    const place = this.#numbers.placeOf(hash);
    const known = this.#numbers.get(place);
    // A part of a line keeps the whole line in memory: what is kept is copied (measured: 10 times less).
    return known !== -1 ? known : this.#add(place, Buffer.from(text).toString());
  }

  /** The same of ASCII bytes. */
  numberOf(block: Buffer, start: number, end: number): number {
    const hash = hashBytes(this.#hash, block, start, end);
    const place = this.#numbers.placeOf(hash);
    const known = this.#numbers.get(place);
    return known !== -1 ? known : this.#add(place, latin1(block, start, end));
  }

  #add(place: number, text: string): number {
    const number = this.#texts.push(text) - 1;
    this.#numbers.set(place, this.#hash, number);
    return number;
  }

  get size(): number {
    return this.#texts.length;
  }

  /** As it was first written. */
  text(number: number | undefined): string | null {
    return this.#texts[number ?? -1] ?? null;
  }
}
