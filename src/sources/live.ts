import split2 from 'split2';
import { NEWLINE } from '../ascii.ts';
import type { Look } from '../model/look.ts';
import { decodeLatin1, MAX_LINE, type Take } from './lines.ts';

const EMPTY = Buffer.from('\n');

/**
 * Thins chunks before they are cut into lines: a line that nobody needs becomes an empty one, so the numbers of the
 * others stay right. split2 takes 5 s for 1 GB (measured); behind this it sees only a part of it. A line that a chunk
 * begins or ends with is passed on as it is, up to MAX_LINE bytes: so split2 never holds more.
 */
class Thinner {
  /** Lines that were cut at MAX_LINE. */
  overlong = 0;
  readonly #look: Look;
  /** Bytes of the line that the last chunk ended in. */
  #open = 0;

  constructor(look: Look) {
    this.#look = look;
  }

  push(chunk: Buffer): Buffer {
    const kept: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (this.#open > 0) kept.push(this.#bounded(chunk, start, end), EMPTY);
      else if (this.#look(chunk, start, end) === 'read') kept.push(this.#bounded(chunk, start, end), EMPTY);
      else kept.push(EMPTY);
      this.#open = 0;
      start = end + 1;
    }
    if (start < chunk.length) kept.push(this.#bounded(chunk, start, chunk.length));
    return Buffer.concat(kept);
  }

  #bounded(chunk: Buffer, start: number, end: number): Buffer {
    const room = Math.max(0, MAX_LINE - this.#open);
    if (end - start > room && this.#open <= MAX_LINE) this.overlong++;
    this.#open += end - start;
    return chunk.subarray(start, Math.min(end, start + room));
  }
}

/** What a crash left of lines that were not written yet, and the return of CR LF; see LineSplitter. */
const ENDS = /^\0+|\r$/g;

/** Lines of stdin and of pipes, as they arrive. */
export class LiveLines {
  lines = 0;
  ignored = 0;
  /** No line is read from its bytes: it may come in parts. */
  readonly taken = 0;
  readonly #file: string;
  readonly #linesBefore: number;
  readonly #thinner: Thinner;

  /** @param linesBefore lines of the file that were skipped, for the numbers of the others. */
  constructor(file: string, look: Look, linesBefore = 0) {
    this.#file = file;
    this.#linesBefore = linesBefore;
    this.#thinner = new Thinner(look);
  }

  get overlong(): number {
    return this.#thinner.overlong;
  }

  /** Hands each relevant line on and stops for its reader after each chunk. */
  async *run(blocks: AsyncIterable<Buffer>, take: Take): AsyncGenerator<void> {
    const lines = split2('\n', (text: string) => {
      this.lines++;
      if (text === '') this.ignored++;
      else {
        const line = this.#linesBefore + this.lines;
        take({ text: decodeLatin1(copyOf(text.replace(ENDS, ''))), file: this.#file, line });
      }
    });
    // split2 decodes UTF-8 and would lose every byte that is none: it is given Latin-1 text, a character a byte.
    for await (const block of blocks) {
      const text = this.#thinner.push(block).toString('latin1');
      await new Promise<void>((resolve) => lines.write(text, () => resolve()));
      yield;
    }
    await new Promise<void>((resolve) => lines.resume().end(() => resolve()));
    yield;
  }
}

/** A part of a string keeps the whole string in memory: here 64 KiB for each line that is remembered. */
function copyOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
