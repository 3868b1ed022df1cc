import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { NEWLINE } from '../ascii.ts';
import { codeOf } from '../errors.ts';
import type { Blocks } from './decompress.ts';
import { inputError } from './failure.ts';

/** One file that bears the log's name for a while, until the next rotation. */
export interface Leaf {
  /** What is appended, block by block; ends when nobody writes to this file any more. */
  blocks: Blocks;
  /** Lines that stand before the first block. */
  linesBefore: number;
}

export interface TailOptions {
  /** Ends the tail; what was written by then is still read. */
  signal: AbortSignal;
  /** Bytes before the end of the first file that are read as well, from a line's start on. */
  back: number;
  /** Is told once, when those have been read: what comes now is news. */
  onLive: () => void;
  /** Is told each time when nothing was written for three seconds. */
  onIdle: () => void;
  /** Milliseconds between two looks at the file. */
  poll?: number;
}

const POLL = 250;
const IDLE = 3000;
/** Exim's processes keep the old file open: a delivery that takes long writes to it after the rotation. */
const GRACE = 60_000;
const BLOCK = 256 * 1024;
/** So many bytes before the place of reading must still be the same: else somebody wrote the file anew. */
const FINGERPRINT = 64;

/**
 * Follows a log by its name, as `tail -F` does: through renaming, deletion, `copytruncate`, and times when it is not
 * there. The file before a rotation is read on beside the new one for a minute.
 *
 * @throws InputError while iterating, when the file may not be read, or is not there at the beginning.
 */
export async function* tail(path: string, options: TailOptions): AsyncGenerator<Leaf> {
  let growing = new Growing(path, await opened(path), options);
  yield { linesBefore: await growing.advance(options.back), blocks: growing.blocks() };
  for (;;) {
    const handle = await successor(path, growing, options);
    if (handle === null) return;
    growing = new Growing(path, handle, options);
    growing.news = true;
    yield { linesBefore: 0, blocks: growing.blocks() };
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (failure) {
    throw inputError(path, failure);
  }
}

/** Waits for the next file of this name. @returns null when the tail is over. */
async function successor(path: string, current: Growing, options: TailOptions): Promise<FileHandle | null> {
  for (;;) {
    if (options.signal.aborted) return null;
    await pause(options);
    const replaced = await isReplaced(path, current.handle);
    if (!replaced && !current.rewritten) continue;
    const next = await reopened(path);
    if (next === null) continue;
    current.lastUntil = Date.now() + (replaced ? GRACE : 0);
    return next;
  }
}

/** Between two names of a rotation the file may be missing; it will come. */
async function isReplaced(path: string, handle: FileHandle): Promise<boolean> {
  try {
    const [named, held] = [await stat(path), await handle.stat()];
    return named.ino !== held.ino || named.dev !== held.dev;
  } catch {
    return false;
  }
}

async function reopened(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (failure) {
    if (codeOf(failure) === 'ENOENT') return null;
    throw inputError(path, failure);
  }
}

/** Resolves early when the tail ends. */
async function pause({ signal, poll = POLL }: TailOptions): Promise<void> {
  await setTimeout(poll, undefined, { signal }).catch(() => {});
}

/** One open file, read as it grows. */
class Growing {
  /** Epoch ms until which this file, which has lost its name, is still looked at; it is extended while it grows. */
  lastUntil = Number.POSITIVE_INFINITY;
  /** What was read is no longer there: the file was cut and begins anew. */
  rewritten = false;
  /** Whether all that stood in the file at the beginning has been read. */
  news = false;
  readonly handle: FileHandle;
  readonly #path: string;
  readonly #options: TailOptions;
  readonly #buffer = Buffer.allocUnsafe(BLOCK);
  #position = 0;
  #liveAt = 0;
  #fingerprint = Buffer.alloc(0);

  constructor(path: string, handle: FileHandle, options: TailOptions) {
    this.#path = path;
    this.handle = handle;
    this.#options = options;
  }

  /** Goes to the line's start that is nearest to so many bytes before the end. @returns the lines before it. */
  async advance(back: number): Promise<number> {
    const { size } = await this.handle.stat();
    this.#liveAt = size;
    let lines = 0;
    while (this.#position < size - back) {
      const block = await this.#read(size);
      if (block === null) break;
      for (let at = block.indexOf(NEWLINE); at !== -1; at = block.indexOf(NEWLINE, at + 1)) {
        lines++;
        const next = this.#position - block.length + at + 1;
        if (next < size - back) continue;
        this.#position = next;
        this.#fingerprint = Buffer.alloc(0);
        return lines;
      }
    }
    return lines;
  }

  async *blocks(): Blocks {
    let quietSince = Date.now();
    try {
      for (;;) {
        // Whoever wrote before the tail was ended is still heard.
        const last = this.#options.signal.aborted || Date.now() > this.lastUntil;
        if (!this.news && this.#position >= this.#liveAt) {
          this.news = true;
          this.#options.onLive();
        }
        const block = await this.#next();
        if (block !== null) {
          quietSince = Date.now();
          if (this.lastUntil !== Number.POSITIVE_INFINITY) this.lastUntil = quietSince + GRACE;
          yield block;
        } else if (last || this.rewritten) {
          return;
        } else {
          if (Date.now() - quietSince >= IDLE) {
            quietSince = Date.now();
            this.#options.onIdle();
          }
          await pause(this.#options);
        }
      }
    } catch (failure) {
      throw inputError(this.#path, failure);
    } finally {
      await this.handle.close();
    }
  }

  async #next(): Promise<Buffer | null> {
    if (await this.#isRewritten()) this.rewritten = true;
    if (this.rewritten) return null;
    return this.#read(this.news ? Number.POSITIVE_INFINITY : this.#liveAt);
  }

  async #read(limit: number): Promise<Buffer | null> {
    const length = Math.min(BLOCK, limit - this.#position);
    const { bytesRead } = await this.handle.read(this.#buffer, 0, length, this.#position);
    if (bytesRead === 0) return null;
    this.#position += bytesRead;
    const block = this.#buffer.subarray(0, bytesRead);
    this.#fingerprint = Buffer.from(block.subarray(-FINGERPRINT));
    return block;
  }

  /** `copytruncate` leaves the same file, shorter, and soon as long as before with other lines in it. */
  async #isRewritten(): Promise<boolean> {
    const expected = this.#fingerprint;
    const found = Buffer.alloc(expected.length);
    const { bytesRead } = await this.handle.read(found, 0, found.length, this.#position - found.length);
    return bytesRead < found.length || !found.equals(expected);
  }
}
