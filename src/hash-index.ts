import type { Hash } from './text-hash.ts';

const LOW = 0;
const HIGH = 1;
/** The number plus 2; 0 is an empty place, so -1 can be stored. */
const VALUE = 2;
const WIDTH = 3;
/** Places at first: there may be thousands of indexes that stay small. */
const LEAST = 64;

/**
 * From the hash of a text to a number, by open addressing; the texts are not kept. At ten million keys the chance that
 * any two fall together is one in 400,000.
 */
export class HashIndex {
  /** For each place the two halves of the hash and the value, side by side: one look at memory a key. */
  #cells = new Int32Array(LEAST * WIDTH);
  #mask = LEAST - 1;
  #used = 0;

  /** @returns the place of the key, good until the next set(). */
  placeOf({ low, high }: Hash): number {
    const cells = this.#cells;
    for (let n = low & this.#mask; ; n = (n + 1) & this.#mask) {
      const place = n * WIDTH;
      const found = cells[place + LOW] === low && cells[place + HIGH] === high;
      if (found || cells[place + VALUE] === 0) return place;
    }
  }

  /** @returns -1 when nothing stands at this place. */
  get(place: number): number {
    return (this.#cells[place + VALUE] || 1) - 2;
  }

  /** @param place what placeOf() has just returned for this hash. */
  set(place: number, { low, high }: Hash, value: number): void {
    const cells = this.#cells;
    const empty = cells[place + VALUE] === 0;
    cells[place + LOW] = low;
    cells[place + HIGH] = high;
    cells[place + VALUE] = value + 2;
    if (!empty) return;
    this.#used++;
    if (this.#used * 4 > this.#mask * 3) this.#grow();
  }

  #grow(): void {
    const before = this.#cells;
    const cells = new Int32Array(before.length * 2);
    const mask = this.#mask * 2 + 1;
    for (let at = 0; at < before.length; at += WIDTH) {
      const value = before[at + VALUE] ?? 0;
      if (value === 0) continue;
      const low = before[at + LOW] ?? 0;
      let n = low & mask;
      while (cells[n * WIDTH + VALUE] !== 0) n = (n + 1) & mask;
      cells[n * WIDTH + LOW] = low;
      cells[n * WIDTH + HIGH] = before[at + HIGH] ?? 0;
      cells[n * WIDTH + VALUE] = value;
    }
    this.#cells = cells;
    this.#mask = mask;
  }
}
