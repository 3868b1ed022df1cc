const BITS = 16;
const CHUNK = 1 << BITS;
const MASK = CHUNK - 1;

/** Whole numbers of 32 bits, in chunks: growing neither copies what is there nor takes twice its place. */
export class IntColumn {
  length = 0;
  readonly #chunks: Int32Array[] = [];

  /** @returns the index of the new value. */
  push(value: number): number {
    const index = this.length++;
    if ((index & MASK) === 0) this.#chunks.push(new Int32Array(CHUNK));
    this.set(index, value);
    return index;
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
