import { isUtf8 } from 'node:buffer';
import type { LogLine } from '../model/record.ts';

/** Says of the bytes of one line whether anybody has to read it: a look at fixed offsets, no search. */
export type Relevance = (block: Buffer, start: number, end: number) => boolean;

/** Bytes of a line that are kept; Exim's own log buffer holds 8 KiB, so only a damaged file has longer ones. */
export const MAX_LINE = 64 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Cuts blocks of bytes into lines and turns only the relevant ones into strings. Most lines of a log (connections,
 * cwd=, Completed) are never decoded: that, and the reuse of the block by its source, is where the speed comes from.
 */
export class LineSplitter {
  /** Lines seen so far. */
  lines = 0;
  /** Lines that were not relevant. */
  ignored = 0;
  /** Lines that were cut at MAX_LINE. */
  overlong = 0;
  readonly #file: string;
  readonly #relevant: Relevance;
  readonly #carry = Buffer.allocUnsafe(MAX_LINE);
  #carried = 0;
  #cut = false;

  constructor(file: string, relevant: Relevance) {
    this.#file = file;
    this.#relevant = relevant;
  }

  /** The relevant lines, one batch for each block. */
  async *batches(blocks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<LogLine[]> {
    for await (const block of blocks) yield this.push(block);
    yield this.drain();
  }

  /** @returns the relevant lines that end in this block. The block may be reused afterwards. */
  push(block: Buffer): LogLine[] {
    const found: LogLine[] = [];
    let start = 0;
    if (this.#carried > 0 || this.#cut) {
      const end = block.indexOf(NEWLINE);
      this.#keep(block, 0, end === -1 ? block.length : end);
      if (end === -1) return found;
      this.#finish(found);
      start = end + 1;
    }
    for (let end = block.indexOf(NEWLINE, start); end !== -1; end = block.indexOf(NEWLINE, start)) {
      this.#line(found, block, start, end);
      start = end + 1;
    }
    if (start < block.length) this.#keep(block, start, block.length);
    return found;
  }

  /** @returns the last line, when the file does not end in a newline: a log that is still being written. */
  drain(): LogLine[] {
    const found: LogLine[] = [];
    if (this.#carried > 0 || this.#cut) this.#finish(found);
    return found;
  }

  #keep(block: Buffer, start: number, end: number): void {
    const room = MAX_LINE - this.#carried;
    if (end - start > room) this.#cut = true;
    this.#carried += block.copy(this.#carry, this.#carried, start, Math.min(end, start + room));
  }

  #finish(found: LogLine[]): void {
    if (this.#cut) this.overlong++;
    const length = this.#carried;
    this.#carried = 0;
    this.#cut = false;
    this.#line(found, this.#carry, 0, length);
  }

  #line(found: LogLine[], block: Buffer, start: number, newline: number): void {
    this.lines++;
    let end = newline;
    if (end > start && block[end - 1] === RETURN) end--;
    if (end - start > MAX_LINE) {
      end = start + MAX_LINE;
      this.overlong++;
    }
    if (this.#relevant(block, start, end)) {
      found.push({ text: decode(block, start, end), file: this.#file, line: this.lines });
    } else {
      this.ignored++;
    }
  }
}

const NOT_ASCII = /[^\x00-\x7f]/;

/**
 * Exim writes addresses as the bytes that the client sent: UTF-8, Latin-1 or neither. What is valid UTF-8 is read as
 * such, the rest byte by byte as Latin-1, so no byte is lost. latin1Slice is the fastest decoder by far, and nearly
 * every line is ASCII.
 */
function decode(block: Buffer, start: number, end: number): string {
  return decodeLatin1(block.toString('latin1', start, end));
}

/** @param text one character for each byte. */
export function decodeLatin1(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}
