import { TZDate } from '@date-fns/tz';
import { addDays } from 'date-fns/addDays';
import { addMonths } from 'date-fns/addMonths';
import { UsageError } from '../errors.ts';
import { isoWithOffset } from './iso.ts';
import { momentsOf, offsetAt } from './zone.ts';

/** Milliseconds of each unit; a month is 30.44 days and a year 365.25, as systemd.time(7) has it. */
const UNITS: readonly (readonly [names: RegExp, ms: number])[] = [
  [/^(?:ms|msec)$/, 1],
  [/^(?:s|sec|second|seconds)?$/, 1000],
  [/^(?:m|min|minute|minutes)$/, 60_000],
  [/^(?:h|hr|hour|hours)$/, 3_600_000],
  [/^(?:d|day|days)$/, 86_400_000],
  [/^(?:w|week|weeks)$/, 604_800_000],
  [/^(?:M|month|months)$/, 2_630_016_000],
  [/^(?:y|year|years)$/, 31_557_600_000],
];

const FORMS =
  '2026-11-20, "2026-11-20 18:17", 18:17, today, yesterday, now, -2h, "2 days ago", @1763662620, 2026-11-20T18:17:00+01:00';

/**
 * A time span in systemd's form: `4d`, `1h30m`, `2 weeks`.
 *
 * @returns milliseconds.
 * @throws UsageError when it is none.
 */
export function parseSpan(text: string): number {
  const ms = spanOf(text.trim());
  if (ms === null) throw new UsageError(`not a time span: ${text}`, 'write it as 90s, 30min, 12h, 4d or 1w');
  return ms;
}

function spanOf(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?\s*[A-Za-z]*\s*)+$/.test(text)) return null;
  let sum = 0;
  for (const [, number = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)\s*([A-Za-z]*)/g)) {
    const found = UNITS.find(([names]) => names.test(unit));
    if (!found) return null;
    sum += Number(number) * found[1];
  }
  return sum;
}

export interface WindowText {
  since?: string | undefined;
  until?: string | undefined;
  /** Epoch ms. */
  now: number;
  timeZone: string;
}

/** Epoch ms; null where there is no bound. `until` is the first moment that is outside. */
export interface Bounds {
  since: number | null;
  until: number | null;
}

/**
 * Reads --since and --until in journalctl's forms (systemd.time(7)). `yesterday` is one whole calendar day: as --since
 * alone it ends at midnight, as --until it is included.
 *
 * @throws UsageError for what is no time, and for a window that ends before it begins.
 */
export function parseWindow({ since, until, now, timeZone }: WindowText): Bounds {
  const start = since === undefined ? null : momentOf('--since', since, now, timeZone);
  const end = until === undefined ? endOf(since, now, timeZone) : lastOf(until, now, timeZone);
  if (start !== null && end !== null && start >= end) {
    const show = (at: number): string => isoWithOffset(at, offsetAt(timeZone, at));
    throw new UsageError(`the window is empty: it begins at ${show(start)} and ends at ${show(end)}`);
  }
  return { since: start, until: end };
}

function endOf(since: string | undefined, now: number, timeZone: string): number | null {
  return since?.trim() === 'yesterday' ? midnight(now, timeZone, 0) : null;
}

function lastOf(until: string, now: number, timeZone: string): number {
  return until.trim() === 'yesterday' ? midnight(now, timeZone, 0) : momentOf('--until', until, now, timeZone);
}

const WORDS: Readonly<Record<string, (now: number, timeZone: string) => number>> = {
  now: (now) => now,
  today: (now, timeZone) => midnight(now, timeZone, 0),
  yesterday: (now, timeZone) => midnight(now, timeZone, -1),
  tomorrow: (now, timeZone) => midnight(now, timeZone, 1),
};

function momentOf(option: string, asked: string, now: number, timeZone: string): number {
  const text = asked.trim();
  const word = WORDS[text];
  if (word) return word(now, timeZone);
  const at = epoch(text) ?? relative(text, now, timeZone) ?? iso(text) ?? calendar(text, now, timeZone);
  if (at === null || Number.isNaN(at)) throw new UsageError(`${option}: not a time: ${asked}`, `write it as ${FORMS}`);
  return at;
}

/** The beginning of a calendar day, which is not always 24 hours from the next. */
function midnight(now: number, timeZone: string, days: number): number {
  const day = addDays(new TZDate(now, timeZone), days);
  return localMoment(Date.UTC(day.getFullYear(), day.getMonth(), day.getDate()), timeZone);
}

function localMoment(local: number, timeZone: string): number {
  return momentsOf(timeZone, local)[0]?.[0] ?? Number.NaN;
}

/** `@1763662620` */
function epoch(text: string): number | null {
  return /^@\d{1,12}(?:\.\d+)?$/.test(text) ? Number(text.slice(1)) * 1000 : null;
}

/** `-2h`, `+30min`, `2 days ago`. Whole months and years are those of the calendar. */
function relative(text: string, now: number, timeZone: string): number | null {
  const match = /^(?:([+-])\s*(.+)|(.+?)\s+ago)$/.exec(text);
  if (!match) return null;
  const span = (match[2] ?? match[3] ?? '').trim();
  const direction = match[1] === '+' ? 1 : -1;
  const months = /^(\d+)\s*(M|months?|y|years?)$/.exec(span);
  if (months) {
    const count = Number(months[1]) * (months[2]?.startsWith('y') ? 12 : 1);
    return addMonths(new TZDate(now, timeZone), direction * count).getTime();
  }
  const ms = spanOf(span);
  return ms === null ? null : now + direction * ms;
}

/** `2026-11-20T18:17:00Z`, with an offset */
function iso(text: string): number | null {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : null;
}

/** `2026-11-20`, `2026-11-20 18:17:16`, `18:17`, on the log's clock */
function calendar(text: string, now: number, timeZone: string): number | null {
  const match = /^(?:(\d{4})-(\d\d)-(\d\d))?(?:[ T]?(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  if (!match || text === '') return null;
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0'] = match;
  const today = new TZDate(now, timeZone);
  const date = year
    ? Date.UTC(Number(year), Number(month) - 1, Number(day))
    : Date.UTC(today.getFullYear(), today.getMonth(), today.getDate());
  if (year && new Date(date).toISOString().slice(0, 10) !== text.slice(0, 10)) return null;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  return localMoment(date + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000, timeZone);
}
