/** A list that keeps its newest items, in their order, and says how many older ones it let go. */
export class Newest<T> {
  readonly #most: number;
  #items: T[] = [];
  #dropped = 0;

  /** @param most items that are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  push(item: T): void {
    this.#items.push(item);
    // In large steps: each of them copies what stays.
    if (this.#items.length >= this.#most * 1.25) this.#trim();
  }

  #trim(): void {
    const tooMany = Math.max(0, this.#items.length - this.#most);
    this.#dropped += tooMany;
    this.#items = this.#items.slice(tooMany);
  }

  taken(): { items: T[]; dropped: number } {
    this.#trim();
    return { items: this.#items, dropped: this.#dropped };
  }
}
