import split2 from 'split2';
import type { LogLine } from '../model/record.ts';
import { decodeLatin1, MAX_LINE, type Relevance } from './lines.ts';

const NEWLINE = 0x0a;
const EMPTY = Buffer.from('\n');

/**
 * Thins chunks before they are cut into lines: a line that nobody needs becomes an empty one, so the numbers of the
 * others stay right. split2 takes 5 s for 1 GB (measured); behind this it sees only a part of it. A line that a chunk
 * begins or ends with is passed on as it is, up to MAX_LINE bytes: so split2 never holds more.
 */
export class Thinner {
  /** Lines that were cut at MAX_LINE. */
  overlong = 0;
  readonly #relevant: Relevance;
  /** Bytes of the line that the last chunk ended in. */
  #open = 0;

  constructor(relevant: Relevance) {
    this.#relevant = relevant;
  }

  push(chunk: Buffer): Buffer {
    const kept: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (this.#open > 0) kept.push(this.#bounded(chunk, start, end), EMPTY);
      else if (this.#relevant(chunk, start, end)) kept.push(this.#bounded(chunk, start, end), EMPTY);
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

/** Lines of stdin and of pipes, as they arrive. */
export class LiveLines {
  lines = 0;
  ignored = 0;
  readonly #file: string;
  readonly #thinner: Thinner;

  constructor(file: string, relevant: Relevance) {
    this.#file = file;
    this.#thinner = new Thinner(relevant);
  }

  get overlong(): number {
    return this.#thinner.overlong;
  }

  /** The relevant lines, one batch for each chunk that arrives. */
  async *batches(blocks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<LogLine[]> {
    const arrived: LogLine[] = [];
    const lines = split2('\n', (text: string) => {
      this.lines++;
      if (text === '') this.ignored++;
      else arrived.push({ text: decodeLatin1(text.replace(/\r$/, '')), file: this.#file, line: this.lines });
    });
    // split2 decodes UTF-8 and would lose every byte that is none: it is given Latin-1 text, a character a byte.
    for await (const block of blocks) {
      const text = this.#thinner.push(block).toString('latin1');
      await new Promise<void>((resolve) => lines.write(text, () => resolve()));
      yield arrived.splice(0);
    }
    await new Promise<void>((resolve) => lines.resume().end(() => resolve()));
    yield arrived.splice(0);
  }
}
