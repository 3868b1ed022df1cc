/**
 * Which lines matter to whoever looks for one address: few, and found by their bytes. Whether a line does depends on
 * itself and on the circle alone, never on the lines around it: so who knows from an index where such lines stand reads
 * the same as who looks at all of them.
 */
import { isAscii } from 'node:buffer';
import { type Addresses, addressAround, nextAt } from '../../address-bytes.ts';
import { COLON, EQUALS, LESS, LOWER_A, NEWLINE, SPACE, STAR } from '../../ascii.ts';
import { latin1, startsWith } from '../../bytes.ts';
import { lowerCase } from '../../fnv.ts';
import { domainOf } from '../../model/address.ts';
import type { Client } from '../../model/record.ts';
import { Span } from '../../span.ts';
import { createStampClock } from '../../time/zone.ts';
import { parseLine } from './index.ts';
import { addressDomain, emptyClient, plainAddress, plainClient, wordEnd } from './plain.ts';
import { CLIENT, type Place, type Sought } from './relevant.ts';

/** `sender verify fail for`, `Sender verify failed`, `Could not complete sender verify`. */
const VERIFY = Buffer.from('sender verify');
/** The longest end of a line that rests on sender verification is `Could not complete sender verify callout"`. */
const VERIFY_END = 45;
const SENDER = Buffer.from('F=');
const VERDICTS = ['sender verify fail for ', 'sender verify defer for '].map((verdict) =>
  Buffer.from(verdict),
);

/** What a client did before it named anybody: of interest only where the line names the address. */
const NAMELESS = [
  'rejected EHLO from ',
  'rejected HELO from ',
  'refused connection from ',
  'Connection from ',
  'SMTP call from ',
  'SMTP protocol synchronization error ',
].map((opening) => Buffer.from(opening));

/** Those who have to do with what is looked for: see Circle. */
export interface Company {
  /** @param client `203.0.113.5]:40102`; without a port where the line has none. */
  hasClient(block: Buffer, client: Span): boolean;
  /** @param domain of a sender. */
  hasDomain(block: Buffer, domain: Span): boolean;
  hasMessage(block: Buffer, id: Span): boolean;
  /** Whether the line of a message that it has not names the address all the same. */
  namesAddress(block: Buffer, start: number, end: number): boolean;
  /** @param domain of a recipient of our own mail that was refused or put off. */
  hasFarDomain(block: Buffer, domain: Span): boolean;
}

/**
 * Whether a line about a client holds one of these texts.
 *
 * @param texts in lower case.
 */
export function clientLineHolding(texts: readonly string[]): (place: Place) => boolean {
  const words = texts.map((text) => Buffer.from(text));
  return ({ block, client, end }) => words.some((word) => holds(block, client, end, word));
}

/**
 * A line that names the address, one of a message that has to do with it, one that nothing is known of, and one about
 * sender verification that may be the missing half of such a line, or give the reason that the callout cache repeats in
 * it:
 *
 *     H=mx.x.example [203.0.113.5] sender verify fail for <a@x.example>: ...
 *     H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <bob@hosted.example>: Sender verify failed
 *
 * Who answers each question about a line with no is asked all that may make it matter to anybody: so an index is made.
 *
 * @param company of all the lines that name the address. null for what can be read only once, as a pipe: then every line
 *   about sender verification or a message is read.
 */
export function sought(addresses: Addresses, company: Company | null): Sought {
  const client = emptyClient();
  const sender = new Span();
  const id = new Span();

  /** @param at where the client stands. */
  function ofClient(place: Place, at: number): boolean {
    const { block, end } = place;
    if (addresses.areIn(block, at, end)) return true;
    if (company === null) return holds(block, at, end, VERIFY);
    const behind = plainClient(client, block, at + CLIENT.length, end);
    switch (behind === -1 ? 'unclear' : verifiedSender(sender, block, behind, end)) {
      case 'found':
        // Two sessions of one client have nothing to do with each other.
        client.ip.end = Math.max(client.ip.end, block[client.ip.end + 1] === COLON ? behind : 0);
        return isOf(company, block);
      case 'none':
        return false;
      case 'unclear':
        return holds(block, at, end, VERIFY) && mayBeOf(company, place);
    }
  }

  function isOf(company: Company, block: Buffer): boolean {
    const domain = addressDomain(block, sender);
    sender.start = domain;
    return (domain !== -1 && company.hasDomain(block, sender)) || company.hasClient(block, client.ip);
  }

  function ofOther(place: Place): boolean {
    const { block, text, end } = place;
    if (addresses.areIn(block, text, end)) return true;
    if (NAMELESS.some((opening) => startsWith(block, text, end, opening))) return false;
    return company === null || mayBeOf(company, place);
  }

  function ofMessage(place: Place, arrow: number): boolean {
    const { block, text, end } = place;
    if (startsWith(block, arrow, end, CLIENT)) return ofClient(place, arrow);
    if (company === null) return true;
    id.start = text;
    id.end = arrow - 1;
    if (company.hasMessage(block, id) || company.namesAddress(block, arrow, end)) return true;
    return isFailure(block, arrow) && isOfFarDomain(company, block, arrow, end);
  }

  return {
    line: (place) =>
      startsWith(place.block, place.text, place.end, CLIENT) ? ofClient(place, place.text) : ofOther(place),
    message: ofMessage,
  };
}

/**
 * The same of a line whose bytes are not plain, or that is about other things:
 *
 *     H=mx.x.example [203.0.113.5] sender verify fail for <"ann b"@x.example>: ...
 *     TLS error on connection from mx.x.example [203.0.113.5]: ...
 *
 * What is no line of Exim's, or nobody understands, is read, so that the books can tell it; so is what names no client.
 */
function mayBeOf(company: Company, { block, start, end }: Place): boolean {
  const text = latin1(block, start, end);
  const parsed = parseLine({ file: '', line: 0, text }, anyClock);
  if (typeof parsed === 'string') return parsed !== 'remark';
  const { client, sender } = parsed;
  const domain = domainOf(sender) ?? '';
  if (!client?.ip || !isAscii(Buffer.from(domain))) return true;
  return company.hasClient(...whole(sessionOf(client))) || company.hasDomain(...whole(domain));
}

/** The client as hasClient() is asked for it. */
export function sessionOf({ ip, port }: Client): string {
  return port === null ? `${ip}` : `${ip}]:${port}`;
}

function whole(text: string): [Buffer, Span] {
  const bytes = Buffer.from(text);
  return [bytes, new Span(0, bytes.length)];
}

/** No time is asked for. */
const anyClock = createStampClock('UTC', 0);

/** `== rita@far.example R=...`, `** rita@far.example: ...` */
export function isFailure(block: Buffer, arrow: number): boolean {
  const c = block[arrow];
  return (c === EQUALS || c === STAR) && block[arrow + 1] === c;
}

function isOfFarDomain(company: Company, block: Buffer, start: number, end: number): boolean {
  let found = false;
  for (const domain of domainsIn(block, start, end)) found = company.hasFarDomain(block, domain) || found;
  return found;
}

/** The domains of the addresses in these bytes. */
export function* domainsIn(block: Buffer, start: number, end: number): Iterable<Span> {
  const span = new Span();
  for (let at = nextAt(block, start, end); at !== -1; at = nextAt(block, at + 1, end)) {
    addressAround(span, block, at, start, end);
    span.start = at + 1;
    if (span.end > span.start) yield span;
  }
}

/** The longest local part that is walked over. */
const LOCAL_PART = 64;

/**
 * Whether the address of which the `@` stands at `at` is the recipient of a failure:
 *
 *     == rita@far.example R=...
 *     == rita <rita@far.example> R=...
 */
export function isFailedRecipient(block: Buffer, at: number): boolean {
  const word = wordStart(block, at);
  if (isFailure(block, word - 3)) return true;
  return block[word] === LESS && isFailure(block, wordStart(block, word - 1) - 3);
}

function wordStart(block: Buffer, behind: number): number {
  let at = behind;
  while (at > 0 && behind - at < LOCAL_PART && block[at - 1] !== SPACE && block[at - 1] !== NEWLINE) at--;
  return at;
}

/**
 * The sender of a line about sender verification.
 *
 * @param start behind the client.
 */
function verifiedSender(
  sender: Span,
  block: Buffer,
  start: number,
  end: number,
): 'found' | 'none' | 'unclear' {
  let named = false;
  for (let at = start; block[at] === SPACE; ) {
    const word = at + 1;
    if ((block[word] ?? 0) >= LOWER_A) {
      for (const verdict of VERDICTS) {
        if (startsWith(block, word, end, verdict))
          return plainAddress(sender, block, word + verdict.length, end) === -1 ? 'unclear' : 'found';
      }
      if (!holds(block, Math.max(word, end - VERIFY_END), end, VERIFY)) return 'none';
      return named ? 'found' : 'unclear';
    }
    named = startsWith(block, word, end, SENDER);
    at = named ? plainAddress(sender, block, word + SENDER.length, end) : wordEnd(block, word, end);
    if (at === -1) return 'unclear';
  }
  return 'unclear';
}

/** @param word in lower case. */
function holds(block: Buffer, start: number, end: number, word: Buffer): boolean {
  const [first = 0] = word;
  const last = end - word.length;
  for (let at = start; at <= last; at++)
    if (lowerCase(block[at] ?? 0) === first && isWordAt(block, at, word)) return true;
  return false;
}

function isWordAt(block: Buffer, at: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (lowerCase(block[at + i] ?? 0) !== word[i]) return false;
  return true;
}
