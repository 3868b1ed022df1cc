/**
 * The commonest refusals, read from their bytes. A busy server writes a million of them a day, and a report only counts
 * them: one that rests on a word of our own configuration needs no string but that word.
 *
 *     2026-11-21 04:43:00 [105] H=mail.example (helo.example) [203.0.113.5]:4711 X=... F=<a@x.example> rejected RCPT <b@y.example>: relay not permitted
 *     2026-11-21 04:43:00 [105] 1xUcwH-00002r-0T H=mail.example [203.0.113.5]:4711 F=<a@x.example> rejected after DATA: spam
 *     2026-11-21 04:43:00 [105] H=[203.0.113.5]:4711 rejected connection in "connect" ACL: listed
 *
 * Only the plain form is read here: whatever a stranger could make look odd (quoted addresses, other characters than
 * ASCII, a HELO name with spaces), what is ours (`A=`, `U=`) and every other verb is left to the parser of strings.
 */
import { BEYOND_ASCII, COLON, EQUALS, LOWER_A, SPACE, UPPER_F } from '../../ascii.ts';
import { startsWith } from '../../bytes.ts';
import { put, Span } from '../../span.ts';
import { emptyClient, isOneOf, type PlainClient, plainAddress, plainClient, wordEnd } from './plain.ts';

const LOOPBACK = Buffer.from('127.');
const TEMPORARILY = Buffer.from('temporarily ');
const REJECTED = Buffer.from('rejected ');
const RCPT = Buffer.from('RCPT ');
const MAIL = Buffer.from('MAIL ');
/** What stands without an argument, see acl_wherenames of globals.c. */
const BARE = ['connection in "connect" ACL', 'after DATA', 'DATA'].map((what) => Buffer.from(what));
/** Words of which nothing is needed: directly behind the client, */
const SUFFIXES = ['I=[', 'Ci='].map((word) => Buffer.from(word));
/** and behind these. */
const FIELDS = ['X=', 'CV=', 'SPF=', 'DMARC=', 'DKIM='].map((word) => Buffer.from(word));
/** smtp_in.c cuts the argument of MAIL and RCPT at 100 characters: a longer one may not be whole. */
const ARGUMENT_LIMIT = 100;

/** Where the parts of the refusal stand. */
export interface PlainRefusal {
  block: Buffer;
  client: PlainClient;
  /** null before MAIL; empty for the null reverse-path. */
  sender: Span | null;
  recipient: Span | null;
  permanent: boolean;
  /** The text behind the verb; empty where there is none. */
  reason: Span;
}

const sender = new Span();
const recipient = new Span();
const found: PlainRefusal = {
  block: Buffer.alloc(0),
  client: emptyClient(),
  sender: null,
  recipient: null,
  permanent: true,
  reason: new Span(),
};

/**
 * @param at behind `H=`.
 * @param end of the line.
 * @returns the same object each time: read it before the next call. null for every other line.
 */
export function readPlainRefusal(block: Buffer, at: number, end: number): PlainRefusal | null {
  found.block = block;
  found.sender = null;
  found.recipient = null;
  const behind = plainClient(found.client, block, at, end);
  if (behind === -1 || isLoopback(block, found.client.ip)) return null;
  const verb = readFields(block, behind, end);
  return verb !== -1 && readVerb(block, verb, end) ? found : null;
}

/** `127.0.0.1`, `::1`, `::ffff:127.0.0.1`: such a client is our own machine. */
function isLoopback(block: Buffer, { start, end }: Span): boolean {
  return block[start] === COLON || startsWith(block, start, end, LOOPBACK);
}

/** ` I=[...]:25 X=... F=<a@x.example> `. @returns where the verb begins, or -1. */
function readFields(block: Buffer, start: number, end: number): number {
  let at = start;
  while (block[at] === SPACE && isOneOf(SUFFIXES, block, at + 1, end)) at = fieldEnd(block, at + 1, end);
  while (block[at] === SPACE) {
    const word = at + 1;
    // Verbs begin in lower case, fields in upper case.
    if ((block[word] ?? 0) >= LOWER_A) return word;
    if (block[word] === UPPER_F && block[word + 1] === EQUALS) {
      at = plainAddress(sender, block, word + 2, end);
      found.sender = sender;
    } else {
      at = isOneOf(FIELDS, block, word, end) ? fieldEnd(block, word, end) : -1;
    }
  }
  return -1;
}

/** A colon behind the value begins a sentence, and that is not plain. */
function fieldEnd(block: Buffer, word: number, end: number): number {
  const at = wordEnd(block, word, end);
  return block[at - 1] === COLON ? -1 : at;
}

function readVerb(block: Buffer, start: number, end: number): boolean {
  found.permanent = !startsWith(block, start, end, TEMPORARILY);
  const verb = found.permanent ? start : start + TEMPORARILY.length;
  if (!startsWith(block, verb, end, REJECTED)) return false;
  const at = readWhat(block, verb + REJECTED.length, end);
  return at !== -1 && readReason(block, at, end);
}

/** `RCPT <b@y.example>`, `MAIL <a@x.example>`, `after DATA`. @returns the index behind it, or -1. */
function readWhat(block: Buffer, at: number, end: number): number {
  if (startsWith(block, at, end, RCPT)) {
    found.recipient = recipient;
    return found.sender === null ? -1 : readArgument(recipient, block, at + RCPT.length, end);
  }
  if (startsWith(block, at, end, MAIL)) {
    found.sender = sender;
    return readArgument(sender, block, at + MAIL.length, end);
  }
  for (const what of BARE) if (startsWith(block, at, end, what)) return at + what.length;
  return -1;
}

function readArgument(address: Span, block: Buffer, start: number, end: number): number {
  const at = plainAddress(address, block, start, end);
  return at - start < ARGUMENT_LIMIT ? at : -1;
}

/** `: relay not permitted`, or nothing. */
function readReason(block: Buffer, at: number, end: number): boolean {
  put(found.reason, Math.min(at + 2, end), end);
  if (at === end) return true;
  if (block[at] !== COLON || block[at + 1] !== SPACE) return false;
  for (let n = at + 2; n < end; n++) if ((block[n] ?? 0) >= BEYOND_ASCII) return false;
  return true;
}
