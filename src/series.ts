/**
 * Did it get through later? One series for each sender and recipient that were refused, until they are accepted; a
 * refusal after that begins a new series. A busy log has a million of them, so a series is a few numbers in typed
 * arrays (about 50 bytes) and its key a 64-bit hash: at ten million keys the chance that any two fall together is one
 * in 400,000.
 */
export class SeriesTable {
  readonly #index = new HashIndex();
  readonly #tries = new Column(Uint32Array);
  readonly #first = new Column(Float64Array);
  readonly #last = new Column(Float64Array);
  readonly #acceptedAt = new Column(Float64Array);
  readonly #acceptedOffset = new Column(Int16Array);

  get size(): number {
    return this.#tries.length;
  }

  /**
   * @param key null for what can never be accepted later: it is a series of its own.
   * @returns the number of the series that this refusal belongs to.
   */
  refused(key: string | null, at: number): number {
    const known = key === null ? -1 : this.#index.get(key);
    if (known !== -1) {
      this.#tries.values[known] = (this.#tries.values[known] ?? 0) + 1;
      this.#last.values[known] = Math.max(this.#last.values[known] ?? at, at);
      return known;
    }
    const series = this.#tries.push(1);
    this.#first.push(at);
    this.#last.push(at);
    this.#acceptedAt.push(Number.NaN);
    this.#acceptedOffset.push(0);
    if (key !== null) this.#index.set(key, series);
    return series;
  }

  /** The mail of this key got through: its series, if there is one, is over. */
  accepted(key: string, at: number, offset: number): void {
    const series = this.#index.get(key);
    if (series === -1 || at < (this.#first.values[series] ?? 0)) return;
    this.#acceptedAt.values[series] = at;
    this.#acceptedOffset.values[series] = offset;
    this.#index.set(key, -1);
  }

  /** How often it was refused. */
  tries(series: number): number {
    return this.#tries.values[series] ?? 0;
  }

  /** Epoch ms of the last refusal. */
  lastAt(series: number): number {
    return this.#last.values[series] ?? Number.NaN;
  }

  /** Epoch ms, or NaN when it never got through. */
  acceptedAt(series: number): number {
    return this.#acceptedAt.values[series] ?? Number.NaN;
  }

  /** Minutes east of UTC of the log's clock at that moment. */
  acceptedOffset(series: number): number {
    return this.#acceptedOffset.values[series] ?? 0;
  }
}

type Numbers = Int16Array | Int32Array | Uint32Array | Float64Array;

/** A typed array that grows. */
export class Column<T extends Numbers> {
  values: T;
  length = 0;
  readonly #make: new (
    size: number,
  ) => T;

  constructor(make: new (size: number) => T) {
    this.#make = make;
    this.values = new make(1024);
  }

  /** @returns the index of the new value. */
  push(value: number): number {
    if (this.length === this.values.length) {
      const larger = new this.#make(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    return this.length++;
  }
}

/** From string to number by a 64-bit hash, open addressing; the strings are not kept. */
export class HashIndex {
  #low = new Uint32Array(4096);
  #high = new Uint32Array(4096);
  /** The number plus 2; 0 is an empty slot, so -1 can be stored. */
  #value = new Int32Array(4096);
  #used = 0;

  /** @returns -1 when the key is unknown. */
  get(key: string): number {
    const [low, high] = hash(key);
    return (this.#value[this.#slot(low, high)] || 1) - 2;
  }

  set(key: string, value: number): void {
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

/** Two rounds of FNV-1a with different seeds. Returns the same array each time: read it before the next call. */
function hash(key: string): readonly [number, number] {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < key.length; i++) {
    const c = key.charCodeAt(i);
    low = Math.imul(low ^ c, 0x01000193);
    high = Math.imul(high ^ c, 0x85ebca6b);
  }
  low ^= low >>> 15;
  high ^= high >>> 13;
  pair[0] = low >>> 0;
  pair[1] = high >>> 0;
  return pair;
}
