import { tzOffset } from '@date-fns/tz';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The zone of this machine's clock. */
export function machineZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether this names a zone: `Europe/Berlin`, `UTC`, `+02:00`. */
export function isTimeZone(name: string): boolean {
  return !Number.isNaN(offsetAt(name, 0));
}

/** Minutes east of UTC at a moment; NaN for an unknown zone. @param at epoch ms. */
export function offsetAt(timeZone: string, at: number): number {
  return tzOffset(timeZone, new Date(at));
}

/**
 * The moments at which the clock of a zone shows this local time: one, two in the hour that is repeated in autumn, and
 * for the hour that is left out in spring the moment that the old offset gives.
 *
 * @param local the local time as if it were UTC, in ms.
 */
export function momentsOf(timeZone: string, local: number): readonly [at: number, offset: number][] {
  // No zone is further than 15 hours from UTC, and no two changes are within two days.
  const offsets = [...new Set([offsetAt(timeZone, local - DAY), offsetAt(timeZone, local + DAY)])];
  const moments = offsets
    .map((offset): [number, number] => [local - offset * MINUTE, offset])
    .filter(([at, offset]) => offsetAt(timeZone, at) === offset);
  if (moments.length > 0) return moments.sort((a, b) => a[0] - b[0]);
  const before = offsets[0] ?? 0;
  return [[local - before * MINUTE, before]];
}

/**
 * Turns the stamps of one file into moments. It is called a million times a second, so days and hours are remembered.
 * The lines come in the order of the file: in the repeated hour that order says which of the two hours it is.
 */
export interface StampClock {
  /**
   * Reads `YYYY-MM-DD HH:MM:SS` at `start`, whose digits the caller has checked.
   *
   * @param millis 0 to 999.
   * @param zone minutes east of UTC where the log says so, else null.
   * @returns epoch ms; NaN for an impossible date. `offset` then tells which offset was used.
   */
  read(text: string, start: number, millis: number, zone: number | null): number;
  /** Reads the classic stamp of syslog, `Nov  1 04:35:10`, which has no year. NaN where it does not fit. */
  readSyslog(text: string, start: number): number;
  /** Reads RFC 3339, `2026-11-21T04:35:10.013456+00:00`. NaN where it does not fit. */
  readIso(text: string, start: number): number;
  /** Minutes east of UTC of the stamp that was read last. */
  readonly offset: number;
}

/** Lines are only nearly in order; a larger step back in the repeated hour is the second hour. */
const JITTER = 10 * MINUTE;

/**
 * @param timeZone of the stamps that carry none.
 * @param latest epoch ms: no line of the file is younger. It decides the year of a stamp without one.
 */
export function createStampClock(timeZone: string, latest: number): StampClock {
  const days = new Map<string, number>();
  let hour = Number.NaN;
  let hourMoments: readonly [at: number, offset: number][] = [];
  let secondHour = false;
  let lastInHour = 0;
  let offset = 0;
  let year = Number.NaN;
  let month = 0;

  /** @param local as if it were UTC. */
  function toMoment(local: number, zone: number | null): number {
    if (zone !== null) {
      offset = zone;
      return local - zone * MINUTE;
    }
    const start = Math.floor(local / HOUR) * HOUR;
    if (start !== hour) enterHour(start);
    if (hourMoments.length > 1) {
      // 02:59:59, 02:00:03: the clock was put back
      if (!secondHour && local < lastInHour - JITTER) secondHour = true;
      if (local > lastInHour || secondHour) lastInHour = local;
    }
    const moment = hourMoments[secondHour ? 1 : 0] ?? [local, 0];
    offset = moment[1];
    return moment[0] + (local - start);
  }

  function enterHour(start: number): void {
    const wasRepeated = hourMoments.length > 1;
    const moments = momentsOf(timeZone, start);
    // A late line of the hour before does not make us forget where we were in the repeated hour.
    if (!(wasRepeated && moments.length > 1)) secondHour = false;
    hour = start;
    hourMoments = moments;
    lastInHour = start;
  }

  function dayStart(text: string, start: number): number {
    const key = text.slice(start, start + 10);
    const known = days.get(key);
    if (known !== undefined) return known;
    const [y, m, d] = [Number(key.slice(0, 4)), Number(key.slice(5, 7)), Number(key.slice(8, 10))];
    const at = dateOf(y, m - 1, d);
    if (days.size > 1000) days.clear();
    days.set(key, at);
    return at;
  }

  /** The greatest year that keeps the first stamp before `latest`; later ones follow the months. */
  function yearOf(monthIndex: number, day: number): number {
    if (Number.isNaN(year)) {
      year = new Date(latest + DAY).getUTCFullYear();
      while (Number.isNaN(dateOf(year, monthIndex, day)) || dateOf(year, monthIndex, day) > latest + DAY) year--;
    } else if (monthIndex < month - 6) year++;
    else if (monthIndex > month + 6) year--;
    month = monthIndex;
    return year;
  }

  return {
    get offset() {
      return offset;
    },
    read: (text, start, millis, zone) => {
      const ofDay = secondsAt(text, start + 11);
      return toMoment(dayStart(text, start) + ofDay * 1000, zone) + millis;
    },
    readSyslog: (text, start) => {
      const match = SYSLOG.exec(text.slice(start, start + 15));
      const monthIndex = match ? MONTHS.indexOf(match[1] ?? '') : -1;
      if (!match || monthIndex === -1) return Number.NaN;
      const day = Number(match[2]);
      if (day < 1 || day > 31) return Number.NaN;
      const local = dateOf(yearOf(monthIndex, day), monthIndex, day) + secondsAt(text, start + 7) * 1000;
      return toMoment(local, null);
    },
    readIso: (text, start) => {
      const match = RFC3339.exec(text.slice(start, start + 40));
      if (!match) return Number.NaN;
      const [, date = '', time = '', fraction = '', sign, hours, minutes] = match;
      const local = dayStart(date, 0) + secondsAt(time, 0) * 1000 + Number(`${fraction}000`.slice(0, 3));
      const zone = sign === undefined ? 0 : Number(hours) * 60 + Number(minutes);
      return toMoment(local, sign === '-' ? -zone : zone);
    },
  };
}

const SYSLOG = /^([A-Z][a-z]{2}) ([ \d]\d) \d\d:\d\d:\d\d$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const RFC3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):?(\d\d))/;

/** @returns epoch ms of the day's beginning as if it were UTC, or NaN for a date that no calendar has. */
function dateOf(year: number, monthIndex: number, day: number): number {
  const at = Date.UTC(year, monthIndex, day);
  const date = new Date(at);
  return date.getUTCMonth() === monthIndex && date.getUTCDate() === day ? at : Number.NaN;
}

/** `HH:MM:SS` to seconds of the day; NaN for 25:00 or 10:61. A leap second counts as the next second. */
function secondsAt(text: string, at: number): number {
  const pair = (start: number): number => (text.charCodeAt(start) - 48) * 10 + text.charCodeAt(start + 1) - 48;
  const [hours, minutes, seconds] = [pair(at), pair(at + 3), pair(at + 6)];
  return hours < 24 && minutes < 60 && seconds <= 60 ? hours * 3600 + minutes * 60 + seconds : Number.NaN;
}
