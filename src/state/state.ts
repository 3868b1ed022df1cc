import { createHash, type Hash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { NEWLINE } from '../ascii.ts';
import { releaseLock, replaceFile, takeLock } from '../durable.ts';
import { codeOf, messageOf, UsageError } from '../errors.ts';
import type { Carried } from './carried.ts';
import type { Position } from './position.ts';

/** What one run leaves for the next, in a file. */
export interface State {
  schema: typeof SCHEMA;
  /** Who counts: a history keeps the counts of several states apart. */
  id: string;
  /** Reports so far. */
  run: number;
  /** ISO 8601, when the last report was out. */
  writtenAt: string;
  /** Epoch ms of the newest line that was read; null: none was. */
  end: number | null;
  positions: readonly Position[];
  /** The beginnings of arrivals: a later line about the message does not say who sent it. */
  arrivals: readonly string[];
  /** One after the other: there may be a hundred thousand. */
  carried: Iterable<Carried>;
}

/** Raised when an older exiwhy could not read the file. */
const SCHEMA = 2;

/** Before the first report. */
export function firstState(): State {
  return {
    schema: SCHEMA,
    id: randomUUID(),
    run: 0,
    writtenAt: '',
    end: null,
    positions: [],
    arrivals: [],
    carried: [],
  };
}

/** @returns null where there is no such file. @throws UsageError where it is none of ours. */
export function readState(path: string): State | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new UsageError(`cannot read the state ${path}: ${messageOf(error)}`);
  }
  const state = parsed(bytes);
  if (state === null) {
    throw new UsageError(
      `${path} is no state of this exiwhy, or damaged`,
      'name another file, or remove this one: the next report then begins with the whole log again',
    );
  }
  return state;
}

/** The last line, over all that stands before it: nobody has changed it since, no disk and no editor. */
function digestLine(hash: Hash): string {
  return `{"digest":"${hash.digest('hex')}"}\n`;
}

const DIGEST_LENGTH = digestLine(newHash()).length;

function newHash(): Hash {
  return createHash('sha256');
}

function parsed(bytes: Buffer): State | null {
  const text = bytes.subarray(0, -DIGEST_LENGTH);
  if (bytes.toString('latin1', text.length) !== digestLine(newHash().update(text))) return null;
  const [head] = linesOf(text);
  try {
    const value: unknown = JSON.parse(head ?? '');
    if (typeof value !== 'object' || value === null || !('schema' in value) || value.schema !== SCHEMA)
      return null;
    return { ...(value as State), carried: carriedIn(text) };
  } catch {
    return null;
  }
}

/** Each is parsed when it is asked for: all at once take ten times the place of the file. */
function carriedIn(text: Buffer): Iterable<Carried> {
  return {
    *[Symbol.iterator]() {
      let isHead = true;
      for (const line of linesOf(text)) {
        if (!isHead) yield JSON.parse(line);
        isHead = false;
      }
    },
  };
}

function* linesOf(text: Buffer): Iterable<string> {
  for (let start = 0, end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE, start)) {
    yield text.toString('utf8', start, end);
    start = end + 1;
  }
}

/** Characters that are written at once. */
const PIECE = 64 * 1024;

/** The file, piece by piece: a line of what there is one of, a line for each that is carried over, and the digest. */
function* textOf({ carried, ...head }: State): Iterable<string> {
  const hash = newHash();
  let piece = `${JSON.stringify(head)}\n`;
  for (const one of carried) {
    piece += `${JSON.stringify(one)}\n`;
    if (piece.length < PIECE) continue;
    hash.update(piece);
    yield piece;
    piece = '';
  }
  yield piece + digestLine(hash.update(piece));
}

/** A kill at any moment leaves the old state or the new one. @throws UsageError where it cannot be written. */
export function writeState(path: string, state: State): void {
  try {
    replaceFile(path, textOf(state));
  } catch (error) {
    throw new UsageError(
      `the report is out, but the state ${path} cannot be written: ${messageOf(error)}`,
      'the old state stands, and the next report tells the same again: make room, or name another place',
    );
  }
}

/**
 * Keeps two runs apart from the reading of the state to its writing.
 *
 * @returns what lets the next one in.
 * @throws UsageError where another run is at work, or the folder cannot be written.
 */
export function lockState(path: string): () => void {
  const lock = `${path}.lock`;
  let taken: boolean;
  try {
    taken = takeLock(lock);
  } catch (error) {
    throw new UsageError(
      `cannot lock the state ${path}: ${messageOf(error)}`,
      `the folder ${dirname(path)} has to be there, and writable`,
    );
  }
  if (!taken) {
    throw new UsageError(
      `another exiwhy is at work on ${path}`,
      `wait until it is done; if none runs, remove ${lock}`,
    );
  }
  return () => releaseLock(lock);
}
