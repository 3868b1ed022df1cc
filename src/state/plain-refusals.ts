import type { CauseId } from '../causes/index.ts';
import type { Moment } from '../model/moment.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import { Span } from '../span.ts';
import { dayNumber } from '../time/iso.ts';

/** Refusals of one mail by one host for one cause on one day: the first of them, and how it went on. */
export interface PlainMail {
  refusal: PlainRefusal;
  moment: Moment;
  cause: CauseId;
  count: number;
  /** Epoch ms of the last one. */
  last: number;
  series: number;
  sequence: number;
}

/** Mails of one half: one more begins a new half. */
const MAILS = 10_000;
/** And bytes of the names in a mail; a line with its names is shorter than the second. */
const BYTES = 200;
const LEAST_BYTES = 64 * 1024;

/**
 * What Bounded keeps in objects, of the refusals that are still bytes: a million of them come in a night, and nearly all
 * are let go of again. Two halves take turns; what is refused again moves to the younger one.
 */
export class PlainRefusals {
  /** Mails that were let go. */
  dropped = 0;
  #young: Half;
  #old: Half;

  /** @param mails of each half. */
  constructor(mails = MAILS) {
    this.#young = new Half(mails);
    this.#old = new Half(mails);
  }

  /** @param mail of which the count is 1, that of this refusal; its bytes are copied. */
  add(mail: PlainMail): void {
    if (this.#young.countAgain(mail)) return;
    const before = this.#old.taken(mail);
    if (before) this.#push({ ...before, count: before.count + 1, last: Math.max(before.last, mail.last) });
    else this.#push(mail);
  }

  #push(mail: PlainMail): void {
    if (this.#young.push(mail)) return;
    this.dropped += this.#old.living;
    [this.#young, this.#old] = [this.#old, this.#young];
    this.#young.clear();
    // The names may be this half's own: they are moved to its beginning in their order, and so are not overwritten.
    this.#young.push(mail);
  }

  *values(): Iterable<PlainMail> {
    yield* this.#old.values();
    yield* this.#young.values();
  }
}

/** Where the numbers of a mail stand, */
const SERIES = 0;
const DAY = 1;
const OFFSET = 2;
/** 0: it is not here any more, */
const COUNT = 3;
/** the beginning of its names, */
const TEXT = 4;
/** and how long these are; of those that are null, -1. */
const IP = 5;
const REVERSE_NAME = 6;
const HELO_NAME = 7;
const SENDER = 8;
const RECIPIENT = 9;
const PERMANENT = 10;
const WIDTH = 11;

/** And what needs more than 32 bits. */
const AT = 0;
const LAST = 1;
const SEQUENCE = 2;
const LONG_WIDTH = 3;

class Half {
  /** Mails that are here. */
  living = 0;
  #length = 0;
  #bytes = 0;
  readonly #room: number;
  /** Numbers of mails plus 1, by their series: open addressing, 0 is empty. */
  readonly #slots: Int32Array;
  readonly #numbers: Int32Array;
  readonly #longs: Float64Array;
  readonly #causes: CauseId[] = [];
  readonly #text: Buffer;

  constructor(mails: number) {
    this.#room = mails;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(mails * 2)));
    this.#numbers = new Int32Array(mails * WIDTH);
    this.#longs = new Float64Array(mails * LONG_WIDTH);
    this.#text = Buffer.allocUnsafe(Math.max(LEAST_BYTES, mails * BYTES));
  }

  clear(): void {
    this.living = 0;
    this.#length = 0;
    this.#bytes = 0;
    this.#slots.fill(0);
  }

  /** @returns false where there is no such mail. */
  countAgain(mail: PlainMail): boolean {
    const found = this.#find(mail);
    if (found === -1) return false;
    const count = found * WIDTH + COUNT;
    const last = found * LONG_WIDTH + LAST;
    this.#numbers[count] = (this.#numbers[count] ?? 0) + 1;
    this.#longs[last] = Math.max(this.#longs[last] ?? 0, mail.last);
    return true;
  }

  /** Gives the mail away, if it is here. */
  taken(mail: PlainMail): PlainMail | null {
    const found = this.#find(mail);
    if (found === -1) return null;
    const taken = this.#mail(found);
    this.#numbers[found * WIDTH + COUNT] = 0;
    this.living--;
    return taken;
  }

  /** @returns false where it has no room any more. */
  push({ refusal, moment, cause, count, last, series, sequence }: PlainMail): boolean {
    const { block, client, sender, recipient } = refusal;
    const { ip, reverseName, heloName } = client;
    const length =
      lengthOf(ip) + lengthOf(reverseName) + lengthOf(heloName) + lengthOf(sender) + lengthOf(recipient);
    if (this.#length === this.#room || this.#bytes + length > this.#text.length) return false;
    const mail = this.#length++;
    const numbers = this.#numbers;
    const place = mail * WIDTH;
    numbers[place + SERIES] = series;
    numbers[place + DAY] = dayNumber(moment.at, moment.offset);
    numbers[place + OFFSET] = moment.offset;
    numbers[place + COUNT] = count;
    numbers[place + TEXT] = this.#bytes;
    numbers[place + PERMANENT] = Number(refusal.permanent);
    numbers[place + IP] = this.#copy(block, ip);
    numbers[place + REVERSE_NAME] = this.#copy(block, reverseName);
    numbers[place + HELO_NAME] = this.#copy(block, heloName);
    numbers[place + SENDER] = this.#copy(block, sender);
    numbers[place + RECIPIENT] = this.#copy(block, recipient);
    this.#longs[mail * LONG_WIDTH + AT] = moment.at;
    this.#longs[mail * LONG_WIDTH + LAST] = last;
    this.#longs[mail * LONG_WIDTH + SEQUENCE] = sequence;
    this.#causes[mail] = cause;
    let slot = this.#slotOf(series);
    while (this.#slots[slot] !== 0) slot = this.#behind(slot);
    this.#slots[slot] = mail + 1;
    this.living++;
    return true;
  }

  /** Byte by byte: Buffer's copy() takes longer for so few (measured). @returns how many; -1 for a name that is null. */
  #copy(block: Buffer, name: Span | null): number {
    if (name === null) return -1;
    for (let at = name.start; at < name.end; at++) this.#text[this.#bytes++] = block[at] ?? 0;
    return lengthOf(name);
  }

  *values(): Iterable<PlainMail> {
    for (let mail = 0; mail < this.#length; mail++)
      if (this.#numbers[mail * WIDTH + COUNT] !== 0) yield this.#mail(mail);
  }

  #find({ refusal, moment, cause, series }: PlainMail): number {
    const day = dayNumber(moment.at, moment.offset);
    for (let slot = this.#slotOf(series); ; slot = this.#behind(slot)) {
      const mail = (this.#slots[slot] ?? 0) - 1;
      if (mail === -1) return -1;
      const place = mail * WIDTH;
      const numbers = this.#numbers;
      const same =
        numbers[place + SERIES] === series &&
        numbers[place + COUNT] !== 0 &&
        numbers[place + DAY] === day &&
        numbers[place + PERMANENT] === Number(refusal.permanent) &&
        this.#causes[mail] === cause;
      if (same && this.#isBy(mail, refusal.block, refusal.client.ip)) return mail;
    }
  }

  #slotOf(series: number): number {
    return (Math.imul(series, 0x9e3779b1) >>> 15) & (this.#slots.length - 1);
  }

  #behind(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }

  #isBy(mail: number, block: Buffer, ip: Span): boolean {
    const start = this.#number(mail, TEXT);
    const end = start + this.#number(mail, IP);
    return block.compare(this.#text, start, end, ip.start, ip.end) === 0;
  }

  #number(mail: number, which: number): number {
    return this.#numbers[mail * WIDTH + which] ?? 0;
  }

  #long(mail: number, which: number): number {
    return this.#longs[mail * LONG_WIDTH + which] ?? 0;
  }

  #mail(mail: number): PlainMail {
    let end = this.#number(mail, TEXT);
    const next = (name: number): Span | null => {
      const length = this.#number(mail, name);
      const start = end;
      end += Math.max(0, length);
      return length === -1 ? null : new Span(start, end);
    };
    const [ip = NOWHERE, reverseName = NOWHERE, heloName = NOWHERE] = CLIENT.map(
      (name) => next(name) ?? NOWHERE,
    );
    return {
      refusal: {
        block: this.#text,
        client: { ip, reverseName, heloName },
        sender: next(SENDER),
        recipient: next(RECIPIENT),
        permanent: this.#number(mail, PERMANENT) === 1,
        reason: NOWHERE,
      },
      moment: { at: this.#long(mail, AT), offset: this.#number(mail, OFFSET) },
      cause: this.#causes[mail] ?? 'unclassified',
      count: this.#number(mail, COUNT),
      last: this.#long(mail, LAST),
      series: this.#number(mail, SERIES),
      sequence: this.#long(mail, SEQUENCE),
    };
  }
}

function lengthOf(name: Span | null): number {
  return name === null ? 0 : name.end - name.start;
}

const CLIENT = [IP, REVERSE_NAME, HELO_NAME];
const NOWHERE = new Span();
