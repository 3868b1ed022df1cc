import { domainOf } from '../../model/address.ts';
import type { LogRecord, Stage } from '../../model/record.ts';
import { readClient } from './client.ts';
import { readRemote } from './remote.ts';
import { findTrailer, type Trailer } from './trailer.ts';
import { readQuotedReason } from './verification.ts';

/** What became of the command: smtpd_check.c, smtpd_proxy.c, milter8.c, cleanup_milter.c (Postfix 2.3-3.10). */
const ACTIONS: Readonly<Record<string, 'refused' | 'warned' | 'noted' | 'passed'>> = {
  reject: 'refused',
  'milter-reject': 'refused',
  // milter_header_checks(5)
  'milter-header-reject': 'refused',
  'proxy-reject': 'refused',
  // warn_if_reject
  reject_warning: 'warned',
  // WARN of access(5) and of header_checks(5): whoever wrote the rule wants to read it, and no more
  warn: 'noted',
  warning: 'noted',
  // the client was told that all is well
  discard: 'passed',
  'milter-discard': 'passed',
  hold: 'passed',
  'milter-hold': 'passed',
  filter: 'passed',
  redirect: 'passed',
  bcc: 'passed',
  info: 'passed',
  permit: 'passed',
  'proxy-accept': 'passed',
  prepend: 'passed',
  replace: 'passed',
  strip: 'passed',
  delay: 'passed',
};

/** smtpd.h, STATE_...; with smtpd_delay_reject (the default) nearly everything says RCPT. */
const STAGES: Readonly<Record<string, Stage>> = {
  CONNECT: 'connect',
  HELO: 'helo',
  EHLO: 'helo',
  AUTH: 'auth',
  STARTTLS: 'tls',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
  BDAT: 'data',
  'END-OF-MESSAGE': 'data',
};

/**
 * Lines that tell what an access rule or a filter did: smtpd_check.c log_whatsup(), postscreen_smtpd.c, cleanup_milter.c,
 * cleanup_message.c (Postfix 2.0-3.10).
 *
 *     reject: RCPT from mx.example[203.0.113.5]: 554 5.7.1 <x@b.example>: Relay access denied; from=<a@b.example> ...
 *     milter-reject: END-OF-MESSAGE from mx.example[203.0.113.5]: 5.7.1 Blocked; from=<a@b.example> to=<c@d.example> ...
 *     reject: header Subject: buy from mx.example[203.0.113.5]; from=<a@b.example> to=<c@d.example> ...: 5.7.1 No
 *
 * @param submission the service is one for our own users.
 * @returns null when this is no such line, false when it is one that was not understood.
 */
export function readAccess(
  record: LogRecord,
  text: string,
  start: number,
  submission: boolean,
): boolean | null {
  const found =
    /^([a-z_-]{3,20}): (?:([A-Z-]{4,14}|[A-Z]{4,9}) from |(header|body|mime_header|nested_header|mime-error|content) )/.exec(
      text.slice(start, start + 60),
    );
  const outcome = found ? ACTIONS[found[1] ?? ''] : undefined;
  if (!found || outcome === undefined) return null;
  const at = start + found[0].length;
  const understood =
    found[2] === undefined
      ? readContent(record, text, at)
      : readCommand(record, text, at, found[2], submission);
  record.byMilter = found[1] === 'milter-reject';
  if (understood && outcome !== 'refused') soften(record, outcome);
  return understood;
}

/** Nothing was refused, though the line reads as if: warn_if_reject, WARN, HOLD, DISCARD. */
function soften(record: LogRecord, outcome: 'warned' | 'noted' | 'passed'): void {
  record.kind = outcome === 'passed' ? 'other' : 'warning';
  record.verifyFailure = null;
  if (outcome === 'warned') return;
  record.permanent = null;
  record.context = null;
}

function readCommand(
  record: LogRecord,
  text: string,
  at: number,
  command: string,
  submission: boolean,
): boolean {
  const item = readClient(text, at);
  // `proxy-reject: END-OF-MESSAGE: 554 ...` of old releases names no client
  if (!item || !text.startsWith(': ', item.end)) return false;
  const from = item.end + 2;
  const trailer = findTrailer(text, from);
  record.client = item.client;
  fill(record, trailer);
  refuse(record, STAGES[command] ?? 'other', text.slice(from, trailer?.start ?? text.length));
  // smtpd_forbid_bare_newline: `550 5.5.2` is not in the line
  if (record.reason?.startsWith('bare <LF> ')) record.permanent = true;
  // postscreen: `reject: CONNECT from [203.0.113.9]:51143: too many connections`, to which it answers 421
  if (command === 'CONNECT') record.permanent ??= false;
  readReason(record, submission);
  return true;
}

/** header_checks(5): the client and the envelope come first, our own text last. */
function readContent(record: LogRecord, text: string, at: number): boolean {
  const trailer = findTrailer(text, at, false);
  if (!trailer) return false;
  const from = text.lastIndexOf(' from ', trailer.start - 1);
  if (from < at - 1) return false;
  const item = readClient(text, from + 6);
  // `from local` is pickup(8), `from unknown` a message without an origin
  if (item && item.end !== trailer.start) return false;
  record.client = item?.client ?? null;
  if (text.slice(from + 6, trailer.start) === 'local') record.localUser = '';
  fill(record, trailer);
  // there was none yet
  if (record.recipient === 'unknown') record.recipient = null;
  refuse(record, 'data', text.startsWith(': ', trailer.end) ? text.slice(trailer.end + 2) : '');
  if (record.permanent === null) record.permanent = true;
  record.context = 'rejection';
  const words = withoutCodes(record.reason ?? '');
  record.subject = words ? `header or body check: ${words}` : 'header or body check';
  return true;
}

function fill(record: LogRecord, trailer: Trailer | null): void {
  if (!trailer) return;
  record.sender = trailer.sender;
  record.recipient = trailer.recipient;
  record.authenticatedAs = trailer.authenticatedAs;
  if (record.client) record.client.heloName = trailer.heloName;
}

export function refuse(record: LogRecord, stage: Stage, reason: string): void {
  record.kind = 'rejection';
  record.stage = stage;
  record.reason = reason;
  const digit = /^(?:([45])\d\d(?=[- ]|$)|([45])\.\d)/.exec(reason);
  record.permanent = digit ? (digit[1] ?? digit[2]) === '5' : null;
  record.context = 'rejection';
}

/** `550 5.1.7 text`, `550-5.7.1 first line??550 5.7.1 second`, `450 text` (before 2.3), `5.7.1 text` (cleanup). */
export function withoutCodes(reason: string): string {
  return reason.replace(/^(?:[45]\d\d(?:[- ]|$))?(?:[45]\.\d{1,3}\.\d{1,3}(?: |$))?/, '');
}

const RECIPIENT_CHECK = /^Recipient address rejected: (?:unverified|undeliverable) address: /;
const SENDER_CHECK = /^Sender address rejected: (?:unverified|undeliverable) address: /;

/** Looks behind the codes and the name that Postfix puts before its text. */
function readReason(record: LogRecord, submission: boolean): void {
  const subject = withoutName(withoutCodes(record.reason ?? ''), record);
  const check = SENDER_CHECK.exec(subject);
  if (check) {
    readQuotedReason(record, subject.slice(check[0].length));
    record.verifyFailure = record.permanent ? 'fail' : 'callout-defer';
    return;
  }
  const probed = RECIPIENT_CHECK.exec(subject);
  if (probed)
    record.callout = readRemote(subject.slice(probed[0].length), domainOf(record.recipient)).callout;
  // smtpd_recipient_restrictions=permit_sasl_authenticated,reject: whoever is refused here did not log in
  const login =
    submission &&
    record.authenticatedAs === null &&
    /^(?:Client host|Recipient address) rejected: Access denied/.test(subject);
  record.subject = login ? `login required: ${subject}` : subject;
}

/**
 * Takes away the name of what is refused: an address in its internal form (without quotes), the client, or the HELO
 * name.
 *
 *     <odd user@x.example>: Sender address rejected: ...; from=<"odd user"@x.example>
 */
function withoutName(text: string, { sender, recipient, client }: LogRecord): string {
  if (!text.startsWith('<')) return text;
  for (const name of [sender, recipient, client?.heloName]) {
    if (name == null) continue;
    for (const form of [name, internal(name)])
      if (text.startsWith(`<${form}>: `)) return text.slice(form.length + 4);
  }
  const close = text.indexOf('>: ');
  return close === -1 ? text : text.slice(close + 3);
}

/** RFC 5321 section 4.1.2 in reverse: `"odd user"@x.example` is `odd user@x.example` (quote_821_local.c). */
function internal(address: string): string {
  const close = address.lastIndexOf('"@');
  if (!address.startsWith('"') || close <= 0) return address;
  return address.slice(1, close).replace(/\\(.)/g, '$1') + address.slice(close + 1);
}
