import type { Class } from './class.ts';
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
  /** Epoch ms. */
  first: number;
  last: number;
}

/** What is counted at once: attempts of one kind with one end. */
export interface Portion {
  attempts: number;
  permanent: boolean;
  class: Class;
  outcome: Outcome;
  first: number;
  last: number;
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

export function count(tally: Tally, portion: Portion): void {
  const { attempts } = portion;
  tally.attempts += attempts;
  if (portion.permanent) tally.permanent += attempts;
  else tally.temporary += attempts;
  tally[portion.class] += attempts;
  tally[OUTCOME_FIELDS[portion.outcome]] += attempts;
  tally.first = Math.min(tally.first, portion.first);
  tally.last = Math.max(tally.last, portion.last);
}

const COUNTS = [
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
] as const;

/** Adds tallies up under other keys (clients to their networks); null keys are left out. The largest come first. */
export function regroup(tallies: Iterable<Tally>, keyOf: (key: string) => string | null): Tally[] {
  const groups = new Map<string, Tally>();
  for (const tally of tallies) {
    const key = keyOf(tally.key);
    if (key === null) continue;
    const group = groups.get(key) ?? emptyTally(key);
    groups.set(key, group);
    for (const field of COUNTS) group[field] += tally[field];
    group.first = Math.min(group.first, tally.first);
    group.last = Math.max(group.last, tally.last);
  }
  return largestFirst([...groups.values()], (key) => key);
}

/** Renames and sorts the tallies themselves. */
export function largestFirst(tallies: Tally[], nameOf: (key: string) => string): Tally[] {
  for (const tally of tallies) tally.key = nameOf(tally.key);
  return tallies.sort((a, b) => b.attempts - a.attempts || (a.key < b.key ? -1 : 1));
}
