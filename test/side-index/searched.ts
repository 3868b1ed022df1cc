import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { OneAddress } from '../../src/address-bytes.ts';
import { analyse, type Books } from '../../src/analysis.ts';
import { circleOf } from '../../src/circle.ts';
import { Join } from '../../src/join.ts';
import { relevantToRefusals } from '../../src/mta/exim/relevant.ts';
import { sought } from '../../src/mta/exim/search.ts';
import { Outcomes } from '../../src/outcome.ts';
import { makeIndex } from '../../src/side-index/make.ts';
import { closeIndexed, IndexedParts, openIndexed } from '../../src/side-index/read.ts';
import { inspect, type LogFile } from '../../src/sources/open.ts';
import { matcherOf } from '../../src/who.ts';

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

export interface Searched {
  attempts: unknown[];
  books: Books;
  /** Epoch ms of the log's end. */
  end: number | null;
  /** Lines of parts that were passed over. */
  skipped: number;
}

/** What trace finds in these files of an address. */
export async function search(files: readonly LogFile[], who: string): Promise<Searched> {
  const outcomes = new Outcomes();
  const matches = matcherOf({ who });
  const found: { attempt: unknown; series: number; permanent: boolean | null }[] = [];
  const join = new Join(outcomes, (attempt) => {
    if (matches(attempt))
      found.push({ attempt, series: outcomes.refused(attempt), permanent: attempt.permanent });
  });
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
  const books = await analyse({
    files: counted,
    timeZone: 'UTC',
    mta: 'auto',
    look: (live) => relevantToRefusals(live ? join : undefined, sought(new OneAddress(who), circle)),
    onError: (error) => {
      throw error;
    },
    onRecord: (record, cause) => join.push(record, cause),
  });
  join.drain();
  if (circle.end !== null) outcomes.reached(circle.end);
  const attempts = found.map(({ attempt, series, permanent }) => ({
    attempt,
    outcome: outcomes.of(series, permanent, 4 * 86_400_000),
    tries: outcomes.series.tries(series),
    acceptedAt: outcomes.series.acceptance(series)?.at ?? null,
  }));
  return { attempts, books, end: circle.end, skipped };
}
