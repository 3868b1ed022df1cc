import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReportOptions, report } from '../../src/commands/report.ts';
import { openly } from '../../src/redact/openly.ts';
import { COUNTERS } from '../../src/tally.ts';
import { tempFolder } from '../sources/temp.ts';

/** The counts of one cause, and the ways in which a refusal can end. */
type Counts = Record<string, number>;

/** Counts by direction and cause, then by name. */
export type Totals = Record<string, Counts>;

type Row = { cause: string } & Record<(typeof COUNTERS)[number], number>;

interface Correction {
  direction: 'inbound' | 'outbound';
  cause: string;
  from: string;
  to: string;
  attempts: number;
}

/** What the tests read of a report in JSON. */
export interface ReportJson {
  byCause: Row[];
  outbound: { byCause: Row[] } | null;
  window: { since: string | null; until: string | null; first: string | null; last: string | null };
  books: { lines: number; used: number; ignored: number; notUnderstood: number };
  sinceLastReport?: {
    run: number;
    corrections: Correction[];
    notes: string[];
    acceptedLater: number;
    accepted: { sender: string; recipient: string; acceptedTime: string }[];
  };
}

export interface Reported {
  status: number;
  json: ReportJson;
  warnings: string[];
}

/** Runs the command in this process. */
export async function runReport(
  logs: string[],
  options: ReportOptions = {},
  now = Date.now(),
): Promise<Reported> {
  let text = '';
  const warnings: string[] = [];
  const status = await report(
    logs,
    { format: 'json', timezone: 'UTC', quiet: true, ...options },
    {
      out: {
        write: (part) => {
          text += part;
        },
        flush: async () => {},
        close: async () => {},
      },
      warn: (warning) => warnings.push(warning),
      env: {},
      color: false,
      unicode: false,
      width: 80,
      progress: { isTTY: false, columns: 80, write: () => {} },
      now,
      redactor: openly,
      interrupted: () => new AbortController().signal,
    },
  );
  return { status, json: JSON.parse(text), warnings };
}

/** Reports of a log that grows by these pieces. */
export async function reportsOf(pieces: readonly string[]): Promise<ReportJson[]> {
  const folder = tempFolder();
  const log = join(folder, 'log');
  const found: ReportJson[] = [];
  writeFileSync(log, '');
  for (const piece of pieces) {
    appendFileSync(log, piece);
    found.push((await runReport([log], { state: join(folder, 'state') })).json);
  }
  return found;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  'never-accepted': 'neverAccepted',
  'accepted-later': 'acceptedLater',
  retrying: 'retrying',
};

/** Adds reports up, each with what it puts right in those before it. Counts of zero are left out. */
export function totalsOf(reports: readonly ReportJson[]): Totals {
  const totals = new Map<string, Map<string, number>>();
  const add = (key: string, name: string, count: number): void => {
    const counts = totals.get(key) ?? new Map<string, number>();
    totals.set(key, counts.set(name, (counts.get(name) ?? 0) + count));
  };
  for (const { byCause, outbound, sinceLastReport } of reports) {
    for (const row of byCause) for (const name of COUNTERS) add(`inbound ${row.cause}`, name, row[name]);
    for (const row of outbound?.byCause ?? [])
      for (const name of COUNTERS) add(`outbound ${row.cause}`, name, row[name]);
    for (const { direction, cause, from, to, attempts } of sinceLastReport?.corrections ?? []) {
      add(`${direction} ${cause}`, OUTCOMES[from] ?? from, -attempts);
      add(`${direction} ${cause}`, OUTCOMES[to] ?? to, attempts);
    }
  }
  const plain = (counts: Map<string, number>): Counts =>
    Object.fromEntries([...counts].filter(([, count]) => count !== 0).sort());
  return Object.fromEntries(
    [...totals].map(([key, counts]): [string, Counts] => [key, plain(counts)]).sort(),
  );
}
