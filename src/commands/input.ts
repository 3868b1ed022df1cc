import { type Analysis, analyse, type Books } from '../analysis.ts';
import { type CauseId, causes, isCauseId } from '../causes/index.ts';
import { InputError, UsageError } from '../errors.ts';
import type { Look } from '../model/look.ts';
import type { LogRecord } from '../model/record.ts';
import { firstStamp } from '../mta/exim/stamp.ts';
import { findMachineLog, rotatedSet, selectForWindow } from '../sources/discover.ts';
import { inspect, type LogFile, readHead } from '../sources/open.ts';
import { createProgress } from '../sources/progress.ts';
import { parseSpan, parseWindow } from '../time/window.ts';
import { isTimeZone, machineZone } from '../time/zone.ts';
import { type CommonOptions, type Context, describe } from './context.ts';

/** The part of the log that was asked for, and the zone of its clock. */
export interface Window {
  /** Epoch ms, the first moment inside; null: no bound. */
  since: number | null;
  /** Epoch ms, the first moment behind. */
  until: number | null;
  timeZone: string;
  holds(at: number): boolean;
}

export interface ReadResult {
  books: Books;
  /** The time of the newest file's last line, epoch ms; null where no line has one. */
  end: number | null;
  /** Some input could not be read. */
  failed: boolean;
  /** The names of these. */
  failedInputs: ReadonlySet<string>;
}

type OnRecord = (record: LogRecord, cause: CauseId | null) => void;

/** Finds the files to read, in the order of reading. */
export type Choose = (
  logs: readonly string[],
  window: Window,
  onError: (error: InputError) => void,
) => Promise<LogFile[]>;

/**
 * Opens what the user named, or this machine's log, and reads it all. Errors of one input are told and survived.
 *
 * @param choose which files those are.
 */
export async function read(
  logs: readonly string[],
  window: Window,
  options: CommonOptions,
  context: Context,
  look: Analysis['look'],
  onRecord: OnRecord,
  choose: Choose = filesFor,
): Promise<ReadResult> {
  const mta = options.mta ?? 'auto';
  const notRead: Books['notRead'] = [];
  const onError = (error: InputError): void => {
    notRead.push({ name: error.path, reason: error.reason });
    context.warn(describe(error));
  };
  const files = await choose(logs, window, onError);
  const progress = createProgress({
    stream: context.progress,
    isTTY: context.progress.isTTY && !options.quiet,
    now: Date.now,
    totalBytes: files.reduce<number | null>(
      (sum, { size }) => (sum === null || size === null ? null : sum + size),
      0,
    ),
  });
  const done = new Map<string, number>();
  let end: number | null = null;
  const books = await analyse({
    files,
    timeZone: window.timeZone,
    mta,
    look: mta === 'postfix' ? () => everything : look,
    onError,
    onRecord,
    onBatch: () => context.out.flush(),
    onEnd: (at) => {
      end = Math.max(at, end ?? at);
    },
    onProgress: (file, bytes) => {
      done.set(file.name, bytes);
      progress.update(
        [...done.values()].reduce((sum, value) => sum + value, 0),
        file.name,
      );
    },
  });
  progress.done();
  return {
    books: context.redactor.books({ ...books, notRead }),
    end,
    failed: notRead.length > 0,
    failedInputs: new Set(notRead.map(({ name }) => name)),
  };
}

/** The look at a line's bytes knows Exim's lines only, and would take them for understood. */
const everything: Look = () => 'read';

/** @throws UsageError for a time or zone that nobody understands. */
export function windowOf(options: CommonOptions, now: number): Window {
  const timeZone = options.timezone ?? machineZone();
  if (!isTimeZone(timeZone)) {
    throw new UsageError(`unknown time zone ${timeZone}`, 'name one like Europe/Berlin, UTC or +02:00');
  }
  const { since, until } = parseWindow({ since: options.since, until: options.until, now, timeZone });
  const holds = (at: number): boolean => (since === null || at >= since) && (until === null || at < until);
  return { since, until, timeZone, holds };
}

/** How long the next try of a deferred mail is awaited, in ms. @throws UsageError for no span. */
export function retryWindowOf({ retryWindow }: CommonOptions): number {
  return parseSpan(retryWindow ?? '4d');
}

/** The files that the user named, or this machine's log with its rotated set. */
export async function filesFor(
  logs: readonly string[],
  window: Window,
  onError: (error: InputError) => void,
): Promise<LogFile[]> {
  const files = logs.length > 0 ? inspectAll(logs, onError) : machineLogs(window, onError);
  const stampOf = (file: LogFile): Promise<number | null> => firstStampOf(file, window.timeZone);
  return selectForWindow(files, stampOf, logs.length > 0 ? null : window.since);
}

function inspectAll(names: readonly string[], onError: (error: InputError) => void): LogFile[] {
  return names.flatMap((name) => {
    try {
      return [inspect(name)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      onError(error);
      return [];
    }
  });
}

/** This machine's own log, and its rotated set when the window begins before it. */
function machineLogs(window: Window, onError: (error: InputError) => void): LogFile[] {
  const live = findMachineLog();
  return window.since === null ? [live] : [...rotatedSet(live.path ?? live.name, onError), live];
}

/** Enough to hold the first stamped line behind any header dump. */
const HEAD_BYTES = 64 * 1024;

export async function firstStampOf(file: LogFile, timeZone: string): Promise<number | null> {
  try {
    return firstStamp(await readHead(file, HEAD_BYTES), timeZone, file.modifiedAt ?? Date.now());
  } catch (error) {
    // What cannot be opened is reported when it is read.
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** @throws UsageError for an id that the table does not know. */
export function causeFilter(ids: readonly string[] | undefined): (cause: CauseId | null) => boolean {
  if (!ids || ids.length === 0) return () => true;
  for (const id of ids) {
    if (isCauseId(id)) continue;
    const near = causes
      .filter((cause) => cause.id.includes(id) || id.includes(cause.id))
      .map((cause) => cause.id);
    const help =
      near.length > 0 ? `did you mean ${near.slice(0, 5).join(', ')}?` : 'the README lists all causes';
    throw new UsageError(`unknown cause ${id}`, help);
  }
  const wanted = new Set<string>(ids);
  return (cause) => cause !== null && wanted.has(cause);
}
