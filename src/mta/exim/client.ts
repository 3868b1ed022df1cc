import type { Client } from '../../model/record.ts';
import { digitsEnd, isSpace, wordEnd } from '../scan.ts';

/** The item of a log line that names the SMTP client, and where the line goes on behind it. */
export interface ClientItem {
  client: Client | null;
  localUser: string | null;
  connectionId: string | null;
  end: number;
}

/**
 * Reads the client as host.c host_and_ident() prints it (Exim 4.50-4.99), with or without `H=`:
 *
 *     H=relay1.example.com (qsv-spam1.example.com) [67.26.151.59]:36752 I=[69.161.211.25]:25 U=ident Ci=117
 *       name confirmed by DNS  HELO                  address     port
 *     DSH=relay1.example.com [67.26.151.59]    by DNSSEC, with +dnssec
 *
 * The HELO name is the client's own text and may look like an address: `H=([10.1.2.3]) [203.0.113.7]`. So the address
 * is the first bracket group outside the parentheses.
 *
 * @param nth skips that many places that look like the end of the HELO name: a caller that cannot read on behind the
 *   first one tries the next.
 * @returns null when no client stands here.
 */
export function readClient(text: string, start: number, nth = 0): ClientItem | null {
  const secure = text.startsWith('DSH=', start) ? 2 : 0;
  let at = text.startsWith('H=', start + secure) ? start + secure + 2 : start;
  const client: Client = { ip: null, port: null, reverseName: null, heloName: null };
  if (text[at] !== '(' && text[at] !== '[') {
    const end = wordEnd(text, at);
    if (end === at || (text[end + 1] !== '(' && text[end + 1] !== '[')) return localItem(text, start);
    client.reverseName = text.slice(at, end);
    at = end + 1;
  }
  if (text[at] === '(') {
    const close = heloEnd(text, at, nth);
    if (close === -1) return null;
    client.heloName = text.slice(at + 1, close);
    at = close + 2;
  } else if (nth > 0) {
    return null;
  }
  const close = text.indexOf(']', at);
  if (text[at] !== '[' || close === -1) return null;
  client.ip = text.slice(at + 1, close);
  return readSuffixes(text, close + 1, client);
}

/**
 * The index of the `)` that ends the HELO name at `start`: the one that is followed by the client's address.
 *
 *     (win_pc-(x)) [203.0.113.76]
 *                ^
 */
function heloEnd(text: string, start: number, nth: number): number {
  let seen = 0;
  for (let at = text.indexOf(') [', start); at !== -1; at = text.indexOf(') [', at + 1)) {
    if (isAddress(text, at + 3) && seen++ === nth) return at;
  }
  return -1;
}

/** `203.0.113.76]`, `2001:db8::1]`, and the placeholders of Exim's test suite. */
function isAddress(text: string, start: number): boolean {
  const end = text.indexOf(']', start);
  return end > start && end - start < 64 && /^[0-9A-Za-z.:%]+$/.test(text.slice(start, end));
}

/** `:36752 I=[69.161.211.25]:25 U=ident Ci=117 DS`, each where the log_selector asks for it. */
function readSuffixes(text: string, start: number, client: Client): ClientItem {
  const item: ClientItem = { client, localUser: null, connectionId: null, end: start };
  let at = start;
  if (text[at] === ':') {
    const end = digitsEnd(text, at + 1);
    if (end > at + 1) {
      client.port = Number(text.slice(at + 1, end));
      at = end;
    } else if (text.startsWith(':PORT_', at)) {
      at = wordEnd(text, at);
    }
  }
  for (;;) {
    if (!isSpace(text, at)) break;
    const word = at + 1;
    const end = wordEnd(text, word);
    if (text.startsWith('I=[', word) || text.startsWith('PRX=', word) || text.slice(word, end) === 'DS') {
      at = trimColon(text, end);
    } else if (text.startsWith('U=', word)) {
      at = trimColon(text, end);
      item.localUser = text.slice(word + 2, at);
    } else if (text.startsWith('Ci=', word)) {
      at = trimColon(text, end);
      item.connectionId = text.slice(word + 3, at);
    } else {
      break;
    }
    if (at !== end) break;
  }
  item.end = at;
  return item;
}

/** `from [192.0.2.1] U=root: message too big`: the colon belongs to the sentence, not to the value. */
function trimColon(text: string, end: number): number {
  return text[end - 1] === ':' ? end - 1 : end;
}

/** A local submission has no host: `U=root F=<...> rejected ...`, or in a sentence just the login name. */
function localItem(text: string, start: number): ClientItem | null {
  if (!text.startsWith('U=', start)) return null;
  const end = trimColon(text, wordEnd(text, start));
  return { client: null, localUser: text.slice(start + 2, end), connectionId: null, end };
}
