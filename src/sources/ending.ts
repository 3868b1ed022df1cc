/** Some hundred lines. */
const LENGTH = 64 * 1024;

/** The last bytes of what is read in blocks. */
export class Ending {
  readonly #length: number;
  #bytes: Buffer = EMPTY;

  constructor(length = LENGTH) {
    this.#length = length;
  }

  /** The block may be reused afterwards. */
  push(block: Buffer): void {
    const kept = Math.max(0, this.#length - block.length);
    const before = kept === 0 ? EMPTY : this.#bytes.subarray(-kept);
    this.#bytes = Buffer.concat([before, block.subarray(-this.#length)]);
  }

  /** So many as were asked for, or all if it is less. They do not change any more. */
  get bytes(): Buffer {
    return this.#bytes;
  }
}

const EMPTY = Buffer.alloc(0);
