import { causes } from '../causes/index.ts';
import { UsageError } from '../errors.ts';
import type { Block, Column } from '../model/document.ts';
import type { Table, Tally } from '../tally.ts';
import { isoWithOffset } from '../time/iso.ts';
import { number } from './words.ts';

export type Detail = 'low' | 'med' | 'high';

/** @throws UsageError for what is no number of rows. */
export function topOf(text: string): number {
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1)
    throw new UsageError(`--top takes a whole number from 1 on, not ${text}`);
  return top;
}

export type Json = Readonly<Record<string, unknown>>;

/** Writes an epoch ms as JSON has it; null where there was none. */
export type Stamp = (at: number) => string | null;

/** A part of a report that stands for itself. */
export interface Extra {
  /** Its share of the first line, if a person has to act. */
  verdict: string | null;
  /** What is different from before: told before what is the same each night. */
  isNews?: true;
  blocks: readonly Block[];
  json: Json;
  records: readonly Json[];
}

/** One table of a report. */
export interface Section {
  /** The name in JSON and CSV. */
  id: string;
  title: string;
  /** The least level at which the table is printed. */
  detail: Detail;
  table: Table;
}

/** One row of a list of tables. */
export function section(id: string, title: string, detail: Detail, table: Table): Section {
  return { id, title, detail, table };
}

const LEVELS: readonly Detail[] = ['low', 'med', 'high'];

/** Finds the log lines behind a row of a table; none where the format has no room for them. */
export type LinesOf = (table: string, row: string) => readonly string[];

/** The tables that this level asks for, as far as they have rows. */
export function sectionBlocks(sections: readonly Section[], asked: Detail, linesOf: LinesOf): Block[] {
  return sections
    .filter(({ detail, table }) => LEVELS.indexOf(asked) >= LEVELS.indexOf(detail) && table.count > 0)
    .flatMap(({ id, title, table }) => [
      { type: 'heading', text: title },
      tallyBlock(table, (row) => linesOf(id, row)),
    ]);
}

/** A column of numbers. */
export function numeric(title: string): Column {
  return { title, align: 'right' };
}

const short = (title: string, meaning: string): Column => ({ ...numeric(title), meaning });

const TALLY_COLUMNS: readonly Column[] = [
  { title: '' },
  numeric('refused'),
  short('perm', 'permanent'),
  short('temp', 'temporary'),
  short('never', 'never accepted'),
  short('later', 'accepted later'),
  short('open', 'may still be retried'),
];

function tallyBlock({ rows, count }: Table, linesOf: (row: string) => readonly string[]): Block {
  return {
    type: 'table',
    columns: TALLY_COLUMNS,
    rows: rows.map((row) => [
      row.key,
      row.attempts,
      row.permanent,
      row.temporary,
      row.neverAccepted,
      row.acceptedLater,
      row.retrying,
    ]),
    evidence: rows.map(({ key }) => linesOf(key)),
    ...(count > rows.length ? { note: `${number(count - rows.length)} more` } : {}),
  };
}

/** All tables, whatever the level. */
export function sectionJson(sections: readonly Section[], stamp: Stamp): Json {
  return Object.fromEntries(
    sections.map(({ id, table }) => [id, table.rows.map((row) => tallyJson(id, row, stamp))]),
  );
}

/** What the key of a table's rows is called; elsewhere it is a domain. */
const KEYS: Readonly<Record<string, string>> = {
  byCause: 'cause',
  byClient: 'client',
  byOrganisation: 'organisation',
  byNetwork: 'network',
  byAccount: 'account',
  byRemoteHost: 'host',
};

function tallyJson(id: string, { key, first, last, ...counts }: Tally, stamp: Stamp): Json {
  const title = id === 'byCause' ? { title: causes.find((cause) => cause.id === key)?.title ?? key } : {};
  return { [KEYS[id] ?? 'domain']: key, ...title, ...counts, first: stamp(first), last: stamp(last) };
}

/**
 * One row for each line of each table, for spreadsheets.
 *
 * @param offset of the log's clock, minutes east of UTC.
 * @param prefix of the names of the tables.
 */
export function sectionRecords(sections: readonly Section[], offset: number, prefix = ''): Json[] {
  return sections.flatMap(({ id, table }) =>
    table.rows.map(({ first, last, ...row }) => ({
      section: `${prefix}${id}`,
      ...row,
      first: isoWithOffset(first, offset),
      last: isoWithOffset(last, offset),
    })),
  );
}
