/**
 * A map of limited size that lets go of what was set longest ago, and counts that. Two maps take turns, as in RecentMap;
 * what is set again moves to the younger one.
 */
export class Bounded<T> {
  /** Entries that were let go. */
  dropped = 0;
  readonly #half: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  /** @param limit entries at most; at least half of them are kept. */
  constructor(limit: number) {
    this.#half = Math.ceil(limit / 2);
  }

  get(key: string): T | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** The newest now, whether it was there before or not. */
  set(key: string, value: T): void {
    this.#young.set(key, value);
    this.#old.delete(key);
    if (this.#young.size < this.#half) return;
    this.dropped += this.#old.size;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  *values(): Iterable<T> {
    yield* this.#old.values();
    yield* this.#young.values();
  }
}
