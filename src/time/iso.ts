const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

let cachedDay = Number.NaN;
let cachedDate = '';

/** `2008-11-17` of a local time. A log has few days: the last one is remembered. */
function dateText(local: number): string {
  const day = Math.floor(local / DAY);
  if (day !== cachedDay) {
    cachedDate = new Date(day * DAY).toISOString().slice(0, 10);
    cachedDay = day;
  }
  return cachedDate;
}

/** Milliseconds since midnight, also of a time before 1970. */
const ofDay = (local: number): number => local - Math.floor(local / DAY) * DAY;

function clockText(local: number): string {
  const seconds = Math.floor(ofDay(local) / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `-05:00`. @param offset whole minutes east of UTC. */
export function offsetText(offset: number): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/**
 * ISO 8601 with the offset: `2008-11-17T15:02:27-05:00`, with milliseconds only where there are any.
 *
 * @param at epoch ms, in the years 0 to 9999.
 * @param offset whole minutes east of UTC.
 * @throws RangeError when `at` is no number.
 */
export function isoWithOffset(at: number, offset: number): string {
  const local = at + offset * MINUTE;
  const millis = Math.floor(ofDay(local) % 1000);
  const fraction = millis === 0 ? '' : `.${String(millis).padStart(3, '0')}`;
  return `${dateText(local)}T${clockText(local)}${fraction}${offsetText(offset)}`;
}

/** `2008-11-17 15:02:27`, for people. Parameters as in {@link isoWithOffset}. */
export function humanStamp(at: number, offset: number): string {
  const local = at + offset * MINUTE;
  return `${dateText(local)} ${clockText(local)}`;
}

/** `2008-11-17 20:02:27 UTC`, for people elsewhere. @param at epoch ms. */
export function utcStamp(at: number): string {
  return `${humanStamp(at, 0)} UTC`;
}

/** `2008-11-17`, the day on the log's clock. Parameters as in {@link isoWithOffset}. */
export function dayOf(at: number, offset: number): string {
  return dateText(at + offset * MINUTE);
}

/** The same as a number that is one more each day. Parameters as in {@link isoWithOffset}. */
export function dayNumber(at: number, offset: number): number {
  return Math.floor((at + offset * MINUTE) / DAY);
}

/** The hour of the day on the log's clock, 0 to 23. Parameters as in {@link isoWithOffset}. */
export function hourOf(at: number, offset: number): number {
  return Math.floor(ofDay(at + offset * MINUTE) / HOUR);
}

const UNITS: readonly (readonly [size: number, name: string])[] = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'm'],
  [1000, 's'],
];

/**
 * A length of time for people: `2 d 4 h`, `3 h 5 m`, `2 m`, `0 s`. The two largest units that follow each
 * other, the rest is cut off.
 *
 * @param ms zero or more; less counts as zero.
 */
export function humanDuration(ms: number): string {
  const first = UNITS.findIndex(([size]) => ms >= size);
  if (first === -1) return '0 s';
  const parts: string[] = [];
  let rest = ms;
  for (const [size, name] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}
