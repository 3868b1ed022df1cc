import { CLOSE, COLON, DASH, DOT, OPEN, PLUS } from '../../ascii.ts';
import { digitsEnd, isDigit, isSpace } from '../scan.ts';

/**
 * The prefix of a main log line: Exim 4.50-4.99, log.c log_vwrite() and tod.c tod_stamp().
 *
 *     2026-11-21 04:34:14.859 +0000 [30641] 1xUccU-000000003Jf-1VvA <= ...
 *     stamp               millis zone  pid   message id              text
 *
 * Only the stamp is always there; the order never changes.
 */
export interface Head {
  millis: number;
  /** Minutes east of UTC, where the log says so (log_timezone). */
  zone: number | null;
  pid: number | null;
  queueId: string | null;
  /** Where the text begins. */
  text: number;
}

/** Whether `YYYY-MM-DD HH:MM:SS` stands at `at`. */
export function isStamp(text: string, at: number): boolean {
  return (
    text.charCodeAt(at + 4) === DASH &&
    text.charCodeAt(at + 7) === DASH &&
    isSpace(text, at + 10) &&
    text.charCodeAt(at + 13) === COLON &&
    text.charCodeAt(at + 16) === COLON &&
    isPair(text, at) &&
    isPair(text, at + 2) &&
    isPair(text, at + 5) &&
    isPair(text, at + 8) &&
    isPair(text, at + 11) &&
    isPair(text, at + 14) &&
    isPair(text, at + 17)
  );
}

function isPair(text: string, at: number): boolean {
  return isDigit(text.charCodeAt(at)) && isDigit(text.charCodeAt(at + 1));
}

/**
 * Reads what may stand between the stamp and the text. `at` is behind the stamp's seconds (column 19).
 *
 * @returns the same object each time, for a million lines a second: read it before the next call.
 */
export function readHead(text: string, at: number): Head {
  head.millis = 0;
  head.zone = null;
  head.pid = null;
  head.queueId = null;
  if (text.charCodeAt(at) === DOT) {
    const end = digitsEnd(text, at + 1);
    head.millis = Number(text.slice(at + 1, at + 4));
    at = end;
  }
  if (isSpace(text, at)) at++;
  const sign = text.charCodeAt(at);
  // ` +0100 ` with log_timezone
  if ((sign === PLUS || sign === DASH) && digitsEnd(text, at + 1) === at + 5 && isSpace(text, at + 5)) {
    const minutes = Number(text.slice(at + 1, at + 3)) * 60 + Number(text.slice(at + 3, at + 5));
    head.zone = sign === DASH ? -minutes : minutes;
    at += 6;
  }
  at = readPid(head, text, at);
  const id = queueIdEnd(text, at);
  if (id !== -1) {
    head.queueId = text.slice(at, id);
    at = id + 1;
  }
  head.text = at;
  return head;
}

const head: Head = { millis: 0, zone: null, pid: null, queueId: null, text: 0 };

/** ` [30641] ` with +pid. `[127.0.0.1] SSL verify error` begins alike: a pid is digits only. */
function readPid(head: Head, text: string, at: number): number {
  if (text.charCodeAt(at) !== OPEN) return at;
  const end = digitsEnd(text, at + 1);
  if (end === at + 1 || text.charCodeAt(end) !== CLOSE || !isSpace(text, end + 1)) return at;
  head.pid = Number(text.slice(at + 1, end));
  return end + 2;
}

/** 6-6-2 up to Exim 4.96, 6-11-4 since 4.97 (spec, "Message identification"). @returns the index behind it, or -1. */
function queueIdEnd(text: string, at: number): number {
  if (text.charCodeAt(at + 6) !== DASH) return -1;
  if (text.charCodeAt(at + 13) === DASH && endsWord(text, at + 16)) {
    return isAlnum(text, at, 6) && isAlnum(text, at + 7, 6) && isAlnum(text, at + 14, 2) ? at + 16 : -1;
  }
  if (text.charCodeAt(at + 18) === DASH && endsWord(text, at + 23)) {
    return isAlnum(text, at, 6) && isAlnum(text, at + 7, 11) && isAlnum(text, at + 19, 4) ? at + 23 : -1;
  }
  return -1;
}

function endsWord(text: string, at: number): boolean {
  return at === text.length || isSpace(text, at);
}

function isAlnum(text: string, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) {
    const c = text.charCodeAt(at) | 0x20;
    if (!isDigit(text.charCodeAt(at)) && !(c >= 0x61 && c <= 0x7a)) return false;
  }
  return true;
}
