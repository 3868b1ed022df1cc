import { readSync } from 'node:fs';
import { type Blocks, decompress } from './decompress.ts';
import { inputError } from './failure.ts';
import type { LogFile } from './open.ts';

/** The start of a line: bytes of the decompressed file, and lines, that stand before it. */
export interface Place {
  offset: number;
  lines: number;
}

/** How a file that was read before is read on. */
export interface Resume {
  /** The file, already open: its name may be another's by now. Whoever opened it closes it. */
  fd: number;
  /** An earlier reader has found that this is a mail log: a few strange lines do not change that. */
  known: boolean;
  /** Where the look back begins, by which the reader learns again in which hour and which entry it is. */
  back: Place;
  from: Place;
  /** Where to stop, in decompressed bytes; null: at the end. */
  to: number | null;
  /** Is told of each block when it has been used. */
  onRead: (block: Buffer) => void;
}

const BLOCK = 256 * 1024;

/**
 * The decompressed bytes behind those that were read before. Blocks are used again, as with readBlocks().
 *
 * @throws InputError while iterating, when reading fails or a compressed file is cut short or damaged.
 */
export async function* readOn(file: LogFile, resume: Resume): Blocks {
  for await (const block of between(file, resume, resume.from.offset, resume.to)) {
    yield block;
    resume.onRead(block);
  }
}

/** The decompressed bytes that were read last. @throws InputError as readOn(). */
export function readBack(file: LogFile, resume: Resume): Blocks {
  return between(file, resume, resume.back.offset, resume.from.offset);
}

function between(file: LogFile, { fd }: Resume, from: number, to: number | null): Blocks {
  return file.compression === null ? plain(file.name, fd, from, to) : inflated(file, fd, from, to);
}

async function* plain(name: string, fd: number, from: number, to: number | null): Blocks {
  const buffer = Buffer.allocUnsafe(BLOCK);
  const end = to ?? Number.POSITIVE_INFINITY;
  let at = from;
  try {
    while (at < end) {
      const length = readSync(fd, buffer, 0, Math.min(BLOCK, end - at), at);
      if (length === 0) return;
      at += length;
      yield buffer.subarray(0, length);
    }
  } catch (failure) {
    throw inputError(name, failure);
  }
}

async function* inflated(
  { name, compression }: LogFile,
  fd: number,
  from: number,
  to: number | null,
): Blocks {
  if (compression === null) return;
  const end = to ?? Number.POSITIVE_INFINITY;
  let at = 0;
  for await (const block of decompress(name, compression, compressed(name, fd))) {
    const part = block.subarray(Math.max(0, from - at), Math.max(0, end - at));
    at += block.length;
    if (part.length > 0) yield part;
    if (at >= end) return;
  }
}

/** The bytes as they are on the disk, each block in a buffer of its own. */
async function* compressed(name: string, fd: number): Blocks {
  for await (const block of plain(name, fd, 0, null)) yield Buffer.from(block);
}
