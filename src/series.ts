import { IntColumn } from './int-column.ts';

/**
 * Did it get through later? One series for each sender and recipient that were refused, until they are accepted; a
 * refusal after that begins a new series. A busy log has a million of them, so a series is a few numbers in typed
 * arrays (about 40 bytes) and its key a 64-bit hash: at ten million keys the chance that any two fall together is one
 * in 400,000.
 */
export class SeriesTable {
  readonly #index = new HashIndex();
  readonly #tries = new IntColumn();
  /** Whole seconds, unsigned. */
  readonly #last = new IntColumn();
  /** Few of the refused get through: they need no column. */
  readonly #accepted = new Map<number, Acceptance>();

  /**
   * @param key null for what can never be accepted later: it is a series of its own.
   * @param at epoch ms.
   * @returns the number of the series that this refusal belongs to.
   */
  refused(key: Key | null, at: number): number {
    const known = key === null ? -1 : this.#index.get(key);
    const seconds = Math.floor(at / 1000);
    if (known === -1) {
      this.#last.push(seconds);
      const series = this.#tries.push(1);
      if (key !== null) this.#index.set(key, series);
      return series;
    }
    this.#tries.values[known] = this.tries(known) + 1;
    if (seconds > this.lastAt(known) / 1000) this.#last.values[known] = seconds;
    return known;
  }

  /** The mail of this key got through: its series, if there is one, is over. */
  accepted(key: Key, acceptance: Acceptance): void {
    const series = this.#index.get(key);
    if (series === -1) return;
    this.#accepted.set(series, { at: acceptance.at, offset: acceptance.offset });
    this.#index.set(key, -1);
  }

  /** How often it was refused. */
  tries(series: number): number {
    return this.#tries.values[series] ?? 0;
  }

  /** Epoch ms of the last refusal, in whole seconds. */
  lastAt(series: number): number {
    return ((this.#last.values[series] ?? 0) >>> 0) * 1000;
  }

  /** When it got through, if it did. */
  acceptance(series: number): Acceptance | undefined {
    return this.#accepted.get(series);
  }
}

export interface Acceptance {
  /** Epoch ms. */
  at: number;
  /** Minutes east of UTC of the log's clock. */
  offset: number;
}

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
