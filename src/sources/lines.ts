import { isAscii, isUtf8 } from 'node:buffer';
import { NEWLINE, RETURN } from '../ascii.ts';
import { latin1 } from '../bytes.ts';
import type { Look } from '../model/look.ts';
import type { LogLine } from '../model/record.ts';

/** Takes one line; the next one is looked at only afterwards, so what it learnt may decide about that. */
export type Take = (line: LogLine) => void;

/** Bytes of a line that are kept; Exim's own log buffer holds 8 KiB, so only a damaged file has longer ones. */
export const MAX_LINE = 64 * 1024;

/**
 * Cuts blocks of bytes into lines and turns only the relevant ones into strings. Most lines of a log (connections,
 * cwd=, Completed) are never decoded: that, and the reuse of the block by its source, is where the speed comes from.
 */
export class LineSplitter {
  /** Lines seen so far. */
  lines = 0;
  /** Lines that were not relevant. */
  ignored = 0;
  /** Lines that were read from their bytes. */
  taken = 0;
  /** Lines that were cut at MAX_LINE. */
  overlong = 0;
  readonly #file: string;
  readonly #look: Look;
  readonly #carry = Buffer.allocUnsafe(MAX_LINE);
  #carried = 0;
  #cut = false;
  /** Whether the block is plain ASCII: one look at the block spares a look at each line. */
  #ascii = false;

  constructor(file: string, look: Look) {
    this.#file = file;
    this.#look = look;
  }

  /** Hands each relevant line on and stops for its reader after each block. */
  async *run(blocks: AsyncIterable<Buffer>, take: Take): AsyncGenerator<void> {
    for await (const block of blocks) {
      this.push(block, take);
      yield;
    }
    this.drain(take);
    yield;
  }

  /** Hands on the relevant lines that end in this block. The block may be reused afterwards. */
  push(block: Buffer, take: Take): void {
    this.#ascii = isAscii(block);
    let start = 0;
    if (this.#carried > 0 || this.#cut) {
      const end = block.indexOf(NEWLINE);
      this.#keep(block, 0, end === -1 ? block.length : end);
      if (end === -1) return;
      this.#finish(take);
      start = end + 1;
    }
    for (let end = block.indexOf(NEWLINE, start); end !== -1; end = block.indexOf(NEWLINE, start)) {
      this.#line(take, block, start, end);
      start = end + 1;
    }
    if (start < block.length) this.#keep(block, start, block.length);
  }

  /** Counts lines that nobody looks at, and those that were cut before they came here. */
  passOver(lines: number, overlong: number): void {
    this.lines += lines;
    this.ignored += lines;
    this.overlong += overlong;
  }

  /** Hands on the last line, when the file does not end in a newline: a log that is still being written. */
  drain(take: Take): void {
    if (this.#carried > 0 || this.#cut) this.#finish(take);
  }

  #keep(block: Buffer, start: number, end: number): void {
    const room = MAX_LINE - this.#carried;
    if (end - start > room) this.#cut = true;
    this.#carried += block.copy(this.#carry, this.#carried, start, Math.min(end, start + room));
  }

  #finish(take: Take): void {
    if (this.#cut) this.overlong++;
    const ascii = this.#ascii;
    this.#ascii = false;
    const length = this.#carried;
    this.#carried = 0;
    this.#cut = false;
    this.#line(take, this.#carry, 0, length);
    this.#ascii = ascii;
  }

  #line(take: Take, block: Buffer, first: number, newline: number): void {
    this.lines++;
    const start = textStart(block, first, newline);
    let end = newline;
    if (end > start && block[end - 1] === RETURN) end--;
    if (end - start > MAX_LINE) {
      end = start + MAX_LINE;
      this.overlong++;
    }
    const fate = this.#look(block, start, end);
    if (fate === 'read') {
      const bytes = latin1(block, start, end);
      take({ text: this.#ascii ? bytes : decodeLatin1(bytes), file: this.#file, line: this.lines });
    } else if (fate === 'taken') {
      this.taken++;
    } else {
      this.ignored++;
    }
  }
}

/** Behind what a crash left of lines that were not written yet: zeros. */
export function textStart(block: Buffer, start: number, end: number): number {
  let at = start;
  while (block[at] === 0 && at < end) at++;
  return at;
}

const NOT_ASCII = /[^\x00-\x7f]/;

/**
 * Exim writes addresses as the bytes that the client sent: UTF-8, Latin-1 or neither. What is valid UTF-8 is read as
 * such, the rest byte by byte as Latin-1, so no byte is lost. latin1Slice is the fastest decoder by far, and nearly
 * every line is ASCII.
 *
 * @param text one character for each byte.
 */
export function decodeLatin1(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}
