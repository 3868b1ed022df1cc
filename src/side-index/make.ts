import { closeSync, openSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { type Addresses, addressAround, nextAt } from '../address-bytes.ts';
import { NEWLINE } from '../ascii.ts';
import { relevantToRefusals, type Sought } from '../mta/exim/relevant.ts';
import { sought } from '../mta/exim/search.ts';
import { lastStamp } from '../mta/exim/stamp.ts';
import { Ending } from '../sources/ending.ts';
import { LineSplitter } from '../sources/lines.ts';
import { type LogFile, readBlocks } from '../sources/open.ts';
import { Span } from '../span.ts';
import { type BlockStart, blockStarts } from './deflate.ts';
import { FilterMaker, MOST_TEXTS } from './filter.ts';
import { digestOfText, encode, type Part } from './format.ts';
import { type Identity, identityAt, identityOf, isSame } from './identity.ts';

/** Bytes of text of a part, or a little more: with half as much, the windows of a gzip file are twice as many. */
const PART = 512 * 1024;
/** As far back as deflate may look. */
const WINDOW = 32 * 1024;
/** A line that is longer than this is no line of a log. */
const LONGEST = 64 * 1024 * 1024;

/**
 * Reads a log through and makes its index.
 *
 * @param size bytes of text of a part, or more.
 * @returns one without parts for what cannot be cut into parts; null where the log changes meanwhile.
 * @throws InputError where it cannot be read to its end.
 */
export async function makeIndex(file: LogFile, size = PART): Promise<Buffer | null> {
  const path = file.path ?? file.name;
  const fd = openSync(path, 'r');
  try {
    const log = identityOf(fd);
    const index = await indexOf(file, fd, log, size);
    // In a rotation another file takes the name.
    return isSame(log, identityAt(path)) ? index : null;
  } finally {
    closeSync(fd);
  }
}

async function indexOf(file: LogFile, fd: number, log: Identity, size: number): Promise<Buffer> {
  const maker = new Maker(file.name, size, file.compression === 'gzip' ? cutsOf(fd, size) : null);
  const ending = new Ending();
  for await (const block of readBlocks(file)) {
    // What a crash left, or no log at all: it is judged as a whole.
    if (block.includes(0) || !maker.push(block)) return encode({ log, end: '', parts: 0 }, [], [], []);
    ending.push(block);
  }
  return maker.finish(log, lastStamp(ending.bytes));
}

/** Where a gzip file can be cut into parts. @returns null where that is not understood. */
function cutsOf(fd: number, size: number): BlockStart[] | null {
  const cuts: BlockStart[] = [];
  let last = 0;
  try {
    for (const start of blockStarts(fd)) {
      if (!start.first && start.text - last < size) continue;
      cuts.push(start);
      last = start.text;
    }
  } catch {
    return null;
  }
  return cuts;
}

/** Where a part of a gzip file begins. */
type Restart = Pick<Part, 'bit' | 'before' | 'window'>;

const NOWHERE: Restart = { bit: -1, before: 0, window: { start: 0, length: 0 } };

/** Cuts the text into parts and notes what each of their lines may be looked for by. */
class Maker {
  readonly #size: number;
  readonly #cuts: readonly BlockStart[] | null;
  #nextCut = 1;
  readonly #parts: Part[] = [];
  readonly #filters: Buffer[] = [];
  readonly #windows: Buffer[] = [];
  #windowLength = 0;
  /** Text that is in no part yet. */
  #text: Buffer[] = [];
  #length = 0;
  /** At this length the next cut is tried. */
  #goal = 0;
  /** Bytes of text in all parts. */
  #done = 0;
  #restart: Restart;
  readonly #window = new Ending(WINDOW);
  /** A gzip member begins where no part can. */
  #inOneGo = false;
  #always = false;
  readonly #filter = new FilterMaker();
  readonly #lines: LineSplitter;
  #linesBefore = { all: 0, overlong: 0 };

  constructor(name: string, size: number, cuts: readonly BlockStart[] | null) {
    this.#size = size;
    this.#cuts = cuts;
    this.#restart = { ...NOWHERE, bit: cuts?.[0]?.bit ?? -1 };
    this.#setGoal();
    const look = relevantToRefusals(undefined, everythingSought(this.#filter));
    this.#lines = new LineSplitter(name, (block, start, end) => {
      // Nobody was asked for, and still it would be read.
      if (look(block, start, end) !== 'ignored') this.#always = true;
      return 'ignored';
    });
  }

  /** The block may be reused afterwards. @returns false for what is no log. */
  push(block: Buffer): boolean {
    let rest = block;
    while (this.#length + rest.length >= this.#goal) {
      const room = this.#goal - this.#length;
      this.#gather(rest.subarray(0, room));
      rest = rest.subarray(room);
      this.#cut();
    }
    this.#gather(rest);
    return this.#length <= LONGEST;
  }

  finish(log: Identity, end: string): Buffer {
    const text = Buffer.concat(this.#text);
    this.#lines.push(text, unused);
    this.#lines.drain(unused);
    this.#endPart(text);
    const parts = this.#inOneGo ? this.#parts.map((part) => ({ ...part, ...NOWHERE })) : this.#parts;
    return encode(
      { log, end, parts: parts.length },
      parts,
      this.#filters,
      this.#inOneGo ? [] : this.#windows,
    );
  }

  #gather(block: Buffer): void {
    if (block.length === 0) return;
    this.#text.push(Buffer.from(block));
    this.#length += block.length;
    if (this.#cuts) this.#window.push(block);
  }

  #setGoal(): void {
    const next = this.#cuts?.[this.#nextCut]?.text ?? Number.POSITIVE_INFINITY;
    this.#goal = this.#cuts === null ? this.#length + this.#size : next - this.#done;
  }

  /** A line that is not whole yet goes to the next part; where it is too long, the cut is left out. */
  #cut(): void {
    const start = this.#cuts?.[this.#nextCut++];
    const text = Buffer.concat(this.#text);
    const whole = text.lastIndexOf(NEWLINE) + 1;
    const open = text.subarray(whole);
    if (open.length <= WINDOW) {
      if (whole > 0) {
        this.#lines.push(text.subarray(0, whole), unused);
        this.#endPart(text.subarray(0, whole));
      }
      if (start) this.#restart = this.#restartAt(start, open.length);
      this.#text = [Buffer.from(open)];
      this.#length = open.length;
    } else {
      this.#inOneGo ||= start?.first === true;
      this.#text = [text];
    }
    this.#setGoal();
  }

  #restartAt({ bit, first }: BlockStart, before: number): Restart {
    const { bytes } = this.#window;
    const window = first ? bytes.subarray(bytes.length - before) : bytes;
    const deflated = window.length === 0 ? window : deflateRawSync(window);
    const start = this.#windowLength;
    this.#windows.push(deflated);
    this.#windowLength += deflated.length;
    return { bit, before, window: { start, length: deflated.length } };
  }

  #endPart(text: Buffer): void {
    const { lines, overlong } = this.#lines;
    const { texts, bytes } = this.#filter.take();
    const known = texts <= MOST_TEXTS;
    // The first part tells what the file is, and a line that is cut is counted.
    const isCut = overlong > this.#linesBefore.overlong;
    const always = this.#parts.length === 0 || this.#always;
    this.#parts.push({
      start: this.#done,
      length: text.length,
      lines: lines - this.#linesBefore.all,
      digest: digestOfText(text),
      always,
      unknown: !known || isCut,
      texts: known ? texts : 0,
      ...this.#restart,
    });
    this.#filters.push(bytes);
    this.#done += text.length;
    this.#linesBefore = { all: lines, overlong };
    this.#always = false;
  }
}

/** Every line is looked at, none is handed on. */
function unused(): void {}

/** Asks all that a line may matter for, notes it, and says no. */
function everythingSought(filter: FilterMaker): Sought {
  const span = new Span();
  const addresses: Addresses = {
    areIn: (block, start, end) => {
      for (let at = nextAt(block, start, end); at !== -1; at = nextAt(block, at + 1, end)) {
        addressAround(span, block, at, start, end);
        filter.add(block, span.start, span.end);
      }
      return false;
    },
  };
  const note = (block: Buffer, { start, end }: Span): boolean => {
    filter.add(block, start, end);
    return false;
  };
  return sought(addresses, {
    hasClient: note,
    hasDomain: note,
    hasMessage: note,
    namesAddress: addresses.areIn,
    hasFarDomain: note,
  });
}
