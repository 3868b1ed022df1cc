/** Two texts that belong together: a sender and a recipient. Case does not matter. */
export interface Key {
  /** Keys of different kinds are never the same. */
  kind: number;
  first: string;
  second: string;
}

/** From key to number by a 64-bit hash, open addressing; the texts are not kept. */
export class HashIndex {
  #low = new Int32Array(4096);
  #high = new Int32Array(4096);
  /** The number plus 2; 0 is an empty place, so -1 can be stored. */
  #value = new Int32Array(4096);
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
      const c = lower(first.charCodeAt(i));
      low = Math.imul(low ^ c, 0x01000193);
      high = Math.imul(high ^ c, 0x85ebca6b);
    }
    // No address holds a newline: the border between the two is certain.
    low = Math.imul(low ^ 0x0a, 0x01000193);
    high = Math.imul(high ^ 0x0a, 0x85ebca6b);
    for (let i = 0; i < second.length; i++) {
      const c = lower(second.charCodeAt(i));
      low = Math.imul(low ^ c, 0x01000193);
      high = Math.imul(high ^ c, 0x85ebca6b);
    }
    this.#askedLow = low ^ (low >>> 15);
    this.#askedHigh = high ^ (high >>> 13);
    return this.#place(this.#askedLow, this.#askedHigh);
  }

  /** @returns -1 when nothing stands at this place. */
  get(place: number): number {
    return (this.#value[place] || 1) - 2;
  }

  /** @param place what placeOf() has just returned. */
  set(place: number, value: number): void {
    if (this.#value[place] === 0) {
      this.#low[place] = this.#askedLow;
      this.#high[place] = this.#askedHigh;
      this.#used++;
    }
    this.#value[place] = value + 2;
    if (this.#used * 4 > this.#value.length * 3) this.#grow();
  }

  #place(low: number, high: number): number {
    const mask = this.#value.length - 1;
    let place = low & mask;
    while (this.#value[place] !== 0 && (this.#low[place] !== low || this.#high[place] !== high))
      place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const [lows, highs, values] = [this.#low, this.#high, this.#value];
    this.#low = new Int32Array(values.length * 2);
    this.#high = new Int32Array(values.length * 2);
    this.#value = new Int32Array(values.length * 2);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0;
      if (value === 0) continue;
      const place = this.#place(lows[i] ?? 0, highs[i] ?? 0);
      this.#low[place] = lows[i] ?? 0;
      this.#high[place] = highs[i] ?? 0;
      this.#value[place] = value;
    }
  }
}

function lower(c: number): number {
  return c >= 0x41 && c <= 0x5a ? c | 0x20 : c;
}
