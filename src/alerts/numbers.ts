import { causes } from '../causes/index.ts';
import { isOutbound } from '../class.ts';
import { COUNTERS } from '../tally.ts';

/** The numbers of a report that a threshold may be set on: each name is the path of that number in its JSON. */
export const numberNames: readonly string[] = [
  'wanted',
  ...COUNTERS,
  'problemCount',
  'submissionCount',
  ...[...COUNTERS, 'problemCount'].map((name) => `outbound.${name}`),
  ...['lines', 'used', 'ignored', 'notUnderstood', 'cut'].map((name) => `books.${name}`),
];

/** `byCause.callout-greylisted`: the attempts in that row of the table. */
const causeNames: ReadonlySet<string> = new Set(
  causes.map((cause) => `${isOutbound(cause) ? 'outbound.' : ''}byCause.${cause.id}`),
);

const plainNames: ReadonlySet<string> = new Set(numberNames);

/** Whether a report has a number of this name. */
export function isNumberName(name: string): boolean {
  return plainNames.has(name) || causeNames.has(name);
}

/** For the error message: all the names, those of the causes as one. */
export const NAMES_HELP = `the numbers are ${[...numberNames, 'byCause.CAUSE', 'outbound.byCause.CAUSE'].join(', ')}`;

/**
 * Looks a number up in the JSON of a report.
 *
 * @param name one that isNumberName() knows.
 * @returns 0 for what the report leaves out: a cause that did not occur, mail of our own that was never refused.
 */
export function numberIn(report: unknown, name: string): number {
  const [path = '', cause] = name.split(/(?<=^|\.)byCause\./);
  const place = path.split('.').filter((key) => key !== '');
  if (cause === undefined) return numeric(at(report, place));
  const rows = at(report, [...place, 'byCause']);
  const row: unknown = Array.isArray(rows) ? rows.find((one) => at(one, ['cause']) === cause) : null;
  return numeric(at(row, ['attempts']));
}

function at(value: unknown, place: readonly string[]): unknown {
  return place.reduce((found: unknown, key) => (isObject(found) ? found[key] : null), value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function numeric(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
