/** Reads the times and the time spans that people write on the command line. */
import { TZDateMini } from '@date-fns/tz/date/mini';
import { addDays } from 'date-fns/addDays';
import { addMonths } from 'date-fns/addMonths';
import { startOfDay } from 'date-fns/startOfDay';
import { UsageError } from '../errors.ts';
import { isoWithOffset } from './iso.ts';
import { dateOf, momentOf, offsetAt } from './zone.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** As in systemd.time(7): a twelfth of 365.25 days. */
const MONTH = (365.25 * DAY) / 12;

/** systemd's units of time; without a unit a number is seconds. */
const SPANS: readonly (readonly [names: RegExp, ms: number])[] = [
  [/^(?:us|usec|µs|μs)$/, 0.001],
  [/^(?:ms|msec)$/, 1],
  [/^(?:s|sec|seconds?)?$/, 1000],
  [/^(?:m|min|minutes?)$/, MINUTE],
  [/^(?:h|hr|hours?)$/, 60 * MINUTE],
  [/^(?:d|days?)$/, DAY],
  [/^(?:w|weeks?)$/, 7 * DAY],
];

/** The units whose length the calendar decides. */
const CALENDAR_SPANS: readonly (readonly [names: RegExp, months: number])[] = [
  [/^(?:M|months?)$/, 1],
  [/^(?:y|years?)$/, 12],
];

const FORMS = [
  ...['2026-11-20', '"2026-11-20 18:17"', '18:17', '2026-11-20T18:17:00+01:00', '@1763662620'],
  ...['now', 'today', 'yesterday', '-2h', '"2 days ago"'],
].join(', ');

/** Whole months are counted on the calendar, the rest in milliseconds. */
interface Span {
  readonly months: number;
  readonly ms: number;
}

/**
 * A time span in systemd's form: `4d`, `1h30m`, `2 weeks`. A month is 30.44 days, a year 365.25.
 *
 * @returns milliseconds, zero or more.
 * @throws UsageError when it is none.
 */
export function parseSpan(text: string): number {
  const span = spanOf(text);
  if (span === null)
    throw new UsageError(`not a time span: ${text}`, 'write it as 90s, 30min, 12h, 4d or 1w');
  return Math.round(span.ms + span.months * MONTH);
}

function spanOf(text: string): Span | null {
  // Sticky: every character belongs to a number and its unit, and none is looked at twice.
  const part = /\s*(\d+(?:\.\d+)?)(?:\s*([a-zµμ]+))?\s*/iy;
  let months = 0;
  let ms = 0;
  do {
    const match = part.exec(text);
    if (!match) return null;
    const [, digits = '', unit = ''] = match;
    const count = Number(digits);
    const length = SPANS.find(([names]) => names.test(unit))?.[1];
    const onCalendar = CALENDAR_SPANS.find(([names]) => names.test(unit))?.[1];
    if (length !== undefined) ms += count * length;
    else if (onCalendar === undefined) return null;
    else if (Number.isInteger(count)) months += count * onCalendar;
    else ms += count * onCalendar * MONTH;
  } while (part.lastIndex < text.length);
  return { months, ms };
}

export interface WindowText {
  since?: string | undefined;
  until?: string | undefined;
  /** Epoch ms. */
  now: number;
  /** An IANA name or a fixed offset, as isTimeZone() accepts. */
  timeZone: string;
}

/** Epoch ms; null where there is no bound. */
export interface Bounds {
  /** The first moment inside. */
  since: number | null;
  /** The first moment that is outside again. */
  until: number | null;
}

/** When it is, and where. */
interface Here {
  readonly now: number;
  readonly timeZone: string;
}

/**
 * Reads --since and --until in journalctl's forms (systemd.time(7)) and ISO 8601. `yesterday` is one whole
 * calendar day: as --since alone it ends at midnight, and as --until it is included.
 *
 * @throws UsageError for what is no time, and for a window that holds no moment.
 */
export function parseWindow({ since, until, now, timeZone }: WindowText): Bounds {
  const here: Here = { now, timeZone };
  const wholeDay = isYesterday(until ?? since);
  const start = since === undefined ? null : timeOf('--since', since, here);
  const untilAt = until === undefined ? null : timeOf('--until', until, here);
  const end = wholeDay ? midnight(here, 0) : untilAt;
  if (start !== null && end !== null && start >= end) {
    const show = (at: number): string => isoWithOffset(at, offsetAt(timeZone, at));
    throw new UsageError(
      `the window is empty: --since is ${show(start)}, --until is ${show(end)}`,
      'the moment that --until names is outside: for a whole day name the next day',
    );
  }
  return { since: start, until: end };
}

const isYesterday = (text: string | undefined): boolean => text?.trim().toLowerCase() === 'yesterday';

/** The years 0 to 9999: what ISO 8601 can write with four digits, with a day's room for the offsets. */
const EARLIEST = -62_167_219_200_000 + DAY;
const LATEST = 253_402_300_800_000 - DAY;

function timeOf(option: string, asked: string, here: Here): number {
  const text = asked.trim();
  const at = Math.round(
    word(text.toLowerCase(), here) ??
      epoch(text) ??
      relative(text, here) ??
      calendar(text, here) ??
      Number.NaN,
  );
  if (at >= EARLIEST && at <= LATEST) return at;
  throw new UsageError(`${option}: not a time: ${asked}`, `write it as ${FORMS}`);
}

function word(text: string, here: Here): number | null {
  switch (text) {
    case 'now':
      return here.now;
    case 'today':
      return midnight(here, 0);
    case 'yesterday':
      return midnight(here, -1);
    case 'tomorrow':
      return midnight(here, 1);
    default:
      return null;
  }
}

/**
 * What the clock on the wall shows, as a date in UTC: there the calendar can be reckoned with, since no hour
 * is missing or repeated.
 */
function wallClock(at: number, timeZone: string): Date {
  return new TZDateMini(at + offsetAt(timeZone, at) * MINUTE, 'UTC');
}

/** The beginning of a calendar day, which is not always 24 hours from the next. */
function midnight({ now, timeZone }: Here, days: number): number {
  return momentOf(timeZone, startOfDay(addDays(wallClock(now, timeZone), days)).getTime());
}

/** `@1763662620` */
function epoch(text: string): number | null {
  return /^@\d{1,12}(?:\.\d+)?$/.test(text) ? Number(text.slice(1)) * 1000 : null;
}

/** `-2h`, `2 days ago`. A day is 24 hours, as with systemd; months and years are those of the calendar. */
function relative(text: string, { now, timeZone }: Here): number | null {
  const ago = /\sago$/i.test(text);
  const signed = /^[+-]/.test(text);
  if (ago === signed) return null;
  const span = spanOf(ago ? text.slice(0, -3) : text.slice(1));
  if (span === null) return null;
  const direction = text.startsWith('+') ? 1 : -1;
  const start =
    span.months === 0
      ? now
      : momentOf(timeZone, addMonths(wallClock(now, timeZone), direction * span.months).getTime());
  return start + direction * span.ms;
}

const DATE = /^\d{4}-\d\d-\d\d(?=[ T]|$)/;
const TIME =
  /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?(?: ?(Z|UTC|[+-](?:[01]\d|2[0-3]):?[0-5]\d))?$/;

/**
 * `2026-11-20`, `2026-11-20 18:17:16`, `18:17`, ISO 8601, and a stamp as it stands in the log: on the log's
 * clock unless a zone is named.
 */
function calendar(text: string, { now, timeZone }: Here): number | null {
  const date = DATE.exec(text)?.[0];
  const rest = date === undefined ? text : text.slice(date.length).replace(/^(?:T| +)/, '');
  const time = TIME.exec(date !== undefined && text === date ? '00:00' : rest);
  if (!time) return null;
  const [, hours, minutes, seconds = 0, zone] = time;
  const named = zone === undefined ? timeZone : /^[+-]/.test(zone) ? zone : 'UTC';
  const day = date === undefined ? startOfDay(wallClock(now, named)).getTime() : dayStart(date);
  return momentOf(named, day + (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * 1000);
}

function dayStart(date: string): number {
  return dateOf(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)));
}
