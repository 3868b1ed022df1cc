const BITS = 16;
const CHUNK = 1 << BITS;
const MASK = CHUNK - 1;
const LEAST = 64;

/** Whole numbers of 32 bits, in chunks: growing neither copies what is there nor takes twice its place. */
export class IntColumn {
  length = 0;
  /** How many values have room. */
  #room = 0;
  readonly #chunks: Int32Array[] = [];

  /** @returns the index of the new value. */
  push(value: number): number {
    const index = this.length++;
    if (index === this.#room) this.#grow();
    this.set(index, value);
    return index;
  }

  /** The first chunk grows from a few values on: there may be thousands of columns that stay short. */
  #grow(): void {
    if (this.#room >= CHUNK) {
      this.#chunks.push(new Int32Array(CHUNK));
      this.#room += CHUNK;
      return;
    }
    const [before = []] = this.#chunks;
    const larger = new Int32Array(Math.max(LEAST, this.#room * 2));
    larger.set(before);
    this.#chunks[0] = larger;
    this.#room = larger.length;
  }

  /** @returns 0 behind the end. */
  get(index: number): number {
    return this.#chunks[index >>> BITS]?.[index & MASK] ?? 0;
  }

  set(index: number, value: number): void {
    const chunk = this.#chunks[index >>> BITS];
    if (chunk) chunk[index & MASK] = value;
  }
}
