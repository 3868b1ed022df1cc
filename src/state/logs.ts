import { closeSync, fstatSync, openSync } from 'node:fs';
import { NEWLINE } from '../ascii.ts';
import { codeOf, InputError } from '../errors.ts';
import { rotatedSet, selectForWindow } from '../sources/discover.ts';
import { inputError } from '../sources/failure.ts';
import { inspect, type LogFile, readHead } from '../sources/open.ts';
import type { Resume } from '../sources/resume.ts';
import {
  backOf,
  beginsAs,
  bytesAt,
  digestOf,
  FINGERPRINT,
  holdsPosition,
  lastLineStart,
  type Position,
} from './position.ts';

/** Processes of Exim write to the old file for a while after a rotation, in ms. */
const GRACE = 60_000;

/** Positions; those of files that are gone are the first to go, but may come back, as when a disk was not mounted. */
const REMEMBERED = 500;

/** A log of the set, open, and what is known of it. */
interface Candidate {
  file: LogFile;
  fd: number;
  size: number;
  dev: string;
  ino: string;
  /** The first bytes, decompressed. */
  start: Buffer;
  /** The user named it, or it is this machine's log. */
  named: boolean;
}

/** One file on its way to its next position. */
interface Reading {
  candidate: Candidate;
  resume: Resume;
  /** Bytes read, and those of them that are whole lines. */
  read: { bytes: number; whole: number };
}

type OnError = (error: InputError) => void;
type FirstStamp = (file: LogFile) => Promise<number | null>;

/** The logs of one run: which bytes of them are new, and the positions that they leave. */
export class StatefulLogs {
  readonly #positions: readonly Position[];
  readonly #first: boolean;
  readonly #readings: Reading[] = [];
  /** Positions that stay as they are, and those of files that are not to be read. */
  readonly #kept: Position[] = [];
  readonly #open: number[] = [];
  /** What the reader should know: sentences. */
  readonly notes: string[] = [];

  /** @param positions of the last run; null: there was none. */
  constructor(positions: readonly Position[] | null) {
    this.#positions = positions ?? [];
    this.#first = positions === null;
  }

  /**
   * Finds what is new: in the logs themselves, and in what became of them by rotation. At the first run the logs are
   * read as they are, and those that were rotated before are left alone from then on.
   *
   * @param paths of the live logs.
   * @param firstStampOf as for selectForWindow().
   * @returns the files that may hold something new, in the order of reading: first the rest of those that are known,
   *   whatever their clock said, then those that came and were rotated since the last run, then the live ones.
   */
  async open(paths: readonly string[], firstStampOf: FirstStamp, onError: OnError): Promise<LogFile[]> {
    const candidates: Candidate[] = [];
    for (const path of paths) candidates.push(...(await this.#candidates(path, onError)));
    const left = this.#resumeKnown(unique(candidates));
    for (const candidate of left) this.#meet(candidate);
    const ordered: LogFile[] = [];
    for (const age of AGES) {
      const files = this.#readings
        .filter((reading) => ageOf(reading) === age)
        .map(({ candidate, resume }) => ({ ...candidate.file, resume }));
      ordered.push(...(await selectForWindow(files, firstStampOf, null)));
    }
    return ordered;
  }

  /**
   * The positions after the reading.
   *
   * @param linesOf how many lines of a file were read.
   * @param failed the names of the files that could not be read to their end.
   */
  positions(linesOf: (name: string) => number, failed: ReadonlySet<string>): Position[] {
    const read = this.#readings.map((reading) => {
      const { name } = reading.candidate.file;
      return positionAfter(reading, linesOf(name), failed.has(name));
    });
    const kept = [...this.#kept].sort((a, b) => Number(a.lost) - Number(b.lost));
    return [...read.flatMap((position) => position ?? []), ...kept].slice(0, REMEMBERED);
  }

  close(): void {
    for (const fd of this.#open) closeSync(fd);
  }

  async #candidates(path: string, onError: OnError): Promise<Candidate[]> {
    const rotated = rotatedSet(path, onError);
    const files: { file: LogFile; named: boolean }[] = rotated.map((file) => ({ file, named: false }));
    try {
      files.push({ file: inspect(path), named: true });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // Between the two steps of a rotation there is no file of this name.
      if (rotated.length === 0 || this.#first) onError(error);
    }
    const found: Candidate[] = [];
    for (const { file, named } of files) {
      const candidate = await this.#candidate(file, named, onError);
      if (candidate) found.push(candidate);
    }
    return found;
  }

  async #candidate(file: LogFile, named: boolean, onError: OnError): Promise<Candidate | null> {
    try {
      const fd = openSync(file.path ?? file.name, 'r');
      this.#open.push(fd);
      const { dev, ino, size } = fstatSync(fd, { bigint: true });
      const start =
        file.compression === null ? bytesAt(fd, 0, FINGERPRINT) : await readHead(file, FINGERPRINT);
      return { file, fd, size: Number(size), dev: String(dev), ino: String(ino), start, named };
    } catch (failure) {
      // Renamed or compressed since the folder was read: the next run finds it under its new name.
      if (codeOf(failure) !== 'ENOENT') onError(inputError(file.name, failure));
      return null;
    }
  }

  /** Goes on with the files that are known. @returns the others. */
  #resumeKnown(candidates: readonly Candidate[]): Candidate[] {
    const left = new Set(candidates);
    for (const position of this.#positions) {
      const fits = [...left].filter((candidate) => isFile(candidate, position));
      const found = fits.find((candidate) => isSameInode(candidate, position)) ?? fits[0];
      const changed = found ?? [...left].find(({ start }) => beginsAs(start, position.head));
      if (changed) left.delete(changed);
      if (found && position.complete) this.#kept.push({ ...position, ...nameOf(found), lost: false });
      else if (found) this.#read(found, position.back, position.from);
      else if (changed) this.#readChanged(changed, position);
      else this.#lose(position);
    }
    return [...left];
  }

  /** It begins as before and is another one behind that: somebody has cut or edited it. */
  #readChanged(candidate: Candidate, { from }: Position): void {
    const offset = Math.min(from.offset, lastLineStart(candidate.fd, 0, candidate.size));
    this.notes.push(
      `${candidate.file.name} was changed by somebody: it is read on from byte ${offset}, and line numbers may be off`,
    );
    const place = { offset, lines: from.lines };
    this.#read(candidate, place, place);
  }

  #lose(position: Position): void {
    if (!position.complete && !position.lost) {
      this.notes.push(
        `${position.name} is not the file of the last report any more, and what became of that one was not found: ` +
          `what was written behind its line ${position.from.lines} is missing`,
      );
    }
    this.#kept.push({ ...position, lost: true });
  }

  /** A file that is at no position. */
  #meet(candidate: Candidate): void {
    // copytruncate is copying a file that is read under its own name.
    if (this.#positions.some(({ head }) => beginsAs(candidate.start, head))) return;
    if (this.#first && !candidate.named) this.#kept.push(leftAlone(candidate));
    else if (candidate.start.length > 0) this.#read(candidate, START, START);
  }

  #read(candidate: Candidate, back: Resume['back'], from: Resume['from']): void {
    const read = { bytes: 0, whole: 0 };
    const onRead = (block: Buffer): void => {
      const newline = block.lastIndexOf(NEWLINE);
      if (newline !== -1) read.whole = read.bytes + newline + 1;
      read.bytes += block.length;
    };
    const to = endOf(candidate, from.offset);
    const resume = { fd: candidate.fd, known: !this.#first, back, from, to, onRead };
    this.#readings.push({ candidate, resume, read });
  }
}

const START = { offset: 0, lines: 0 };

const AGES = ['known', 'rotated', 'live'] as const;

function ageOf({ candidate, resume }: Reading): (typeof AGES)[number] {
  if (resume.from !== START) return 'known';
  return candidate.named ? 'live' : 'rotated';
}

/** Where a half-written line begins that is left for the next run; null: the file is whole. */
function endOf({ file, fd, size, named }: Candidate, from: number): number | null {
  if (file.compression !== null) return null;
  const isOver = !named && Date.now() - (file.modifiedAt ?? 0) > GRACE;
  return isOver ? size : lastLineStart(fd, from, size);
}

function positionAfter(
  { candidate, resume, read }: Reading,
  lines: number,
  failed: boolean,
): Position | null {
  const { file, fd } = candidate;
  const { from, to } = resume;
  // What was handed on at the end counts as a line, unless the reading broke off there.
  const bytes = failed ? read.whole : read.bytes;
  const place = { offset: from.offset + bytes, lines: from.lines + lines };
  if (place.offset === 0) return null;
  const plain = file.compression === null;
  const tailLength = plain ? Math.min(FINGERPRINT, place.offset) : 0;
  return {
    ...nameOf(candidate),
    head: digestOf(candidate.start.subarray(0, Math.min(FINGERPRINT, place.offset))),
    tail: digestOf(plain ? bytesAt(fd, place.offset - tailLength, tailLength) : Buffer.alloc(0)),
    from: place,
    back: plain ? backOf(fd, place) : place,
    complete: !plain && !failed && to === null,
    lost: false,
  };
}

/** A file that was there before the first run. */
function leftAlone(candidate: Candidate): Position {
  return {
    ...nameOf(candidate),
    head: digestOf(candidate.start),
    tail: digestOf(Buffer.alloc(0)),
    from: START,
    back: START,
    complete: true,
    lost: false,
  };
}

function nameOf({ file: { name }, dev, ino }: Candidate): Pick<Position, 'name' | 'dev' | 'ino'> {
  return { name, dev, ino };
}

function isFile(candidate: Candidate, position: Position): boolean {
  const { file, fd, size, start } = candidate;
  if (position.complete || file.compression !== null) return beginsAs(start, position.head);
  return holdsPosition(fd, size, position);
}

function isSameInode(candidate: Candidate, { dev, ino }: Position): boolean {
  return candidate.dev === dev && candidate.ino === ino;
}

/** A file that has several names, or was named twice, once. */
function unique(candidates: readonly Candidate[]): Candidate[] {
  const byInode = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = `${candidate.dev}:${candidate.ino}`;
    const other = byInode.get(key);
    if (!other || candidate.named) byInode.set(key, candidate);
  }
  return [...byInode.values()];
}
