import type { Attempt } from './attempt.ts';
import { type Cause, causeOf, causes } from './causes/index.ts';
import { classOf, isVerification } from './class.ts';
import { IntColumn } from './int-column.ts';
import { Interner } from './interner.ts';
import type { Outcome, Outcomes } from './outcome.ts';
import { count, emptyTally, type Portion, type Tally } from './tally.ts';
import { hourOf } from './time/iso.ts';
import { domainOf } from './who.ts';

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

/** Everything counted, each by its own key. */
export interface Counts {
  total: Tally;
  byCause: Tally[];
  /** The key is a host text: see hostOf(). */
  byClient: Tally[];
  bySenderDomain: Tally[];
  byRecipientDomain: Tally[];
}

const causeIndex = new Map(causes.map((cause, index) => [cause.id, index]));

/** The numbers of a row; times are whole seconds, unsigned. */
const SERIES = 0;
const CAUSE = 1;
const FLAGS = 2;
const SENDER = 3;
const RECIPIENT = 4;
const SENDER_DOMAIN = 5;
const RECIPIENT_DOMAIN = 6;
const CLIENT = 7;
const CALLOUT = 8;
const COUNT = 9;
const FIRST = 10;
const LAST = 11;
const WIDTH = 12;

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
  readonly hours: Hour[] = Array.from({ length: 24 }, (_, hour) => ({
    hour,
    fail: 0,
    defer: 0,
    connect: 0,
    other: 0,
  }));
  readonly #outcomes: Outcomes;
  #length = 0;
  readonly #addresses = new Interner();
  readonly #domains = new Interner();
  readonly #hosts = new Hosts();
  /** Slots of row numbers plus 1, by the four numbers that a row is about: open addressing, 0 is empty. */
  #slots = new Int32Array(4096);
  /** WIDTH numbers for each row. */
  readonly #rows = new IntColumn();

  constructor(outcomes: Outcomes) {
    this.#outcomes = outcomes;
  }

  /** @param series the number that Outcomes.refused() gave the attempt. */
  add(attempt: Attempt, series: number): void {
    const cause = causeOf(attempt.cause);
    const permanent = attempt.permanent === true;
    this.attempts++;
    this.first = Math.min(this.first, attempt.at);
    this.last = Math.max(this.last, attempt.at);
    this.offset = attempt.offset;
    const hour = this.hours[hourOf(attempt.at, attempt.offset)];
    if (hour) hour[classOf(cause, permanent)]++;
    const flags = (permanent ? PERMANENT : 0) | (attempt.submission ? SUBMISSION : 0);
    const client = this.#hosts.number(attempt.client?.ip ?? null, attempt.client?.reverseName);
    const index = causeIndex.get(attempt.cause) ?? 0;
    const slot = this.#slot(series, index, flags, client);
    const row = (this.#slots[slot] ?? 0) - 1;
    if (row === -1) {
      this.#add(attempt, series, cause, index, flags, client);
      this.#slots[slot] = ++this.#length;
      if (this.#length * 2 > this.#slots.length) this.#rehash();
    } else {
      const { values } = this.#rows;
      values[row * WIDTH + COUNT] = (values[row * WIDTH + COUNT] ?? 0) + 1;
      values[row * WIDTH + LAST] = seconds(attempt.at);
    }
  }

  /** The slot of the row that is about these four, or the empty one where it would stand. */
  #slot(series: number, cause: number, flags: number, client: number): number {
    const { values } = this.#rows;
    const mask = this.#slots.length - 1;
    let slot = mix(series, cause, flags, client) & mask;
    for (;;) {
      const start = ((this.#slots[slot] ?? 0) - 1) * WIDTH;
      if (start < 0) return slot;
      const same =
        values[start + SERIES] === series &&
        values[start + CLIENT] === client &&
        values[start + CAUSE] === cause &&
        values[start + FLAGS] === flags;
      if (same) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let row = 0; row < this.#length; row++) {
      const slot = this.#slot(
        this.#get(row, SERIES),
        this.#get(row, CAUSE),
        this.#get(row, FLAGS),
        this.#get(row, CLIENT),
      );
      this.#slots[slot] = row + 1;
    }
  }

  #add(attempt: Attempt, series: number, cause: Cause, index: number, flags: number, client: number): void {
    const { sender, recipient, callout } = attempt;
    const named = mayNeedAction(cause, attempt.submission);
    const rows = this.#rows;
    rows.push(series);
    rows.push(index);
    rows.push(flags);
    rows.push(named ? this.#addresses.number(sender) : -1);
    rows.push(named ? this.#addresses.number(recipient) : -1);
    rows.push(this.#domains.number(sender === '' ? '<>' : domainOf(sender)));
    rows.push(this.#domains.number(domainOf(recipient)));
    rows.push(client);
    rows.push(named ? this.#hosts.number(callout?.ip ?? null, callout?.host) : -1);
    rows.push(1);
    rows.push(seconds(attempt.at));
    rows.push(seconds(attempt.at));
  }

  #get(row: number, field: number): number {
    return this.#rows.values[row * WIDTH + field] ?? -1;
  }

  /** @param retryWindow milliseconds after the last try in which a temporary refusal may still be retried. */
  counts(retryWindow: number): Counts {
    const total = emptyTally('total');
    const byCause: Tally[] = [];
    const byClient: Tally[] = [];
    const bySenderDomain: Tally[] = [];
    const byRecipientDomain: Tally[] = [];
    for (let row = 0; row < this.#length; row++) {
      const cause = this.#causeOf(row);
      const portion = this.#portion(row, cause, retryWindow);
      count(total, portion);
      count(
        at(byCause, this.#get(row, CAUSE), () => cause.id),
        portion,
      );
      const client = this.#get(row, CLIENT);
      if (client !== -1)
        count(
          at(byClient, client, () => this.#hosts.keyOf(client)),
          portion,
        );
      const from = this.#get(row, SENDER_DOMAIN);
      if (from !== -1)
        count(
          at(bySenderDomain, from, () => this.#domains.text(from) ?? ''),
          portion,
        );
      const to = this.#get(row, RECIPIENT_DOMAIN);
      if (to !== -1)
        count(
          at(byRecipientDomain, to, () => this.#domains.text(to) ?? ''),
          portion,
        );
    }
    return { total, byCause, byClient, bySenderDomain, byRecipientDomain };
  }

  #causeOf(row: number): Cause {
    const cause = causes[this.#get(row, CAUSE)];
    if (!cause) throw new Error('a row without a cause');
    return cause;
  }

  #portion(row: number, cause: Cause, retryWindow: number): Portion {
    const permanent = (this.#get(row, FLAGS) & PERMANENT) !== 0;
    return {
      attempts: this.#get(row, COUNT),
      permanent,
      class: classOf(cause, permanent),
      outcome: this.#outcomes.of(this.#get(row, SERIES), permanent, retryWindow),
      first: millis(this.#get(row, FIRST)),
      last: millis(this.#get(row, LAST)),
    };
  }

  /** The rows in which a person may have to act. */
  *rows(retryWindow: number): Generator<Row> {
    for (let row = 0; row < this.#length; row++) {
      const submission = (this.#get(row, FLAGS) & SUBMISSION) !== 0;
      if (mayNeedAction(this.#causeOf(row), submission)) yield this.row(row, retryWindow);
    }
  }

  /** @param row a number that rows() gave. */
  row(row: number, retryWindow: number): Row {
    const cause = this.#causeOf(row);
    const { attempts, outcome, first, last } = this.#portion(row, cause, retryWindow);
    return {
      number: row,
      sender: this.#addresses.text(this.#get(row, SENDER)),
      recipient: this.#addresses.text(this.#get(row, RECIPIENT)),
      client: this.#hosts.host(this.#get(row, CLIENT)),
      callout: this.#hosts.host(this.#get(row, CALLOUT)),
      cause,
      submission: (this.#get(row, FLAGS) & SUBMISSION) !== 0,
      outcome,
      attempts,
      first,
      last,
      series: this.#get(row, SERIES),
    };
  }
}

/**
 * A verification that failed by something else than a sender who does not exist: the network, DNS, greylisting, the
 * callout target's own rules; or any that stopped our own users.
 */
function mayNeedAction(cause: Cause, submission: boolean): boolean {
  return isVerification(cause) && (submission || cause.fault !== 'sender');
}

/** Spreads four small numbers over 32 bits. */
function mix(a: number, b: number, c: number, d: number): number {
  const h = Math.imul(Math.imul(Math.imul(a, 31) + b, 31) + c, 0x9e3779b1) + Math.imul(d, 0x85ebca6b);
  return h ^ (h >>> 15);
}

function seconds(at: number): number {
  return Math.floor(at / 1000);
}

function millis(unsigned: number): number {
  return (unsigned >>> 0) * 1000;
}

/** The tally at an index, made when it is first asked for. */
function at(tallies: Tally[], index: number | undefined, keyOf: () => string): Tally {
  const place = index ?? 0;
  const known = tallies[place];
  if (known) return known;
  const made = emptyTally(keyOf());
  tallies[place] = made;
  return made;
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

  host(number: number): Host {
    return { ip: this.#ips.text(number), name: this.#names[number] ?? null };
  }

  keyOf(number: number): string {
    const { ip, name } = this.host(number);
    return `${ip}\n${name ?? ''}`;
  }
}

/** @param text the key of a client's tally. */
export function hostOf(text: string): Host {
  const [ip = null, name = ''] = text.split('\n');
  return { ip, name: name === '' ? null : name };
}
