import type { Callout, Context } from '../../model/record.ts';
import { angleEnd, withoutAngles } from '../scan.ts';

/** What the text of a `sender verify` line says: who was asked, what was answered, and where to look it up. */
export interface Verification {
  callout: Callout | null;
  context: Context;
  subject: string;
}

const INCOMPLETE = 'Could not complete sender verify callout';

/**
 * Reads TEXT of `sender verify fail|defer for <address>: TEXT`.
 *
 * Up to Exim 4.88 verify.c do_callout() wrote the sentence, since 4.89 transports/smtp.c does:
 *
 *     could not connect to mx.example [192.0.2.1]: Connection refused
 *     response to "RCPT TO:<a@example>" from mx.example [192.0.2.1] was: 550 unknown
 *     Could not complete sender verify callout: mx.example [192.0.2.1] : Connection refused
 *     mx.example [192.0.2.1] : SMTP error from remote mail server after RCPT TO:<a@example>: 550 unknown
 *
 * @param address the address under test, to tell a postmaster or random callout from the real one.
 */
export function readVerification(text: string, address: string | null): Verification {
  if (text === '') return { callout: null, context: 'verify-unlogged', subject: '' };
  if (text === INCOMPLETE) return { callout: null, context: 'callout-unspecified', subject: text };
  const body = text.startsWith(`${INCOMPLETE}: `) ? text.slice(INCOMPLETE.length + 2) : text;
  return readOldForm(body, address) ?? readNewForm(body, address) ?? routeText(text);
}

function routeText(text: string): Verification {
  return { callout: null, context: 'verify-route', subject: text };
}

const CONNECT_OLD = /^could not connect to (\S+) \[([^\]\s]+)\](?::\d+)?: (.*)$/s;
const HOST = /^(\S+) \[([^\]\s]+)\](?::\d+)?/;

function readOldForm(text: string, address: string | null): Verification | null {
  const connect = CONNECT_OLD.exec(text);
  if (connect) return problem(connect[1], connect[2], 'callout-connect', null, connect[3] ?? '');
  const quoted = readQuotedCommand(text);
  if (!quoted) return null;
  const from = /^ from /.exec(text.slice(quoted.end));
  if (!from) return null;
  const rest = text.slice(quoted.end + 6);
  const host = HOST.exec(rest);
  if (!host) return null;
  const tail = rest.slice(host[0].length);
  if (tail.startsWith(' was: ')) return answered(host[1], host[2], quoted.command, tail.slice(6), address);
  return problem(host[1], host[2], 'callout-helo', quoted.command, tail.trim());
}

function readNewForm(text: string, address: string | null): Verification | null {
  const host = HOST.exec(text);
  if (!host) return null;
  const [head, name, ip] = host;
  const colon = /^ ?: /.exec(text.slice(head.length));
  // `h [ip] : h [ip]`, and a line that was cut behind the host
  const rest = colon ? text.slice(head.length + colon[0].length) : '';
  if (rest === 'NULL' || HOST.test(rest)) return problem(name, ip, 'callout-unspecified', null, rest);
  if (rest === '')
    return text.length === head.length ? problem(name, ip, 'callout-unspecified', null, text) : null;
  return readSentence(rest, name, ip, address);
}

/** `LMTP error after DATA: 552 ...`, `PRDR error after DATA: 550 ...`: each recipient has its own answer. */
const SMTP_ERROR = /^(?:SMTP error from remote mail server|(?:LMTP|PRDR) error) after /;
const CLOSED = 'Remote host closed connection in response to ';
const TIMEOUT = 'SMTP timeout after ';
const MALFORMED = 'Malformed SMTP reply in response to ';
const EMPTY = 'Malformed SMTP reply (an empty line) in response to ';
const TLS = /^(?:a TLS session is required|TLS session|DANE |REQUIRETLS )/;

function readSentence(rest: string, name?: string, ip?: string, address: string | null = null): Verification {
  const error = SMTP_ERROR.exec(rest)?.[0].length;
  if (error !== undefined) {
    const command = readCommand(rest, error);
    return answered(name, ip, command, rest.slice(error + command.length + 2), address, rest);
  }
  const quoted = readQuotedCommand(rest);
  if (quoted) {
    const tail = rest.slice(quoted.end);
    if (tail.startsWith(' was: ')) return answered(name, ip, quoted.command, tail.slice(6), address);
    return problem(name, ip, 'callout-helo', quoted.command, tail.trim());
  }
  for (const opening of [CLOSED, TIMEOUT, MALFORMED, EMPTY]) {
    if (!rest.startsWith(opening)) continue;
    const command = readCommand(rest, opening.length);
    if (opening === TIMEOUT && command === 'initial connection') {
      // Since 4.93 (TCP Fast Open) this is also what a dropped SYN looks like.
      return problem(name, ip, 'callout-connect', null, rest);
    }
    return problem(name, ip, contextOf(command, address), command, rest);
  }
  if (TLS.test(rest)) return problem(name, ip, 'callout-tls', null, rest);
  const connect = /^could not connect: (.*)$/s.exec(rest);
  return problem(name, ip, 'callout-connect', null, connect?.[1] ?? rest);
}

/** The command behind `after ` or `in response to `: an address in it may hold `: `, so it is walked over. */
function readCommand(text: string, start: number): string {
  const angle = text.indexOf('<', start);
  const colon = text.indexOf(': ', start);
  const space = text.indexOf(' (', start);
  if (angle !== -1 && (colon === -1 || angle < colon)) {
    const close = angleEnd(text, angle);
    if (close !== -1) return text.slice(start, close + 1);
  }
  // `HELO us (EHLO response was: 421 ...)`
  if (space !== -1 && (colon === -1 || space < colon)) return text.slice(start, space);
  return text.slice(start, colon === -1 ? text.length : colon);
}

/** `response to "RCPT TO:<"a b"@example>"`: the quotes of the address are not the quotes of the sentence. */
function readQuotedCommand(text: string): { command: string; end: number } | null {
  const opening = 'response to "';
  if (!text.startsWith(opening)) return null;
  const start = opening.length;
  const quote = text.indexOf('"', start);
  if (quote === -1) return null;
  const angle = text.indexOf('<', start);
  const from = angle !== -1 && angle < quote ? angleEnd(text, angle) : start;
  const end = text.indexOf('"', from === -1 ? start : from);
  return end === -1 ? null : { command: text.slice(start, end), end: end + 1 };
}

/** Where the dialogue with the callout host stood when this command was answered. */
function contextOf(command: string, address: string | null): Context {
  const verb = command.replace(/^pipelined /, '');
  if (verb === 'initial connection') return 'callout-banner';
  if (/^(?:EHLO|HELO|LHLO)\b/.test(verb)) return 'callout-helo';
  if (verb.startsWith('STARTTLS')) return 'callout-tls';
  if (verb.startsWith('MAIL FROM:')) return 'callout-mail';
  if (verb.startsWith('RCPT TO:')) return recipientContext(withoutAngles(verb.slice(8)), address);
  return 'callout-rcpt';
}

function recipientContext(asked: string, address: string | null): Context {
  if (address === null || asked.toLowerCase() === address.toLowerCase()) return 'callout-rcpt';
  if (/^postmaster(?:@|$)/i.test(asked)) return 'callout-postmaster';
  // callout_random_local_part: $primary_hostname-$tod_epoch-testing
  if (/-testing(?:@|$)/.test(asked)) return 'callout-random';
  return 'callout-rcpt';
}

function answered(
  host: string | undefined,
  ip: string | undefined,
  command: string,
  reply: string,
  address: string | null,
  whole = reply,
): Verification {
  const context = contextOf(command, address);
  const codes = /^(\d{3})(?:[- ](?:#?(\d\.\d{1,3}\.\d{1,3})(?![\d.]))?|$)/.exec(reply);
  const callout: Callout = {
    host: host ?? null,
    ip: ip ?? null,
    command: context === 'callout-banner' ? null : command,
    code: codes ? Number(codes[1]) : null,
    enhanced: codes?.[2] ?? null,
    text: codes ? reply : null,
  };
  return { callout, context, subject: codes || reply === 'connection dropped' ? reply : whole };
}

function problem(
  host: string | undefined,
  ip: string | undefined,
  context: Context,
  command: string | null,
  subject: string,
): Verification {
  const named = command === 'initial connection' ? null : command;
  return {
    callout: { host: host ?? null, ip: ip ?? null, command: named, code: null, enhanced: null, text: null },
    context,
    subject,
  };
}
