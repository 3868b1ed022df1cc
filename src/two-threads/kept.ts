import { NEWLINE } from '../ascii.ts';

/** Bytes at first: most pieces hold hardly a line that matters. */
const LEAST = 64 * 1024;

/** Lines that are kept out of many. */
export class Kept {
  readonly #room: number;
  #text = Buffer.from(new ArrayBuffer(LEAST));
  #length = 0;
  readonly #runs: number[] = [];
  #passed = 0;

  /** @param room bytes. */
  constructor(room: number) {
    this.#room = room;
  }

  /** More came than there is room for: what came last is not there. */
  get isFull(): boolean {
    return this.#length > this.#room;
  }

  /** A line that is not kept. */
  pass(): void {
    this.#passed++;
  }

  add(block: Buffer, start: number, end: number): void {
    const length = end - start + 1;
    const behind = this.#length + length;
    if (behind <= this.#room) {
      if (behind > this.#text.length) this.#grow(behind);
      block.copy(this.#text, this.#length, start, end);
      this.#text[behind - 1] = NEWLINE;
      this.#note(length);
    }
    this.#length = behind;
  }

  /** Lines that follow each other are one run. */
  #note(length: number): void {
    const last = this.#runs.length - 1;
    if (this.#passed === 0 && last > 0) this.#runs[last] = (this.#runs[last] ?? 0) + length;
    else this.#runs.push(this.#passed, length);
    this.#passed = 0;
  }

  #grow(least: number): void {
    const larger = Buffer.from(new ArrayBuffer(Math.max(least, this.#text.length * 2)));
    this.#text.copy(larger, 0, 0, this.#length);
    this.#text = larger;
  }

  /** @returns buffers of their own. */
  taken(): { text: Uint8Array<ArrayBuffer>; runs: Uint32Array; behind: number } {
    const text = this.#text.subarray(0, this.#length);
    return { text, runs: Uint32Array.from(this.#runs), behind: this.#passed };
  }
}
