import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { circleOf } from '../../src/circle.ts';
import { makeIndex } from '../../src/side-index/make.ts';
import { closeIndexed, IndexedParts, openIndexed } from '../../src/side-index/read.ts';
import { inspect, type LogFile } from '../../src/sources/open.ts';
import { type Found, found } from '../found.ts';

/** A gzip file of which each deflate block is short, so that there are many of them. */
export function gzipInPieces(text: string): Buffer {
  return gzipSync(text, { memLevel: 1 });
}

/** Lines that nobody is looked for in: what an index passes over. */
export function ofOthers(n: number): string {
  const lines = Array.from({ length: 40 }, (_, i) => {
    const number = n * 40 + i;
    const client = `H=mx.other.example [198.51.100.9]:${5000 + number}`;
    return `2026-11-10 09:00:00 [9] ${client} F=<x${number * 7919}@other.example> rejected RCPT <y@here.example>: relay not permitted\n`;
  });
  return lines.join('');
}

/** Makes an index of parts of so many bytes. @returns whether the log can be cut into parts. */
export async function indexed(log: string, index: string, size: number): Promise<boolean> {
  const bytes = await makeIndex(inspect(log), size);
  if (bytes !== null) writeFileSync(index, bytes);
  return withIndex(log, index).parts !== undefined;
}

/** A log with its index, if that is one. */
export function withIndex(log: string, index: string): LogFile {
  const opened = openIndexed(log, index);
  if (opened === null) return inspect(log);
  closeIndexed(opened);
  const file = inspect(log);
  if (opened.index.parts.length === 0) return file;
  return { ...file, parts: new IndexedParts(file, index, opened.index, false) };
}

export interface Searched extends Found {
  /** Epoch ms of the log's end. */
  end: number | null;
  /** Lines of parts that were passed over. */
  skipped: number;
}

/** What trace finds in these files of an address. */
export async function search(files: readonly LogFile[], who: string): Promise<Searched> {
  const circle = await circleOf(files, who, 'UTC');
  const keys = circle.keys();
  let skipped = 0;
  const counted = files.map((file): LogFile => {
    const { parts } = file;
    if (!parts || keys === null) return { ...file };
    const read = (keys: readonly string[], onSkip: (lines: number) => void) =>
      parts.read(keys, (lines) => {
        skipped += lines;
        onSkip(lines);
      });
    return { ...file, keys, parts: { end: parts.end, read } };
  });
  return { ...(await found(counted, who, circle)), end: circle.end, skipped };
}
