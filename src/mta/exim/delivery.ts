import type { Kind, LogRecord } from '../../model/record.ts';
import { addressEnd, angleEnd, isSpace, quoteEnd, wordEnd } from '../scan.ts';
import { readClient } from './client.ts';
import { readFailure } from './failure.ts';
import { setClient, userOf } from './rejection.ts';

/**
 * Arrival: receive.c receive_msg(), Exim 4.50-4.99.
 *
 *     <= a@example H=mail.example [203.0.113.5] P=esmtpsa X=... A=login:a@example S=411 id=x@y T="sub \"ject" from <a@example> for b@example c@example
 */
export function readArrival(record: LogRecord, text: string, start: number): void {
  record.kind = 'arrival';
  let at = addressEnd(text, start);
  const address = text.slice(start, at);
  record.sender = address === '<>' ? '' : address;
  while (isSpace(text, at)) {
    const word = at + 1;
    if (text.startsWith('H=', word)) {
      const item = readClient(text, word);
      if (!item) return;
      setClient(record, item);
      at = item.end;
    } else if (text.startsWith('for ', word)) {
      record.recipients = readList(text, word + 4);
      return;
    } else if (text.startsWith('from <', word)) {
      at = angleEnd(text, word + 5) + 1;
    } else if (text.startsWith('A=', word)) {
      at = wordEnd(text, word);
      record.authenticatedAs = userOf(text.slice(word + 2, at));
    } else if (text.startsWith('U=', word)) {
      at = wordEnd(text, word);
      record.localUser = text.slice(word + 2, at);
    } else {
      at = valueEnd(text, word);
    }
    if (at === 0) return;
  }
}

/** The end of `KEY=value` or `KEY="quoted \" value"`; the subject is a stranger's text and may hold ` for `. */
function valueEnd(text: string, word: number): number {
  const end = wordEnd(text, word);
  const equals = text.indexOf('=', word);
  if (equals === -1 || equals >= end || text[equals + 1] !== '"') return end;
  const close = quoteEnd(text, equals + 1);
  return close === -1 ? end : wordEnd(text, close);
}

function readList(text: string, start: number): string[] {
  const list: string[] = [];
  for (let at = start; at < text.length; ) {
    const end = addressEnd(text, at);
    const address = text.slice(at, end);
    if (address !== '' && address !== '<trunc>') list.push(address);
    at = end + 1;
  }
  return list;
}

const ARROWS: Readonly<Record<string, Kind>> = {
  '=>': 'delivery',
  '->': 'delivery',
  '>>': 'delivery',
  '*>': 'delivery',
  '==': 'deferral',
  '**': 'bounce',
};

export function arrowKind(text: string, at: number): Kind | undefined {
  return text[at + 2] === ' ' ? ARROWS[text.slice(at, at + 2)] : undefined;
}

const NOBODY = /^(?:discarded|blackhole) \(/;
/** `|/usr/bin/x "a: b" <bob@hosted.example> R=...`: a command may hold anything. */
const COMMAND = /^[|/>].*? <([^<>\s]+)>(?= (?:F=<|P=<|R=|T=))/s;
const ROUTER = /: | (?:F=<|P=<|R=|T=|H=|S=|SMTP|defer \()/g;

/**
 * Deliveries and their failures: deliver.c delivery_log(), Exim 4.50-4.99.
 *
 *     => bob <bob@hosted.example> F=<a@example> R=virtual_user T=dovecot_virtual_delivery
 *     == x@far.example R=dnslookup T=remote_smtp defer (-44) H=mx.far.example [198.51.100.9]: SMTP error ...
 *     ** x@far.example F=<a@here.example> R=dnslookup T=remote_smtp H=mx.far.example [198.51.100.9]: SMTP error ...
 *
 * The recipient is the original one, in angle brackets, where an alias or a local part stands before it.
 */
export function readDelivery(record: LogRecord, kind: Kind, text: string, start: number): void {
  record.kind = kind;
  // Nobody was to have it: `=> discarded (system filter)`, `=> blackhole (DATA ACL discarded recipients): spam`
  if (NOBODY.test(text.slice(start, start + 11))) return;
  const command = COMMAND.exec(text.slice(start));
  // An address that no router took: `** x@nowhere.example: Unrouteable address`; but `=> :blackhole: <x@here.example> R=...`
  const word = addressEnd(text, start);
  const first = text[word - 1] === ':' && text[start] !== ':' ? word - 1 : word;
  ROUTER.lastIndex = command ? start + command[0].length : text[start] === '<' ? start : first;
  const field = ROUTER.exec(text);
  const fieldAt = field ? field.index : text.length;
  const address = text.slice(start, fieldAt);
  const open = address.endsWith('>') ? address.lastIndexOf(' <') : -1;
  record.recipient = open === -1 ? text.slice(start, Math.min(first, fieldAt)) : address.slice(open + 2, -1);
  if (text.startsWith(' F=<', fieldAt)) {
    const close = angleEnd(text, fieldAt + 3);
    if (close !== -1) record.sender = text.slice(fieldAt + 4, close);
  }
  if (kind === 'bounce' || kind === 'deferral') readFailure(record, text, fieldAt);
}
