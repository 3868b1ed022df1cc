import { lastStamp } from '../mta/exim/stamp.ts';
import type { Blocks } from '../sources/decompress.ts';
import { Ending } from '../sources/ending.ts';
import type { Parts, PartsReader } from '../sources/parts.ts';
import type { Found } from './find.ts';
import { blocksOf, bytesOf, type Piece } from './pieces.ts';

/** The other thread, as the first one sees it. */
export interface Other {
  /** @returns what it has found in a piece; null: whoever asks has to read it. */
  foundIn(piece: number): Promise<Found | null>;
  /** Whether it reads this piece, or has read it. */
  hasTaken(piece: number): boolean;
}

/** A log that two threads read. */
export class SharedParts implements Parts {
  readonly #pieces: readonly Piece[];
  readonly #first: number;
  readonly #other: Other;
  readonly #ending = new Ending();

  /** @param first number of its first piece. */
  constructor(pieces: readonly Piece[], first: number, other: Other) {
    this.#pieces = pieces;
    this.#first = first;
    this.#other = other;
  }

  get end(): string {
    return lastStamp(this.#ending.bytes);
  }

  async *read(_keys: readonly string[], reader: PartsReader): Blocks {
    for (const [n, piece] of this.#pieces.entries()) {
      const found = await this.#other.foundIn(this.#first + n);
      if (found) {
        yield* linesOf(found, reader);
        this.#ending.push(Buffer.from(found.ending));
      } else {
        for await (const block of blocksOf(piece)) {
          yield block;
          this.#ending.push(block);
        }
      }
      reader.onProgress(this.#done(n));
    }
  }

  /** Bytes that are done by both when this one has read up to a piece. */
  #done(last: number): number {
    const isDone = (n: number): boolean => n <= last || this.#other.hasTaken(this.#first + n);
    return this.#pieces.reduce((sum, piece, n) => sum + (isDone(n) ? bytesOf(piece) : 0), 0);
  }
}

function* linesOf({ text, runs, behind, overlong }: Found, reader: PartsReader): Iterable<Buffer> {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
  // The first block tells what the log is: nothing else than a log, if the piece was found.
  yield bytes.subarray(0, 0);
  let at = 0;
  for (let n = 0; n < runs.length; n += 2) {
    const length = runs[n + 1] ?? 0;
    reader.passOver(runs[n] ?? 0, 0);
    yield bytes.subarray(at, at + length);
    at += length;
  }
  reader.passOver(behind, overlong);
}
