import type { Ledger } from '../aggregate.ts';
import { causes } from '../causes/index.ts';
import type { Moment } from '../model/moment.ts';
import { COUNTERS, type Tallies, type Tally } from '../tally.ts';
import { type Accepted, united } from './accepted.ts';

/** Counters as in a Tally, without its key; epoch ms. Counts below zero put others right. */
export type Cells = Omit<Tally, 'key' | 'temporary'>;

/** Of whom counters are kept. A client is named by its IP; a row by rowKey(). */
export const TABLES = [
  'total',
  'byCause',
  'byHour',
  'byClient',
  'bySenderDomain',
  'byRecipientDomain',
  'rows',
] as const;
export type TableName = (typeof TABLES)[number];

/**
 * What was counted, as pure data. Snapshots merge exactly: in any order and grouping the same sum comes out. Those of
 * two logs, two days or two servers make the one of both.
 */
export interface Snapshot {
  tables: Readonly<Record<TableName, ReadonlyMap<string, Cells>>>;
  /** Confirmed names of clients by their IP. */
  names: ReadonlyMap<string, string>;
  /** Names under which hosts were asked about senders, by their IP: one of several. */
  calloutNames: ReadonlyMap<string, string>;
  first: Moment | null;
  last: Moment | null;
}

/** Refusals of others' mail, and our own mail that others refused. */
export interface Sides {
  inbound: Snapshot;
  outbound: Snapshot;
}

export interface DaySnapshot extends Sides {
  accepted: Accepted;
}

/** What a row is about: the refusals of one sender's mail to one recipient in which a person may have to act. */
export interface RowKey {
  sender: string | null;
  recipient: string | null;
  clientIp: string | null;
  calloutIp: string | null;
  cause: string;
  submission: boolean;
}

const ROW: readonly (keyof RowKey)[] = [
  'sender',
  'recipient',
  'clientIp',
  'calloutIp',
  'cause',
  'submission',
];

function rowText(row: RowKey): string {
  return JSON.stringify(ROW.map((name) => row[name]));
}

/** @param text a key of the table `rows`. */
export function rowKey(text: string): RowKey {
  const values: unknown[] = JSON.parse(text);
  return Object.fromEntries(ROW.map((name, index) => [name, values[index]])) as unknown as RowKey;
}

export const EMPTY: Snapshot = {
  tables: tablesOf(() => new Map()),
  names: new Map(),
  calloutNames: new Map(),
  first: null,
  last: null,
};

function tablesOf<T>(make: (name: TableName) => T): Record<TableName, T> {
  return Object.fromEntries(TABLES.map((name) => [name, make(name)])) as Record<TableName, T>;
}

/** @param retryWindow ms after the last try in which a temporary refusal may still be retried. */
export function snapshotOf(ledger: Ledger, retryWindow: number): Snapshot {
  if (ledger.attempts === 0) return EMPTY;
  const counts = ledger.counts(retryWindow);
  const domain = (number: number): string => ledger.domain(number);
  const names = new Map<string, string>();
  const calloutNames = new Map<string, string>();
  const client = (number: number): string => {
    const { ip, name } = ledger.client(number);
    if (ip !== null && name !== null) names.set(ip, name);
    return ip ?? '';
  };
  return {
    tables: {
      total: cellsBy(counts.total, () => 'total'),
      byCause: cellsBy(counts.byCause, (number) => causes[number]?.id ?? ''),
      byHour: hoursOf(ledger),
      byClient: cellsBy(counts.byClient, client),
      bySenderDomain: cellsBy(counts.bySenderDomain, domain),
      byRecipientDomain: cellsBy(counts.byRecipientDomain, domain),
      rows: rowsOf(ledger, retryWindow, calloutNames),
    },
    names,
    calloutNames,
    first: { at: ledger.first, offset: ledger.firstOffset },
    last: { at: ledger.last, offset: ledger.offset },
  };
}

function cellsBy(tallies: Tallies, keyOf: (number: number) => string): Map<string, Cells> {
  const cells = new Map<string, Cells>();
  for (let number = 0; number < tallies.size; number++) {
    if (tallies.attempts(number) === 0) continue;
    const { key, temporary: _, ...counts } = tallies.tally(number, keyOf(number));
    cells.set(key, added(cells.get(key), counts));
  }
  return cells;
}

const NONE: Cells = {
  attempts: 0,
  permanent: 0,
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

/** All that is not the difference of two others. */
const COUNTS = COUNTERS.filter((name) => name !== 'temporary');

function hoursOf({ hours, first, last }: Ledger): Map<string, Cells> {
  const cells = new Map<string, Cells>();
  for (const { hour, ...counts } of hours) {
    const attempts = counts.fail + counts.defer + counts.connect + counts.other;
    if (attempts > 0) cells.set(String(hour), { ...NONE, ...counts, attempts, first, last });
  }
  return cells;
}

const OUTCOMES = {
  'never-accepted': 'neverAccepted',
  'accepted-later': 'acceptedLater',
  retrying: 'retrying',
} as const;

/** @param calloutNames are filled in. */
function rowsOf(ledger: Ledger, retryWindow: number, calloutNames: Map<string, string>): Map<string, Cells> {
  const cells = new Map<string, Cells>();
  for (const row of ledger.rows(retryWindow)) {
    const { sender, recipient, client, callout, cause, submission, outcome, attempts, first, last } = row;
    const key = rowText({
      sender,
      recipient,
      clientIp: client.ip,
      calloutIp: callout.ip,
      cause: cause.id,
      submission,
    });
    if (callout.ip !== null && callout.name !== null) calloutNames.set(callout.ip, callout.name);
    const counts = { ...NONE, attempts, [OUTCOMES[outcome]]: attempts, first, last };
    cells.set(key, added(cells.get(key), counts));
  }
  return cells;
}

function added(a: Cells | undefined, b: Cells): Cells {
  if (a === undefined) return b;
  const sum = { ...a, first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
  for (const name of COUNTS) sum[name] += b[name];
  return sum;
}

/** The sum of snapshots, whatever their order. */
export function merged(snapshots: Iterable<Snapshot>): Snapshot {
  const tables = tablesOf(() => new Map<string, Cells>());
  const names = new Map<string, string>();
  const calloutNames = new Map<string, string>();
  let first: Moment | null = null;
  let last: Moment | null = null;
  for (const snapshot of snapshots) {
    for (const name of TABLES)
      for (const [key, cells] of snapshot.tables[name])
        tables[name].set(key, added(tables[name].get(key), cells));
    for (const [ip, name] of snapshot.names) names.set(ip, least(names.get(ip), name));
    for (const [ip, name] of snapshot.calloutNames) calloutNames.set(ip, least(calloutNames.get(ip), name));
    first = earlier(first, snapshot.first);
    last = later(last, snapshot.last);
  }
  return { tables, names, calloutNames, first, last };
}

/** Of two names of one machine always the same, whichever was seen first. */
function least(a: string | undefined, b: string): string {
  return a === undefined || b < a ? b : a;
}

function earlier(a: Moment | null, b: Moment | null): Moment | null {
  if (a === null || b === null) return a ?? b;
  return a.at < b.at || (a.at === b.at && a.offset <= b.offset) ? a : b;
}

function later(a: Moment | null, b: Moment | null): Moment | null {
  if (a === null || b === null) return a ?? b;
  return earlier(a, b) === a ? b : a;
}

/** What has to be added to `before` to make `now`. Where nothing changed there is nothing. */
export function difference(now: Snapshot, before: Snapshot): Snapshot {
  const tables = tablesOf((name) => {
    const table = new Map(now.tables[name]);
    for (const [key, cells] of before.tables[name]) {
      const left = added(table.get(key), negated(cells));
      if (COUNTS.some((count) => left[count] !== 0)) table.set(key, left);
      else table.delete(key);
    }
    return table;
  });
  const named = [now, before].map((snapshot) => ({ ...snapshot, tables: EMPTY.tables }));
  return { ...merged(named), tables };
}

function negated(cells: Cells): Cells {
  const negative = { ...cells };
  for (const name of COUNTS) negative[name] = 0 - cells[name];
  return negative;
}

/** As it is written down: cells as arrays in the order of COUNTS, then first and last. */
export interface SnapshotJson {
  tables: Readonly<Record<TableName, readonly (readonly [key: string, ...cells: number[]])[]>>;
  names: readonly (readonly [string, string])[];
  calloutNames: readonly (readonly [string, string])[];
  first: Moment | null;
  last: Moment | null;
}

export function toJson({ tables, names, calloutNames, first, last }: Snapshot): SnapshotJson {
  const rows = (table: ReadonlyMap<string, Cells>): [string, ...number[]][] =>
    [...table].map(([key, cells]) => [key, ...COUNTS.map((name) => cells[name]), cells.first, cells.last]);
  return {
    tables: tablesOf((name) => rows(tables[name])),
    names: [...names],
    calloutNames: [...calloutNames],
    first,
    last,
  };
}

export function fromJson({ tables, names, calloutNames, first, last }: SnapshotJson): Snapshot {
  const cellsOf = (numbers: readonly number[]): Cells => {
    const cells = { ...NONE, first: numbers[COUNTS.length] ?? 0, last: numbers[COUNTS.length + 1] ?? 0 };
    for (const [index, name] of COUNTS.entries()) cells[name] = numbers[index] ?? 0;
    return cells;
  };
  return {
    tables: tablesOf((name) => new Map(tables[name].map(([key, ...numbers]) => [key, cellsOf(numbers)]))),
    names: new Map(names),
    calloutNames: new Map(calloutNames),
    first,
    last,
  };
}

/** The sum of both sides. */
export function mergedSides(days: readonly Sides[]): Sides {
  return {
    inbound: merged(days.map(({ inbound }) => inbound)),
    outbound: merged(days.map(({ outbound }) => outbound)),
  };
}

/** One day, from its parts. */
export function mergedDay(parts: readonly DaySnapshot[]): DaySnapshot {
  return { ...mergedSides(parts), accepted: united(parts.map(({ accepted }) => accepted)) };
}

/** What a comparison with an earlier day needs of it: of a busy one a small part. */
export function condensed({ inbound, accepted }: DaySnapshot): DaySnapshot {
  const { total, byCause, rows } = inbound.tables;
  const clients = new Set([...rows.keys()].map((key) => rowKey(key).clientIp));
  const names = new Map([...inbound.names].filter(([ip]) => clients.has(ip)));
  return {
    inbound: { ...inbound, names, tables: { ...EMPTY.tables, total, byCause, rows } },
    outbound: EMPTY,
    accepted,
  };
}
