import { closeSync, openSync, rmSync } from 'node:fs';
import type { Blocks } from '../sources/decompress.ts';
import { type LogFile, readBlocks } from '../sources/open.ts';
import type { Parts, PartsReader } from '../sources/parts.ts';
import { filterLength, fingerprint, mayHold } from './filter.ts';
import { decode, digestOfText, type Index, type Part } from './format.ts';
import { identityOf, isSame } from './identity.ts';
import { type Opened, type Texts, textsOf } from './texts.ts';

/** With more texts than this nearly every part is wanted, and asking takes longer than reading. */
const MOST_KEYS = 10_000;

/**
 * Opens a log with its index.
 *
 * @param known what the index says, if it was read before.
 * @returns null where there is no index, or it is damaged, or not of this log as it is now.
 */
export function openIndexed(log: string, path: string, known: Index | null = null): Opened | null {
  const fds: number[] = [];
  try {
    const logFd = openSync(log, 'r');
    fds.push(logFd);
    const indexFd = openSync(path, 'r');
    fds.push(indexFd);
    const index = known ?? decode(indexFd);
    if (index !== null && isSame(index.head.log, identityOf(logFd))) return { index, indexFd, logFd };
  } catch {
    // Whoever reads the log itself tells what is wrong with it.
  }
  for (const fd of fds) closeSync(fd);
  return null;
}

export function closeIndexed({ indexFd, logFd }: Opened): void {
  closeSync(indexFd);
  closeSync(logFd);
}

/** What an index knows of a log. */
export class IndexedParts implements Parts {
  readonly end: string;
  readonly #file: LogFile;
  readonly #path: string;
  readonly #index: Index | null;

  /**
   * @param path of the index.
   * @param kept whether it stays in memory; otherwise it is read again each time.
   */
  constructor(file: LogFile, path: string, index: Index, kept: boolean) {
    this.end = index.head.end;
    this.#file = file;
    this.#path = path;
    this.#index = kept ? index : null;
  }

  async *read(keys: readonly string[], reader: PartsReader, named = false): Blocks {
    const file = this.#file;
    const opened = openIndexed(file.path ?? file.name, this.#path, this.#index);
    if (opened === null) {
      yield* readBlocks(file);
      return;
    }
    const texts = textsOf(file, opened);
    try {
      for (const { part, wanted } of choose(opened, keys, named)) {
        if (!wanted) {
          reader.passOver(part.lines, 0);
          continue;
        }
        const text = await checked(texts, part);
        if (text === null) {
          // It is not what it was: it goes, and the rest is read without it.
          rmSync(this.#path, { force: true });
          yield* behind(readBlocks(file), part.start);
          return;
        }
        yield text;
      }
    } finally {
      await texts.close();
      closeIndexed(opened);
    }
  }
}

function* choose(
  { index: { parts, filters } }: Opened,
  keys: readonly string[],
  named: boolean,
): Iterable<{ part: Part; wanted: boolean }> {
  const prints: number[] = [];
  let at = 0;
  for (const part of parts) {
    for (const key of keys.slice(prints.length)) prints.push(fingerprint(key));
    const certain = part.unknown || (part.always && !named) || prints.length > MOST_KEYS;
    const wanted = certain || mayHold(filters, at, part.texts, prints);
    yield { part, wanted };
    at += filterLength(part.texts);
  }
}

async function checked(texts: Texts, part: Part): Promise<Buffer | null> {
  try {
    const text = await texts.of(part);
    return text !== null && digestOfText(text) === part.digest ? text : null;
  } catch {
    return null;
  }
}

async function* behind(blocks: Blocks | Iterable<Buffer>, start: number): Blocks {
  let left = start;
  for await (const block of blocks) {
    if (block.length > left) yield block.subarray(left);
    left = Math.max(0, left - block.length);
  }
}
