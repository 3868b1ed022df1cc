import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { NEWLINE } from '../ascii.ts';
import { InputError } from '../errors.ts';
import { inputError } from './failure.ts';

/** 256 KiB is the knee: smaller blocks are slower, larger ones only take memory. */
const BLOCK = 256 * 1024;
/** A line or some. */
const LINES = 4 * 1024;

/**
 * Synchronous, because that is five times as fast as a stream; a log that still grows is read to the end it has.
 *
 * @param size that it had when it was inspected: since then it may have been rotated.
 */
export function* plainBlocks(
  name: string,
  path: string,
  size: number,
  until: number | undefined,
  onProgress: (bytes: number) => void,
): Iterable<Buffer> {
  let fd = -1;
  try {
    fd = openSync(path, 'r');
    const least = Math.min(until ?? Number.POSITIVE_INFINITY, Math.max(size, fstatSync(fd).size));
    const buffer = Buffer.allocUnsafe(BLOCK);
    let total = 0;
    for (;;) {
      const length = readSync(
        fd,
        buffer,
        0,
        Math.min(BLOCK, (until ?? Number.POSITIVE_INFINITY) - total),
        null,
      );
      if (length === 0) break;
      total += length;
      onProgress(total);
      yield buffer.subarray(0, length);
    }
    if (total < least) throw shrunk(name);
  } catch (failure) {
    throw inputError(name, failure);
  } finally {
    if (fd !== -1) closeSync(fd);
  }
}

/** Rotation by copytruncate, or an editor: what was cut off has not been read. */
function shrunk(name: string): InputError {
  return new InputError(
    name,
    'it became shorter, or another one took its place, while it was read',
    'what was read of it is used; a log that was rotated meanwhile goes on in the newest of the rotated ones',
  );
}

/** A plain file that stays the same one while it is read, whatever takes its name. */
export interface OpenFile {
  name: string;
  fd: number;
  /** Bytes that are read of it. */
  size: number;
}

/** As inspect() found it. @throws InputError where it cannot be opened, or is shorter than it was. */
export function openPlain(name: string, path: string, size: number): OpenFile {
  let fd = -1;
  try {
    fd = openSync(path, 'r');
    if (fstatSync(fd).size < size) throw shrunk(name);
    return { name, fd, size };
  } catch (failure) {
    if (fd !== -1) closeSync(fd);
    throw inputError(name, failure);
  }
}

/**
 * The bytes between two places, in blocks as plainBlocks() has them.
 *
 * @throws InputError as plainBlocks() does.
 */
export function* bytesBetween(file: OpenFile, from: number, to: number): Iterable<Buffer> {
  const buffer = Buffer.allocUnsafe(BLOCK);
  for (let at = from; at < to; ) {
    const block = blockAt(file, buffer, at, to);
    at += block.length;
    yield block;
  }
}

/**
 * Where the first line from a place on begins: at the place itself, or behind the line that it is in.
 *
 * @throws InputError as plainBlocks() does.
 */
export function lineFrom(file: OpenFile, place: number): number {
  if (place === 0) return 0;
  const buffer = Buffer.allocUnsafe(LINES);
  for (let at = place - 1; at < file.size; ) {
    const block = blockAt(file, buffer, at, file.size);
    const newline = block.indexOf(NEWLINE);
    if (newline !== -1) return at + newline + 1;
    at += block.length;
  }
  return file.size;
}

function blockAt({ name, fd }: OpenFile, buffer: Buffer, at: number, end: number): Buffer {
  try {
    const length = readSync(fd, buffer, 0, Math.min(buffer.length, end - at), at);
    if (length === 0) throw shrunk(name);
    return buffer.subarray(0, length);
  } catch (failure) {
    throw inputError(name, failure);
  }
}
