import type { LogRecord, Stage, VerifyFailure } from '../../model/record.ts';
import { addressEnd, angleEnd, isSpace, quoteEnd, withoutAngles, wordEnd } from '../scan.ts';
import { type ClientItem, readClient } from './client.ts';
import { readVerification } from './verification.ts';

/**
 * Lines that begin with the client: smtp_in.c smtp_handle_acl_fail() and its neighbours, Exim 4.50-4.99.
 *
 *     H=... sender verify fail for <a@example>: TEXT
 *     H=...[ X= CV= DN= SNI=][ F=<a@example>[ A=auth:id]][ SPF= DMARC=] [temporarily ]rejected WHAT[ ARG][: TEXT]
 *     H=... Warning: TEXT
 *
 * @returns whether the line was understood; the record is filled in.
 */
export function readClientLine(record: LogRecord, text: string, start: number): boolean {
  // A HELO name may itself hold `) [192.0.2.1]`; the right end of the name is one behind which the line makes sense.
  for (let nth = 0; nth < 8; nth++) {
    const item = readClient(text, start, nth);
    if (!item) return false;
    if (readTail(record, text, item)) {
      setClient(record, item);
      return true;
    }
  }
  return false;
}

export function setClient(record: LogRecord, item: ClientItem): void {
  record.client = item.client;
  record.localUser = item.localUser;
  record.connectionId = item.connectionId;
}

function readTail(record: LogRecord, text: string, item: ClientItem): boolean {
  if (!isSpace(text, item.end)) return false;
  let at = readFields(record, text, item.end + 1);
  // of a message that was passed on while it came: `H=... b@hosted.example F=<a@x.example> rejected after DATA: R=... C="550 no"`
  const passedOn = /^(\S{1,320}@\S{1,255}) (?=F=<)/.exec(text.slice(at, at + 600));
  if (passedOn) {
    record.recipient = passedOn[1] ?? null;
    at = readFields(record, text, at + passedOn[0].length);
  }
  return readVerify(record, text, at) || readRefusal(record, text, at) || readOtherVerb(record, text, at);
}

/** Fields whose value no report needs. */
const FIELDS = ['X=', 'CV=', 'SNI=', 'SPF=', 'DMARC=', 'DKIM=', 'P=', 'U='] as const;
/** Fields without one: +dnssec, TCP Fast Open, +pipelining. */
const FLAGS = /^(?:DS|TFO\*?|L[-.*]?) /;

/** `X=... CV=no DN="..." SNI=... F=<...> A=auth:id SPF=... `, `F=a@x H=... P=esmtp `. @returns where the verb begins. */
export function readFields(record: LogRecord, text: string, start: number): number {
  let at = start;
  for (;;) {
    let end: number;
    // Verbs begin in lower case, fields in upper case.
    if (text.charCodeAt(at) >= 0x61) return at;
    if (text.startsWith('F=', at)) {
      end = readSender(record, text, at + 2);
    } else if (text.startsWith('H=', at)) {
      const item = readClient(text, at);
      if (!item) return at;
      setClient(record, item);
      end = item.end;
    } else if (text.startsWith('A=', at)) {
      end = wordEnd(text, at);
      record.authenticatedAs = userOf(text.slice(at + 2, end));
    } else if (text.startsWith('DN="', at) || text.startsWith('SNI="', at)) {
      end = quoteEnd(text, text.indexOf('"', at)) + 1;
      if (end === 0) return at;
    } else if (FIELDS.some((field) => text.startsWith(field, at)) || FLAGS.test(text.slice(at, at + 5))) {
      end = wordEnd(text, at);
    } else {
      return at;
    }
    if (!isSpace(text, end)) return at;
    at = end + 1;
  }
}

/** `F=<a@example>`, and without brackets where local_scan() refused: `F="mary shop"@example H=...`. */
function readSender(record: LogRecord, text: string, start: number): number {
  const close = angleEnd(text, start);
  const end = close === -1 ? addressEnd(text, start) : close + 1;
  record.sender = close === -1 ? text.slice(start, end) : text.slice(start + 1, close);
  return end;
}

/** `plain:user`, `dovecot_login:user@example`, `plain:user:sender`. @returns the user. */
export function userOf(value: string): string | null {
  return value.split(':')[1] ?? null;
}

function readVerify(record: LogRecord, text: string, at: number): boolean {
  const verdict = text.startsWith('sender verify fail for ', at)
    ? 'fail'
    : text.startsWith('sender verify defer for ', at)
      ? 'defer'
      : null;
  if (!verdict) return false;
  const start = at + (verdict === 'fail' ? 23 : 24);
  const close = angleEnd(text, start);
  if (close !== -1) record.sender = text.slice(start + 1, close);
  const rest = text.slice(close === -1 ? start : close + 1);
  const reason = rest.startsWith(': ') ? rest.slice(2) : '';
  const { callout, context, subject } = readVerification(reason, record.sender);
  record.kind = 'sender-verify';
  record.verdict = verdict;
  record.permanent = verdict === 'fail';
  record.reason = reason === '' ? null : reason;
  record.callout = callout;
  record.context = context;
  record.subject = subject;
  return true;
}

interface What {
  text: string;
  stage: Stage;
  /** What stands behind it: the SMTP argument, a sender or a recipient, or nothing. */
  argument: 'sender' | 'recipient' | 'word' | 'none';
  /** What acl_wherecodes of globals.c answers where it is no 5yz: false for 458, null for 252. */
  permanent?: false | null;
}

/** acl_wherenames of globals.c, as smtp_handle_acl_fail() prints them; the longer of two that begin alike first. */
const WHATS: readonly What[] = [
  { text: 'RCPT', stage: 'rcpt', argument: 'recipient' },
  { text: 'connection in "connect" ACL', stage: 'connect', argument: 'none' },
  { text: 'EHLO or HELO', stage: 'helo', argument: 'word' },
  { text: 'MAIL', stage: 'mail', argument: 'sender' },
  { text: 'DATA', stage: 'data', argument: 'none' },
  { text: 'after DATA PRDR', stage: 'data', argument: 'none' },
  { text: 'after DATA', stage: 'data', argument: 'none' },
  { text: 'during MIME ACL checks', stage: 'data', argument: 'none' },
  { text: 'by local_scan()', stage: 'data', argument: 'none' },
  { text: 'by non-SMTP ACL', stage: 'data', argument: 'none' },
  { text: 'DKIM', stage: 'data', argument: 'word' },
  { text: 'AUTH', stage: 'auth', argument: 'word' },
  { text: 'STARTTLS', stage: 'tls', argument: 'none' },
  { text: 'VRFY', stage: 'other', argument: 'word', permanent: null },
  { text: 'EXPN', stage: 'other', argument: 'word' },
  { text: 'ETRN', stage: 'other', argument: 'word', permanent: false },
  { text: 'ATRN', stage: 'other', argument: 'word' },
  { text: 'WELLKNOWN', stage: 'other', argument: 'word' },
];

/** `[temporarily ]rejected WHAT[ ARG][: TEXT]`, and `dropped by 'connect' ACL[: TEXT]` (TLS-on-connect, 4.97+). */
export function readRefusal(record: LogRecord, text: string, start: number): boolean {
  const temporarily = text.startsWith('temporarily ', start);
  const verb = temporarily ? start + 12 : start;
  if (!text.startsWith('rejected ', verb)) return readDropped(record, text, verb, temporarily);
  const at = verb + 9;
  const what = WHATS.find(
    (row) => text.startsWith(row.text, at) && !/\w/.test(text[at + row.text.length] ?? ''),
  );
  if (!what) return false;
  let end = at + what.text.length;
  if (what.argument !== 'none' && isSpace(text, end)) {
    const argument = readArgument(text, end + 1);
    end = argument.end;
    record.truncated = argument.truncated;
    if (what.argument === 'sender') record.sender = argument.address;
    if (what.argument === 'recipient') record.recipient = argument.address;
  }
  refuse(record, what.stage, !temporarily, reasonBehind(text, end));
  record.subject = /^R=\S+ T=\S+ .*? C="(.*)"$/s.exec(record.subject)?.[1] ?? record.subject;
  // no host and no login stands in it: `F=<b@here.example> rejected by non-SMTP ACL: text`
  if (what.text === 'by non-SMTP ACL') record.localUser ??= '';
  if (what.permanent !== undefined && !temporarily) record.permanent = what.permanent;
  // Exim 4.85 and older: `rejected RCPT <a@example>: discarded by RCPT ACL`, yet the client got 250.
  if (record.subject.startsWith('discarded by ')) discard(record);
  return true;
}

function readDropped(record: LogRecord, text: string, verb: number, temporarily: boolean): boolean {
  const dropped = /^dropped by ['"]connect['"] ACL/.exec(text.slice(verb, verb + 24));
  if (dropped) refuse(record, 'connect', !temporarily, reasonBehind(text, verb + dropped[0].length));
  return dropped !== null;
}

function discard(record: LogRecord): void {
  record.kind = 'other';
  record.permanent = null;
  record.context = null;
}

/** smtp_in.c cuts the argument at 100 characters since 4.95. */
const ARGUMENT_LIMIT = 100;

/**
 * The argument of the SMTP command as the client typed it: `<a@example>`, `a@example`, `<"a > b"@example>`, or cut:
 *
 *     rejected RCPT <yyyyyyyy…yyyyyyyy: relay not permitted
 *                   ^ 100 characters   ^ no bracket
 */
function readArgument(text: string, start: number): { address: string; end: number; truncated: boolean } {
  const limit = start + ARGUMENT_LIMIT;
  const close = angleEnd(text, start);
  const endsAtLimit = limit === text.length || text.startsWith(': ', limit);
  if (endsAtLimit && text[start] === '<' && (close === -1 || close >= limit)) {
    return { address: text.slice(start + 1, limit), end: limit, truncated: true };
  }
  if (close !== -1) {
    // `<a@example> SIZE=100: text`: parameters behind the address are no part of it
    const colon = text.indexOf(': ', close);
    const parameters = isSpace(text, close + 1);
    const end = parameters ? (colon === -1 ? text.length : colon) : close + 1;
    return { address: text.slice(start + 1, close), end, truncated: false };
  }
  const quoted = text[start] === '"' ? quoteEnd(text, start) : -1;
  const colon = text.indexOf(': ', quoted === -1 ? start : quoted);
  const end = colon === -1 ? text.length : colon;
  const bare = text.slice(start, end);
  return {
    address: bare.startsWith('<') ? bare.slice(1) : withoutAngles(bare),
    end,
    truncated: endsAtLimit && end === limit,
  };
}

/** `: TEXT` up to the line's end; `DKIM : TEXT` has a space before the colon. */
function reasonBehind(text: string, at: number): string | null {
  const start = isSpace(text, at) && text[at + 1] === ':' ? at + 1 : at;
  return text[start] === ':' ? text.slice(start + 2) : null;
}

/** The three texts of acl.c acl_verify(). A site's own log_message may stand before the first. */
const VERIFY_FAILURES: readonly (readonly [text: string, failure: VerifyFailure])[] = [
  ['Sender verify failed', 'fail'],
  ['Could not complete sender verify callout', 'callout-defer'],
  ['Could not complete sender verify', 'route-defer'],
];

export function refuse(record: LogRecord, stage: Stage, permanent: boolean, reason: string | null): void {
  record.kind = 'rejection';
  record.stage = stage;
  record.permanent = permanent;
  record.reason = reason;
  record.context = 'rejection';
  record.subject = reason ?? '';
  record.verifyFailure = reason === null ? null : verifyFailure(reason);
}

/** @returns null for a refusal that does not rest on sender verification. */
export function verifyFailure(reason: string): VerifyFailure | null {
  for (const [text, failure] of VERIFY_FAILURES) {
    if (!reason.endsWith(text)) continue;
    if (reason.length === text.length || reason.endsWith(': ', reason.length - text.length)) return failure;
  }
  return null;
}

function readOtherVerb(record: LogRecord, text: string, at: number): boolean {
  if (text.startsWith('Warning: ', at)) {
    record.kind = 'warning';
    record.reason = text.slice(at + 9);
    return true;
  }
  if (text.startsWith('incomplete transaction (', at)) {
    record.kind = 'connection';
    record.sender = addressBehind(text, at, ' from ');
    record.reason = text.slice(at);
    return true;
  }
  // 4.86+: `RCPT <a@example>: discarded by RCPT ACL`; the client got 250
  if (/^(?:RCPT|MAIL) .*: discarded by /.test(text.slice(at)) || text.startsWith('ignoring AUTH=', at)) {
    record.kind = 'other';
    record.reason = text.slice(at);
    return true;
  }
  return false;
}

/** The `<address>` behind a fixed word. */
export function addressBehind(text: string, from: number, word: string): string | null {
  const found = text.indexOf(word, from);
  if (found === -1) return null;
  const start = found + word.length;
  const close = angleEnd(text, start);
  if (close !== -1) return text.slice(start + 1, close);
  return text[start] === '<' ? null : text.slice(start, addressEnd(text, start));
}
