import { domainToASCII } from 'node:url';
import type { Callout, Context } from '../../model/record.ts';

/** What the reason of a delivery or of a probe says: which host, what it answered, and where to look it up. */
export interface Remote {
  callout: Callout | null;
  /** As for a callout; a delivery's own contexts are derived from it. Null where the text is in none of the forms. */
  context: Context | null;
  subject: string;
}

/** `mx.example[192.0.2.1]`, `mx.example[192.0.2.1]:25`, `srv1[/var/spool/lmtp]` */
const HOST = String.raw`(\S+?)\[([^\]\s]+)\](?::\d+)?`;

const VIA = new RegExp(`^delivery via ${HOST}: (.*)$`, 's');
const CONNECT = new RegExp(`^connect to ${HOST}: (.*)$`, 's');
const GREETED = /^server refused to talk to me: (.*)$/s;
const SAID = new RegExp(`^host ${HOST} said: (.*)$`, 's');
const REFUSED = new RegExp(`^host ${HOST} refused to talk to me: (.*)$`, 's');
const LOST = new RegExp(`^lost connection with ${HOST} while (.*)$`, 's');
const TIMED_OUT = new RegExp(`^conversation with ${HOST} timed out while (.*)$`, 's');
const SASL_SAID = new RegExp(`^SASL authentication failed; server ${HOST} said: (.*)$`, 's');
const TLS =
  /^(?:TLS is required|Cannot start TLS|Server certificate |server certificate |TLSA lookup error|no TLSA records|TLSA records unusable|Verification not possible|non DNSSEC destination|mandatory TLS)/i;
const TLS_HOST = new RegExp(` (?:by|for|from|but) (?:host )?${HOST}(?: refused to start TLS: (.*))?`, 's');
const UTF8 = new RegExp(`^SMTPUTF8 is required, but was not offered by host ${HOST}$`);
const TOO_LARGE = new RegExp(`^message size \\d+ exceeds size limit \\d+ of server ${HOST}$`);

/** Texts about the routing of an address: smtp_addr.c, smtp_connect.c, qmgr_message.c, trivial-rewrite(8). */
const ROUTE =
  /^(?:Host or domain name not found|Host not found|Name service error|Name server loop for |Domain \S+ does not accept mail|mail for \S+ loops back to myself|unable to (?:look ?up|find) |Malformed (?:or unexpected|DNS|name server)|bad (?:address|domain)|unknown user: |User unknown|Address verification in progress|address verification problem|unknown mail transport error|mail transport unavailable|mail system configuration error|Server configuration error|Recipient address rejected: |Sender address rejected: )/;

/**
 * Reads the reason that a delivery agent gives: smtp_trouble.c, smtp_connect.c, smtp_addr.c (Postfix 2.3-3.10).
 *
 *     connect to mx.example[192.0.2.16]:25: Connection refused
 *     host mx.example[192.0.2.11] said: 550 5.1.1 User unknown (in reply to RCPT TO command)
 *     host mx.example[192.0.2.14] refused to talk to me: 554 5.7.1 Go away
 *     lost connection with mx.example[192.0.2.15] while receiving the initial server greeting
 *     conversation with mx.example[192.0.2.19] timed out while sending RCPT TO
 *     Host or domain name not found. Name service error for name=x.example type=A: Host not found
 *
 * @param domain of the address that was to be reached, in lower case: a name that is not found is either this or one of its MX hosts.
 */
export function readRemote(reason: string, domain: string | null): Remote {
  // qmgr(8), when a destination failed before
  const text = reason.startsWith(SUSPENDED) ? reason.slice(SUSPENDED.length) : reason;
  const strange = text.startsWith(STRANGE) ? readDialogue(text.slice(STRANGE.length)) : null;
  if (strange) return { ...strange, subject: text };
  // Postfix 2.1 and 2.2, of a probe
  const via = VIA.exec(text);
  if (!via) return readDialogue(text) ?? readLocal(text, domain);
  const there = readRemote(via[3] ?? '', domain);
  return there.callout ? there : { ...there, callout: hostOf(via) };
}

const SUSPENDED = 'delivery temporarily suspended: ';
/** smtp_trouble.c: a reply that is neither 4yz nor 5yz. */
const STRANGE = 'Protocol error: ';

function readDialogue(text: string): Remote | null {
  const connect = CONNECT.exec(text);
  if (connect) return connected(connect, connect[3] ?? '');
  const said = SAID.exec(text);
  if (said) return answered(said, said[3] ?? '');
  const refused = REFUSED.exec(text);
  if (refused) return replied(refused, 'callout-banner', null, refused[3] ?? '');
  const lost = LOST.exec(text);
  if (lost) return remote(lost, contextOfState(lost[3] ?? ''), text);
  const silent = TIMED_OUT.exec(text);
  if (silent) return remote(silent, contextOfState(silent[3] ?? ''), text);
  const login = SASL_SAID.exec(text);
  if (login) return replied(login, 'callout-mail', 'AUTH', login[3] ?? '');
  return null;
}

/** Postfix 2.0-2.2 told so of a greeting, too: `connect to mx.example[192.0.2.14]: server refused to talk to me: 451 later` */
function connected(host: RegExpExecArray, text: string): Remote {
  const greeting = GREETED.exec(text)?.[1];
  if (greeting !== undefined) return replied(host, 'callout-banner', null, greeting.trim());
  return remote(host, text.startsWith('server dropped ') ? 'callout-banner' : 'callout-connect', text);
}

function readLocal(text: string, domain: string | null): Remote {
  if (TLS.test(text)) {
    const host = TLS_HOST.exec(text);
    if (!host) return { callout: null, context: 'callout-tls', subject: text };
    return { ...replied(host, 'callout-tls', host[3] ? 'STARTTLS' : null, host[3] ?? ''), subject: text };
  }
  const ascii = UTF8.exec(text);
  if (ascii) return remote(ascii, 'callout-helo', text);
  const size = TOO_LARGE.exec(text);
  if (size) return remote(size, 'callout-rcpt', '552 5.3.4 message size exceeds size limit');
  if (ROUTE.test(text))
    return { callout: null, context: 'verify-route', subject: routeSubject(text, domain) };
  return { callout: null, context: null, subject: text };
}

/**
 * `name=x.example` is the domain itself, or the name of one of its MX hosts: a fault of another kind.
 *
 *     Host or domain name not found. Name service error for name=gone.mxnoaddr.example type=A: Host not found
 */
function routeSubject(text: string, domain: string | null): string {
  const found =
    /^(?:Host or domain name not found\. )?Name service error for name=(\S+) type=(\w+): (.*)$/s.exec(text);
  if (!found) return text;
  const [, name = '', type, error] = found;
  const whose = domain === null || isSame(name.toLowerCase(), domain) ? 'domain' : 'MX host';
  return `Name service error for ${whose}, type=${type}: ${error}`;
}

/** DNS is asked for the ASCII form (RFC 5890): `xn--gre-6ka8l.example` for `alice@grüße.example`. */
function isSame(name: string, domain: string): boolean {
  return name === domain || name === domainToASCII(domain);
}

/** `... (in reply to RCPT TO command)`; a reason that was cut at 250 characters lacks it. */
const REPLIED = / \(in reply to ([A-Za-z ]{2,24}?)(?: command)?\)$/;

function answered(host: RegExpExecArray, reply: string): Remote {
  const tail = REPLIED.exec(reply);
  const command = tail?.[1] ?? null;
  const text = tail ? reply.slice(0, tail.index) : reply;
  return replied(host, contextOfCommand(command), command, text);
}

function contextOfCommand(command: string | null): Context {
  if (command === 'MAIL FROM') return 'callout-mail';
  if (command === 'EHLO' || command === 'HELO' || command === 'LHLO') return 'callout-helo';
  if (command === 'STARTTLS') return 'callout-tls';
  return 'callout-rcpt';
}

/** smtp_proto.c: the words for what was being done. */
function contextOfState(state: string): Context {
  if (state.startsWith('receiving the initial')) return 'callout-banner';
  if (/^(?:performing the|sending) (?:EHLO|HELO|LHLO)/.test(state)) return 'callout-helo';
  if (/STARTTLS|TLS handshake/.test(state)) return 'callout-tls';
  return state.startsWith('sending MAIL FROM') ? 'callout-mail' : 'callout-rcpt';
}

function replied(host: RegExpExecArray, context: Context, command: string | null, reply: string): Remote {
  const codes = /^([245]\d\d)(?:[- ](?:#?([245]\.\d{1,3}\.\d{1,3})(?![\d.]))?|$)/.exec(reply);
  return {
    callout: {
      ...hostOf(host),
      command,
      code: codes ? Number(codes[1]) : null,
      enhanced: codes?.[2] ?? null,
      text: codes ? reply : null,
    },
    context,
    subject: reply,
  };
}

function remote(host: RegExpExecArray, context: Context, subject: string): Remote {
  return { callout: hostOf(host), context, subject };
}

function hostOf(host: RegExpExecArray): Callout {
  return { host: host[1] ?? null, ip: ipOf(host[2]), command: null, code: null, enhanced: null, text: null };
}

/** A UNIX-domain socket stands in the place of the address. */
function ipOf(text: string | undefined): string | null {
  return text === undefined || text.includes('/') ? null : text;
}
