import { createStampClock, type StampClock } from '../../time/zone.ts';
import { readSyslogHead } from '../syslog.ts';
import { isStamp, readHead } from './head.ts';

/**
 * The moment of the first stamped line in these bytes, to order files by what is inside them.
 *
 * @param latest epoch ms: no line of the file is younger (for the stamps of syslog, which lack the year).
 * @returns epoch ms, or null when no line has a stamp.
 */
export function firstStamp(head: Buffer, timeZone: string, latest: number): number | null {
  const clock = createStampClock(timeZone, latest);
  for (const text of head.toString('latin1').split('\n')) {
    const at = momentOf(text, clock);
    if (!Number.isNaN(at)) return at;
  }
  return null;
}

/** The longest beginning of a line that tells its time: `2026-11-21 04:34:14.859 +0000 [30641] 1xUccU-000000003Jf-1VvA `. */
const STAMP_END = 64;

/** @returns the stamp of the last line with one in these bytes, with what may follow it; `''` where none has one. */
export function lastStamp(bytes: Buffer): string {
  const lines = bytes.toString('latin1').split('\n');
  return lines.findLast((text) => isStamp(text, 0))?.slice(0, STAMP_END) ?? '';
}

/**
 * The moment of the last line with a stamp in these bytes: Exim's own, or syslog's.
 *
 * @param latest as in firstStamp().
 * @returns epoch ms, or null when no line has a stamp.
 */
export function lastMoment(ending: Buffer, timeZone: string, latest: number): number | null {
  // what an index keeps of a log has to tell the same
  const own = lastStamp(ending);
  if (own !== '') return firstStamp(Buffer.from(own), timeZone, latest);
  const clock = createStampClock(timeZone, latest);
  for (const text of ending.toString('latin1').split('\n').reverse()) {
    const at = momentOf(text, clock);
    if (!Number.isNaN(at)) return at;
  }
  return null;
}

function momentOf(text: string, clock: StampClock): number {
  if (isStamp(text, 0)) {
    const { millis, zone } = readHead(text, 19);
    return clock.read(text, 0, millis, zone);
  }
  const head = readSyslogHead(text);
  if (!head) return Number.NaN;
  return head.form === 'iso' ? clock.readIso(text, head.stamp) : clock.readSyslog(text, head.stamp);
}
