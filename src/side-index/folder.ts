import { lstatSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { releaseLock, replaceFile, takeLock } from '../durable.ts';
import { InputError, messageOf } from '../errors.ts';
import type { LogFile } from '../sources/open.ts';
import type { Index } from './format.ts';
import { makeIndex } from './make.ts';
import { closeIndexed, IndexedParts, openIndexed } from './read.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** An uncompressed log that nobody has written to for so long is taken for a rotated one. */
const QUIET = HOUR;
/** Bytes of indexes that stay in memory from one pass to the next: those of 10 GB of logs. */
const KEPT = 128 * 1024 * 1024;
/** An index that nobody has used for so long is that of a log that is gone. */
const UNUSED = 100 * DAY;

/** `2049-1311`: device and inode of the log, of which a rotation changes neither; and what a kill leaves of one. */
const NAME = /^\d+-\d+(?:\.part|\.lock)?$/;

/** The folder of the indexes. All that stands in it can be deleted at any time. */
export class IndexFolder {
  readonly #path: string;
  readonly #now: number;
  readonly #warn: (text: string) => void;
  /** Bytes of filters. */
  #kept = 0;
  /** It cannot be used: that was told. */
  #broken = false;

  /**
   * @param now epoch ms.
   * @param warn is told at most once, in one sentence, why there is no index.
   */
  constructor(path: string, now: number, warn: (text: string) => void) {
    this.#path = path;
    this.#now = now;
    this.#warn = warn;
  }

  /** The same files, the rotated ones with their index, which is made where there is none. Never throws. */
  async withParts(files: readonly LogFile[]): Promise<LogFile[]> {
    const result: LogFile[] = [];
    for (const file of files) result.push((await this.#indexed(file)) ?? file);
    return result;
  }

  async #indexed(file: LogFile): Promise<LogFile | null> {
    const { path, modifiedAt } = file;
    if (this.#broken || path === null || modifiedAt === null) return null;
    if (file.compression === null && this.#now - modifiedAt < QUIET) return null;
    try {
      this.#prepare();
      const { dev, ino } = statSync(path, { bigint: true });
      const place = join(this.#path, `${dev}-${ino}`);
      const index = indexAt(path, place) ?? (await this.#make(file, path, place));
      if (index === null) return null;
      this.#noteUse(place);
      if (index.parts.length === 0) return null;
      this.#kept += index.filters.length;
      return { ...file, parts: new IndexedParts(file, place, index, this.#kept <= KEPT) };
    } catch (error) {
      this.#giveUp(messageOf(error));
      return null;
    }
  }

  #giveUp(reason: string): void {
    this.#broken = true;
    this.#warn(`exiwhy: no index is kept in ${this.#path}: ${reason}`);
  }

  /** It tells who wrote to whom, and whoever may write there decides what is found. */
  #prepare(): void {
    mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(this.#path);
    const own = uid === (process.getuid?.() ?? uid) && (mode & 0o022) === 0;
    if (!own) throw new Error('the folder belongs to somebody else, or others may write to it');
  }

  async #make(file: LogFile, path: string, place: string): Promise<Index | null> {
    const lock = `${place}.lock`;
    // Another process is making it.
    if (!takeLock(lock)) return null;
    try {
      const index = await made(file);
      if (index === null) return null;
      this.#removeUnused();
      replaceFile(place, index);
      return indexAt(path, place);
    } finally {
      releaseLock(lock);
    }
  }

  #removeUnused(): void {
    for (const name of readdirSync(this.#path)) {
      const old = join(this.#path, name);
      const usedAt = NAME.test(name) ? lstatSync(old, { throwIfNoEntry: false })?.mtimeMs : undefined;
      if (usedAt !== undefined && this.#now - usedAt > UNUSED) rmSync(old, { force: true });
    }
  }

  #noteUse(place: string): void {
    const { mtimeMs } = statSync(place);
    if (this.#now - mtimeMs > DAY) utimesSync(place, this.#now / 1000, this.#now / 1000);
  }
}

function indexAt(log: string, place: string): Index | null {
  const opened = openIndexed(log, place);
  if (opened === null) return null;
  closeIndexed(opened);
  return opened.index;
}

/** @returns null where the log cannot be read to its end: who reads it next tells why. */
async function made(file: LogFile): Promise<Buffer | null> {
  try {
    return await makeIndex(file);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
