import { createHash } from 'node:crypto';
import { fstatSync, readSync } from 'node:fs';
import { filterLength } from './filter.ts';
import type { Identity } from './identity.ts';

/**
 * An index on the disk. It holds no copy of the lines: those that may matter to anybody, compressed again, are 73 % of a
 * gzip file, and these windows 4 % (measured); and nobody's mail is on the disk twice.
 *
 *     16 bytes   MAGIC, with the number of this format
 *     32 bytes   SHA-256 of all that follows up to the windows
 *      4 + 4     lengths of the head and of the table, in bytes
 *     head       JSON, see Head
 *     table      for each part a Row of numbers, then the filters in the same order
 *     windows    of the parts of a gzip file, each deflated; what they give is checked by the digest of its part
 */
const MAGIC = Buffer.from('exiwhy index 001');
const DIGEST = 32;
const PRELUDE = MAGIC.length + DIGEST + 8;

/** What is known of the whole log. */
export interface Head {
  log: Identity;
  /** See Parts. */
  end: string;
  /** 0: it can be read as a whole only. */
  parts: number;
}

/** Whole lines that stand together in a log. */
export interface Part {
  /** Bytes of text before it, and its own. */
  start: number;
  length: number;
  lines: number;
  /** 48 bits of the SHA-256 of its text. */
  digest: number;
  /** A line of it is read whatever is looked for: it has no stamp, or nobody understands it. */
  always: boolean;
  /** Its filter does not hold all that it names. */
  unknown: boolean;
  /** In its filter. */
  texts: number;
  /** Where decompressing may begin, in bits of the file on the disk; -1 where it has to begin at the beginning. */
  bit: number;
  /** Bytes of its text that stand before that place, at the end of the window. */
  before: number;
  /** Of the window, among the windows. */
  window: { start: number; length: number };
}

const COLUMNS = 11;
const NUMBER = 8;
const ROW = COLUMNS * NUMBER;

function rowOf(part: Part): number[] {
  const { start, length, lines, digest, always, unknown, texts, bit, before, window } = part;
  const flags = [Number(always), Number(unknown)];
  return [start, length, lines, digest, ...flags, texts, bit, before, window.start, window.length];
}

function partOf(row: readonly number[]): Part {
  const [start = 0, length = 0, lines = 0, digest = 0, always, unknown, texts = 0, ...restart] = row;
  const [bit = 0, before = 0, from = 0, bytes = 0] = restart;
  const flags = { always: always === 1, unknown: unknown === 1 };
  return {
    start,
    length,
    lines,
    digest,
    ...flags,
    texts,
    bit,
    before,
    window: { start: from, length: bytes },
  };
}

/** What is compared of a digest. */
export function digestOfText(text: Buffer): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6);
}

function checksum(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** An index as it stands in memory. */
export interface Index {
  head: Head;
  parts: readonly Part[];
  /** One behind the other. */
  filters: Buffer;
  /** Where the windows begin in the file. */
  windows: number;
}

/** @param filters of the parts, in their order. */
export function encode(
  head: Head,
  parts: readonly Part[],
  filters: readonly Buffer[],
  windows: readonly Buffer[],
): Buffer {
  const rows = Buffer.alloc(parts.length * ROW);
  for (const [index, part] of parts.entries())
    for (const [column, value] of rowOf(part).entries())
      rows.writeDoubleLE(value, index * ROW + column * NUMBER);
  const text = Buffer.from(JSON.stringify(head));
  const table = Buffer.concat([rows, ...filters]);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(table.length, 4);
  const covered = [lengths, text, table];
  return Buffer.concat([MAGIC, checksum(...covered), ...covered, ...windows]);
}

/** @returns null for what is no whole index of this format. */
export function decode(fd: number): Index | null {
  const prelude = bytes(fd, 0, PRELUDE);
  if (prelude === null || !prelude.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const lengths = prelude.subarray(MAGIC.length + DIGEST);
  const [headLength, tableLength] = [lengths.readUInt32LE(0), lengths.readUInt32LE(4)];
  // A damaged length may ask for more than there is memory.
  if (PRELUDE + headLength + tableLength > fstatSync(fd).size) return null;
  const rest = bytes(fd, PRELUDE, headLength + tableLength);
  if (rest === null) return null;
  if (!checksum(lengths, rest).equals(prelude.subarray(MAGIC.length, MAGIC.length + DIGEST))) return null;
  const head: Head = JSON.parse(rest.toString('utf8', 0, headLength));
  const table = rest.subarray(headLength);
  const parts = Array.from({ length: head.parts }, (_, index) =>
    partOf(Array.from({ length: COLUMNS }, (_, column) => table.readDoubleLE(index * ROW + column * NUMBER))),
  );
  const filters = table.subarray(head.parts * ROW);
  const needed = parts.reduce((sum, { texts }) => sum + filterLength(texts), 0);
  return needed === filters.length ? { head, parts, filters, windows: PRELUDE + rest.length } : null;
}

/** @returns null where the file has not so many. */
export function bytes(fd: number, at: number, length: number): Buffer | null {
  const buffer = Buffer.allocUnsafe(length);
  for (let filled = 0; filled < length; ) {
    const count = readSync(fd, buffer, filled, length - filled, at + filled);
    if (count === 0) return null;
    filled += count;
  }
  return buffer;
}
