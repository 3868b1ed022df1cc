/** Which lines matter to whoever looks for one address: few, and found by their bytes. */
import { LOWER_A, SPACE } from '../../ascii.ts';
import { startsWith } from '../../bytes.ts';
import { lowerCase } from '../../fnv.ts';
import { emptyClient, emptySpan, plainAddress, plainClient, type Span, wordEnd } from './plain.ts';
import { CLIENT, type Place, type Sought } from './relevant.ts';

/** `sender verify fail for`, `Sender verify failed`, `Could not complete sender verify`. */
const VERIFY = Buffer.from('sender verify');
/** The longest end of a line that rests on sender verification is `Could not complete sender verify callout"`. */
const VERIFY_END = 45;
const SENDER = Buffer.from('F=');
const VERDICTS = ['sender verify fail for ', 'sender verify defer for '].map((verdict) =>
  Buffer.from(verdict),
);

/** What a client did before it named anybody: of interest only where the line holds the needle. */
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
  hasClient(block: Buffer, ip: Span): boolean;
  hasDomainOf(block: Buffer, sender: Span): boolean;
}

/**
 * Whether a line about a client holds the needle.
 *
 * @param needle in lower case.
 */
export function clientLineHolding(needle: string): (place: Place) => boolean {
  const word = Buffer.from(needle);
  return ({ block, client, end }) => holds(block, client, end, word);
}

/**
 * A line that holds the needle, one that nothing is known of, and one about sender verification that may be the missing
 * half of such a line, or give the reason that the callout cache repeats in it:
 *
 *     H=mx.x.example [203.0.113.5] sender verify fail for <a@x.example>: ...
 *     H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <bob@hosted.example>: Sender verify failed
 *
 * @param needle in lower case.
 * @param company of all the lines that hold it. null for what can be read only once, as a pipe: then every line about
 *   sender verification is read.
 */
export function sought(needle: string, company: Company | null): Sought {
  const word = Buffer.from(needle);
  const mayBeIt: Sought = (block, text, end) =>
    holds(block, text, end, VERIFY) || holds(block, text, end, word);
  // What is not known to be nameless is read: whoever parses it knows more.
  const isOther: Sought = (block, text, end) =>
    holds(block, text, end, word) || !NAMELESS.some((opening) => startsWith(block, text, end, opening));
  const client = emptyClient();
  const sender = emptySpan();
  return (block, text, end) => {
    if (!startsWith(block, text, end, CLIENT)) return isOther(block, text, end);
    if (company === null) return mayBeIt(block, text, end);
    const behind = plainClient(client, block, text + CLIENT.length, end);
    if (behind === -1) return mayBeIt(block, text, end);
    switch (verifiedSender(sender, block, behind, end)) {
      case 'found':
        return company.hasDomainOf(block, sender) || company.hasClient(block, client.ip);
      case 'none':
        return company.hasClient(block, client.ip) && holds(block, behind, end, word);
      case 'unclear':
        return mayBeIt(block, text, end);
    }
  };
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
