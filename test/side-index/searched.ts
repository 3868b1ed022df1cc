import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { makeIndex } from '../../src/side-index/make.ts';
import { closeIndexed, IndexedParts, openIndexed } from '../../src/side-index/read.ts';
import { inspect, type LogFile } from '../../src/sources/open.ts';

/** A gzip file of which each deflate block is short, so that there are many of them. */
export function gzipInPieces(text: string): Buffer {
  return gzipSync(text, { memLevel: 1 });
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
