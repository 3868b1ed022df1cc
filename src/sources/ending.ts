/** Some hundred lines. */
const LENGTH = 64 * 1024;

/** The last bytes of what is read in blocks. */
export class Ending {
  readonly #buffer: Buffer;
  #length = 0;

  constructor(length = LENGTH) {
    this.#buffer = Buffer.allocUnsafe(length);
  }

  /** The block may be reused afterwards. */
  push(block: Buffer): void {
    const buffer = this.#buffer;
    const kept = Math.min(this.#length, Math.max(0, buffer.length - block.length));
    buffer.copyWithin(0, this.#length - kept, this.#length);
    this.#length = kept + block.copy(buffer, kept, Math.max(0, block.length - buffer.length));
  }

  /** So many as were asked for, or all if it is less. They do not change any more. */
  get bytes(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }
}
