const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

let cachedDay = Number.NaN;
let cachedDate = '';

/** `2008-11-17` of a local day, counted in days since 1970. A log has few days: the last one is remembered. */
function dateOf(day: number): string {
  if (day !== cachedDay) {
    cachedDay = day;
    cachedDate = new Date(day * DAY).toISOString().slice(0, 10);
  }
  return cachedDate;
}

function clockOf(ofDay: number): string {
  const hours = Math.floor(ofDay / HOUR);
  const minutes = Math.floor((ofDay % HOUR) / MINUTE);
  const seconds = Math.floor((ofDay % MINUTE) / 1000);
  return `${two(hours)}:${two(minutes)}:${two(seconds)}`;
}

/** `-05:00`. @param offset minutes east of UTC. */
export function offsetText(offset: number): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/**
 * ISO 8601 with the offset: `2008-11-17T15:02:27-05:00`, with milliseconds only where there are any.
 *
 * @param at epoch ms.
 * @param offset minutes east of UTC.
 */
export function isoWithOffset(at: number, offset: number): string {
  const local = at + offset * MINUTE;
  const day = Math.floor(local / DAY);
  const ofDay = local - day * DAY;
  const millis = ofDay % 1000;
  const fraction = millis === 0 ? '' : `.${String(millis).padStart(3, '0')}`;
  return `${dateOf(day)}T${clockOf(ofDay)}${fraction}${offsetText(offset)}`;
}

/** `2008-11-17 15:02:27`, for people. */
export function humanStamp(at: number, offset: number): string {
  const local = at + offset * MINUTE;
  const day = Math.floor(local / DAY);
  return `${dateOf(day)} ${clockOf(local - day * DAY)}`;
}

/** The hour of the day on the log's clock, 0 to 23. */
export function hourOf(at: number, offset: number): number {
  const local = at + offset * MINUTE;
  return Math.floor((local - Math.floor(local / DAY) * DAY) / HOUR);
}

const UNITS: readonly (readonly [size: number, name: string])[] = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [1000, 's'],
];

/** `2 d 4 h`, `5 min`, `0 s`: the two largest units. */
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
