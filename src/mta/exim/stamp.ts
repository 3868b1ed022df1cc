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

function momentOf(text: string, clock: StampClock): number {
  if (isStamp(text, 0)) {
    const { millis, zone } = readHead(text, 19);
    return clock.read(text, 0, millis, zone);
  }
  const head = readSyslogHead(text);
  if (!head) return Number.NaN;
  return head.form === 'iso' ? clock.readIso(text, head.stamp) : clock.readSyslog(text, head.stamp);
}
