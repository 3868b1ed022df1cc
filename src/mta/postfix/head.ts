import { digitsEnd } from '../scan.ts';

/** What stands at the beginning of the text of many lines. */
export interface Head {
  /** Null for `NOQUEUE` and where there is none. */
  queueId: string | null;
  /** Whether the text begins with a queue id or with `NOQUEUE`. */
  queued: boolean;
  /** Where the text goes on. */
  text: number;
}

/**
 * Short ids are upper-case hexadecimal, long ones (enable_long_queue_ids) digits and letters without vowels
 * (mail_queue.h, Postfix 2.9+):
 *
 *     NOQUEUE: reject: ...   EFFE11B2034: to=<...>   4jWdwJ5YNTzFNST: client=...
 */
const QUEUE_ID = /^(?:NOQUEUE|[0-9A-F]{5,20}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,20}): /;

export function readQueueId(text: string): Head {
  const [found] = QUEUE_ID.exec(text) ?? [];
  if (found === undefined) return { queueId: null, queued: false, text: 0 };
  const id = found.slice(0, -2);
  return { queueId: id === 'NOQUEUE' ? null : id, queued: true, text: found.length };
}

/**
 * `message repeated 3 times: [ NOQUEUE: reject: ...]` is how rsyslog and journald shorten a flood.
 *
 * @returns the text and how often it was written; once for any other line.
 */
export function readRepeat(text: string): { text: string; times: number } {
  const opening = 'message repeated ';
  if (!text.startsWith(opening) || !text.endsWith(']')) return { text, times: 1 };
  const end = digitsEnd(text, opening.length);
  const behind = ' times: [ ';
  if (end === opening.length || !text.startsWith(behind, end)) return { text, times: 1 };
  return { text: text.slice(end + behind.length, -1), times: timesIn(text.slice(opening.length, end)) };
}

/** A number that a syslog daemon counted to; whoever writes a larger one wants to keep us busy. */
const MOST_TIMES = 10_000;

function timesIn(digits: string): number {
  return Math.min(Math.max(Number(digits), 1), MOST_TIMES);
}

/**
 * The classic form, without a program: `Nov 21 04:10:31 mail last message repeated 3 times`.
 *
 * @returns how often the line before was written again, or null for any other line.
 */
export function readBareRepeat(line: string): number | null {
  const [, times] =
    /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ last message repeated (\d{1,9}) times?$/.exec(line) ?? [];
  return times === undefined ? null : timesIn(times);
}
