import type { LogRecord, Stage } from '../../model/record.ts';
import { angleEnd, quoteEnd } from '../scan.ts';
import { readClient } from './client.ts';
import { addressBehind, refuse, setClient } from './rejection.ts';

/**
 * Lines that begin with words and name the client somewhere behind them: smtp_in.c, receive.c, daemon.c, tls-*.c,
 * Exim 4.50-4.99. One row a form: the opening words, where the client stands, and what the line means.
 */
interface Sentence {
  opening: RegExp;
  /** What stands directly before the client; absent: it follows the opening. `null`: no client in the line. */
  before?: string | null;
  read: (record: LogRecord, opening: RegExpExecArray, rest: string) => void;
}

const permanentAt =
  (stage: Stage) =>
  (record: LogRecord, opening: RegExpExecArray, rest: string): void =>
    refuse(record, stage, true, clean(rest) || opening[0].trim());

/** `: text`, ` (text)`, ` text` behind the client. */
function clean(rest: string): string {
  return rest.replace(/^:? /, '');
}

function connection(record: LogRecord, opening: RegExpExecArray, rest: string): void {
  record.kind = 'connection';
  record.sender = addressBehind(rest, 0, ' F=');
  record.reason = (opening[0] + rest).trim();
}

/** The handshake failed, and the client was answered 554; see tls_server_start(). */
const HANDSHAKE =
  /^(?: \(via inetd\))?:? \(?(?:gnutls_handshake|SSL_accept|tls lib accept fn|handshake\)|certificate )/;

/** What was said to nobody: the session broke later on, mostly because the client hung up. */
const BROKEN_SESSION = /^(?: \(via inetd\))? \((?:recv|send)\)/;

/**
 *     TLS error on connection from mail.example [203.0.113.5] (gnutls_handshake): An unexpected TLS packet was received.
 *     TLS error on connection from mail.example [203.0.113.5] (recv): The TLS connection was non-properly terminated.
 *     TLS error on connection from mail.example [203.0.113.5] (cert/key setup: cert=/etc/ssl/a.crt ...): Error while reading file.
 *
 * Of all others our own TLS is the cause: the client is told `454 TLS currently unavailable`.
 */
function tlsError(record: LogRecord, opening: RegExpExecArray, rest: string): void {
  refuse(record, 'tls', HANDSHAKE.test(rest), `TLS error:${rest}`);
  if (opening[1] !== undefined || BROKEN_SESSION.test(rest)) record.permanent = null;
}

function synchronization(record: LogRecord, opening: RegExpExecArray): void {
  refuse(record, 'other', true, opening[1] ?? '');
}

const SENTENCES: readonly Sentence[] = [
  // SMTP connection from mail.example [203.0.113.5]:1234 I=[198.51.100.10]:25 closed by QUIT
  // SMTP connection Ci=117 from mail.example [203.0.113.5]:1234 I=[198.51.100.10]:25 lost D=0.397s
  // SMTP connection lost after final dot H=mail.example (cl) [203.0.113.5] P=esmtp
  { opening: /^SMTP connection lost after final dot /, read: connection },
  { opening: /^SMTP connection (?:outbound )?(?:identification )?(?:Ci=\S+ )?(?:from )?/, read: connection },
  { opening: /^no MAIL in (?:TLS )?SMTP connection from /, read: connection },
  { opening: /^unexpected disconnection while reading SMTP command from /, read: connection },
  { opening: /^unexpected EOF while reading SMTP command from /, read: connection },
  { opening: /^SMTP command timeout on (?:TLS )?connection from /, read: connection },
  { opening: /^SMTP data timeout \(message abandoned\) on (?:TLS )?connection from /, read: connection },
  // refused connection from [203.0.113.5] (host_reject_connection)
  {
    opening: /^(temporarily )?refused connection from /,
    read: (record, opening, rest) =>
      refuse(record, 'connect', !opening[1], `${opening[1] ?? ''}refused connection${rest}`),
  },
  {
    opening: /^connection from /,
    read: (record, _, rest) => refuse(record, 'connect', true, `connection${rest}`),
  },
  // Connection from [203.0.113.5] refused: too many connections
  {
    opening: /^Connection from /,
    read: (record, _, rest) => refuse(record, 'connect', false, `Connection${rest}`),
  },
  // rejected EHLO from [203.0.113.5]: syntactically invalid argument(s): foo bar!!
  { opening: /^rejected (?:EHLO|HELO) from /, read: permanentAt('helo') },
  {
    opening: /^(temporarily )?rejected "(?:EHLO|HELO)\b[^"]*" from /,
    read: (record, opening) => refuse(record, 'helo', !opening[1], 'helo verification failed'),
  },
  // rejected MAIL from mail.example [203.0.113.76]: no HELO/EHLO given
  { opening: /^rejected MAIL from /, read: permanentAt('mail') },
  // rejected MAIL FROM:<a@example> H=mail.example [203.0.113.5]: message too big: size=9999999 max=20480
  {
    opening: /^rejected MAIL FROM:/i,
    before: ' H=',
    read: (record, opening, rest) => {
      permanentAt('mail')(record, opening, rest);
    },
  },
  {
    opening: /^rejected MAIL command /,
    read: (record, _, rest) => refuse(record, 'mail', false, clean(rest)),
  },
  { opening: /^rejected XCLIENT from /, read: permanentAt('other') },
  // rejected from <a@example> H=mail.example [203.0.113.164]: message too big: read=28554 max=20480
  { opening: /^rejected from /, before: ' ', read: permanentAt('data') },
  {
    opening: /^(unqualified (sender|recipient|verify) rejected): /,
    before: ' ',
    read: (record, opening) => {
      const stage = opening[2] === 'sender' ? 'mail' : opening[2] === 'recipient' ? 'rcpt' : 'other';
      refuse(record, stage, true, opening[1] ?? '');
    },
  },
  {
    opening: /^(too many recipients: (?:message rejected|excess temporarily rejected)): sender=/,
    before: ' ',
    read: (record, opening) => refuse(record, 'rcpt', !opening[1]?.includes('temporarily'), opening[1] ?? ''),
  },
  {
    opening: /^((?:ridiculously long message header|overlong message header line) received) from /,
    read: (record, opening, rest) => refuse(record, 'data', true, `${opening[1]}${rest}`),
  },
  {
    opening: /^local_scan\(\) function .* - message temporarily rejected/,
    before: null,
    read: (record, opening) => refuse(record, 'data', false, opening[0]),
  },
  {
    opening: /^acl_smtp_mime: error while creating mbox spool file, message temporarily rejected/,
    before: null,
    read: (record, opening) => refuse(record, 'data', false, opening[0]),
  },
  // SMTP call from [203.0.113.5] dropped: too many unrecognized commands (last was "QUX")
  {
    opening: /^SMTP call from /,
    read: (record, _, rest) => refuse(record, 'other', true, rest.replace(/^ dropped: /, '')),
  },
  {
    opening: /^(SMTP (?:syntax|protocol) error) in "/,
    before: '" ',
    read: (record, opening, rest) => refuse(record, 'other', true, `${opening[1]}:${rest}`),
  },
  {
    opening: /^(SMTP protocol (?:violation: )?synchronization error \([^)]*\)): rejected connection from /,
    read: synchronization,
  },
  {
    opening: /^(SMTP protocol (?:violation: )?synchronization error \([^)]*\)): rejected "/,
    before: '" ',
    read: synchronization,
  },
  // Message abandoned: Spool write error (No space left on device) while receiving message from mail.example [203.0.113.5]
  {
    opening:
      /^(?:Message abandoned: )?((?:Spool write|Input read) error(?: \([^)]*\))?) while receiving message from /,
    read: (record, opening) => refuse(record, 'data', false, opening[1] ?? ''),
  },
  // spool directory space check failed: space=1234 inodes=55
  {
    opening: /^(?:spool|log) directory space check failed: .*/,
    before: null,
    read: (record, opening) => refuse(record, 'mail', false, opening[0]),
  },
  // PRDR R=<bob@hosted.example> temporary refusal
  {
    opening: /^PRDR R=<(.*)> (temporary )?refusal$/,
    before: null,
    read: (record, opening) => {
      record.recipient = opening[1] ?? null;
      refuse(record, 'data', !opening[2], null);
    },
  },
  // dovecot_login authenticator failed for (host) [203.0.113.5]:1234: 535 Incorrect authentication data (set_id=bob)
  {
    opening: /^\S+ authenticator failed for (?=H=|\S+ \(|\S+ \[|\(|\[|U=)/,
    read: (record, _, rest) => {
      const text = clean(rest);
      refuse(record, 'auth', !text.startsWith('4'), `authenticator failed: ${text}`);
      record.kind = 'auth-failure';
      record.reason = text === '' ? null : text;
    },
  },
  {
    opening: /^TLS (send |recv )?error on (?:\S+ )?connection (?!to )(?:from )?/,
    read: tlsError,
  },
  {
    opening: /^VRFY failed for /,
    before: ' ',
    read: (record, opening) => refuse(record, 'other', true, opening[0].trim()),
  },
  {
    opening: /^Warning: /,
    before: null,
    read: (record, _, rest) => {
      record.kind = 'warning';
      record.reason = rest;
    },
  },
];

/** Words that open a line which is no mail event: the daemon, queue runs, DNS remarks, the working of a check. */
const REMARKS: readonly RegExp[] = [
  /^cwd=/,
  /^(?:Start|End) (?:\S+ )?queue run/,
  /^exim \S+ daemon (?:started|restarted)|^pid \d+: SIGHUP received/,
  /^Exim configuration error|^SIGHUP received|^exim user lost privilege|^daemon: /,
  /^no (?:host name|IP address) found for /,
  /^list matching forced to fail|^DNS list lookup defer|^CNAME loop for |^ETRN \S+ received from |^ident connection to |^host name alias list truncated/,
  /^DKIM: |^DMARC |^SPF |^\[\S+\] (?:SSL|TLS) |^TLS session[: ]|^TLS client disconnected/,
  /^(?:sender|recipient) verify (?:defer|fail) \(making callo+ut connection\)/,
  /^lowest numbered MX record points to local host|^remote host address is the local host/,
  /^a TLS session is required for |^TLS error: |^H=\S+ \[\S+\]:? (?:a TLS session|Connection|TLS )/,
  /^SSL verify error|^TLS error on connection to |^ignoring AUTH=|^closed connection |^Memory |^retry |^socket bind\(\)|^log_selector/,
  // the panic log's own lines, which the main log repeats
  /^(?:failed to|cannot|unable to) |^Tainted |^Berkeley DB error/i,
];

/** @returns 'event' when the record was filled in, 'remark' for a line without a mail event, else 'unknown'. */
export function readSentence(record: LogRecord, text: string): 'event' | 'remark' | 'unknown' {
  for (const sentence of SENTENCES) {
    const opening = sentence.opening.exec(text);
    if (!opening) continue;
    if (sentence.before === null) {
      sentence.read(record, opening, text.slice(opening[0].length));
      return 'event';
    }
    return readWithClient(record, sentence, opening, text) ? 'event' : 'unknown';
  }
  return REMARKS.some((remark) => remark.test(text)) ? 'remark' : 'unknown';
}

function readWithClient(
  record: LogRecord,
  sentence: Sentence,
  opening: RegExpExecArray,
  text: string,
): boolean {
  const place = clientStart(record, sentence, opening, text);
  if (place === -1) return false;
  // `... from TFO* mail.example (cl) [203.0.113.5]`: TCP Fast Open
  const start = place + (/^TFO\*? /.exec(text.slice(place, place + 5))?.[0].length ?? 0);
  const item = readClient(text, start);
  if (item) {
    setClient(record, item);
    sentence.read(record, opening, text.slice(item.end));
    return true;
  }
  // A local submission is named by its login alone: `rejected HELO from CALLER: ...`
  const login = /^[^\s:[(]*/.exec(text.slice(start))?.[0] ?? '';
  record.localUser = login === '' ? null : login;
  sentence.read(record, opening, text.slice(start + login.length));
  return true;
}

/** Where the client item begins; the address or the quoted command before it is walked over and noted. */
function clientStart(record: LogRecord, sentence: Sentence, opening: RegExpExecArray, text: string): number {
  const at = opening[0].length;
  if (sentence.before === undefined) return at;
  if (sentence.before === '" ') {
    const close = quoteEnd(text, at - 1);
    // Exim 4.98 and older did not escape a quote in the command: `SMTP syntax error in "FOO "x"" H=...`
    const end =
      text.startsWith(' H=', close + 1) || text.startsWith(' U=', close + 1)
        ? close
        : text.indexOf('" H=', at);
    return end === -1 ? -1 : end + 2;
  }
  const close = angleEnd(text, at);
  const end = close === -1 ? text.indexOf(' ', at) : close + 1;
  if (end === -1) return -1;
  const address = close === -1 ? text.slice(at, end) : text.slice(at + 1, close);
  if (/recipient|verify|VRFY/.test(opening[0])) {
    if (opening[0].startsWith('too many')) record.sender = address;
    else record.recipient = address;
  } else record.sender = address;
  // `rejected from <a@x.example>H=mail.example [203.0.113.5]: ...`, of a message that was passed on while it came
  return text[end] === ' ' ? end + 1 : end;
}
