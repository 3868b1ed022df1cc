import type { Attempt } from './attempt.ts';
import { type Cause, causeOf, causes } from './causes/index.ts';
import { classOf, isVerification } from './class.ts';
import { Interner } from './interner.ts';
import type { Outcome, Outcomes } from './outcome.ts';
import { Column } from './series.ts';
import { count, emptyTally, type Portion, type Tally } from './tally.ts';
import { hourOf } from './time/iso.ts';
import { domainOf } from './who.ts';

/** Attempts that differ only in their time: same sender and recipient, same client, same cause. */
export interface Row {
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
  readonly #addresses = new Interner();
  readonly #domains = new Interner();
  readonly #hosts = new Interner();
  /** The newest row of each series; rows of one series are chained. */
  readonly #head = new Column(Int32Array);
  readonly #next = new Column(Int32Array);
  readonly #series = new Column(Int32Array);
  readonly #cause = new Column(Int32Array);
  readonly #flags = new Column(Int32Array);
  readonly #sender = new Column(Int32Array);
  readonly #recipient = new Column(Int32Array);
  readonly #senderDomain = new Column(Int32Array);
  readonly #recipientDomain = new Column(Int32Array);
  readonly #client = new Column(Int32Array);
  readonly #callout = new Column(Int32Array);
  readonly #count = new Column(Int32Array);
  readonly #firstAt = new Column(Float64Array);
  readonly #lastAt = new Column(Float64Array);

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
    const client = this.#hosts.number(hostText(attempt.client?.ip, attempt.client?.reverseName));
    const index = causeIndex.get(attempt.cause) ?? 0;
    const row = this.#find(series, index, flags, client);
    if (row === -1) {
      this.#add(attempt, series, cause, index, flags, client);
    } else {
      this.#count.values[row] = (this.#count.values[row] ?? 0) + 1;
      this.#lastAt.values[row] = attempt.at;
    }
  }

  #find(series: number, cause: number, flags: number, client: number): number {
    while (this.#head.length <= series) this.#head.push(-1);
    let row = this.#head.values[series] ?? -1;
    while (
      row !== -1 &&
      (this.#cause.values[row] !== cause ||
        this.#flags.values[row] !== flags ||
        this.#client.values[row] !== client)
    ) {
      row = this.#next.values[row] ?? -1;
    }
    return row;
  }

  #add(attempt: Attempt, series: number, cause: Cause, index: number, flags: number, client: number): void {
    const { sender, recipient, callout } = attempt;
    const named = mayNeedAction(cause, attempt.submission);
    const row = this.#series.push(series);
    this.#next.push(this.#head.values[series] ?? -1);
    this.#head.values[series] = row;
    this.#cause.push(index);
    this.#flags.push(flags);
    this.#sender.push(named ? this.#addresses.number(sender) : -1);
    this.#recipient.push(named ? this.#addresses.number(recipient) : -1);
    this.#senderDomain.push(this.#domains.number(sender === '' ? '<>' : domainOf(sender)));
    this.#recipientDomain.push(this.#domains.number(domainOf(recipient)));
    this.#client.push(client);
    this.#callout.push(named ? this.#hosts.number(hostText(callout?.ip, callout?.host)) : -1);
    this.#count.push(1);
    this.#firstAt.push(attempt.at);
    this.#lastAt.push(attempt.at);
  }

  /** @param retryWindow milliseconds after the last try in which a temporary refusal may still be retried. */
  counts(retryWindow: number): Counts {
    const total = emptyTally('total');
    const byCause: Tally[] = [];
    const byClient: Tally[] = [];
    const bySenderDomain: Tally[] = [];
    const byRecipientDomain: Tally[] = [];
    for (let row = 0; row < this.#series.length; row++) {
      const cause = this.#causeOf(row);
      const portion = this.#portion(row, cause, retryWindow);
      count(total, portion);
      count(
        at(byCause, this.#cause.values[row], () => cause.id),
        portion,
      );
      const client = this.#client.values[row] ?? -1;
      if (client !== -1)
        count(
          at(byClient, client, () => this.#hosts.text(client) ?? ''),
          portion,
        );
      const from = this.#senderDomain.values[row] ?? -1;
      if (from !== -1)
        count(
          at(bySenderDomain, from, () => this.#domains.text(from) ?? ''),
          portion,
        );
      const to = this.#recipientDomain.values[row] ?? -1;
      if (to !== -1)
        count(
          at(byRecipientDomain, to, () => this.#domains.text(to) ?? ''),
          portion,
        );
    }
    return { total, byCause, byClient, bySenderDomain, byRecipientDomain };
  }

  #causeOf(row: number): Cause {
    const cause = causes[this.#cause.values[row] ?? -1];
    if (!cause) throw new Error('a row without a cause');
    return cause;
  }

  #portion(row: number, cause: Cause, retryWindow: number): Portion {
    const permanent = ((this.#flags.values[row] ?? 0) & PERMANENT) !== 0;
    return {
      attempts: this.#count.values[row] ?? 0,
      permanent,
      class: classOf(cause, permanent),
      outcome: this.#outcomes.of(this.#series.values[row] ?? 0, permanent, retryWindow),
      first: this.#firstAt.values[row] ?? 0,
      last: this.#lastAt.values[row] ?? 0,
    };
  }

  /** The rows in which a person may have to act, with their addresses. */
  *rows(retryWindow: number): Generator<Row> {
    for (let row = 0; row < this.#series.length; row++) {
      const cause = this.#causeOf(row);
      const submission = ((this.#flags.values[row] ?? 0) & SUBMISSION) !== 0;
      if (!mayNeedAction(cause, submission)) continue;
      const { attempts, outcome, first, last } = this.#portion(row, cause, retryWindow);
      yield {
        sender: this.#addresses.text(this.#sender.values[row]),
        recipient: this.#addresses.text(this.#recipient.values[row]),
        client: hostOf(this.#hosts.text(this.#client.values[row])),
        callout: hostOf(this.#hosts.text(this.#callout.values[row])),
        cause,
        submission,
        outcome,
        attempts,
        first,
        last,
        series: this.#series.values[row] ?? 0,
      };
    }
  }
}

/**
 * A verification that failed by something else than a sender who does not exist: the network, DNS, greylisting, the
 * callout target's own rules; or any that stopped our own users.
 */
function mayNeedAction(cause: Cause, submission: boolean): boolean {
  return isVerification(cause) && (submission || cause.fault !== 'sender');
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

/** One text for a host's address and name: neither can hold a newline. */
function hostText(ip: string | null | undefined, name: string | null | undefined): string | null {
  return ip == null ? null : `${ip}\n${name ?? ''}`;
}

/** @param text the key of a client's tally. */
export function hostOf(text: string | null): Host {
  const [ip = null, name = ''] = text?.split('\n') ?? [];
  return { ip, name: name === '' ? null : name };
}
