import { lastStamp } from '../mta/exim/stamp.ts';
import type { Blocks } from '../sources/decompress.ts';
import { Ending } from '../sources/ending.ts';
import type { Parts, PartsReader } from '../sources/parts.ts';
import type { Found } from './find.ts';
import { blocksOf, bytesOf, type Piece } from './pieces.ts';

/** Tells what the other thread has found in a piece; null: whoever asks has to read it. */
export type FoundIn = (piece: number) => Promise<Found | null>;

/** A log that two threads read. */
export class SharedParts implements Parts {
  readonly #pieces: readonly Piece[];
  readonly #first: number;
  readonly #foundIn: FoundIn;
  readonly #ending = new Ending();

  /** @param first number of its first piece. */
  constructor(pieces: readonly Piece[], first: number, foundIn: FoundIn) {
    this.#pieces = pieces;
    this.#first = first;
    this.#foundIn = foundIn;
  }

  get end(): string {
    return lastStamp(this.#ending.bytes);
  }

  async *read(_keys: readonly string[], reader: PartsReader): Blocks {
    let bytes = 0;
    for (const [n, piece] of this.#pieces.entries()) {
      const found = await this.#foundIn(this.#first + n);
      if (found) {
        yield* linesOf(found, reader);
        this.#ending.push(Buffer.from(found.ending));
      } else {
        for await (const block of blocksOf(piece)) {
          yield block;
          this.#ending.push(block);
        }
      }
      bytes += bytesOf(piece);
      reader.onProgress(bytes);
    }
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
