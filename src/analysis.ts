import type { CauseId } from './causes/index.ts';
import { classify } from './classify.ts';
import { InputError } from './errors.ts';
import type { Look } from './model/look.ts';
import type { LogLine, LogRecord } from './model/record.ts';
import { firstStamp, lastMoment } from './mta/exim/stamp.ts';
import { createParser, type MtaChoice, type Parser } from './mta/parser.ts';
import type { Blocks } from './sources/decompress.ts';
import { foreignEncoding, withoutMark } from './sources/encoding.ts';
import { Ending } from './sources/ending.ts';
import { LineSplitter, type Take } from './sources/lines.ts';
import { LiveLines } from './sources/live.ts';
import { type Batches, mergeRejectLog } from './sources/merge.ts';
import { type LogFile, readBlocks } from './sources/open.ts';
import type { Parts, PartsReader } from './sources/parts.ts';
import { readBack, readOn } from './sources/resume.ts';
import { createStampClock, type StampClock } from './time/zone.ts';

/** A line that nobody understood. */
export interface Sample {
  file: string;
  line: number;
  text: string;
}

/** Where every line went: lines = used + ignored + notUnderstood. */
export interface Books {
  files: { name: string; lines: number }[];
  lines: number;
  used: number;
  ignored: number;
  notUnderstood: number;
  /** Lines longer than 64 KiB, of which the rest was not read. */
  cut: number;
  samples: Sample[];
  /** What could not be read, or not to its end. */
  notRead: { name: string; reason: string }[];
}

/**
 * When a line is read that matters: before the next one is looked at; later, as those of a pipe; or once more, though an
 * earlier reader has counted it, for what the next lines need of it.
 */
export type When = 'now' | 'later' | 'again';

export interface Analysis {
  /** In the order of their first stamps. */
  files: readonly LogFile[];
  timeZone: string;
  /** Whose lines are read. */
  mta: MtaChoice;
  /** Makes the look at the bytes of one file's lines. */
  look: (when: When, clock: StampClock) => Look;
  /** Is told of each record in the order of the log. */
  onRecord: (record: LogRecord, cause: CauseId | null) => void;
  /** An input that could not be read, or not to its end. The others are still read. */
  onError: (error: InputError) => void;
  /** Is awaited after each block. */
  onBatch?: () => Promise<void>;
  onProgress?: (file: LogFile, bytes: number) => void;
  /** Is told the time of a file's last line, epoch ms, when all is read. */
  onEnd?: (at: number) => void;
  /** For a file that is followed: what is appended, and how many lines stand before it. */
  live?: { blocks: Blocks; linesBefore: number };
}

/** Kept of the lines that nobody understood. */
const SAMPLES = 10;
/** Looked at for the kind of file. */
const HEAD_BYTES = 64 * 1024;
/** So many strange lines at the beginning, and nothing else, are no mail log. */
const STRANGE_LIMIT = 100;

/** The loop: bytes to lines to records with a cause. One `await` a block; everything behind it is synchronous. */
export async function analyse(analysis: Analysis): Promise<Books> {
  const merging = analysis.files.some(isRejectLog) && !analysis.files.every(isRejectLog);
  const readers = analysis.files.map((file) => new FileReader(file, merging, analysis));
  if (merging) await merge(readers, analysis);
  else
    for (const reader of readers)
      for await (const _ of reader.run((line) => reader.read(line))) await analysis.onBatch?.();
  for (const { end } of readers) if (end !== null) analysis.onEnd?.(end);
  return addUp(readers.map((reader) => reader.books()));
}

async function merge(readers: readonly FileReader[], analysis: Analysis): Promise<void> {
  const byName = new Map(readers.map((reader) => [reader.file.name, reader]));
  const mains = readers.filter(({ file }) => !isRejectLog(file));
  const rejects = readers.filter(({ file }) => isRejectLog(file));
  const onRepeat = (line: LogLine): void => byName.get(line.file)?.repeat();
  for await (const batch of mergeRejectLog(batches(mains), batches(rejects), onRepeat)) {
    for (const line of batch) byName.get(line.file)?.read(line);
    await analysis.onBatch?.();
  }
}

async function* batches(readers: readonly FileReader[]): Batches {
  for (const reader of readers) {
    let batch: LogLine[] = [];
    for await (const _ of reader.run((line) => batch.push(line))) {
      yield batch;
      batch = [];
    }
  }
}

/** `exim_rejectlog`, `rejectlog.1`: the name is the site's own, not a stranger's. */
function isRejectLog(file: LogFile): boolean {
  return /reject/i.test(file.name.slice(file.name.lastIndexOf('/') + 1));
}

const LOGS: Readonly<Record<MtaChoice, string>> = {
  auto: 'no log of Exim or Postfix',
  exim: 'not an Exim log',
  postfix: 'not a Postfix log',
};

/** One file on its way through the loop, with its own books. */
class FileReader {
  readonly file: LogFile;
  readonly lines: LineSplitter | LiveLines;
  readonly samples: Sample[] = [];
  used = 0;
  ignored = 0;
  notUnderstood = 0;
  refused = false;
  #understood = 0;
  #first: LogLine | null = null;
  readonly #ending = new Ending();
  readonly #merging: boolean;
  readonly #clock: StampClock;
  readonly #parser: Parser;
  readonly #analysis: Analysis;

  constructor(file: LogFile, merging: boolean, analysis: Analysis) {
    this.file = file;
    this.#merging = merging;
    this.#analysis = analysis;
    const clock = createStampClock(analysis.timeZone, file.modifiedAt ?? Date.now());
    // The lines of a pipe, and those that are merged, are taken later than they are looked at.
    this.lines =
      file.size === null
        ? new LiveLines(file.name, analysis.look('later', clock), analysis.live?.linesBefore)
        : new LineSplitter(file.name, analysis.look(merging ? 'later' : 'now', clock));
    this.#clock = clock;
    this.#parser = createParser(clock, analysis.mta);
  }

  /** Hands the lines on, and stops after each block. */
  async *run(take: Take): AsyncGenerator<void> {
    try {
      await this.#lookBack();
      for await (const _ of this.lines.run(this.#blocks(), this.#numbered(take))) {
        yield;
        if (this.refused) return;
      }
      this.#judge();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#analysis.onError(error);
    }
  }

  /** The parser sees again what an earlier reader read last: nobody else does. */
  async #lookBack(): Promise<void> {
    const { file } = this;
    if (!file.resume) return;
    if (file.resume.known) this.#understood++;
    const { lines } = file.resume.back;
    const splitter = new LineSplitter(file.name, this.#analysis.look('again', this.#clock));
    const parse = (line: LogLine): void => {
      this.#parser.parse({ ...line, line: lines + line.line });
    };
    for await (const _ of splitter.run(readBack(file, file.resume), parse));
  }

  #numbered(take: Take): Take {
    const before = this.file.resume?.from.lines ?? 0;
    return before === 0 ? take : (line) => take({ ...line, line: before + line.line });
  }

  #source(): Blocks | Iterable<Buffer> {
    const { file } = this;
    if (file.resume) return readOn(file, file.resume);
    const { lines } = this;
    const onProgress = (bytes: number): void => this.#analysis.onProgress?.(file, bytes);
    const parts = this.#parts();
    if (parts && lines instanceof LineSplitter) {
      const passOver: PartsReader['passOver'] = (...counts) => lines.passOver(...counts);
      return parts.read(file.keys ?? [], { passOver, onProgress });
    }
    return readBlocks(file, onProgress);
  }

  /** What is merged is compared line by line. */
  #parts(): Parts | null {
    const { parts, keys } = this.file;
    return parts && keys && !this.#merging && this.lines instanceof LineSplitter ? parts : null;
  }

  /** The time of the last line, epoch ms; null where no line has one. */
  get end(): number | null {
    const { timeZone } = this.#analysis;
    const parts = this.#parts();
    const ending = parts ? Buffer.from(parts.end) : this.#ending.bytes;
    return lastMoment(ending, timeZone, this.file.modifiedAt ?? Date.now());
  }

  async *#blocks(): AsyncGenerator<Buffer> {
    let first = true;
    for await (const block of this.#analysis.live?.blocks ?? this.#source()) {
      if (first) this.#refuseBinary(block);
      this.#ending.push(block);
      yield first ? withoutMark(block) : block;
      first = false;
    }
  }

  #refuseBinary(block: Buffer): void {
    const head = withoutMark(block.subarray(0, HEAD_BYTES));
    const foreign = foreignEncoding(head);
    if (foreign) throw new InputError(this.file.name, foreign.reason, foreign.help);
    // A log may hold zeros: after a crash the file system leaves them where lines were not written yet.
    const isLog = (): boolean => firstStamp(head, this.#analysis.timeZone, Date.now()) !== null;
    if (head.includes(0) && !isLog()) throw new InputError(this.file.name, 'it is a binary file, not a log');
  }

  read(line: LogLine): void {
    if (this.refused) return;
    this.#first ??= line;
    const parsed = this.#parser.parse(line);
    if (typeof parsed !== 'string') {
      this.used++;
      this.#analysis.onRecord(parsed, classify(parsed));
    } else if (parsed === 'unknown') {
      this.#strange(line);
    } else {
      this.ignored++;
      if (parsed === 'remark') this.#understood++;
    }
  }

  books(): Books {
    const { lines, ignored, taken, overlong } = this.lines;
    return {
      files: [{ name: this.file.name, lines }],
      lines,
      used: this.used + taken,
      ignored: this.ignored + ignored,
      notUnderstood: this.notUnderstood,
      cut: overlong,
      samples: this.samples,
      notRead: [],
    };
  }

  /** The main log already said it. */
  repeat(): void {
    this.ignored++;
    this.#understood++;
  }

  #strange(line: LogLine): void {
    this.notUnderstood++;
    if (this.samples.length < SAMPLES)
      this.samples.push({ file: line.file, line: line.line, text: line.text });
    if (this.notUnderstood >= STRANGE_LIMIT && !this.#fits()) {
      this.#judge();
      this.refused = true;
    }
  }

  #fits(): boolean {
    return this.used + this.#understood + this.lines.ignored + this.lines.taken > 0;
  }

  /** A file in which nothing was understood is refused with its first line, never answered with zeros. */
  #judge(): void {
    if (this.#fits() || !this.#first) return;
    const { line, text } = this.samples[0] ?? this.#first;
    this.#analysis.onError(
      new InputError(
        this.file.name,
        `it is ${LOGS[this.#analysis.mta]}: line ${line} does not fit: ${text.slice(0, 200)}`,
        'name the main log of Exim (cPanel: /var/log/exim_mainlog, Debian: /var/log/exim4/mainlog), the log of Postfix (/var/log/mail.log, /var/log/maillog) or a syslog file that holds their lines',
      ),
    );
  }
}

/** The books of several inputs as one. */
export function addUp(parts: readonly Books[]): Books {
  const sum = (count: (books: Books) => number): number =>
    parts.reduce((total, books) => total + count(books), 0);
  return {
    files: parts.flatMap(({ files }) => files),
    lines: sum(({ lines }) => lines),
    used: sum(({ used }) => used),
    ignored: sum(({ ignored }) => ignored),
    notUnderstood: sum(({ notUnderstood }) => notUnderstood),
    cut: sum(({ cut }) => cut),
    samples: parts.flatMap(({ samples }) => samples).slice(0, SAMPLES),
    notRead: parts.flatMap(({ notRead }) => notRead),
  };
}
