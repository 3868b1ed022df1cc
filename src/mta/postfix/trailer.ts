import { angleEnd, wordEnd } from '../scan.ts';

/** The fields behind the text of a refusal. */
export interface Trailer {
  /** Where the text before it ends. */
  start: number;
  /** Where the last field ends. */
  end: number;
  sender: string | null;
  recipient: string | null;
  heloName: string | null;
  authenticatedAs: string | null;
}

/** So many places that look like a trailer are tried, from the right: more than smtpd reads of a command (2048 bytes) hold. */
const TRIES = 256;

/**
 * Finds the trailer that smtpd_check.c log_whatsup() and cleanup_message.c print (Postfix 2.0-3.10); postscreen puts
 * commas between the fields. Each field is there only when it is known.
 *
 *     ...: 550 5.7.1 No; really; from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<mx.example> sasl_username=u
 *                              ^ start
 *
 * The text may quote a stranger and imitate a trailer, so the last one wins, and it must fit to the end: Postfix takes
 * `<>;` and spaces out of the HELO name, and a quoted local part ends where its quotes do. Inside of one a trailer may be
 * imitated as well: what begins there has a quotation mark too many, and is taken only if nothing else fits.
 *
 *     ...: 550 no; from=<"; from=<c"@x.example> to=<b@y.example> proto=ESMTP helo=<mx.example>
 *
 * @param closed whether the line has to end with the trailer; header_checks have their own text behind it (`: `).
 */
export function findTrailer(text: string, from: number, closed = true): Trailer | null {
  let tries = 0;
  let doubtful: Trailer | null = null;
  for (let at = text.lastIndexOf(';'); at >= from && tries < TRIES; at = lastBefore(text, at)) {
    if (at + 1 === text.length) return { ...empty(at), end: text.length };
    if (!FIELD.test(text.slice(at + 1, at + 9))) continue;
    tries++;
    const trailer = readFields(text, at);
    if (!trailer || (trailer.end !== text.length && (closed || !text.startsWith(': ', trailer.end))))
      continue;
    if (isWhole(trailer.sender) && isWhole(trailer.recipient)) return trailer;
    doubtful ??= trailer;
  }
  return doubtful;
}

/** Whether it may be an address as Postfix writes it since 3.5: quotation marks stand around a local part only. */
function isWhole(address: string | null): boolean {
  return address === null || /^(?:"(?:[^"\\]|\\.)*"@)?[^"<]*$/.test(address);
}

/** The last semicolon before this one, or -1: lastIndexOf() takes a negative place for 0. */
function lastBefore(text: string, at: number): number {
  return at === 0 ? -1 : text.lastIndexOf(';', at - 1);
}

const FIELD = /^ (?:from=<|to=<|proto=|helo=<)/;

function empty(start: number): Trailer {
  return { start, end: start, sender: null, recipient: null, heloName: null, authenticatedAs: null };
}

/** The fields in their order, each once at most. */
const FIELDS: readonly { name: string; set: (trailer: Trailer, value: string) => void }[] = [
  { name: 'from=', set: (trailer, value) => (trailer.sender = value) },
  { name: 'to=', set: (trailer, value) => (trailer.recipient = value) },
  { name: 'proto=', set: () => {} },
  { name: 'helo=', set: (trailer, value) => (trailer.heloName = value) },
  { name: 'sasl_method=', set: () => {} },
  { name: 'sasl_username=', set: (trailer, value) => (trailer.authenticatedAs = value) },
  { name: 'sasl_sender=', set: () => {} },
];

function readFields(text: string, start: number): Trailer | null {
  const trailer = empty(start);
  let at = start + 1;
  for (const { name, set } of FIELDS) {
    const word = text[at] === ',' ? at + 1 : at;
    if (text[word] !== ' ' || !text.startsWith(name, word + 1)) continue;
    const value = word + 1 + name.length;
    if (text[value] === '<') {
      const close = valueEnd(text, value);
      if (close === -1) return null;
      set(trailer, text.slice(value + 1, close));
      at = close + 1;
    } else {
      at = plainEnd(text, value);
      set(trailer, text.slice(value, at));
    }
  }
  trailer.end = at;
  return trailer;
}

/**
 * Where the value ends that begins with `<`. Postfix prints an address as it came: `from=<<>@x.example> to=<b@y.example>`,
 * and a field begins behind it, or the text of a header check, or the line ends.
 */
function valueEnd(text: string, start: number): number {
  const first = angleEnd(text, start);
  let close = first;
  for (let n = 0; n < CLOSES && close !== -1; n++) {
    const next = text[close + 1];
    if (next === undefined || next === ' ' || next === ',' || next === ':') return close;
    close = text.indexOf('>', close + 1);
  }
  return first;
}

/** So many `>` of one address are looked at. */
const CLOSES = 8;

/** `ESMTP`, `ESMTP,`, `ESMTP: 5.7.1 text` */
function plainEnd(text: string, start: number): number {
  const end = wordEnd(text, start);
  const last = text[end - 1];
  return end > start && (last === ',' || last === ':') ? end - 1 : end;
}
