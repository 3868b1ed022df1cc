import type { Cause } from './cause.ts';
import { parseReply, type ReplyMeaning, replyMeaning } from './reply.ts';

/** Why a remote server refused or deferred our own mail: the words of the other causes, seen from the other side. */
export interface RemoteCause extends Omit<Cause, 'patterns' | 'replies' | 'skips'> {
  /** Replies that mean this. */
  meanings: readonly ReplyMeaning[];
  /** What our own server logs where nobody replied: anchored, compared before any reply is looked for. */
  texts: readonly RegExp[];
  examples: readonly [string, ...string[]];
}

/** The table of causes of mail that we could not deliver (contract: `remote-…`). */
export const remoteCauses = [
  {
    id: 'remote-sender-callout-failed',
    title: 'They could not verify our sender',
    fault: 'receiving-operator',
    advice:
      'Make our sender address exist and our server answer MAIL FROM:<> and RCPT TO for it on port 25, then send again.',
    source: 'RFC 5321 section 4.5.5; Exim acl.c acl_verify(), Postfix reject_unverified_sender',
    meanings: ['sender-callout-failed'],
    texts: [],
    examples: ['550 Sender verify failed'],
  },
  {
    id: 'remote-mailbox-unknown',
    title: 'The recipient does not exist there',
    fault: 'recipient',
    advice: 'Check the recipient for a typing error, and ask the person for the right address.',
    source: 'RFC 3463 X.1.1; RFC 5321 section 4.2.3 (550)',
    meanings: ['mailbox-unknown'],
    texts: [],
    examples: ['550 5.1.1 User unknown'],
  },
  {
    id: 'remote-mailbox-full',
    title: "The recipient's mailbox is full",
    fault: 'recipient',
    advice: 'Tell the recipient in another way to make room, and send again later.',
    source: 'RFC 3463 X.2.2; RFC 5321 section 4.2.3 (552)',
    meanings: ['mailbox-full'],
    texts: [],
    examples: ['552 5.2.2 Mailbox full'],
  },
  {
    id: 'remote-mailbox-disabled',
    title: "The recipient's mailbox is disabled",
    fault: 'recipient',
    advice: 'Ask the recipient in another way for an address that is in use.',
    source: 'RFC 3463 X.2.1',
    meanings: ['mailbox-disabled'],
    texts: [],
    examples: ['550 5.2.1 The email account that you tried to reach is disabled.'],
  },
  {
    id: 'remote-relay-denied',
    title: 'Their server does not know the domain',
    fault: 'recipient',
    advice:
      "Tell the recipient's DNS admin that the MX host does not accept mail for the domain, or log in where it is our own smarthost.",
    source: 'RFC 3463 X.7.1; Postfix reject_unauth_destination',
    meanings: ['relay-denied'],
    texts: [],
    examples: ['554 5.7.1 <a@x.example>: Relay access denied'],
  },
  {
    id: 'remote-server-blocklisted',
    title: 'Our address is on their blocklist',
    fault: 'receiving-operator',
    advice:
      'Look our outgoing address up at the list that the reply names, end what led to the entry, and ask for removal.',
    source: 'RFC 5782; RFC 3463 X.7.1',
    meanings: ['server-blocklisted'],
    texts: [],
    examples: ['554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org'],
  },
  {
    id: 'remote-greylisted',
    title: 'They greylist us',
    fault: 'nobody',
    advice: 'Wait: our server tries again on its own, and the next try from the same address gets through.',
    source: 'RFC 6647',
    meanings: ['greylisted'],
    texts: [],
    examples: ['450 4.2.0 Greylisted, try again in 60 seconds'],
  },
  {
    id: 'remote-rate-limited',
    title: 'We send them too much at once',
    fault: 'receiving-operator',
    advice: 'Find out what sends so much, and have it send slower.',
    source: 'RFC 3463 X.4.5; Postfix anvil(8)',
    meanings: ['rate-limited'],
    texts: [],
    examples: ['421 4.7.0 Error: too many connections from 192.0.2.1'],
  },
  {
    id: 'remote-spam',
    title: 'They take the message for spam',
    fault: 'receiving-operator',
    advice: 'Read the message as their filter does, and check that the account which sent it is not stolen.',
    source: 'RFC 3463 X.7.1',
    meanings: ['spam'],
    texts: [],
    examples: ['554 rejected due to spam URL in content'],
  },
  {
    id: 'remote-malware',
    title: 'They found malware in the message',
    fault: 'receiving-operator',
    advice: 'Clean the computer or web site that sent it, and change its passwords.',
    source: 'RFC 3463 X.7.1',
    meanings: ['malware'],
    texts: [],
    examples: ['550 5.7.1 Message contains a virus'],
  },
  {
    id: 'remote-authentication-failed',
    title: 'SPF, DKIM, DMARC or our PTR failed',
    fault: 'receiving-operator',
    advice:
      "Add our outgoing address to the sender domain's SPF record, sign with DKIM, and give the address a PTR record that resolves back.",
    source: 'RFC 7372 (X.7.20 to X.7.26)',
    meanings: ['authentication-failed'],
    texts: [],
    examples: ['550 5.7.26 Unauthenticated email is not accepted due to the DMARC policy'],
  },
  {
    id: 'remote-message-too-large',
    title: 'The message is too large for them',
    fault: 'recipient',
    advice: 'Share the file in another way.',
    source: 'RFC 1870; RFC 3463 X.3.4',
    meanings: ['message-too-large'],
    texts: [/^message is too big/],
    examples: ['552 5.3.4 Message size exceeds fixed limit'],
  },
  {
    id: 'remote-content-blocked',
    title: 'They take no such content',
    fault: 'receiving-operator',
    advice: 'Leave out what the reply names, often an attachment, or send it in another form.',
    source: 'RFC 3463 X.6.x',
    meanings: ['content-blocked'],
    texts: [],
    examples: ['552 5.7.0 This message was blocked because its attachment is not allowed'],
  },
  {
    id: 'remote-null-mx',
    title: "The recipient's domain takes no mail",
    fault: 'recipient',
    advice: 'Ask the recipient for an address in another domain.',
    source: 'RFC 7505; Exim dnslookup.c, Postfix smtp_addr.c',
    meanings: [],
    texts: [/^an MX or SRV record indicated no SMTP service/, /^Domain \S+ does not accept mail \(nullMX\)/],
    examples: ['an MX or SRV record indicated no SMTP service'],
  },
  {
    id: 'remote-dns-failure',
    title: "The recipient's domain is not in DNS",
    fault: 'recipient',
    advice: 'Check the domain for a typing error, and whether its DNS answers.',
    source: 'Exim route.c, dnslookup.c; Postfix smtp_addr.c; RFC 3463 X.1.2, X.4.3',
    meanings: ['dns-failure'],
    texts: [
      /^Unrouteable address$/,
      /^host lookup did not complete/,
      /^lookup of host "\S+" failed/,
      /^all relevant MX records point to non-existent hosts/,
      /^Host or domain name not found/,
    ],
    examples: ['Unrouteable address'],
  },
  {
    id: 'remote-connect-timeout',
    title: 'Their server does not answer at all',
    fault: 'network',
    advice:
      'Try port 25 of the named server from here, and if many unrelated servers time out, check our own way out.',
    source: 'Exim transports/smtp.c; Postfix smtp_connect.c; connect(2)',
    meanings: [],
    texts: [
      /^(?:\S+ \[[^\]\s]+\](?::\d+)? ?: )?(?:Connection timed out|SMTP timeout after )/,
      /^connect to \S+\[[^\]\s]+\]:\d+: Connection timed out/,
      /^conversation with \S+ timed out/,
    ],
    examples: ['mx.example [192.0.2.1]: Connection timed out'],
  },
  {
    id: 'remote-connect-refused',
    title: 'Their server refuses connections',
    fault: 'recipient',
    advice:
      "Wait, and tell the recipient's operator in another way if it lasts: nothing listens on port 25 there.",
    source: 'Exim transports/smtp.c; Postfix smtp_connect.c; connect(2)',
    meanings: [],
    texts: [
      /^(?:\S+ \[[^\]\s]+\](?::\d+)? ?: )?Connection refused/,
      /^connect to \S+\[[^\]\s]+\]:\d+: Connection refused/,
    ],
    examples: ['Connection refused'],
  },
  {
    id: 'remote-connect-unreachable',
    title: 'No route to their server',
    fault: 'network',
    advice: 'Check our own routing, firewall and IPv6 first, then ask the operator of the named server.',
    source: 'Exim transports/smtp.c; Postfix smtp_connect.c; connect(2)',
    meanings: [],
    texts: [
      /^(?:\S+ \[[^\]\s]+\](?::\d+)? ?: )?(?:No route to host|Network is unreachable|Permission denied)/,
      /^connect to \S+\[[^\]\s]+\]:\d+: (?:No route to host|Network is unreachable)/,
    ],
    examples: ['No route to host'],
  },
  {
    id: 'remote-connection-dropped',
    title: 'Their server hangs up',
    fault: 'recipient',
    advice:
      'Wait for the next try, and ask their operator why the connection is closed if it happens each time.',
    source: 'Exim transports/smtp.c; Postfix smtp_trouble.c',
    meanings: [],
    texts: [/^Remote host closed connection/, /^lost connection with \S+/, /^Connection reset by peer/],
    examples: ['Remote host closed connection in response to initial connection'],
  },
  {
    id: 'remote-tls-failure',
    title: 'TLS with their server failed',
    fault: 'unknown',
    advice: 'Test STARTTLS of the named server, and check whether our own rules demand too much of it.',
    source: 'Exim tls-openssl.c, tls-gnu.c; RFC 3207',
    meanings: ['tls-required'],
    texts: [/^(?:a )?TLS session/, /^TLS is required, but was not offered/, /^DANE /],
    examples: ['530 5.7.0 Must issue a STARTTLS command first'],
  },
  {
    id: 'remote-policy',
    title: 'A rule of theirs forbids it',
    fault: 'unknown',
    advice: 'Ask their postmaster which rule it was, with the reply word for word.',
    source: 'RFC 3463 X.7.1; RFC 5321 section 7.9',
    meanings: ['policy', 'auth-required', 'null-sender-refused'],
    texts: [],
    examples: ['554 5.7.1 <srv1.hosting.example[198.51.100.10]>: Client host rejected: Access denied'],
  },
  {
    id: 'remote-temporary',
    title: 'Their server says: try again later',
    fault: 'recipient',
    advice: 'Wait: our server tries again on its own for some days.',
    source: 'RFC 5321 section 4.2.1 (4yz)',
    meanings: ['temporary'],
    texts: [/^retry time not reached/],
    examples: ['451 4.3.0 Temporary failure'],
  },
  {
    id: 'remote-refused',
    title: 'Their server refuses it',
    fault: 'unknown',
    advice: 'Ask their postmaster what the reply means, with its words.',
    source: 'RFC 5321 section 4.2.1 (5yz)',
    meanings: ['refused'],
    texts: [],
    examples: ['554 Transaction failed'],
  },
] as const satisfies readonly RemoteCause[];

export type RemoteCauseId = (typeof remoteCauses)[number]['id'];

const table: readonly RemoteCause[] = remoteCauses;

export function remoteCauseOf(id: string): RemoteCause | undefined {
  return table.find((cause) => cause.id === id);
}

/**
 * What kept our own mail from being delivered: a reply as logged, or our own server's words where there was none.
 *
 * @param text a reply with its code, or the reason as logged. @returns null where it is neither.
 */
export function findRemoteCause(text: string): RemoteCause | null {
  const own = table.find(({ texts }) => texts.some((pattern) => pattern.test(text)));
  if (own) return own;
  const reply = parseReply(text);
  if (reply.code === null && reply.enhanced === null) return null;
  const meaning = replyMeaning(reply);
  return table.find(({ meanings }) => meanings.includes(meaning)) ?? null;
}
