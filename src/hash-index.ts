import { lowerCase } from './fnv.ts';

/** Two texts that belong together: a sender and a recipient. Case does not matter. */
export interface Key {
  /** Keys of different kinds are never the same. */
  kind: number;
  first: string;
  second: string;
}

const LOW = 0;
const HIGH = 1;
/** The number plus 2; 0 is an empty place, so -1 can be stored. */
const VALUE = 2;
const WIDTH = 3;
/** Places at first: there may be thousands of indexes that stay small. */
const LEAST = 64;

/** From key to number by a 64-bit hash, open addressing; the texts are not kept. */
export class HashIndex {
  /** For each place the two halves of the hash and the value, side by side: one look at memory a key. */
  #cells = new Int32Array(LEAST * WIDTH);
  #mask = LEAST - 1;
  #used = 0;
  /** The hash of the key that was asked for last. */
  #askedLow = 0;
  #askedHigh = 0;

  /**
   * Hashing is the dear part, so it is done once for both reading and writing.
   *
   * @returns the place of the key, good until the next set().
   */
  placeOf({ kind, first, second }: Key): number {
    let low = 0x811c9dc5 ^ kind;
    let high = 0x01000193;
    for (let i = 0; i < first.length; i++) {
      const c = lowerCase(first.charCodeAt(i));
      low = Math.imul(low ^ c, 0x01000193);
      high = Math.imul(high ^ c, 0x85ebca6b);
    }
    // No address holds a newline: the border between the two is certain.
    low = Math.imul(low ^ 0x0a, 0x01000193);
    high = Math.imul(high ^ 0x0a, 0x85ebca6b);
    for (let i = 0; i < second.length; i++) {
      const c = lowerCase(second.charCodeAt(i));
      low = Math.imul(low ^ c, 0x01000193);
      high = Math.imul(high ^ c, 0x85ebca6b);
    }
    this.#askedLow = low ^ (low >>> 15);
    this.#askedHigh = high ^ (high >>> 13);
    return this.#place(this.#askedLow, this.#askedHigh);
  }

  /** @returns -1 when nothing stands at this place. */
  get(place: number): number {
    return (this.#cells[place + VALUE] || 1) - 2;
  }

  /** @param place what placeOf() has just returned. */
  set(place: number, value: number): void {
    const empty = this.#cells[place + VALUE] === 0;
    this.#write(place, this.#askedLow, this.#askedHigh, value + 2);
    if (!empty) return;
    this.#used++;
    if (this.#used * 4 > this.#mask * 3) this.#grow();
  }

  #place(low: number, high: number): number {
    const cells = this.#cells;
    for (let n = low & this.#mask; ; n = (n + 1) & this.#mask) {
      const place = n * WIDTH;
      const found = cells[place + LOW] === low && cells[place + HIGH] === high;
      if (found || cells[place + VALUE] === 0) return place;
    }
  }

  #write(place: number, low: number, high: number, value: number): void {
    this.#cells[place + LOW] = low;
    this.#cells[place + HIGH] = high;
    this.#cells[place + VALUE] = value;
  }

  #grow(): void {
    const cells = this.#cells;
    this.#cells = new Int32Array(cells.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < cells.length; at += WIDTH) {
      const value = cells[at + VALUE] ?? 0;
      if (value === 0) continue;
      const [low, high] = [cells[at + LOW] ?? 0, cells[at + HIGH] ?? 0];
      this.#write(this.#place(low, high), low, high, value);
    }
  }
}
