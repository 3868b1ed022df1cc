import { isIPv4 } from 'node:net';
import { getDomain } from 'tldts';
import type { Attempt } from './attempt.ts';
import { type Cause, type CauseId, causes } from './causes/index.ts';
import type { Outcome, Outcomes } from './outcome.ts';
import { Column } from './series.ts';
import { hourOf } from './time/iso.ts';
import { domainOf } from './who.ts';

/** How a sender verification went wrong; `other` is every other refusal. */
export type Class = 'fail' | 'defer' | 'connect' | 'other';

/** Counters of one group: a cause, a client, a domain. */
export interface Tally {
  key: string;
  attempts: number;
  permanent: number;
  temporary: number;
  fail: number;
  defer: number;
  connect: number;
  other: number;
  /** The attempts again, by what became of them. */
  neverAccepted: number;
  acceptedLater: number;
  retrying: number;
  /** Epoch ms. */
  first: number;
  last: number;
}

/** Attempts that differ only in their time: same sender and recipient, same client, same cause. */
export interface Row {
  sender: string | null;
  recipient: string | null;
  clientIp: string | null;
  clientName: string | null;
  calloutHost: string | null;
  calloutIp: string | null;
  cause: Cause;
  permanent: boolean | null;
  submission: boolean;
  outcome: Outcome;
  attempts: number;
  first: number;
  last: number;
  series: number;
}

export interface Hour {
  hour: number;
  fail: number;
  defer: number;
  connect: number;
  other: number;
}

const causeIndex = new Map(causes.map((cause, index) => [cause.id, index]));
const classes = causes.map(familyOf);

/** A verification's class by its cause; fail and defer are told apart by what the client was answered. */
function familyOf(cause: Cause): 'verification' | 'connect' | 'other' {
  if (/^callout-connect/.test(cause.id)) return 'connect';
  return /^(?:sender-(?:domain|local)-|callout-|verify-)/.test(cause.id) ? 'verification' : 'other';
}

/** Whether the cause is one of sender verification. */
export function isVerification(cause: Cause): boolean {
  return familyOf(cause) !== 'other';
}

/**
 * Counts attempts as they come and knows at the end what became of them. One row holds all the tries of a sender for a
 * recipient by one client for one cause, in typed arrays: a million of them are some 60 MB.
 */
export class Aggregate {
  attempts = 0;
  permanent = 0;
  temporary = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
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
  readonly #hosts = new Interner();
  /** The newest row of each series; rows of one series are chained. */
  readonly #head = new Column(Int32Array);
  readonly #next = new Column(Int32Array);
  readonly #series = new Column(Uint32Array);
  readonly #cause = new Column(Uint8Array);
  /** Bit 0: permanent, bit 1: temporary, bit 2: submission. */
  readonly #flags = new Column(Uint8Array);
  readonly #sender = new Column(Int32Array);
  readonly #recipient = new Column(Int32Array);
  readonly #client = new Column(Int32Array);
  readonly #callout = new Column(Int32Array);
  readonly #count = new Column(Uint32Array);
  readonly #firstAt = new Column(Float64Array);
  readonly #lastAt = new Column(Float64Array);

  constructor(outcomes: Outcomes) {
    this.#outcomes = outcomes;
  }

  /** @param series the number that Outcomes.refused() gave the attempt. */
  add(attempt: Attempt, series: number): void {
    this.attempts++;
    if (attempt.permanent) this.permanent++;
    else this.temporary++;
    this.first = Math.min(this.first, attempt.at);
    this.last = Math.max(this.last, attempt.at);
    this.offset = attempt.offset;
    const cause = causeIndex.get(attempt.cause) ?? 0;
    const hour = this.hours[hourOf(attempt.at, attempt.offset)];
    if (hour) hour[classOf(cause, attempt.permanent)]++;
    const client = this.#hosts.number(hostText(attempt.client?.ip, attempt.client?.reverseName));
    const row = this.#find(series, cause, flagsOf(attempt), client);
    if (row === -1) this.#add(attempt, series, cause, client);
    else {
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

  #add(attempt: Attempt, series: number, cause: number, client: number): void {
    const row = this.#series.push(series);
    this.#next.push(this.#head.values[series] ?? -1);
    this.#head.values[series] = row;
    this.#cause.push(cause);
    this.#flags.push(flagsOf(attempt));
    this.#sender.push(this.#addresses.number(attempt.sender));
    this.#recipient.push(this.#addresses.number(attempt.recipient));
    this.#client.push(client);
    this.#callout.push(this.#hosts.number(hostText(attempt.callout?.ip, attempt.callout?.host)));
    this.#count.push(1);
    this.#firstAt.push(attempt.at);
    this.#lastAt.push(attempt.at);
  }

  /** @param retryWindow milliseconds after the last try in which a temporary refusal may still be retried. */
  *rows(retryWindow: number): Generator<Row> {
    for (let row = 0; row < this.#series.length; row++) {
      const cause = causes[this.#cause.values[row] ?? 0];
      if (!cause) continue;
      const flags = this.#flags.values[row] ?? 0;
      const permanent = flags & 1 ? true : flags & 2 ? false : null;
      const series = this.#series.values[row] ?? 0;
      const [clientIp, clientName] = hostParts(this.#hosts.text(this.#client.values[row]));
      const [calloutIp, calloutHost] = hostParts(this.#hosts.text(this.#callout.values[row]));
      yield {
        sender: this.#addresses.text(this.#sender.values[row]),
        recipient: this.#addresses.text(this.#recipient.values[row]),
        clientIp,
        clientName,
        calloutHost,
        calloutIp,
        cause,
        permanent,
        submission: (flags & 4) !== 0,
        outcome: this.#outcomes.of(series, permanent, retryWindow),
        attempts: this.#count.values[row] ?? 0,
        first: this.#firstAt.values[row] ?? 0,
        last: this.#lastAt.values[row] ?? 0,
        series,
      };
    }
  }
}

function flagsOf(attempt: Attempt): number {
  const permanence = attempt.permanent === null ? 0 : attempt.permanent ? 1 : 2;
  return permanence | (attempt.submission ? 4 : 0);
}

function classOf(cause: number, permanent: boolean | null): Class {
  const family = classes[cause];
  if (family === 'verification') return permanent ? 'fail' : 'defer';
  return family === 'connect' ? 'connect' : 'other';
}

function hostText(ip: string | null | undefined, name: string | null | undefined): string | null {
  return ip == null ? null : `${ip}\n${name ?? ''}`;
}

function hostParts(text: string | null): [string | null, string | null] {
  if (text === null) return [null, null];
  const [ip = '', name = ''] = text.split('\n');
  return [ip, name === '' ? null : name];
}

/** Numbers for strings that come again and again; -1 is null. */
class Interner {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  number(text: string | null): number {
    if (text === null) return -1;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    // A part of a line keeps the whole line in memory: what is kept is copied (measured: 10 times less).
    const copy = Buffer.from(text).toString();
    this.#numbers.set(copy, this.#texts.length);
    return this.#texts.push(copy) - 1;
  }

  text(number: number | undefined): string | null {
    return this.#texts[number ?? -1] ?? null;
  }
}

/** Counts rows by a key; null keys are left out. */
export class Tallies {
  readonly #tallies = new Map<string, Tally>();
  readonly #keyOf: (row: Row) => string | null;

  constructor(keyOf: (row: Row) => string | null) {
    this.#keyOf = keyOf;
  }

  add(row: Row): void {
    const key = this.#keyOf(row);
    if (key === null) return;
    let entry = this.#tallies.get(key);
    if (!entry) {
      entry = emptyTally(key);
      this.#tallies.set(key, entry);
    }
    count(entry, row);
  }

  /** The largest first. */
  sorted(): Tally[] {
    return [...this.#tallies.values()].sort((a, b) => b.attempts - a.attempts || (a.key < b.key ? -1 : 1));
  }
}

export function emptyTally(key: string): Tally {
  return {
    key,
    attempts: 0,
    permanent: 0,
    temporary: 0,
    fail: 0,
    defer: 0,
    connect: 0,
    other: 0,
    neverAccepted: 0,
    acceptedLater: 0,
    retrying: 0,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
  };
}

const OUTCOME_FIELDS = {
  'never-accepted': 'neverAccepted',
  'accepted-later': 'acceptedLater',
  retrying: 'retrying',
} as const;

export function count(entry: Tally, row: Row): void {
  entry.attempts += row.attempts;
  if (row.permanent) entry.permanent += row.attempts;
  else entry.temporary += row.attempts;
  entry[classOf(causeIndex.get(row.cause.id as CauseId) ?? 0, row.permanent)] += row.attempts;
  entry[OUTCOME_FIELDS[row.outcome]] += row.attempts;
  entry.first = Math.min(entry.first, row.first);
  entry.last = Math.max(entry.last, row.last);
}

/** The keys that a report groups by. */
export const keys = {
  cause: (row: Row): string => row.cause.id,
  client: ({ clientIp, clientName }: Row): string | null =>
    clientIp === null ? null : clientName === null ? `[${clientIp}]` : `${clientName} [${clientIp}]`,
  /** The registered domain of the client's confirmed name (Public Suffix List). */
  organisation: ({ clientName }: Row): string | null => (clientName === null ? null : getDomain(clientName)),
  /** /24 of IPv4, /64 of IPv6: what one customer of a provider usually has. */
  network: ({ clientIp }: Row): string | null => (clientIp === null ? null : networkOf(clientIp)),
  senderDomain: (row: Row): string | null => (row.sender === '' ? '<>' : domainOf(row.sender)),
  recipientDomain: (row: Row): string | null => domainOf(row.recipient),
} as const;

function networkOf(ip: string): string | null {
  if (isIPv4(ip)) return `${ip.split('.').slice(0, 3).join('.')}.0/24`;
  const [head = '', tail] = ip.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (groups.length === 0 && tail === undefined) return null;
  const full = tail === undefined ? groups : [...groups, ...Array<string>(8 - groups.length).fill('0')];
  return `${full.slice(0, 4).join(':')}::/64`;
}
