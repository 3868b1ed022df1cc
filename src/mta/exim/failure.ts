import type { LogRecord } from '../../model/record.ts';
import { outboundContext } from '../outbound.ts';
import { angleEnd, quoteEnd, wordEnd } from '../scan.ts';
import { readVerification } from './verification.ts';

/** The fields of a delivery that failed. */
interface Fields {
  transport: string | null;
  /** `mx.example [192.0.2.1]`, as logged. */
  host: string | null;
  /** The number behind `defer`: of the system, or below 1 one of Exim's own (macros.h). */
  errno: number | null;
  /** strerror() behind `defer (111): `. */
  strerror: string | null;
  text: string;
}

/**
 * Reads what stands behind the address of `==` and `**`: deliver.c deferral and failure lines, Exim 4.50-4.99.
 *
 *      R=dnslookup T=remote_smtp defer (-44) H=mx.far.example [198.51.100.9] I=[192.0.2.1]: SMTP error ...: 451 later
 *      R=dnslookup T=remote_smtp defer (111): Connection refused
 *      F=<a@here.example> R=dnslookup T=remote_smtp H=mx.far.example [198.51.100.9] X=TLS1.3 DN="/CN=x": SMTP error ...
 *      F=<a@here.example> : Unrouteable address                                                              (4.99+)
 */
export function readFailure(record: LogRecord, text: string, start: number): void {
  const fields = readFields(text, start);
  record.permanent = record.kind === 'bounce';
  const reason = fields.text || fields.strerror;
  record.reason = reason;
  const { host, transport, errno } = fields;
  const { callout, context, subject } = readVerification(sentenceOf(reason ?? '', host), null);
  const isLocal = callout === null && transport !== null && !reachesOut(transport, reason ?? '');
  record.callout = callout;
  record.subject = subject;
  if (isLocal) record.context = 'local-delivery';
  else if (host === null && BARE_REPLY.test(reason ?? '')) {
    record.context = 'remote-reply';
    record.subject = (reason ?? '').replace(BARE_REPLY, '');
  }
  // `defer (111): Connection refused`: all hosts failed, and the last error of the network is told;
  // `defer (-1): domain matches queue_smtp_domains, or -odqs set`: nobody was asked
  else if (context === 'verify-route' && ((errno ?? 0) > 0 || NETWORK.test(reason ?? '')))
    record.context = 'remote-connect';
  else record.context = outboundContext(context);
}

/** What only happens on the way to another server. */
const NETWORK =
  /^(?:Connection |Operation timed out|No route |Network |Host is |retry time(?:out| not reached)|all hosts |authentication required|SMTP error |a TLS session )/;

/** Names of transports into a mailbox, a file or a program of this server, as the manuals and control panels use them. */
const INWARD =
  /local|pipe|file|reply|lmtp|dovecot|cyrus|virtual|maildir|mbox|spool|inbox|procmail|sieve|vacation|spam|mailman|deliver|archive/i;

/** Whether a transport without a host in the line is one to other servers: by its name, or by what happened. */
function reachesOut(transport: string, reason: string): boolean {
  return /smtp/i.test(transport) || (!INWARD.test(transport) && NETWORK.test(reason));
}

/** What was answered, by a host without an address: `H=mx.far.example: SMTP error from remote mail server after end of data: 550 no` */
const BARE_REPLY =
  /^SMTP error from remote (?:mail server|mailer) after [^:]{1,300}(?::<[^>]{0,300}>[^:]{0,100})?: (?=[45]\d\d)/;

/** Up to 4.84 transports/smtp.c check_response() had the host in its sentence: how it began then, and since. */
const OLD_SENTENCES: readonly (readonly [old: RegExp, opening: string])[] = [
  [
    /^SMTP error from remote (?:mail server|mailer) (?<before>after .*?): host (?<host>\S+ \[[^\]\s]+\])(?<behind>: .*)$/s,
    'SMTP error from remote mail server ',
  ],
  [/^Remote host (?<host>\S+ \[[^\]\s]+\]) (?<behind>closed connection in response to .*)$/s, 'Remote host '],
  // behind what the system calls it: `Connection timed out: `
  [
    /^(?:[A-Z][^:[\]]{1,60}: )?SMTP timeout while connected to (?<host>\S+ \[[^\]\s]+\]) (?<behind>after .*)$/s,
    'SMTP timeout ',
  ],
  [
    /^Malformed SMTP reply (?:\(an empty line\) )?from (?<host>\S+ \[[^\]\s]+\]) (?<behind>in response to .*)$/s,
    'Malformed SMTP reply ',
  ],
];

/** The host where a callout's text has it: `mx.example [192.0.2.1] : TEXT`. */
function sentenceOf(reason: string, host: string | null): string {
  const text = withoutParameters(reason);
  if (host !== null) return text === '' ? '' : `${host} : ${text}`;
  for (const [old, opening] of OLD_SENTENCES) {
    const parts = old.exec(text)?.groups;
    if (parts) return `${parts['host']} : ${opening}${parts['before'] ?? ''}${parts['behind']}`;
  }
  return text;
}

/** `... after pipelined MAIL FROM:<a@x.example> SIZE=1435 BODY=8BITMIME: 553 no`: the command as a callout has it. */
function withoutParameters(reason: string): string {
  const opening = /^SMTP error from remote mail server after (?:pipelined )?(?:MAIL FROM|RCPT TO):/.exec(
    reason,
  );
  const close = opening ? angleEnd(reason, opening[0].length) : -1;
  if (close === -1) return reason;
  const parameters = /^(?: [A-Z][A-Z0-9-]*(?:=\S+)?)*?(?=: )/.exec(reason.slice(close + 1));
  return parameters ? reason.slice(0, close + 1) + reason.slice(close + 1 + parameters[0].length) : reason;
}

/** `550 5.1.1 User unknown DT=1s`, with +deliver_time (4.94+) */
const DURATION = / DT=[\d.]{1,12}[a-z][\da-z]{0,12}$/;

function readFields(text: string, start: number): Fields {
  const fields: Fields = { transport: null, host: null, errno: null, strerror: null, text: '' };
  let at = start;
  while (at < text.length) {
    const colon = text.startsWith(': ', at) ? at : text.startsWith(' : ', at) ? at + 1 : -1;
    if (colon !== -1) {
      fields.text = text.slice(colon + 2).replace(DURATION, '');
      break;
    }
    const word = at + 1;
    const defer = /^defer \((-?\d+)\)/.exec(text.slice(word, word + 16));
    if (defer) at = readDefer(fields, text, word + defer[0].length, Number(defer[1]));
    else if (text.startsWith('H=', word)) at = readHost(fields, text, word + 2);
    else at = readValue(fields, text, word);
  }
  return fields;
}

/** `defer (110): Connection timed out H=mx.example [192.0.2.1]: TEXT`, `defer (-1): TEXT` */
function readDefer(fields: Fields, text: string, at: number, errno: number): number {
  fields.errno = errno;
  if (!text.startsWith(': ', at)) return at;
  const host = /^: ([^:[\]]{1,60}) (?=H=\S+ (?:DS )?\[)/.exec(text.slice(at, at + 300));
  if (!host) return at;
  fields.strerror = host[1] ?? null;
  return at + host[0].length - 1;
}

/** `mx.example [198.51.100.9]:25 I=...`: the address stands directly behind the name, or nowhere. */
function readHost(fields: Fields, text: string, at: number): number {
  const end = wordEnd(text, at);
  // `DS`: its name was found by DNSSEC (+dnssec)
  const address = /^ (?:DS )?(\[[^\]\s]{1,64}\])(?::\d+)?/.exec(text.slice(end, end + 80));
  if (!address) return text[end - 1] === ':' ? end - 1 : end;
  fields.host = `${text.slice(at, end)} ${address[1]}`;
  return end + address[0].length;
}

/** `F=<a: b@x>`, `DN="/CN=a: b"`, `T=remote_smtp:`; the colon ends a value only before a space. */
function readValue(fields: Fields, text: string, word: number): number {
  const value = text.indexOf('=', word) + 1;
  const space = wordEnd(text, word);
  if (value > 0 && value < space) {
    if (text[value] === '<') {
      const close = angleEnd(text, value);
      if (close !== -1) return close + 1;
    } else if (text[value] === '"') {
      const close = quoteEnd(text, value);
      if (close !== -1) return close + 1;
    }
  }
  const end = text[space - 1] === ':' ? space - 1 : space;
  if (text.startsWith('T=', word)) fields.transport = text.slice(word + 2, end);
  return end;
}
