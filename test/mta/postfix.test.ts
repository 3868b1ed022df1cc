import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/classify.ts';
import type { LogRecord } from '../../src/model/record.ts';
import { daemonOf } from '../../src/mta/postfix/daemons.ts';
import { readBareRepeat, readQueueId, readRepeat } from '../../src/mta/postfix/head.ts';
import { readRemote } from '../../src/mta/postfix/remote.ts';
import { findTrailer } from '../../src/mta/postfix/trailer.ts';
import { parseAll, parseOne } from './parse.ts';

const line = (daemon: string, text: string): string => `Nov 21 04:43:00 mail postfix/${daemon}[307]: ${text}`;

const one = (daemon: string, text: string): LogRecord => parseOne(line(daemon, text));

type Expected = Partial<{
  kind: string;
  stage: string | null;
  permanent: boolean | null;
  verdict: string | null;
  sender: string | null;
  recipient: string | null;
  client: string | null;
  reverseName: string | null;
  heloName: string | null;
  port: number | null;
  callout: string | null;
  code: number | null;
  context: string | null;
  cause: string | null;
  queueId: string | null;
  authenticatedAs: string | null;
  reason: string | null;
  truncated: boolean;
}>;

function flat(record: LogRecord): Required<Expected> {
  const { client, callout } = record;
  return {
    kind: record.kind,
    stage: record.stage,
    permanent: record.permanent,
    verdict: record.verdict,
    sender: record.sender,
    recipient: record.recipient,
    client: client?.ip ?? null,
    reverseName: client?.reverseName ?? null,
    heloName: client?.heloName ?? null,
    port: client?.port ?? null,
    callout: callout?.ip ?? null,
    code: callout?.code ?? null,
    context: record.context,
    cause: classify(record),
    queueId: record.queueId,
    authenticatedAs: record.authenticatedAs,
    reason: record.reason,
    truncated: record.truncated,
  };
}

const FROM = 'from mx.x.example[203.0.113.5]';
const TAIL = 'from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<mx.x.example>';
const rejected = (text: string): string => `NOQUEUE: reject: RCPT ${FROM}: ${text}; ${TAIL}`;
const unverified = (reason: string): string =>
  rejected(`450 4.1.7 <a@x.example>: Sender address rejected: unverified address: ${reason}`);
const delivered = (reason: string): string =>
  `4F1B2: to=<b@far.example>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (${reason})`;

const LINES: readonly (readonly [what: string, daemon: string, text: string, expected: Expected])[] = [
  [
    'a refusal of the sender check',
    'smtpd',
    unverified('host mx.x.example[192.0.2.11] said: 550 5.1.1 User unknown (in reply to RCPT TO command)'),
    {
      kind: 'rejection',
      stage: 'rcpt',
      permanent: false,
      sender: 'a@x.example',
      recipient: 'b@y.example',
      client: '203.0.113.5',
      reverseName: 'mx.x.example',
      heloName: 'mx.x.example',
      callout: '192.0.2.11',
      code: 550,
      cause: 'callout-mailbox-unknown',
    },
  ],
  [
    'the codes of 2.2 and older',
    'smtpd',
    rejected('554 <b@y.example>: Relay access denied'),
    { permanent: true, cause: 'relay-denied' },
  ],
  [
    'a reason hidden by unverified_sender_reject_reason',
    'smtpd',
    unverified('Address verification failed'),
    { context: 'verify-unlogged', cause: 'verify-reason-unlogged' },
  ],
  [
    'a probe that still runs',
    'smtpd',
    unverified('Address verification in progress'),
    { cause: 'callout-pending' },
  ],
  [
    'a 5yz to EHLO, where 5yz is configured',
    'smtpd',
    rejected(
      '550 5.1.7 <a@x.example>: Sender address rejected: undeliverable address: host mx.x.example[192.0.2.22] refused to talk to me: 550 5.7.1 no',
    ),
    { context: 'callout-helo', cause: 'callout-helo-refused' },
  ],
  [
    'a filter before the queue',
    'smtpd',
    'proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=01-05 - SPAM; from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<mx>',
    {
      kind: 'rejection',
      stage: 'data',
      permanent: true,
      sender: 'a@x.example',
      recipient: 'b@y.example',
      heloName: 'mx',
      cause: 'content-spam',
      reason: '554 5.7.0 Reject, id=01-05 - SPAM',
    },
  ],
  [
    'what such a filter takes',
    'smtpd',
    'proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok; from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<mx>',
    { kind: 'other', permanent: null, cause: null },
  ],
  [
    'a recipient that such a filter refuses',
    'smtpd',
    'warning: proxy 127.0.0.1:10026 rejected "RCPT TO:<b@y.example>": "550 5.1.1 no such user"',
    {
      kind: 'rejection',
      stage: 'rcpt',
      permanent: true,
      recipient: 'b@y.example',
      cause: 'recipient-unknown',
    },
  ],
  [
    'a message that is too large',
    'smtpd',
    'warning: 4F1B2C3D: queue file size limit exceeded',
    {
      kind: 'rejection',
      stage: 'data',
      permanent: true,
      queueId: '4F1B2C3D',
      client: null,
      cause: 'message-too-large',
    },
  ],
  [
    'more recipients than anvil(8) allows',
    'smtpd',
    'warning: Recipient address rate limit exceeded: 4 from mx.x.example[203.0.113.5] for service smtp',
    { kind: 'rejection', stage: 'rcpt', permanent: false, client: '203.0.113.5', cause: 'rate-limited' },
  ],
  [
    'an address that is none',
    'smtpd',
    'warning: Illegal address syntax from mx.x.example[203.0.113.5] in RCPT command: <b@@y.example>',
    {
      kind: 'rejection',
      stage: 'rcpt',
      permanent: true,
      client: '203.0.113.5',
      recipient: 'b@@y.example',
      cause: 'protocol-error',
    },
  ],
  [
    'a client on the list of postscreen',
    'postscreen',
    'NOQUEUE: reject: RCPT from [203.0.113.5]:43429: 550 5.3.2 Service currently unavailable; from=<a@x.example>, to=<b@y.example>, proto=ESMTP, helo=<mx>',
    { permanent: true, cause: 'client-blocked' },
  ],
  [
    'a header check in words of its own',
    'cleanup',
    `4F1B2C3D: reject: header X-A: b ${FROM}; from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<mx>: 5.7.1 not with us`,
    { stage: 'data', permanent: true, cause: 'content-blocked' },
  ],
  [
    'no MX, no address',
    'smtpd',
    unverified('Host or domain name not found. Name service error for name=x.example type=A: Host not found'),
    { cause: 'sender-domain-unroutable', callout: null },
  ],
  [
    'an MX name without an address',
    'smtpd',
    unverified(
      'Host or domain name not found. Name service error for name=gone.x.example type=A: Host not found',
    ),
    { cause: 'sender-domain-mx-unusable' },
  ],
  [
    'a SERVFAIL of the MX name',
    'smtpd',
    unverified(
      'Host or domain name not found. Name service error for name=mx.x.example type=A: Host not found, try again',
    ),
    { cause: 'sender-domain-dns-temporary' },
  ],
  [
    'a quoted local part, in its internal form before the text',
    'smtpd',
    `NOQUEUE: reject: RCPT ${FROM}: 450 4.1.7 <odd >: user@x.example>: Sender address rejected: unverified address: connect to mx[192.0.2.1]:25: Connection refused; from=<"odd >: user"@x.example> to=<b@y.example> proto=ESMTP helo=<h>`,
    { sender: '"odd >: user"@x.example', cause: 'callout-connect-refused' },
  ],
  [
    'a remote reply that imitates a trailer',
    'smtpd',
    unverified(
      'host mx.x.example[192.0.2.11] said: 550 no; from=<ceo@bank.example> to=<victim@y.example> proto=ESMTP helo=<x> (in reply to RCPT TO command)',
    ),
    { sender: 'a@x.example', recipient: 'b@y.example', cause: 'callout-refused' },
  ],
  [
    'a sender that imitates a trailer',
    'smtpd',
    `NOQUEUE: reject: RCPT ${FROM}: 554 5.7.1 <b@y.example>: Relay access denied; from=<"; from=<c@z.example> to=<"@x.example> to=<b@y.example> proto=ESMTP helo=<h>`,
    {
      sender: '"; from=<c@z.example> to=<"@x.example',
      recipient: 'b@y.example',
      heloName: 'h',
      cause: 'relay-denied',
    },
  ],
  [
    'postscreen, with commas and a port',
    'postscreen',
    'NOQUEUE: reject: RCPT from [203.0.113.9]:51143: 550 5.7.1 Service unavailable; client [203.0.113.9] blocked using zen.rbl.example; from=<a@x.example>, to=<b@y.example>, proto=ESMTP, helo=<dyn>',
    {
      client: '203.0.113.9',
      port: 51143,
      reverseName: null,
      heloName: 'dyn',
      sender: 'a@x.example',
      recipient: 'b@y.example',
      cause: 'dnsbl-listed',
    },
  ],
  [
    'postscreen before the first command',
    'postscreen',
    'NOQUEUE: reject: CONNECT from [203.0.113.9]:51143: too many connections',
    { stage: 'connect', permanent: false, cause: 'connection-limit' },
  ],
  [
    'postscreen puts a new client off',
    'postscreen',
    'NOQUEUE: reject: RCPT from [203.0.113.6]:44019: 450 4.3.2 Service currently unavailable; from=<a@x.example>, to=<b@y.example>, proto=ESMTP, helo=<h>',
    { cause: 'greylisted' },
  ],
  [
    'a milter after DATA, with a DSN only',
    'cleanup',
    `802D01B205E: milter-reject: END-OF-MESSAGE ${FROM}: 5.7.1 Blocked by SpamAssassin; ${TAIL}`,
    { stage: 'data', permanent: true, queueId: '802D01B205E', cause: 'content-spam' },
  ],
  [
    'a milter that defers',
    'smtpd',
    `NOQUEUE: milter-reject: RCPT ${FROM}: 451 4.7.1 Service unavailable - try again later; ${TAIL}`,
    { permanent: false, cause: 'server-temporary' },
  ],
  [
    'header_checks: the text comes last, the header is a stranger’s',
    'cleanup',
    `4jWdxp6t15zFNSP: reject: header Subject: hello from z[192.0.2.9] ${FROM}; ${TAIL}: 5.7.1 No spam please`,
    {
      stage: 'data',
      permanent: true,
      client: '203.0.113.5',
      sender: 'a@x.example',
      queueId: '4jWdxp6t15zFNSP',
      cause: 'content-spam',
    },
  ],
  [
    'header_checks on local mail, without a text',
    'cleanup',
    '4F1B2: reject: body buy from local; from=<root@y.example> to=<b@y.example>',
    { client: null, sender: 'root@y.example', cause: 'content-blocked' },
  ],
  [
    'warn_if_reject refuses nothing',
    'smtpd',
    `NOQUEUE: reject_warning: RCPT ${FROM}: 550 5.1.7 <a@x.example>: Sender address rejected: undeliverable address: mail for x.example loops back to myself; ${TAIL}`,
    { kind: 'warning', cause: 'sender-domain-mx-is-us' },
  ],
  [
    'a message that is held was accepted',
    'smtpd',
    `4F1B2: hold: RCPT ${FROM}: <a@x.example>: Sender address triggers HOLD action; ${TAIL}`,
    { kind: 'other', cause: null },
  ],
  [
    'an address that ends like a field',
    'smtpd',
    `${rejected('550 5.1.1 <b@y.example>: Recipient address rejected: User unknown').split('; from=')[0]}; from=<<>@x.example> to=<b@y.example> proto=ESMTP helo=<mx.x.example>`,
    {
      sender: '<>@x.example',
      recipient: 'b@y.example',
      heloName: 'mx.x.example',
      cause: 'recipient-unknown',
    },
  ],
  [
    'a bounce that soft_bounce makes a deferral',
    'smtp',
    '4F1B2: to=<b@far.example>, relay=mx.far.example[192.0.2.9]:25, delay=1, delays=0/0/1/0, dsn=5.1.1, status=SOFTBOUNCE (host mx.far.example[192.0.2.9] said: 550 5.1.1 User unknown (in reply to RCPT TO command))',
    { kind: 'deferral', permanent: false, callout: '192.0.2.9', code: 550, cause: 'remote-mailbox-unknown' },
  ],
  [
    'an agent of ours that does not run',
    'error',
    delivered('mail transport unavailable'),
    { kind: 'deferral', cause: 'local-delivery-failed' },
  ],
  [
    'a greeting, as Postfix 2.0-2.2 told it',
    'smtp',
    delivered(
      'connect to mx.far.example[192.0.2.9]: server refused to talk to me: 451 Message temporarily deferred - 4.16.50  ',
    ),
    { callout: '192.0.2.9', code: 451, cause: 'remote-temporary' },
  ],
  [
    'no greeting, as Postfix 2.0-2.2 told it',
    'smtp',
    delivered(
      'connect to mx.far.example[192.0.2.9]: server dropped connection without sending the initial SMTP greeting',
    ),
    { callout: '192.0.2.9', cause: 'remote-connection-dropped' },
  ],
  [
    'a probe of Postfix 2.1 and 2.2',
    'smtp',
    '4F1B2: to=<a@x.example>, relay=mx.x.example[192.0.2.9], delay=1, status=undeliverable (delivery via mx.x.example[192.0.2.9]: host mx.x.example[192.0.2.9] said: 530 authentication required (in reply to MAIL FROM command))',
    { kind: 'sender-verify', callout: '192.0.2.9', code: 530, cause: 'callout-auth-required' },
  ],
  [
    'a probe of Postfix 2.1 and 2.2 that got no answer',
    'smtp',
    '4F1B2: to=<a@x.example>, relay=mx.x.example[192.0.2.9], delay=1, status=undeliverable (delivery via mx.x.example[192.0.2.9]: Cannot start TLS: handshake failure)',
    { kind: 'sender-verify', callout: '192.0.2.9', cause: 'callout-tls-failure' },
  ],
  [
    'a name server that talks nonsense',
    'smtp',
    delivered(
      'Host or domain name not found. Name service error for name=far.example type=MX: Malformed or unexpected name server reply',
    ),
    { cause: 'remote-dns-failure' },
  ],
  [
    'a server that offers no TLS for now',
    'smtp',
    delivered('TLS is required, but host mx.far.example[192.0.2.9] refused to start TLS: 454 4.7.0 not now'),
    { callout: '192.0.2.9', code: 454, cause: 'remote-tls-failure' },
  ],
  [
    'a greeting in the words for a mailbox that is missing',
    'smtp',
    delivered(
      'host mx.far.example[192.0.2.9] refused to talk to me: 550 Requested action not taken: mailbox unavailable',
    ),
    { callout: '192.0.2.9', code: 550, cause: 'remote-policy' },
  ],
  [
    "a milter's reply of several lines",
    'smtpd',
    `NOQUEUE: milter-reject: MAIL ${FROM}: 451-4.7.1 Greylisting in action??451 4.7.1 come back; from=<a@x.example> proto=ESMTP helo=<mx.x.example>`,
    { stage: 'mail', permanent: false, cause: 'greylisted' },
  ],
  [
    "a filter's reply of several lines",
    'smtpd',
    'warning: proxy 127.0.0.1:10026 rejected "RCPT TO:<b@y.example>": "550-5.1.1 no such user??550 5.1.1 bye"',
    { permanent: true, recipient: 'b@y.example', cause: 'recipient-unknown' },
  ],
  [
    'a bare line feed (3.8.5)',
    'smtpd',
    `4F1B2: reject: END-OF-MESSAGE ${FROM}: bare <LF> received; ${TAIL}`,
    { stage: 'data', permanent: true, cause: 'protocol-error' },
  ],
  [
    'a bare line feed (3.5.23)',
    'smtpd',
    `bare <LF> received after DATA (1234 bytes) ${FROM}`,
    { stage: 'data', permanent: true, client: '203.0.113.5', cause: 'protocol-error' },
  ],
  [
    'milter_header_checks',
    'cleanup',
    `4F1B2: milter-header-reject: header X-Spam-Flag: YES ${FROM}; ${TAIL}: 5.7.1 spam`,
    { stage: 'data', permanent: true, sender: 'a@x.example', cause: 'content-spam' },
  ],
  [
    'message_reject_characters',
    'cleanup',
    `4F1B2: reject: content \\000abc ${FROM}; ${TAIL}: 5.7.1 disallowed character`,
    { stage: 'data', permanent: true, client: '203.0.113.5', cause: 'content-blocked' },
  ],
  [
    'a map that could not be read at the end of the data',
    'cleanup',
    'warning: 4F5A31B2034: virtual_alias_maps map lookup problem for b@y.example -- message not accepted, try again later',
    { stage: 'data', permanent: false, queueId: '4F5A31B2034', cause: 'server-temporary' },
  ],
  [
    'a message that went in circles',
    'cleanup',
    'warning: 4F5A31B2034: message rejected: hopcount exceeded',
    { permanent: true, cause: 'header-invalid' },
  ],
  [
    'a certificate that is wanted',
    'smtpd',
    `NOQUEUE: abort: TLS ${FROM}: No client certificate presented`,
    { stage: 'tls', permanent: false, client: '203.0.113.5', cause: 'tls-failure' },
  ],
  [
    'too many STARTTLS',
    'smtpd',
    `warning: Refusing STARTTLS request ${FROM} for service smtp`,
    { stage: 'tls', permanent: false, cause: 'rate-limited' },
  ],
  [
    'a login server that is away',
    'smtpd',
    'warning: mx.x.example[203.0.113.5]:40000: SASL PLAIN authentication failed: Connection lost to authentication server',
    { kind: 'auth-failure', permanent: false, client: '203.0.113.5', cause: 'server-temporary' },
  ],
  [
    'what our own agent says of the probe',
    'smtpd',
    unverified(
      'SASL authentication failed; cannot authenticate to server relay.y.example[198.51.100.9]: no mechanism available',
    ),
    { cause: 'verify-misconfigured' },
  ],
  [
    'our own breakage is no unknown recipient',
    'smtpd',
    rejected(
      '450 4.1.1 <b@y.example>: Recipient address rejected: unverified address: mail transport unavailable',
    ),
    { permanent: false, cause: 'server-temporary' },
  ],
  [
    'a reply that is none',
    'smtp',
    delivered('Protocol error: host mx.far.example[192.0.2.9] said: 250 ok (in reply to DATA command)'),
    { callout: '192.0.2.9', cause: 'remote-connection-dropped' },
  ],
  ['what transport(5) says', 'error', delivered('no mail to free mailers'), { cause: 'local-policy' }],
  [
    'a submission service takes nobody without a login',
    'submission/smtpd',
    rejected('554 5.7.1 <b@y.example>: Recipient address rejected: Access denied'),
    { cause: 'auth-required' },
  ],
  [
    'who is logged in meets another rule',
    'submission/smtpd',
    `${rejected('554 5.7.1 <b@y.example>: Recipient address rejected: Access denied')} sasl_method=PLAIN sasl_username=bob`,
    { authenticatedAs: 'bob', cause: 'recipient-restricted' },
  ],
  [
    'a site’s own words behind the class',
    'smtpd',
    rejected(
      '550 5.7.23 <b@y.example>: Recipient address rejected: Message rejected due to: SPF fail - not authorized',
    ),
    { cause: 'spf-fail' },
  ],
  [
    'words that only sound like another class',
    'smtpd',
    rejected('554 5.7.1 <mx.x.example[203.0.113.5]>: Client host rejected: go away'),
    { cause: 'client-blocked' },
  ],
  [
    'a broken map',
    'smtpd',
    rejected('451 4.3.5 <a@x.example>: Sender address rejected: Server configuration error'),
    { cause: 'server-temporary' },
  ],
  [
    'the server behind us knows no such recipient',
    'smtpd',
    rejected(
      '550 5.1.1 <b@y.example>: Recipient address rejected: undeliverable address: host mx.y.example[192.0.2.11] said: 552 5.2.2 Mailbox full (in reply to RCPT TO command)',
    ),
    { cause: 'recipient-mailbox-full' },
  ],
  [
    'a probe that failed',
    'relay/smtp',
    'F04BE1B2037: to=<a@x.example>, relay=mx.x.example[192.0.2.11]:25, delay=0.05, delays=0/0/0.04/0, dsn=5.1.1, status=undeliverable (host mx.x.example[192.0.2.11] said: 550 5.1.1 User unknown (in reply to RCPT TO command))',
    {
      kind: 'sender-verify',
      verdict: 'fail',
      sender: 'a@x.example',
      recipient: null,
      cause: 'callout-mailbox-unknown',
    },
  ],
  [
    'a probe that failed for now',
    'smtp',
    'F04BE1B2037: to=<a@x.example>, relay=mx[192.0.2.1]:25, delay=0, dsn=4.7.1, status=undeliverable-but-not-cached (host mx[192.0.2.1] refused to talk to me: 554 5.7.1 no)',
    { verdict: 'defer', context: 'callout-banner', cause: 'callout-banner-refused' },
  ],
  [
    'a probe whose EHLO was refused',
    'smtp',
    'F04BE1B2037: to=<a@x.example>, relay=mx[192.0.2.1]:25, delay=0, dsn=5.7.1, status=undeliverable (host mx[192.0.2.1] refused to talk to me: 550 5.7.1 no)',
    { verdict: 'fail', context: 'callout-helo' },
  ],
  [
    'a probe that succeeded',
    'smtp',
    'F04BE1B2037: to=<a@x.example>, relay=none, delay=0, dsn=2.0.0, status=deliverable (ok)',
    { kind: 'other', cause: null, sender: 'a@x.example' },
  ],
  [
    'a delivery to an alias: the recipient is what the client said',
    'local',
    '4F1B2: to=<bob@y.example>, orig_to=<b@y.example>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)',
    { kind: 'delivery', recipient: 'b@y.example', permanent: null, cause: null },
  ],
  [
    'a delivery line of 3.12',
    'smtp',
    '4F1B2: to=<b@far.example>, relay=mx.far.example[192.0.2.9]:25, conn_use=2, delay=1, delays=0/0/1/0, tls=trusted, dsn=5.1.1, status=bounced (host mx.far.example[192.0.2.9] said: 550 5.1.1 no such user (in reply to RCPT TO command))',
    { kind: 'bounce', permanent: true, callout: '192.0.2.9', cause: 'remote-mailbox-unknown' },
  ],
  [
    'our mail, greylisted',
    'smtp',
    delivered('host mx[192.0.2.9] said: 451 4.7.1 Greylisted (in reply to RCPT TO command)'),
    { kind: 'deferral', permanent: false, cause: 'remote-greylisted' },
  ],
  [
    'our mail, no connection',
    'smtp',
    delivered('connect to mx[192.0.2.9]:25: Connection timed out'),
    { cause: 'remote-connect-timeout' },
  ],
  [
    'our mail, a destination that failed before',
    'error',
    delivered('delivery temporarily suspended: connect to mx[192.0.2.9]:25: Connection refused'),
    { cause: 'remote-connect-refused' },
  ],
  [
    'our mail, TLS',
    'smtp',
    delivered('TLS is required, but was not offered by host mx[192.0.2.9]'),
    { callout: '192.0.2.9', cause: 'remote-tls-failure' },
  ],
  [
    'our mail, null MX',
    'smtp',
    delivered('Domain far.example does not accept mail (nullMX)'),
    { cause: 'remote-null-mx' },
  ],
  [
    'our mail, their sender check',
    'smtp',
    delivered(
      'host mx[192.0.2.9] said: 450 4.1.8 <a@x.example>: Sender address rejected: Domain not found (in reply to MAIL FROM command)',
    ),
    { cause: 'remote-sender-callout-failed' },
  ],
  [
    'a mailbox of this server',
    'virtual',
    '4F1B2: to=<b@y.example>, relay=virtual, delay=0, dsn=4.2.2, status=deferred (maildir delivery failed: quota exceeded)',
    { cause: 'local-delivery-failed' },
  ],
  [
    'a program of this server',
    'pipe',
    '4F1B2: to=<b@y.example>, relay=dovecot, delay=0, dsn=4.3.0, status=deferred (temporary failure. Command output: x)',
    { cause: 'local-delivery-failed' },
  ],
  [
    'a mailbox server of this machine',
    'lmtp',
    "4F1B2: to=<b@y.example>, relay=mail[private/dovecot-lmtp], delay=0.1, delays=0/0/0/0.1, dsn=5.1.1, status=bounced (host mail[private/dovecot-lmtp] said: 550 5.1.1 <b@y.example> User doesn't exist: b@y.example (in reply to RCPT TO command))",
    { kind: 'bounce', cause: 'local-delivery-failed' },
  ],
  [
    'a content filter of this machine that is down',
    'smtp',
    '4F1B2: to=<b@y.example>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to 127.0.0.1[127.0.0.1]:10024: Connection refused)',
    { kind: 'deferral', cause: 'local-delivery-failed' },
  ],
  [
    'a destination without a transport',
    'error',
    '4F1B2: to=<b@y.example>, relay=none, delay=0, delays=0/0/0/0, dsn=5.1.1, status=bounced (User unknown in virtual alias table)',
    { kind: 'bounce', cause: 'local-delivery-failed' },
  ],
  [
    'our mail, a server without SMTPUTF8',
    'smtp',
    '10F7142E: to=<jörg@out-no8.example>, relay=mx.out-no8.example[198.51.100.53]:25, delay=0, delays=0/0/0/0, dsn=5.6.7, status=bounced (SMTPUTF8 is required, but was not offered by host mx.out-no8.example[198.51.100.53])',
    {
      kind: 'bounce',
      recipient: 'jörg@out-no8.example',
      callout: '198.51.100.53',
      cause: 'remote-content-blocked',
    },
  ],
  [
    'a probe at a server without SMTPUTF8',
    'smtp',
    'E6E42423: to=<jörg@utf-no8.example>, relay=mx.utf-no8.example[198.51.100.21]:25, delay=0, delays=0/0/0/0, dsn=5.6.7, status=undeliverable (SMTPUTF8 is required, but was not offered by host mx.utf-no8.example[198.51.100.21])',
    {
      sender: 'jörg@utf-no8.example',
      callout: '198.51.100.21',
      permanent: true,
      cause: 'callout-smtputf8-unsupported',
    },
  ],
  [
    'a domain of another script, in the form of DNS',
    'smtpd',
    `NOQUEUE: reject: RCPT ${FROM}: 550 5.1.7 <alice@grüße.example>: Sender address rejected: undeliverable address: Host or domain name not found. Name service error for name=xn--gre-6ka8l.example type=AAAA: Host not found; from=<alice@grüße.example> to=<bob@hosted.example> proto=ESMTP helo=<h.example>`,
    { sender: 'alice@grüße.example', cause: 'sender-domain-unroutable' },
  ],
  [
    'WARN of access(5) is no warn_if_reject',
    'smtpd',
    `NOQUEUE: warn: RCPT ${FROM}: known for trouble; ${TAIL}`,
    { kind: 'warning', permanent: null, cause: null },
  ],
  [
    'WARN of header_checks(5)',
    'cleanup',
    `4jX4Jv2rPWzTR: warning: header X-Lab: warn ${FROM}; ${TAIL}: seen`,
    { kind: 'warning', permanent: null, cause: null },
  ],
  [
    'FILTER, before the message has an id',
    'smtpd',
    `NOQUEUE: filter: RCPT ${FROM}: <mx.x.example[203.0.113.5]>: Client host triggers FILTER smtp:[127.0.0.1]:10025; ${TAIL}`,
    { kind: 'other', permanent: null, cause: null, sender: 'a@x.example' },
  ],
  [
    'REDIRECT of header_checks(5)',
    'cleanup',
    `4jX4Jv4X3VzTf: redirect: header X-Lab: redirect ${FROM}; ${TAIL}: carol@hosted.example`,
    { kind: 'other', permanent: null, cause: null },
  ],
  [
    'a login that failed',
    'smtpd',
    'warning: unknown[203.0.113.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=bob',
    { kind: 'auth-failure', stage: 'auth', client: '203.0.113.7', reverseName: null, cause: 'auth-failed' },
  ],
  [
    'a limit of anvil',
    'smtpd',
    'warning: Connection rate limit exceeded: 61 from mx.x.example[203.0.113.5] for service smtp',
    { kind: 'rejection', permanent: false, cause: 'rate-limited' },
  ],
  [
    'a client',
    'smtpd',
    '4F1B2: client=mx.x.example[203.0.113.5], sasl_method=PLAIN, sasl_username=bob@y.example',
    { kind: 'connection', authenticatedAs: 'bob@y.example', client: '203.0.113.5' },
  ],
  [
    'an arrival',
    'qmgr',
    '4F1B2: from=<a@x.example>, size=234, nrcpt=1 (queue active)',
    { kind: 'arrival', sender: 'a@x.example' },
  ],
  [
    'a probe never arrives',
    'qmgr',
    '4F1B2: from=<double-bounce@mail.y.example>, size=234, nrcpt=1 (queue active)',
    { kind: 'other' },
  ],
  [
    'a bounce arrives',
    'qmgr',
    '4F1B2: from=<>, size=234, nrcpt=1 (queue active)',
    { kind: 'arrival', sender: '' },
  ],
  [
    'a message that expired',
    'qmgr',
    '4F1B2: from=<a@x.example>, status=expired, returned to sender',
    { kind: 'bounce', permanent: true, cause: null },
  ],
  ['the end of a message', 'qmgr', '4F1B2: removed', { kind: 'completed' }],
  [
    'a client that went away (3.10+)',
    'smtpd',
    'NOQUEUE: lost connection after RCPT from mx.x.example[203.0.113.5]',
    { kind: 'connection', client: '203.0.113.5' },
  ],
];

describe('a line of Postfix', () => {
  it.each(LINES)('%s', (_what, daemon, text, expected) => {
    expect(flat(one(daemon, text))).toMatchObject(expected);
  });

  it.each([
    'Nov 21 04:43:00 mail postfix/smtpd[307]: ',
    'Nov  1 04:43:00 mail mx1/submission/smtpd[307]: ',
    '2026-11-21T04:43:00.980214+00:00 mail postfix-in/smtpd[266]: ',
    '<22>1 2026-11-21T04:43:00.980214+00:00 mail postfix 266 - -  ',
  ])('is one behind %s', (head) => {
    const [record] = parseAll([head + rejected('554 5.7.1 <b@y.example>: Relay access denied')]);
    expect(record).toMatchObject({ mta: 'postfix', sender: 'a@x.example', recipient: 'b@y.example' });
  });

  it('is counted as often as syslog says', () => {
    const text = rejected('554 5.7.1 <b@y.example>: Relay access denied');
    const repeated = line('smtpd', `message repeated 3 times: [ ${text}]`);
    const bare = 'Nov 21 04:43:09 mail last message repeated 2 times';
    expect(parseAll([repeated, line('smtpd', text), bare, bare])).toMatchObject([
      { times: 3, recipient: 'b@y.example' },
      { times: 1 },
      { times: 2, line: 3, recipient: 'b@y.example' },
      'remark',
    ]);
  });

  it.each([
    'Nov 21 04:43:00.123456 mail postfix/smtpd[1]:',
    'Nov 21 04:43:00 <mail.info> mail postfix/smtpd[1]:',
    'Nov 21 04:43:00 mail postfix/smtpd[1]: [ID 197553 mail.info]',
    '<22>Nov 21 04:43:00 mail postfix/smtpd[1]:',
    '2026-11-21T04:43:00+0000 mail postfix/submission/smtpd[1]:',
    'postfix-mailcow-1  | Nov 21 04:43:00 a1b2c3 postfix/smtpd[1]:',
    '2026-11-21T04:43:00,123456+0000 mail postfix/smtpd[1]:',
    '<22>1 2026-11-21T04:43:00.123Z mail postfix/smtpd 1 - -',
    '<22>1 2026-11-21T04:43:00.123Z mail postfix 1 - [meta a="b"]',
  ])('is known by the head that syslog gives it: %s', (head) => {
    expect(parseOne(`${head} ${rejected('554 5.7.1 <b@y.example>: Relay access denied')}`)).toMatchObject({
      kind: 'rejection',
      pid: 1,
      sender: 'a@x.example',
    });
  });

  it('that does not name its client is about the one that its process serves', () => {
    const [, too] = parseAll([
      line('smtpd', 'connect from mx.x.example[203.0.113.5]'),
      line('smtpd', 'warning: 4F1B2C3D: queue file size limit exceeded'),
    ]);
    expect(too).toMatchObject({ kind: 'rejection', client: { ip: '203.0.113.5' } });
  });

  it('is active many times and arrives once', () => {
    const active = line('qmgr', '4F1B2: from=<a@x.example>, size=234, nrcpt=1 (queue active)');
    const client = line('smtpd', '4F1B2: client=mx.x.example[203.0.113.5]');
    const kinds = parseAll([client, active, active, client, active]).map((one) =>
      typeof one === 'string' ? one : one.kind,
    );
    expect(kinds).toEqual(['connection', 'arrival', 'other', 'connection', 'arrival']);
  });

  it('tells what it does not understand', () => {
    const strange = line('smtpd', 'NOQUEUE: reject: RCPT from nobody; from=<a@x.example>');
    expect(parseAll([strange, line('smtp', '4F1B2: to=<a@x.example>, status=what')])).toEqual([
      'unknown',
      'unknown',
    ]);
  });

  it('is foreign where the other mail server is read, and the other way round', () => {
    const postfix = line('qmgr', '4F1B2: removed');
    const exim = '2026-11-21 04:43:00 1xUcwH-00003u-28 Completed';
    const dovecot = 'Nov 21 04:43:00 mail dovecot: imap-login: Login';
    const kinds = (choice?: 'exim' | 'postfix'): string[] =>
      parseAll([postfix, exim, dovecot], choice).map((one) => (typeof one === 'string' ? one : one.mta));
    expect(kinds()).toEqual(['postfix', 'exim', 'foreign']);
    expect(kinds('exim')).toEqual(['foreign', 'exim', 'foreign']);
    expect(kinds('postfix')).toEqual(['postfix', 'foreign', 'foreign']);
  });

  it('never throws, and never believes a stranger', () => {
    const hostile = fc.array(
      fc.constantFrom(
        '; from=<',
        '> to=<',
        '@x.example',
        '"',
        '\\',
        '>',
        ' proto=ESMTP',
        ' helo=<h>',
        ': ',
        'b',
        '[192.0.2.9]',
        'status=sent',
        ' (',
        ')',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        const text = parts.join('');
        const record = one(
          'smtpd',
          rejected(
            `550 5.1.7 <a@x.example>: Sender address rejected: undeliverable address: host mx[192.0.2.1] said: 550 ${text}.`,
          ),
        );
        expect(flat(record)).toMatchObject({
          client: '203.0.113.5',
          recipient: 'b@y.example',
          heloName: 'mx.x.example',
          sender: 'a@x.example',
        });
        parseAll([
          line('smtp', text),
          line('smtp', `4F1B2: to=<${text}`),
          line('cleanup', `4F1B2: reject: header ${text}`),
        ]);
      }),
    );
  });
});

describe('the parts of a line', () => {
  it.each([
    ['postfix/smtpd', 'smtpd', false],
    ['postfix/submission/smtpd', 'smtpd', true],
    ['postfix-smo/smtps/smtpd', 'smtpd', true],
    ['mx1/postscreen', 'postscreen', false],
    ['postfix', null, false],
  ] as const)('%s is a daemon', (program, name, submission) => {
    expect(daemonOf(program)).toEqual({ name, submission });
  });

  it.each(['exim', 'dovecot', 'postfix/policy-spf', 'postfix-policyd', 'a/b'])('%s is none', (program) => {
    expect(daemonOf(program)).toBeNull();
  });

  it.each([
    ['NOQUEUE: x', null, true],
    ['EFFE11B2034: x', 'EFFE11B2034', true],
    ['4jWdwJ5YNTzFNST: x', '4jWdwJ5YNTzFNST', true],
    ['warning: x', null, false],
    ['connect from', null, false],
  ])('%s', (text, queueId, queued) => {
    expect(readQueueId(text)).toMatchObject({ queueId, queued });
  });

  it('bounds what a syslog daemon claims to have repeated', () => {
    expect(readRepeat('message repeated 99999999 times: [ x]')).toEqual({ text: 'x', times: 10_000 });
    expect(readRepeat('message repeated 2 times')).toEqual({ text: 'message repeated 2 times', times: 1 });
    expect(readBareRepeat('Nov 21 04:10:31 mail last message repeated 3 times')).toBe(3);
    expect(readBareRepeat('Nov 21 04:10:31 mail last message repeated')).toBeNull();
  });

  it('finds a trailer again that it is given', () => {
    const local = fc.array(
      fc.constantFrom('a', 'B', '.', '+', '=', '<', ';', ' ', '; from=<', '> to=<', '\\"'),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    const address = local.map((parts) => {
      const text = parts.join('');
      return /^[\w.+=]+$/.test(text) ? `${text}@x.example` : `"${text}"@x.example`;
    });
    fc.assert(
      fc.property(
        fc.string(),
        address,
        address,
        fc.constantFrom('', ','),
        (text, sender, recipient, comma) => {
          const trailer = `; from=<${sender}>${comma} to=<${recipient}>${comma} proto=ESMTP${comma} helo=<h>`;
          expect(findTrailer(text + trailer, 0)).toMatchObject({
            sender,
            recipient,
            heloName: 'h',
          });
        },
      ),
    );
    expect(findTrailer(';x', 0)).toBeNull();
  });

  it.each([
    ['lost connection with mx[192.0.2.1] while receiving the initial server greeting', 'callout-banner'],
    ['lost connection with mx[192.0.2.1] while performing the EHLO handshake', 'callout-helo'],
    ['conversation with mx[192.0.2.1] timed out while sending MAIL FROM', 'callout-mail'],
    ['conversation with mx[192.0.2.1] timed out while sending RCPT TO', 'callout-rcpt'],
    ['host mx[192.0.2.1] said: 550 no (in reply to EHLO command)', 'callout-helo'],
    ['host mx[192.0.2.1] said: 550 no (in reply to end of DATA command)', 'callout-rcpt'],
    ['host mx[192.0.2.1] said: 454 no (in reply to STARTTLS command)', 'callout-tls'],
    ['connect to srv1[private/lmtp]: No such file or directory', 'callout-connect'],
    ['our own words', null],
  ])('%s', (reason, context) => {
    expect(readRemote(reason, 'x.example').context).toBe(context);
  });
});
