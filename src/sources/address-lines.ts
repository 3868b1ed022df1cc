import { AT, NEWLINE } from '../ascii.ts';
import { lowerCase } from '../fnv.ts';
import { MAX_LINE } from './lines.ts';

/** Takes a line that holds the address: where it stands in the block. */
export type TakeBytes = (block: Buffer, start: number, end: number) => void;

/** Whether a line is wanted for an `@` in it that is of another address. */
export type IsWanted = (block: Buffer, at: number) => boolean;

/**
 * Finds the lines that hold an address, in whatever case, without cutting the others: from one `@` to the next, 1 GB
 * takes 0.4 s, and 1.3 s line by line (measured).
 */
export class AddressLines {
  readonly #address: Buffer;
  /** Where its `@` stands. */
  readonly #at: number;
  readonly #take: TakeBytes;
  readonly #isWanted: IsWanted;
  /** The beginning of a line that goes on in the next block, as far as a line is read. */
  readonly #carry = Buffer.allocUnsafe(MAX_LINE);
  #carried = 0;

  /** @param address in lower case, with an `@`. */
  constructor(address: string, take: TakeBytes, isWanted: IsWanted = () => false) {
    this.#address = Buffer.from(address);
    this.#at = this.#address.indexOf(AT);
    this.#take = take;
    this.#isWanted = isWanted;
  }

  /** The block may be reused afterwards. */
  push(block: Buffer): void {
    let start = 0;
    if (this.#carried > 0) {
      const end = block.indexOf(NEWLINE);
      this.#keep(block, 0, end === -1 ? block.length : end);
      if (end === -1) return;
      this.drain();
      start = end + 1;
    }
    const behind = Math.max(start, block.lastIndexOf(NEWLINE) + 1);
    this.#search(block, start, behind);
    this.#keep(block, behind, block.length);
  }

  /** The last line, which no newline ends. */
  drain(): void {
    this.#search(this.#carry, 0, this.#carried);
    this.#carried = 0;
  }

  #keep(block: Buffer, start: number, end: number): void {
    this.#carried += block.copy(this.#carry, this.#carried, start, end);
  }

  /** @param start of a line. */
  #search(block: Buffer, start: number, end: number): void {
    let at = block.indexOf(AT, start);
    while (at !== -1 && at < end) {
      let behind = at + 1;
      if (this.#isAt(block, at - this.#at, start, end) || this.#isWanted(block, at)) {
        const newline = block.indexOf(NEWLINE, at);
        behind = newline === -1 || newline > end ? end : newline;
        this.#take(block, Math.max(start, block.lastIndexOf(NEWLINE, at) + 1), behind);
      }
      at = block.indexOf(AT, behind);
    }
  }

  #isAt(block: Buffer, at: number, start: number, end: number): boolean {
    const address = this.#address;
    if (at < start || at + address.length > end) return false;
    for (let i = 0; i < address.length; i++) if (lowerCase(block[at + i] ?? 0) !== address[i]) return false;
    return true;
  }
}
