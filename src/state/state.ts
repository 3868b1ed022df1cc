import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
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
  carried: readonly Carried[];
}

/** The same before it is written. */
export type NextState = Omit<State, 'carried'> & { carried: Iterable<Carried> };

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
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new UsageError(`cannot read the state ${path}: ${messageOf(error)}`);
  }
  const state = parsed(text);
  if (state === null) {
    throw new UsageError(
      `${path} is no state of this exiwhy, or damaged`,
      'name another file, or remove this one: the next report then begins with the whole log again',
    );
  }
  return state;
}

/** At the end of the file, over all that stands before it: nobody has changed it since, no disk and no editor. */
const DIGEST = /,"digest":"([0-9a-f]{64})"\}\n$/;

function digestOf(json: string): string {
  return createHash('sha256').update(json).digest('hex');
}

/** Characters that are written at once. */
const PIECE = 64 * 1024;

/** The file, piece by piece: as one text it takes three times its size. */
function* textOf({ carried, ...head }: NextState): Iterable<string> {
  const hash = createHash('sha256');
  let piece = `${JSON.stringify(head).slice(0, -1)},"carried":[`;
  let separator = '';
  for (const one of carried) {
    piece += separator + JSON.stringify(one);
    separator = ',';
    if (piece.length < PIECE) continue;
    hash.update(piece);
    yield piece;
    piece = '';
  }
  piece += ']';
  yield `${piece},"digest":"${hash.update(`${piece}}`).digest('hex')}"}\n`;
}

function parsed(text: string): State | null {
  const found = DIGEST.exec(text);
  if (!found || digestOf(`${text.slice(0, found.index)}}`) !== found[1]) return null;
  try {
    const value: unknown = JSON.parse(text);
    const isState =
      typeof value === 'object' && value !== null && 'schema' in value && value.schema === SCHEMA;
    return isState ? (value as State) : null;
  } catch {
    return null;
  }
}

/** A kill at any moment leaves the old state or the new one. @throws UsageError where it cannot be written. */
export function writeState(path: string, state: NextState): void {
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
