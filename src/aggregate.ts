import type { Attempt } from './attempt.ts';
import { latin1 } from './bytes.ts';
import { type Cause, type CauseId, causeOf, causes } from './causes/index.ts';
import { classOf, isOutbound, isVerification } from './class.ts';
import { addTo, IntTable } from './int-table.ts';
import { Interner } from './interner.ts';
import { domainOf } from './model/address.ts';
import type { Moment } from './model/moment.ts';
import { addressDomain, type PlainClient } from './mta/exim/plain.ts';
import type { PlainRefusal } from './mta/exim/plain-refusal.ts';
import type { Outcome, Outcomes } from './outcome.ts';
import type { Span } from './span.ts';
import { type Portion, Tallies } from './tally.ts';
import { hourOf } from './time/iso.ts';

/** Attempts that differ only in their time: same sender and recipient, same client, same cause. */
export interface Row {
  /** Its place in the aggregate. */
  number: number;
  sender: string | null;
  recipient: string | null;
  client: Host;
  callout: Host;
  cause: Cause;
  submission: boolean;
  outcome: Outcome;
  attempts: number;
  first: number;
  last: number;
  series: number;
}

export interface Host {
  ip: string | null;
  name: string | null;
}

export interface Hour {
  hour: number;
  fail: number;
  defer: number;
  connect: number;
  other: number;
}

/** Everything counted, each by its own number. */
export interface Counts {
  /** One group, number 0. */
  total: Tallies;
  /** By the place in the table of causes. */
  byCause: Tallies;
  /** See Aggregate.client(). */
  byClient: Tallies;
  /** See Aggregate.domain(). */
  bySenderDomain: Tallies;
  byRecipientDomain: Tallies;
}

type Keeps = (cause: Cause, submission: boolean) => boolean;

const causeIndex = new Map(causes.map((cause, index) => [cause.id, index]));

/** What a report is made from: counted just now, or kept in a history. */
export type Ledger = Pick<
  Aggregate,
  | 'attempts'
  | 'first'
  | 'firstOffset'
  | 'last'
  | 'offset'
  | 'hours'
  | 'counts'
  | 'client'
  | 'domain'
  | 'rows'
  | 'row'
>;

/** The numbers of a row; times are whole seconds, unsigned. */
const SERIES = 0;
/** The number of the cause times 4, and the flags. */
const KIND = 1;
const CLIENT = 2;
const SENDER_DOMAIN = 3;
const RECIPIENT_DOMAIN = 4;
const COUNT = 5;
const FIRST = 6;
const LAST = 7;
/** Where the names stand, if they are kept. */
const NAMES = 8;
const WIDTH = 9;

/** The numbers of the names of a row. */
const SENDER = 0;
const RECIPIENT = 1;
/** Many names of mail servers may stand for one address: what was asked is told by its own. */
const CALLOUT_IP = 2;
const CALLOUT_NAME = 3;
const NAMES_WIDTH = 4;

const PERMANENT = 1;
const SUBMISSION = 2;

/**
 * Counts attempts as they come and knows at the end what became of them. One row holds all the tries of a series by
 * one client for one cause, in typed arrays: a million of them are some 50 MB. The addresses themselves are kept only
 * where a person may have to act.
 */
export class Aggregate {
  attempts = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  /** Minutes east of UTC of the log's clock at the newest attempt. */
  offset = 0;
  /** The same at the oldest: between the two the clock may have been changed. */
  firstOffset = 0;
  readonly hours: Hour[] = Array.from({ length: 24 }, (_, hour) => ({
    hour,
    fail: 0,
    defer: 0,
    connect: 0,
    other: 0,
  }));
  readonly #outcomes: Pick<Outcomes, 'of'>;
  readonly #keeps: Keeps;
  readonly #addresses = new Interner();
  readonly #domains = new Interner();
  readonly #hosts = new Hosts();
  /** Slots of row numbers plus 1, by the three numbers that a row is about: open addressing, 0 is empty. */
  #slots = new Int32Array(64);
  #free = 0;
  readonly #rows = new IntTable(WIDTH);
  /** Sender, recipient and callout of the rows whose names are kept. */
  readonly #names = new IntTable(NAMES_WIDTH);
  /** Of one row: used again for the next. */
  readonly #portion: Portion = {
    attempts: 0,
    permanent: false,
    class: 'other',
    outcome: 'never-accepted',
    first: 0,
    last: 0,
  };

  /** @param keeps of which rows the names are kept: rows() tells these. */
  constructor(outcomes: Pick<Outcomes, 'of'>, keeps: Keeps = mayNeedAction) {
    this.#outcomes = outcomes;
    this.#keeps = keeps;
  }

  /** @param series the number that Outcomes.refused() gave the attempt. */
  add(attempt: Attempt, series: number): void {
    const { at, offset, client, cause, submission, sender, recipient } = attempt;
    const permanent = attempt.permanent === true;
    this.#note(at, offset, causeOf(cause), permanent);
    const kind = kindOf(cause, permanent, submission);
    const host = this.#hosts.number(client?.ip ?? null, client?.reverseName);
    if (this.#found(series, kind, host, seconds(at))) return;
    const senderDomain = this.#domains.number(sender === '' ? '<>' : domainOf(sender));
    const recipientDomain = this.#domains.number(domainOf(recipient));
    this.#add(series, kind, host, senderDomain, recipientDomain, seconds(at), this.#addNames(attempt));
  }

  /** The same of a refusal that is still bytes, in which no person has to act. */
  addPlain(refusal: PlainRefusal, { at, offset }: Moment, cause: CauseId, series: number): void {
    const { block, client, sender, recipient, permanent } = refusal;
    this.#note(at, offset, causeOf(cause), permanent);
    const kind = kindOf(cause, permanent, false);
    const host = this.#hosts.numberOf(block, client);
    if (this.#found(series, kind, host, seconds(at))) return;
    const isNull = sender !== null && sender.start === sender.end;
    const senderDomain = isNull ? this.#domains.number('<>') : this.#domainIn(block, sender);
    this.#add(series, kind, host, senderDomain, this.#domainIn(block, recipient), seconds(at), -1);
  }

  #domainIn(block: Buffer, address: Span | null): number {
    const start = address === null ? -1 : addressDomain(block, address);
    return address === null || start === -1 ? -1 : this.#domains.numberOf(block, start, address.end);
  }

  #note(at: number, offset: number, cause: Cause, permanent: boolean): void {
    this.attempts++;
    if (at < this.first) {
      this.first = at;
      this.firstOffset = offset;
    }
    if (at > this.last) this.last = at;
    this.offset = offset;
    const hour = this.hours[hourOf(at, offset)];
    if (hour) hour[classOf(cause, permanent)]++;
  }

  /** Counts one more in the row about these three, if there is one; else the slot of a new one is kept. */
  #found(series: number, kind: number, client: number, at: number): boolean {
    this.#free = this.#slot(series, kind, client);
    const row = (this.#slots[this.#free] ?? 0) - 1;
    if (row === -1) return false;
    const page = this.#rows.page(row);
    const place = this.#rows.place(row);
    addTo(page, place + COUNT, 1);
    // The lines are only nearly in order, and a clock may be put back.
    if (at < (page[place + FIRST] ?? 0) >>> 0) page[place + FIRST] = at;
    if (at > (page[place + LAST] ?? 0) >>> 0) page[place + LAST] = at;
    return true;
  }

  /**
   * The slot of the row that is about these three, or the empty one where it would stand. The first row of a series
   * stands where its number says, with room behind it: new series have neighbouring numbers, and their slots are at hand.
   */
  #slot(series: number, kind: number, client: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (series << 1) & mask;
    for (let next = mix(series, kind, client); ; next++) {
      const row = (slots[slot] ?? 0) - 1;
      if (row === -1) return slot;
      const page = this.#rows.page(row);
      const place = this.#rows.place(row);
      const same =
        page[place + SERIES] === series && page[place + CLIENT] === client && page[place + KIND] === kind;
      if (same) return slot;
      slot = next & mask;
    }
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let row = 0; row < this.#rows.length; row++) {
      const slot = this.#slot(this.#get(row, SERIES), this.#get(row, KIND), this.#get(row, CLIENT));
      this.#slots[slot] = row + 1;
    }
  }

  /** A new row, in the slot that #found() has left free. */
  #add(
    series: number,
    kind: number,
    client: number,
    senderDomain: number,
    recipientDomain: number,
    at: number,
    names: number,
  ): void {
    const row = this.#rows.push();
    const page = this.#rows.page(row);
    const place = this.#rows.place(row);
    page[place + SERIES] = series;
    page[place + KIND] = kind;
    page[place + CLIENT] = client;
    page[place + SENDER_DOMAIN] = senderDomain;
    page[place + RECIPIENT_DOMAIN] = recipientDomain;
    page[place + COUNT] = 1;
    page[place + FIRST] = at;
    page[place + LAST] = at;
    page[place + NAMES] = names;
    this.#slots[this.#free] = row + 1;
    if (row * 2 >= this.#slots.length) this.#rehash();
  }

  #addNames({ sender, recipient, callout, cause, submission }: Attempt): number {
    if (!this.#keeps(causeOf(cause), submission)) return -1;
    const names = this.#names.push();
    const page = this.#names.page(names);
    const place = this.#names.place(names);
    page[place + SENDER] = this.#addresses.number(sender);
    page[place + RECIPIENT] = this.#addresses.number(recipient);
    page[place + CALLOUT_IP] = this.#addresses.number(callout?.ip ?? null);
    page[place + CALLOUT_NAME] = this.#addresses.number(callout?.host ?? null);
    return names;
  }

  /** @param field of NAMES_WIDTH. */
  #name(names: number, field: number): string | null {
    return this.#addresses.text(this.#names.page(names)[this.#names.place(names) + field]);
  }

  #get(row: number, field: number): number {
    return this.#rows.page(row)[this.#rows.place(row) + field] ?? 0;
  }

  /** @param retryWindow milliseconds after the last try in which a temporary refusal may still be retried. */
  counts(retryWindow: number): Counts {
    const counts: Counts = {
      total: new Tallies(),
      byCause: new Tallies(),
      byClient: new Tallies(),
      bySenderDomain: new Tallies(),
      byRecipientDomain: new Tallies(),
    };
    for (let row = 0; row < this.#rows.length; row++) {
      this.#readPortion(row, retryWindow);
      counts.byCause.count(this.#get(row, KIND) >> 2, this.#portion);
      counts.byClient.count(this.#get(row, CLIENT), this.#portion);
      counts.bySenderDomain.count(this.#get(row, SENDER_DOMAIN), this.#portion);
      counts.byRecipientDomain.count(this.#get(row, RECIPIENT_DOMAIN), this.#portion);
    }
    for (let cause = 0; cause < counts.byCause.size; cause++)
      if (counts.byCause.attempts(cause) > 0) counts.total.merge(0, counts.byCause, cause);
    return counts;
  }

  client(number: number): Host {
    return this.#hosts.host(number);
  }

  /** `<>` is the null reverse-path. */
  domain(number: number): string {
    return this.#domains.text(number)?.toLowerCase() ?? '';
  }

  #causeOf(row: number): Cause {
    const cause = causes[this.#get(row, KIND) >> 2];
    if (!cause) throw new Error('a row without a cause');
    return cause;
  }

  #readPortion(row: number, retryWindow: number): void {
    const portion = this.#portion;
    portion.attempts = this.#get(row, COUNT);
    portion.permanent = (this.#get(row, KIND) & PERMANENT) !== 0;
    portion.class = classOf(this.#causeOf(row), portion.permanent);
    portion.outcome = this.#outcomes.of(this.#get(row, SERIES), portion.permanent, retryWindow);
    portion.first = this.#get(row, FIRST) >>> 0;
    portion.last = this.#get(row, LAST) >>> 0;
  }

  /** The rows whose names are kept: usually those in which a person may have to act. */
  *rows(retryWindow: number): Generator<Row> {
    for (let row = 0; row < this.#rows.length; row++) {
      const submission = (this.#get(row, KIND) & SUBMISSION) !== 0;
      if (this.#keeps(this.#causeOf(row), submission)) yield this.row(row, retryWindow);
    }
  }

  /** @param row a number that rows() gave. */
  row(row: number, retryWindow: number): Row {
    this.#readPortion(row, retryWindow);
    const { attempts, outcome, first, last } = this.#portion;
    const names = this.#get(row, NAMES);
    return {
      number: row,
      sender: this.#name(names, SENDER),
      recipient: this.#name(names, RECIPIENT),
      client: this.#hosts.host(this.#get(row, CLIENT)),
      callout: {
        ip: this.#name(names, CALLOUT_IP),
        name: this.#name(names, CALLOUT_NAME),
      },
      cause: this.#causeOf(row),
      submission: (this.#get(row, KIND) & SUBMISSION) !== 0,
      outcome,
      attempts,
      first: first * 1000,
      last: last * 1000,
      series: this.#get(row, SERIES),
    };
  }
}

/**
 * A verification that failed by something else than a sender who does not exist: the network, DNS, greylisting, the
 * callout target's own rules; or any that stopped our own users or our own mail.
 */
export function mayNeedAction(cause: Cause, submission: boolean): boolean {
  return isOutbound(cause) || (isVerification(cause) && (submission || cause.fault !== 'sender'));
}

/** The number of the cause times 4, and the flags. */
function kindOf(cause: CauseId, permanent: boolean, submission: boolean): number {
  return (causeIndex.get(cause) ?? 0) * 4 + (permanent ? PERMANENT : 0) + (submission ? SUBMISSION : 0);
}

/** Spreads three small numbers over 32 bits. */
function mix(a: number, b: number, c: number): number {
  const h = Math.imul(Math.imul(a, 31) + b, 0x9e3779b1) + Math.imul(c, 0x85ebca6b);
  return h ^ (h >>> 15);
}

function seconds(at: number): number {
  return Math.floor(at / 1000);
}

/** Machines by their address, with the first name that was seen. */
class Hosts {
  readonly #ips = new Interner();
  readonly #names: (string | null)[] = [];

  number(ip: string | null, name: string | null | undefined): number {
    const number = this.#ips.number(ip);
    if (number === -1) return number;
    if (number === this.#names.length) this.#names.push(null);
    if (name && this.#names[number] === null) this.#names[number] = Buffer.from(name).toString();
    return number;
  }

  /** The same of bytes. */
  numberOf(block: Buffer, { ip, reverseName: { start, end } }: PlainClient): number {
    const number = this.#ips.numberOf(block, ip.start, ip.end);
    if (number === this.#names.length) this.#names.push(null);
    if (end > start && this.#names[number] === null) this.#names[number] = latin1(block, start, end);
    return number;
  }

  host(number: number): Host {
    return { ip: this.#ips.text(number), name: this.#names[number] ?? null };
  }
}
