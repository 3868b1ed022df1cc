/**
 * The cheap look at a line's bytes: only what is surely without interest is turned away here, everything else goes to
 * the parser. In a cPanel log this spares about half of the lines (`cwd=`, `SMTP connection from`, `Completed`).
 *
 *     2026-11-21 04:43:00 [105] cwd=/var/lab 5 args: ...
 *                        19    ^ first byte of the text
 */

import {
  CLOSE,
  COLON,
  DASH,
  DOT,
  EQUALS,
  GREATER,
  LESS,
  LOWER_C,
  OPEN,
  PLUS,
  SPACE,
  STAR,
  UPPER_E,
  UPPER_S,
} from '../../ascii.ts';
import { startsWith } from '../../bytes.ts';
import type { Fate, Look } from '../../model/look.ts';

const CWD = Buffer.from('cwd=');
const START = Buffer.from('Start queue run');
const END = Buffer.from('End queue run');
const CONNECTION = Buffer.from('SMTP connection ');
const NO_NAME = Buffer.from('no host name found for IP address ');
const COMPLETED = Buffer.from('Completed');
export const CLIENT = Buffer.from('H=');

/** Where the parts of a line stand that the look has found. */
export interface Place {
  block: Buffer;
  /** Of the line. */
  start: number;
  end: number;
  /** Behind stamp and pid: the message id, or what else the line begins with. */
  text: number;
  /** `H=`: here too, or behind the message id. */
  client: number;
}

/** What a reader of refusals knows and the bytes of a line do not. */
export interface Interest {
  /** Is asked about each line that begins with a client. */
  client(place: Place): Fate;
  /** Is told of each arrival: the sender (`a@example`, `<>`) begins at `address`. */
  arrives(place: Place, address: number): Fate;
  /** Is asked about each delivery: the message id begins at `text`, the arrow (`=>`, `->`) stands at `arrow`. */
  delivers(place: Place, arrow: number): Fate;
}

/** Which lines matter to a search. */
export interface Sought {
  /** Of a line without a message id. */
  line(place: Place): boolean;
  /** Of a line about a message, whose id begins at `text`. @param arrow where `<=`, `==`, a client stands. */
  message(place: Place, arrow: number): boolean;
}

/** Everything that is a mail event. */
export function relevantToEvents(block: Buffer, start: number, end: number): Fate {
  const text = textOf(block, start, end);
  return text !== -1 && isNoise(block, text, end) ? 'ignored' : 'read';
}

/**
 * What tells of refusals and of what became of them. Without an interest every arrival and delivery is relevant.
 *
 * @param sought of the lines those that matter; null: all.
 */
export function relevantToRefusals(interest: Interest | undefined, sought: Sought | null): Look {
  const place: Place = { block: Buffer.alloc(0), start: 0, end: 0, text: 0, client: 0 };
  return (block, start, end) => {
    const text = textOf(block, start, end);
    if (text === -1) return 'read';
    place.block = block;
    place.start = start;
    place.end = end;
    place.text = text;
    place.client = text;
    const arrow = arrowAt(block, text);
    if (arrow === -1) {
      if (isIdle(block, text, end)) return 'ignored';
      if (sought && !sought.line(place)) return 'ignored';
      return startsWith(block, text, end, CLIENT) ? (interest?.client(place) ?? 'read') : 'read';
    }
    if (startsWith(block, arrow, end, COMPLETED)) return 'ignored';
    if (sought && !sought.message(place, arrow)) return 'ignored';
    switch (block[arrow]) {
      case LESS:
        return interest?.arrives(place, arrow + 3) ?? 'read';
      case EQUALS:
      case STAR:
        // `==` and `**` are our own mail's refusals
        if (block[arrow + 1] === block[arrow]) return 'read';
        return interest?.delivers(place, arrow) ?? 'read';
      case DASH:
      case GREATER:
        return interest?.delivers(place, arrow) ?? 'read';
      default:
        // `1xUcwH-00002r-0T H=mail.example [203.0.113.5] F=<a@x.example> rejected after DATA: spam`
        if (!startsWith(block, arrow, end, CLIENT)) return 'read';
        place.client = arrow;
        return interest?.client(place) ?? 'read';
    }
  };
}

/** @returns where the text begins, or -1 when this is not Exim's stamp: the parser decides about such a line. */
export function textOf(block: Buffer, start: number, end: number): number {
  if (
    end - start < 24 ||
    block[start + 4] !== DASH ||
    block[start + 10] !== SPACE ||
    block[start + 16] !== COLON
  ) {
    return -1;
  }
  return textStart(block, start + 19, end);
}

/** `cwd=/x 5 args: ...`, `Start queue run: pid=111` */
function isNoise(block: Buffer, text: number, end: number): boolean {
  switch (block[text]) {
    case LOWER_C:
      return startsWith(block, text, end, CWD);
    case UPPER_E:
      return startsWith(block, text, end, END);
    case UPPER_S:
      return startsWith(block, text, end, START);
    default:
      return false;
  }
}

/** Noise, `SMTP connection from ...`, `no host name found for IP address ...` */
function isIdle(block: Buffer, text: number, end: number): boolean {
  return (
    isNoise(block, text, end) ||
    startsWith(block, text, end, CONNECTION) ||
    startsWith(block, text, end, NO_NAME)
  );
}

/** `1xUcwH-00002r-0T <= `, `1xUccU-000000003Jf-1VvA => `: @returns where the arrow stands, or -1 without a message id. */
export function arrowAt(block: Buffer, text: number): number {
  if (block[text + 6] !== DASH) return -1;
  if (block[text + 13] === DASH && block[text + 16] === SPACE) return text + 17;
  return block[text + 18] === DASH && block[text + 23] === SPACE ? text + 24 : -1;
}

/** Walks over `.mmm`, ` +0100`, ` [pid]`. @returns where the message id or the text begins. */
function textStart(block: Buffer, at: number, end: number): number {
  if (block[at] === DOT) at += 4;
  at++;
  if ((block[at] === PLUS || block[at] === DASH) && block[at + 5] === SPACE) at += 6;
  if (block[at] !== OPEN) return at;
  let close = at + 1;
  while (close < end && (block[close] ?? 0) >= 0x30 && (block[close] ?? 0) <= 0x39) close++;
  return close > at + 1 && block[close] === CLOSE && block[close + 1] === SPACE ? close + 2 : at;
}
