/** Time zones, and the clock that turns a log's stamps into moments. */

import { readlinkSync } from 'node:fs';
import { tzOffset } from '@date-fns/tz/tzOffset';
import { SPACE } from '../ascii.ts';
import { latin1 } from '../bytes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const FIXED = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/;

/** Most servers live by it, and whoever does not ask Intl saves its start: 30 ms of a small trace's 100. */
const UTC = /^(?:Etc\/)?(?:UTC|GMT|UCT|Zulu|Universal)$/;

/** The zone of this machine's clock; UTC where the machine does not know. */
export function machineZone(): string {
  if (UTC.test(process.env['TZ'] ?? linkedZone())) return 'UTC';
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return isTimeZone(zone) ? zone : 'UTC';
}

/** What `/etc/localtime` points at, `../usr/share/zoneinfo/Etc/UTC`; `''` where it is no link. */
function linkedZone(): string {
  try {
    return readlinkSync('/etc/localtime').replace(/^.*zoneinfo\//, '');
  } catch {
    return '';
  }
}

/** Whether this names a zone: `Europe/Berlin`, `UTC`, `+02:00`. */
export function isTimeZone(name: string): boolean {
  if (FIXED.test(name) || UTC.test(name)) return true;
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param timeZone one that {@link isTimeZone} accepts.
 * @param at epoch ms.
 * @returns whole minutes east of UTC at that moment; NaN for a moment that no Date can hold.
 */
export function offsetAt(timeZone: string, at: number): number {
  // Node 20's Intl does not know fixed offsets, and tzOffset() takes -00:30 for +00:30.
  const fixed = FIXED.exec(timeZone);
  if (UTC.test(timeZone)) return Number.isNaN(at) ? at : 0;
  if (fixed) return minutesEast(fixed[1], Number(fixed[2]), Number(fixed[3] ?? 0));
  // Before 1972 some zones were off by seconds too; a log's stamp has minutes.
  return Math.round(tzOffset(timeZone, new Date(at)));
}

function minutesEast(sign: string | undefined, hours: number, minutes: number): number {
  const size = hours * 60 + minutes;
  return sign === '-' && size > 0 ? -size : size;
}

/** A change of the clock. Local times count as if they were UTC, in ms. */
interface Change {
  /** Minutes east of UTC until the change. */
  readonly before: number;
  /** Minutes east of UTC from it on. */
  readonly after: number;
  /** What the clock showed when it was changed. */
  readonly from: number;
  /** What it was set to: earlier than `from` in autumn, later in spring. */
  readonly to: number;
}

/** The change on or next to a local day, else the one offset that holds all day. */
type DayZone = Change | number;

/**
 * No zone is further from UTC than 14 hours, so this day's moments lie within its UTC day and 14 hours on
 * each side. Two changes as near as that do not happen.
 *
 * @param day a local midnight as if it were UTC, in ms.
 */
function zoneOfDay(timeZone: string, day: number): DayZone {
  let low = day - 14 * HOUR;
  let high = day + DAY + 14 * HOUR;
  const before = offsetAt(timeZone, low);
  const after = offsetAt(timeZone, high);
  // The search would never end beyond the moments that a Date can hold, where no two offsets are equal.
  if (Number.isNaN(before + after)) return Number.NaN;
  if (before === after) return before;
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(timeZone, middle) === before) low = middle;
    else high = middle;
  }
  return { before, after, from: high + before * MINUTE, to: high + after * MINUTE };
}

/** `both` where the clock showed this local time twice; the hour that was left out has the old offset. */
function sideOf(change: Change, local: number): 'before' | 'after' | 'both' {
  if (local < change.to) return 'before';
  return local < change.from ? 'both' : 'after';
}

/**
 * The moment at which the clock of a zone shows a local time: the first of the two where the hour is
 * repeated, and for the hour that is left out the moment that the old offset gives.
 *
 * @param local ms, as if it were UTC.
 * @returns epoch ms.
 */
export function momentOf(timeZone: string, local: number): number {
  const zone = zoneOfDay(timeZone, Math.floor(local / DAY) * DAY);
  if (typeof zone === 'number') return local - zone * MINUTE;
  return local - (sideOf(zone, local) === 'after' ? zone.after : zone.before) * MINUTE;
}

/**
 * Turns the stamps of one file into moments. It is called a million times a second, so days are remembered.
 * The lines come in the order of the file: in the repeated hour that order says which of the two hours it is.
 */
export interface StampClock {
  /**
   * Reads `YYYY-MM-DD HH:MM:SS` at `start`, whose punctuation the caller has checked.
   *
   * @param millis 0 to 999.
   * @param zone minutes east of UTC where the log says so, else null.
   * @returns epoch ms; NaN for an impossible date or time.
   */
  read(text: string, start: number, millis: number, zone: number | null): number;
  /**
   * The same from the bytes of a line, `2026-11-21 04:43:00 ` with nothing but a space behind it.
   *
   * @returns epoch ms; NaN for any other form, which read() may still know.
   */
  readBytes(block: Buffer, start: number): number;
  /**
   * Reads the classic stamp of syslog, `Nov  1 04:35:10`. It has no year: the first gets the latest year that
   * fits, the others follow the months over New Year.
   *
   * @returns epoch ms; NaN where it does not fit.
   */
  readSyslog(text: string, start: number): number;
  /**
   * Reads RFC 3339, `2026-11-21T04:35:10.013456+00:00`, to the millisecond.
   *
   * @returns epoch ms; NaN where it does not fit.
   */
  readIso(text: string, start: number): number;
  /** Minutes east of UTC of the stamp that was read last, the impossible ones aside. */
  readonly offset: number;
  /** Forgets the order of the lines: the next one is the first of a file. */
  reset(): void;
}

/** Lines are only nearly in order; a larger step back in the repeated hour is the second hour. */
const JITTER = 10 * MINUTE;

/** A clock that is a day ahead, or a zone that is not the right one, must not cost a year. */
const LEEWAY = DAY;

interface Day {
  /** The local midnight as if it were UTC, in ms; NaN for a date that no calendar has. */
  readonly start: number;
  readonly zone: DayZone;
}

/**
 * @param timeZone of the stamps that carry none; one that {@link isTimeZone} accepts.
 * @param latest epoch ms, as the time when the file was written: no line is younger. It decides the year of a
 *   stamp without one.
 */
export function createStampClock(timeZone: string, latest: number): StampClock {
  const days = createDays(timeZone);
  const fold = createFold();
  const minute = createMinute();
  const calendar = createCalendar(latest + LEEWAY + offsetAt(timeZone, latest) * MINUTE);
  let offset = 0;

  function toMoment(day: Day, ofDay: number, zone: number | null): number {
    const local = day.start + ofDay;
    if (Number.isNaN(local)) return local;
    if (zone !== null) offset = zone;
    else if (typeof day.zone === 'number') offset = day.zone;
    else offset = fold.offsetOf(day.zone, local);
    return local - offset * MINUTE;
  }

  return {
    get offset() {
      return offset;
    },
    read: (text, start, millis, zone) => {
      return toMoment(days.at(text, start), timeAt(text, start + 11) + millis, zone);
    },
    readBytes: (block, start) => {
      const known = minute.momentOf(block, start);
      if (!Number.isNaN(known)) {
        offset = minute.offset;
        return known;
      }
      const text = latin1(block, start, start + 20);
      if (!PLAIN_STAMP.test(text)) return Number.NaN;
      const day = days.at(text, 0);
      const time = timeAt(text, 11);
      const at = toMoment(day, time, null);
      // On the day of a change the order of the lines decides.
      if (typeof day.zone === 'number') minute.remember(block, start, at - (time % MINUTE), offset);
      return at;
    },
    readSyslog: (text, start) => {
      const time = timeAt(text, start + 7);
      const date = calendar.dateOf(text.slice(start, start + 7), time);
      return toMoment(days.of(date), time, null);
    },
    readIso: (text, start) => {
      const tail = ISO_TAIL.exec(text.slice(start + 10, start + 45));
      if (!tail || text[start + 4] !== '-' || text[start + 7] !== '-') return Number.NaN;
      const [, fraction = '', sign, hours = 0, minutes = 0] = tail;
      const millis = fraction === '' ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
      const zone = minutesEast(sign, Number(hours), Number(minutes));
      return toMoment(days.at(text, start), timeAt(text, start + 11) + millis, zone);
    },
    reset: () => {
      fold.reset();
      calendar.reset();
    },
  };
}

const ISO_TAIL = /^T\d\d:\d\d:\d\d(?:[.,](\d+))?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))/;

/** A leap second belongs to no minute. */
const PLAIN_STAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:[0-5]\d $/;

/** `2026-11-21 04:43:` */
const MINUTE_BYTES = 17;

/** Remembers the minute of the last line: most of a busy log's lines are of the same one. */
function createMinute() {
  const bytes = Buffer.alloc(MINUTE_BYTES);
  let at = Number.NaN;

  function momentOf(block: Buffer, start: number): number {
    for (let i = MINUTE_BYTES - 1; i >= 0; i--) if (block[start + i] !== bytes[i]) return Number.NaN;
    const tens = (block[start + 17] ?? 0) - 48;
    const ones = (block[start + 18] ?? 0) - 48;
    const isSecond = tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9 && block[start + 19] === SPACE;
    return isSecond ? at + (tens * 10 + ones) * 1000 : Number.NaN;
  }

  function remember(block: Buffer, start: number, moment: number, offset: number): void {
    block.copy(bytes, 0, start, start + MINUTE_BYTES);
    at = moment;
    minute.offset = offset;
  }

  const minute = { momentOf, remember, offset: 0 };
  return minute;
}

/** Remembers the days: a log has few, and the lines of one stand together. */
function createDays(timeZone: string) {
  const known = new Map<number, Day>();
  let lastKey = Number.NaN;
  let last: Day = { start: Number.NaN, zone: 0 };

  /** @param key the date as a decimal number, 20261121. */
  function of(key: number): Day {
    if (key === lastKey) return last;
    last = known.get(key) ?? learn(key);
    lastKey = key;
    return last;
  }

  function learn(key: number): Day {
    const start = dateOf(Math.floor(key / 10_000), (Math.floor(key / 100) % 100) - 1, key % 100);
    const day = { start, zone: Number.isNaN(start) ? 0 : zoneOfDay(timeZone, start) };
    // Only garbage has so many.
    if (known.size >= 10_000) known.clear();
    known.set(key, day);
    return day;
  }

  const at = (text: string, start: number): Day =>
    of(
      pairAt(text, start) * 1_000_000 +
        pairAt(text, start + 2) * 10_000 +
        pairAt(text, start + 5) * 100 +
        pairAt(text, start + 8),
    );

  return { of, at };
}

/** Tells the two passes of the repeated hour apart, by the order of the lines. */
function createFold() {
  let from = Number.NaN;
  let second = false;
  let furthest = Number.NEGATIVE_INFINITY;

  function restart(): void {
    second = false;
    furthest = Number.NEGATIVE_INFINITY;
  }

  /** @returns minutes east of UTC. */
  function offsetOf(change: Change, local: number): number {
    if (change.from !== from) {
      from = change.from;
      restart();
    }
    const side = sideOf(change, local);
    if (side === 'both') {
      if (local < furthest - JITTER) second = true;
      furthest = Math.max(furthest, local);
    } else if (side === 'after') {
      // A late line that still belongs to the repeated hour belongs to its second pass.
      second = true;
    } else if (local < change.to - JITTER) {
      // So far back: the same night once more, as in two logs one behind the other.
      restart();
    }
    return side === 'after' || (side === 'both' && second) ? change.after : change.before;
  }

  return { offsetOf, reset: restart };
}

/**
 * Guesses the year of dates that have none.
 *
 * @param latest the latest possible local time as if it were UTC, in ms.
 */
function createCalendar(latest: number) {
  let year = Number.NaN;
  let month = 0;
  let lastText = '';
  let lastDate = Number.NaN;

  /** Follows the months: a log goes on from December to January, and a late line may go back. */
  function yearOf(monthIndex: number, day: number, time: number): number {
    const latestYear = new Date(latest).getUTCFullYear();
    let guess = latestYear;
    if (Number.isNaN(year)) {
      if (dateOf(latestYear, monthIndex, day) + time > latest) guess--;
    } else if (monthIndex < month - 6) guess = year + 1;
    else if (monthIndex > month + 6) guess = year - 1;
    else guess = year;
    // At most eight years lie between two leap days (1896, 1904); 30 February never comes.
    for (let back = 0; back <= 8; back++) {
      if (!Number.isNaN(dateOf(guess - back, monthIndex, day))) return guess - back;
    }
    return Number.NaN;
  }

  /**
   * @param text `Nov  1 `.
   * @param time ms of the day.
   * @returns the date as a decimal number, 20261101; NaN where there is none.
   */
  function dateOfText(text: string, time: number): number {
    if (text === lastText) return lastDate;
    const match = Number.isNaN(time) ? null : SYSLOG_DATE.exec(text);
    const monthIndex = match ? MONTHS.indexOf(match[1] ?? '') : -1;
    const day = Number(match?.[2]);
    const found = monthIndex === -1 ? Number.NaN : yearOf(monthIndex, day, time);
    if (Number.isNaN(found)) return found;
    [year, month, lastText] = [found, monthIndex, text];
    lastDate = year * 10_000 + (month + 1) * 100 + day;
    return lastDate;
  }

  function reset(): void {
    year = Number.NaN;
    lastText = '';
  }

  return { dateOf: dateOfText, reset };
}

const SYSLOG_DATE = /^([A-Z][a-z]{2}) ([ \d]\d) $/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @returns the day's beginning as if it were UTC, in epoch ms; NaN for a date that no calendar has. */
export function dateOf(year: number, monthIndex: number, day: number): number {
  // Date.UTC() takes the years 0 to 99 for those of the twentieth century.
  const at = year < 100 ? Number.NaN : Date.UTC(year, monthIndex, day);
  const date = new Date(at);
  return date.getUTCMonth() === monthIndex && date.getUTCDate() === day ? at : Number.NaN;
}

/** Two digits as a number; NaN where they are none. */
function pairAt(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** `HH:MM:SS` to ms of the day; NaN for 25:00 or 10:61. A leap second counts as the next second. */
function timeAt(text: string, at: number): number {
  const hours = pairAt(text, at);
  const minutes = pairAt(text, at + 3);
  const seconds = pairAt(text, at + 6);
  return hours < 24 && minutes < 60 && seconds <= 60
    ? ((hours * 60 + minutes) * 60 + seconds) * 1000
    : Number.NaN;
}
