import type { Class } from './class.ts';
import { addTo, IntTable } from './int-table.ts';
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
  readonly #cells = new IntTable(WIDTH);

  /** All numbers below this one may be asked for; not each is in use. */
  get size(): number {
    return this.#cells.length;
  }

  attempts(group: number): number {
    return this.#cells.page(group)[this.#cells.place(group)] ?? 0;
  }

  /** @param group -1 is no group. */
  count(group: number, portion: Portion): void {
    if (group === -1) return;
    const { attempts, permanent, first, last } = portion;
    this.#reach(group, first, last);
    const page = this.#cells.page(group);
    const at = this.#cells.place(group);
    addTo(page, at + ATTEMPTS, attempts);
    if (permanent) addTo(page, at + PERMANENT, attempts);
    addTo(page, at + CLASS[portion.class], attempts);
    addTo(page, at + OUTCOME[portion.outcome], attempts);
  }

  /** Adds a group of another table. */
  merge(group: number, from: Tallies, other: number): void {
    const theirs = from.#cells.page(other);
    const their = from.#cells.place(other);
    const first = (theirs[their + FIRST] ?? 0) >>> 0;
    const last = (theirs[their + LAST] ?? 0) >>> 0;
    this.#reach(group, first, last);
    const page = this.#cells.page(group);
    const at = this.#cells.place(group);
    for (let cell = ATTEMPTS; cell < FIRST; cell++) addTo(page, at + cell, theirs[their + cell] ?? 0);
  }

  /** Adds the counters of a group that was told before. */
  add(group: number, { first, last, ...counts }: Omit<Tally, 'key' | 'temporary'>): void {
    this.#reach(group, first / 1000, last / 1000);
    const page = this.#cells.page(group);
    const at = this.#cells.place(group);
    addTo(page, at + ATTEMPTS, counts.attempts);
    addTo(page, at + PERMANENT, counts.permanent);
    for (const [name, cell] of Object.entries(CLASS)) addTo(page, at + cell, counts[name as Class]);
    addTo(page, at + OUTCOME['never-accepted'], counts.neverAccepted);
    addTo(page, at + OUTCOME['accepted-later'], counts.acceptedLater);
    addTo(page, at + OUTCOME.retrying, counts.retrying);
  }

  tally(group: number, key: string): Tally {
    const page = this.#cells.page(group);
    const at = this.#cells.place(group);
    const get = (cell: number): number => page[at + cell] ?? 0;
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

  /** Makes the group if it is new, and widens its time. */
  #reach(group: number, first: number, last: number): void {
    const cells = this.#cells;
    while (cells.length <= group) cells.push();
    const page = cells.page(group);
    const at = cells.place(group);
    const empty = page[at + ATTEMPTS] === 0;
    if (empty || first < (page[at + FIRST] ?? 0) >>> 0) page[at + FIRST] = first;
    if (empty || last > (page[at + LAST] ?? 0) >>> 0) page[at + LAST] = last;
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
