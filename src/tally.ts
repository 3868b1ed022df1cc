import type { Class } from './class.ts';
import { IntColumn } from './int-column.ts';
import type { Outcome } from './outcome.ts';

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
  /** Epoch ms, whole seconds. */
  first: number;
  last: number;
}

/** Its counts, in the order in which they are told. */
export const COUNTERS = [
  'attempts',
  'permanent',
  'temporary',
  'fail',
  'defer',
  'connect',
  'other',
  'neverAccepted',
  'acceptedLater',
  'retrying',
] as const satisfies readonly (keyof Tally)[];

/** What is counted at once: attempts of one kind with one end. */
export interface Portion {
  attempts: number;
  permanent: boolean;
  class: Class;
  outcome: Outcome;
  /** Whole seconds. */
  first: number;
  last: number;
}

/** Where the counters of a group stand. */
const ATTEMPTS = 0;
const PERMANENT = 1;
const CLASS: Readonly<Record<Class, number>> = { fail: 2, defer: 3, connect: 4, other: 5 };
const OUTCOME: Readonly<Record<Outcome, number>> = {
  'never-accepted': 6,
  'accepted-later': 7,
  retrying: 8,
};
/** Unsigned seconds. */
const FIRST = 9;
const LAST = 10;
const WIDTH = 11;

/** The counters of many groups, by their numbers: 44 bytes a group, for there may be as many as lines. */
export class Tallies {
  readonly #cells = new IntColumn();

  /** All numbers below this one may be asked for; not each is in use. */
  get size(): number {
    return this.#cells.length / WIDTH;
  }

  attempts(group: number): number {
    return this.#get(group, ATTEMPTS);
  }

  /** @param group -1 is no group. */
  count(group: number, portion: Portion): void {
    if (group === -1) return;
    const { attempts } = portion;
    this.#span(group, portion.first, portion.last);
    this.#add(group, ATTEMPTS, attempts);
    if (portion.permanent) this.#add(group, PERMANENT, attempts);
    this.#add(group, CLASS[portion.class], attempts);
    this.#add(group, OUTCOME[portion.outcome], attempts);
  }

  /** Adds a group of another table. */
  merge(group: number, from: Tallies, other: number): void {
    this.#span(group, from.#get(other, FIRST) >>> 0, from.#get(other, LAST) >>> 0);
    for (let cell = ATTEMPTS; cell < FIRST; cell++) this.#add(group, cell, from.#get(other, cell));
  }

  /** Adds the counters of a group that was told before. */
  add(group: number, { first, last, ...counts }: Omit<Tally, 'key' | 'temporary'>): void {
    this.#span(group, first / 1000, last / 1000);
    this.#add(group, ATTEMPTS, counts.attempts);
    this.#add(group, PERMANENT, counts.permanent);
    for (const [name, cell] of Object.entries(CLASS)) this.#add(group, cell, counts[name as Class]);
    this.#add(group, OUTCOME['never-accepted'], counts.neverAccepted);
    this.#add(group, OUTCOME['accepted-later'], counts.acceptedLater);
    this.#add(group, OUTCOME.retrying, counts.retrying);
  }

  tally(group: number, key: string): Tally {
    const get = (cell: number): number => this.#get(group, cell);
    return {
      key,
      attempts: get(ATTEMPTS),
      permanent: get(PERMANENT),
      temporary: get(ATTEMPTS) - get(PERMANENT),
      fail: get(CLASS.fail),
      defer: get(CLASS.defer),
      connect: get(CLASS.connect),
      other: get(CLASS.other),
      neverAccepted: get(OUTCOME['never-accepted']),
      acceptedLater: get(OUTCOME['accepted-later']),
      retrying: get(OUTCOME.retrying),
      first: (get(FIRST) >>> 0) * 1000,
      last: (get(LAST) >>> 0) * 1000,
    };
  }

  /** Makes the group if it is new. */
  #span(group: number, first: number, last: number): void {
    while (this.size <= group) for (let cell = 0; cell < WIDTH; cell++) this.#cells.push(0);
    const empty = this.attempts(group) === 0;
    if (empty || first < this.#get(group, FIRST) >>> 0) this.#set(group, FIRST, first);
    if (empty || last > this.#get(group, LAST) >>> 0) this.#set(group, LAST, last);
  }

  #add(group: number, cell: number, count: number): void {
    this.#set(group, cell, this.#get(group, cell) + count);
  }

  #get(group: number, cell: number): number {
    return this.#cells.get(group * WIDTH + cell);
  }

  #set(group: number, cell: number, value: number): void {
    this.#cells.set(group * WIDTH + cell, value);
  }
}

/** The largest groups, and how many there are. */
export interface Table {
  rows: Tally[];
  count: number;
}

/** Only the largest become objects with a text; of equal ones those that were seen first. */
export function largest(tallies: Tallies, top: number, keyOf: (group: number) => string): Table {
  const sizes = Int32Array.from({ length: tallies.size }, (_, group) => tallies.attempts(group)).sort();
  const least = Math.max(1, sizes.at(-top) ?? 1);
  let ties = Math.min(top, sizes.length) - (sizes.length - 1 - sizes.lastIndexOf(least));
  const rows: Tally[] = [];
  for (let group = 0; group < tallies.size; group++) {
    const attempts = tallies.attempts(group);
    if (attempts > least || (attempts === least && ties-- > 0)) rows.push(tallies.tally(group, keyOf(group)));
  }
  rows.sort((a, b) => b.attempts - a.attempts);
  return { rows, count: sizes.length - 1 - sizes.lastIndexOf(0) };
}

/** The same after groups were added up under other keys (clients to their networks); null keys are left out. */
export function largestMerged(tallies: Tallies, top: number, keyOf: (group: number) => string | null): Table {
  const numbers = new Map<string, number>();
  const merged = new Tallies();
  for (let group = 0; group < tallies.size; group++) {
    const key = tallies.attempts(group) === 0 ? null : keyOf(group);
    if (key === null) continue;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    merged.merge(number, tallies, group);
  }
  const keys = [...numbers.keys()];
  return largest(merged, top, (group) => keys[group] ?? '');
}
