import { inflateRawSync } from 'node:zlib';
import type { Blocks } from '../sources/decompress.ts';
import { type LogFile, readBlocks } from '../sources/open.ts';
import { bytes, type Index, type Part } from './format.ts';
import { inflateFrom } from './restart.ts';

/** Gives the text of a part. Parts are asked for in their order, some are left out. */
export interface Texts {
  /** @returns another text, or null, where log or index are not what they were. */
  of(part: Part): Promise<Buffer | null>;
  close(): Promise<void>;
}

/** An index, and the two files that are open for it. */
export interface Opened {
  index: Index;
  indexFd: number;
  logFd: number;
}

/** Where nothing else is known, the text is decompressed from its beginning. */
export function textsOf(file: LogFile, opened: Opened): Texts {
  const [first] = opened.index.parts;
  if (file.compression === null) return plainTexts(opened);
  return first !== undefined && first.bit !== -1 ? gzipTexts(opened) : new Sequence(readBlocks(file));
}

function plainTexts({ logFd }: Opened): Texts {
  return {
    of: async ({ start, length }) => bytes(logFd, start, length),
    close: async () => {},
  };
}

function gzipTexts({ index: { head, parts, windows }, indexFd, logFd }: Opened): Texts {
  const next = new Map(parts.map((part, n) => [part, parts[n + 1]]));
  return {
    of: async (part) => {
      const { bit, before, length, window } = part;
      const behind = next.get(part);
      const first = Math.floor(bit / 8);
      const end = behind ? Math.ceil(behind.bit / 8) : head.log.size;
      const compressed = bytes(logFd, first, end - first);
      const deflated = bytes(indexFd, windows + window.start, window.length);
      if (compressed === null || deflated === null) return null;
      const known = deflated.length === 0 ? deflated : inflateRawSync(deflated, { maxOutputLength: WINDOW });
      const text = inflateFrom(compressed, bit % 8, known, length - before);
      return Buffer.concat([known.subarray(known.length - before), text]);
    },
    close: async () => {},
  };
}

const WINDOW = 32 * 1024;

/** The text of a file from its beginning, as far as somebody asks for it. */
class Sequence implements Texts {
  readonly #blocks: AsyncIterator<Buffer> | Iterator<Buffer>;
  #block: Buffer = Buffer.alloc(0);
  /** Bytes of text before the block. */
  #before = 0;

  constructor(blocks: Blocks | Iterable<Buffer>) {
    this.#blocks =
      Symbol.asyncIterator in blocks ? blocks[Symbol.asyncIterator]() : blocks[Symbol.iterator]();
  }

  async of({ start, length }: Part): Promise<Buffer | null> {
    const pieces: Buffer[] = [];
    const end = start + length;
    for (;;) {
      const piece = this.#block.subarray(Math.max(0, start - this.#before), Math.max(0, end - this.#before));
      if (piece.length > 0) pieces.push(Buffer.from(piece));
      if (this.#before + this.#block.length >= end) return Buffer.concat(pieces);
      const next = await this.#blocks.next();
      if (next.done) return null;
      this.#before += this.#block.length;
      this.#block = next.value;
    }
  }

  async close(): Promise<void> {
    await this.#blocks.return?.();
  }
}
