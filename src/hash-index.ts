/** Two texts that belong together: a sender and a recipient. Case does not matter. */
export type Key = readonly [first: string, second: string];

/** From key to number by a 64-bit hash, open addressing; the texts are not kept. */
export class HashIndex {
  #low = new Uint32Array(4096);
  #high = new Uint32Array(4096);
  /** The number plus 2; 0 is an empty slot, so -1 can be stored. */
  #value = new Int32Array(4096);
  #used = 0;

  /** @returns -1 when the key is unknown. */
  get(key: Key): number {
    const [low, high] = hash(key);
    return (this.#value[this.#slot(low, high)] || 1) - 2;
  }

  set(key: Key, value: number): void {
    const [low, high] = hash(key);
    const slot = this.#slot(low, high);
    if (this.#value[slot] === 0) {
      this.#low[slot] = low;
      this.#high[slot] = high;
      this.#used++;
    }
    this.#value[slot] = value + 2;
    if (this.#used * 4 > this.#value.length * 3) this.#grow();
  }

  #slot(low: number, high: number): number {
    const mask = this.#value.length - 1;
    let slot = low & mask;
    while (this.#value[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high))
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [lows, highs, values] = [this.#low, this.#high, this.#value];
    this.#low = new Uint32Array(values.length * 2);
    this.#high = new Uint32Array(values.length * 2);
    this.#value = new Int32Array(values.length * 2);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0;
      if (value === 0) continue;
      const slot = this.#slot(lows[i] ?? 0, highs[i] ?? 0);
      this.#low[slot] = lows[i] ?? 0;
      this.#high[slot] = highs[i] ?? 0;
      this.#value[slot] = value;
    }
  }
}

const pair: [number, number] = [0, 0];

/** Two rounds of FNV-1a with different factors. Returns the same array each time: read it before the next call. */
function hash(key: Key): readonly [number, number] {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let part = 0; part < 2; part++) {
    const text = part === 0 ? key[0] : key[1];
    for (let i = 0; i < text.length; i++) {
      const c = lower(text.charCodeAt(i));
      low = Math.imul(low ^ c, 0x01000193);
      high = Math.imul(high ^ c, 0x85ebca6b);
    }
    // No address holds a newline: the border between the two is certain.
    low = Math.imul(low ^ 0x0a, 0x01000193);
    high = Math.imul(high ^ 0x0a, 0x85ebca6b);
  }
  pair[0] = (low ^ (low >>> 15)) >>> 0;
  pair[1] = (high ^ (high >>> 13)) >>> 0;
  return pair;
}

function lower(c: number): number {
  return c >= 0x41 && c <= 0x5a ? c | 0x20 : c;
}
