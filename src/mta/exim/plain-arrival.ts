/**
 * The arrival of a message, read from its bytes: nearly every one only tells that mail of a sender got through.
 *
 *     ID <= a@x.example H=mail.example [203.0.113.5]:4711 P=esmtps S=411 id=x@y T="for \\"us\\"" from <a@x.example> for b@y.example c@y.example
 *
 * The subject is a stranger's text: its quotes are walked over. What is not plain is left to the parser of strings.
 */
import { BACKSLASH, DELETE, EQUALS, GREATER, LESS, QUOTE, SPACE } from '../../ascii.ts';
import { startsWith } from '../../bytes.ts';
import { put, Span } from '../../span.ts';
import { emptyClient, isOneOf, type PlainClient, plainAddress, plainClient, wordEnd } from './plain.ts';

const HOST = Buffer.from('H=');
const FOR = Buffer.from('for ');
const FROM = Buffer.from('from ');
const LOGIN = Buffer.from('A=');
/** These may begin with a quote that nobody closes. */
const LOGINS = [LOGIN, Buffer.from('U=')];

/** Where the parts of the arrival stand. */
export interface PlainArrival {
  block: Buffer;
  /** Empty for the null reverse-path. */
  sender: Span;
  client: PlainClient | null;
  /** The value of `A=`, `plain:bob@hosted.example`; empty where nobody logged in. */
  login: Span;
  /** The first so many of these. */
  recipientCount: number;
  recipients: Span[];
}

const client = emptyClient();
const from = new Span();
const found: PlainArrival = {
  block: Buffer.alloc(0),
  sender: new Span(),
  client: null,
  login: new Span(),
  recipientCount: 0,
  recipients: [],
};

/**
 * @param at behind `<= `.
 * @param end of the line.
 * @returns the same object each time: read it before the next call. null for an arrival that is not plain, or does not
 *   name its recipients.
 */
export function readPlainArrival(block: Buffer, at: number, end: number): PlainArrival | null {
  found.block = block;
  found.client = null;
  put(found.login, at, at);
  let behind = readSender(block, at, end);
  while (behind !== -1 && block[behind] === SPACE) {
    const word = behind + 1;
    if (startsWith(block, word, end, FOR)) return readList(block, word + FOR.length, end) ? found : null;
    if (startsWith(block, word, end, HOST)) {
      found.client = client;
      behind = plainClient(client, block, word + HOST.length, end);
    } else {
      behind = valueEnd(block, word, end);
      if (startsWith(block, word, end, LOGIN)) put(found.login, word + LOGIN.length, behind);
    }
  }
  return null;
}

/** `a@x.example`, `<>`. @returns the index behind it, or -1. */
function readSender(block: Buffer, start: number, end: number): number {
  if (block[start] === LESS) {
    put(found.sender, start, start);
    return block[start + 1] === GREATER ? start + 2 : -1;
  }
  const behind = wordEnd(block, start, end);
  put(found.sender, start, behind);
  return behind;
}

/** The end of `KEY=value`, `KEY="quoted \" value"`, `from <a@x.example>`; -1 where none is certain. */
function valueEnd(block: Buffer, word: number, end: number): number {
  if (startsWith(block, word, end, FROM)) return plainAddress(from, block, word + FROM.length, end);
  const mayQuote = !isOneOf(LOGINS, block, word, end);
  for (let at = word; at < end; at++) {
    const c = block[at];
    if (c === SPACE) return at;
    if (c === EQUALS && mayQuote && block[at + 1] === QUOTE) return quoteEnd(block, at + 1, end);
  }
  return -1;
}

/** The space behind a quoted text. */
function quoteEnd(block: Buffer, quote: number, end: number): number {
  for (let at = quote + 1; at < end; at++) {
    if (block[at] === BACKSLASH) at++;
    else if (block[at] === QUOTE) return at + 1;
  }
  return -1;
}

/** `b@y.example c@y.example` up to the line's end. */
function readList(block: Buffer, start: number, end: number): boolean {
  found.recipientCount = 0;
  for (let at = start; at < end; ) {
    let behind = at;
    for (; behind < end && block[behind] !== SPACE; behind++) {
      const c = block[behind] ?? 0;
      if (c < SPACE || c >= DELETE || c === QUOTE || c === LESS) return false;
    }
    if (behind > at) add(at, behind);
    at = behind + 1;
  }
  return true;
}

function add(start: number, end: number): void {
  const known = found.recipients[found.recipientCount++];
  if (known) put(known, start, end);
  else found.recipients.push(new Span(start, end));
}
