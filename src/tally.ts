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

/** The largest groups, and how many there are. */
export interface Table {
  rows: Tally[];
  count: number;
}

/**
 * Adds tallies up under other keys (clients to their networks); null keys are left out. There may be as many groups as
 * lines, so at first only their size is found out, and only the largest are made.
 */
export function largestGroups(
  tallies: readonly (Tally | undefined)[],
  top: number,
  keyOf: (key: string) => string | null,
): Table {
  const sizes = new Map<string, number>();
  for (const tally of tallies) {
    if (!tally) continue;
    const key = keyOf(tally.key);
    if (key !== null) sizes.set(key, (sizes.get(key) ?? 0) + tally.attempts);
  }
  const largest = [...sizes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, top);
  const groups = new Map(largest.map(([key]) => [key, emptyTally(key)]));
  for (const tally of tallies) {
    const group = tally && groups.get(keyOf(tally.key) ?? '');
    if (group) merge(group, tally);
  }
  return { rows: [...groups.values()], count: sizes.size };
}

function merge(group: Tally, tally: Tally): void {
  for (const field of COUNTS) group[field] += tally[field];
  group.first = Math.min(group.first, tally.first);
  group.last = Math.max(group.last, tally.last);
}
