/**
 * A map that forgets: it holds at least the newest `size` keys and at most twice as many. Two maps take turns, because
 * dropping the oldest key of a single one takes longer and longer (measured: half of the time of the whole join).
 */
export class RecentMap<T> {
  readonly #size: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  constructor(size: number) {
    this.#size = size;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: T): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#size) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
