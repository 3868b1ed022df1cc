import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { NEWLINE } from '../ascii.ts';
import type { Place } from '../sources/resume.ts';

/** How far one file was read, and how it is known again under another name, inode or compression. */
export interface Position {
  /** The name under which it was seen last. */
  name: string;
  dev: string;
  ino: string;
  /** Of the decompressed bytes that the file begins with. */
  head: Digest;
  /** Of the bytes before the first one that was not read. */
  tail: Digest;
  /** The first byte that was not read: a line's start. */
  from: Place;
  /** From here on the file is looked at again, so that its reader knows where it is. */
  back: Place;
  /** Nothing more will come: it is compressed, or older than the first run. */
  complete: boolean;
  /** It was looked for and not found. */
  lost: boolean;
}

export interface Digest {
  length: number;
  sha256: string;
}

/** Each line begins with its time, so 1 KiB tells two logs apart. */
export const FINGERPRINT = 1024;

/** Some minutes of a busy server: longer than a syslog entry in pieces, or most messages, are under way. */
const BACK = 2 * 1024 * 1024;

export function digestOf(bytes: Buffer): Digest {
  return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** @param start of a file, decompressed. */
export function beginsAs(start: Buffer, head: Digest): boolean {
  return (
    head.length > 0 &&
    start.length >= head.length &&
    digestOf(start.subarray(0, head.length)).sha256 === head.sha256
  );
}

/** Whether a plain file still has, before the position, the bytes that were read. */
export function holdsPosition(fd: number, size: number, { head, tail, from }: Position): boolean {
  if (head.length === 0 || size < from.offset) return false;
  const same = (digest: Digest, at: number): boolean =>
    digestOf(bytesAt(fd, at, digest.length)).sha256 === digest.sha256;
  return same(head, 0) && same(tail, from.offset - tail.length);
}

/** @returns fewer bytes where the file ends. */
export function bytesAt(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, bytes, filled, length - filled, at + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** @returns the first byte behind the last newline before `size`, not before `from`. */
export function lastLineStart(fd: number, from: number, size: number): number {
  const step = 64 * 1024;
  for (let end = size; end > from; end -= step) {
    const start = Math.max(from, end - step);
    const newline = bytesAt(fd, start, end - start).lastIndexOf(NEWLINE);
    if (newline !== -1) return start + newline + 1;
  }
  return from;
}

/** Where the look back for the next reader begins: a line's start, BACK bytes or less before the position. */
export function backOf(fd: number, from: Place): Place {
  const start = Math.max(0, from.offset - BACK);
  const bytes = bytesAt(fd, start, from.offset - start);
  let at = start === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
  const offset = start + at;
  let lines = 0;
  for (at = bytes.indexOf(NEWLINE, at); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  // The last line may lack its newline.
  if (bytes.length > 0 && bytes.at(-1) !== NEWLINE) lines++;
  return { offset, lines: from.lines - lines };
}
