import type { Context } from '../model/record.ts';
import type { Cause, Pattern } from './cause.ts';
import { verification } from './verification.ts';

/** Where another server knows our sender and answers. */
const NAMED = ['remote-mail', 'remote-reply', 'remote-tls'] as const satisfies readonly Context[];
/** Where another server answered our own mail. */
const ANSWERED = ['remote-greeting', ...NAMED] as const satisfies readonly Context[];
/** All of our talk with another server. */
const TALK = ['remote-connect', ...ANSWERED] as const satisfies readonly Context[];
/** What MAIL FROM is answered is about us, what comes after it about the recipient or the message. */
const TO_RCPT = ['remote-reply'] as const satisfies readonly Context[];
/** What is said before it is about us. */
const TO_US = ['remote-greeting', 'remote-mail'] as const satisfies readonly Context[];

type CalloutId = (typeof verification)[number]['id'];

/** What happens on the way to another server happens to a callout and to our mail alike, in the same words. */
function asFor(id: CalloutId, contexts: readonly Context[]): Pattern[] {
  const patterns: readonly Pattern[] = verification.find((cause) => cause.id === id)?.patterns ?? [];
  const routed = contexts.includes('remote-route');
  return patterns
    .filter((pattern) => pattern.in.includes(routed ? 'verify-route' : 'callout-connect'))
    .map((pattern) => ({ ...pattern, in: contexts }));
}

function routed(match: RegExp, ...examples: Pattern['examples']): Pattern {
  return { in: ['remote-route'], match, examples };
}

/** What is ours in a delivery, whatever the transport: Exim logs it with an error number of its own, or with none. */
function local(match: RegExp, ...examples: Pattern['examples']): Pattern {
  return { in: ['remote-route', 'remote-connect', 'local-delivery'], match, examples };
}

/**
 * Our own mail that another server refused or put off, or that this server could not deliver: `**` and `==` of Exim,
 * status=bounced and status=deferred of Postfix.
 */
export const remote = [
  {
    id: 'remote-sender-callout-failed',
    title: 'Our sender failed their sender check',
    fault: 'receiving-operator',
    skips: 'nothing',
    advice:
      'Make our sender address accept bounces: create it, or on cPanel put `noreply@domain: :blackhole:` into /etc/valiases/DOMAIN, and give scripts a real envelope sender.',
    source:
      'Exim 4.50-4.99 acl.c acl_verify() and Postfix 2.1-3.10 smtpd_check.c reject_unverified_address() of the other server',
    patterns: [],
    replies: [
      {
        in: NAMED,
        digit: 5,
        meanings: ['sender-callout-failed'],
        examples: [
          '550-Verification failed for <a@b.example>\\n550-Called:   192.0.2.1\\n550 Sender verify failed',
          '550 5.1.7 <a@b.example>: Sender address rejected: undeliverable address: host mx.b.example[192.0.2.1] said: 550 No Such User Here',
        ],
      },
      {
        in: NAMED,
        digit: 4,
        meanings: ['sender-callout-failed'],
        examples: [
          '451 Could not complete sender verify callout',
          '450 4.1.8 <a@b.example>: Sender address rejected: Domain not found',
        ],
      },
      {
        // nobody but the sender is named yet
        in: ['remote-mail'],
        digit: 5,
        meanings: ['mailbox-unknown', 'mailbox-disabled', 'dns-failure'],
        examples: ['550 5.1.0 <a@b.example>: User unknown in local recipient table'],
      },
    ],
  },
  {
    id: 'remote-server-blocklisted',
    title: 'Their server blocks our address',
    fault: 'receiving-operator',
    skips: 'nothing',
    advice:
      "Find what sends spam from here first, then ask the list or the link in the reply to take this server's address off.",
    source: 'RFC 5782; reply of the other server, RFC 3463 X.7.1',
    patterns: [],
    replies: [
      {
        in: ANSWERED,
        digit: 5,
        meanings: ['server-blocklisted'],
        examples: ['554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org'],
      },
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['server-blocklisted'],
        examples: ['421 4.7.0 [192.0.2.1] very low reputation of the sending IP'],
      },
    ],
  },
  {
    id: 'remote-authentication-failed',
    title: 'SPF, DKIM, DMARC or PTR of ours failed',
    fault: 'receiving-operator',
    skips: 'nothing',
    advice:
      "Add this server to the domain's SPF record, sign with DKIM, and have its address resolve to its HELO name and back.",
    source: 'RFC 7208, RFC 6376, RFC 7489, RFC 7372; reply of the other server',
    patterns: [],
    replies: [
      {
        in: ANSWERED,
        digit: 5,
        meanings: ['authentication-failed'],
        examples: ['550 5.7.26 This mail is unauthenticated: SPF did not pass'],
      },
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['authentication-failed'],
        examples: ['450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]'],
      },
    ],
  },
  {
    id: 'remote-relay-denied',
    title: 'Their server does not take the domain',
    fault: 'recipient',
    skips: 'nothing',
    advice:
      "If the answering host is an MX of the recipient's domain, tell that domain's DNS admin that it does not accept the domain; if it is the sender's own mail server, have the sender's program log in there (SMTP AUTH, port 587).",
    source: 'RFC 3463 X.7.1; reply of the other server',
    patterns: [],
    replies: [
      {
        in: TO_RCPT,
        digit: 5,
        meanings: ['relay-denied'],
        examples: ['554 5.7.1 <a@b.example>: Relay access denied', '550 relay not permitted'],
      },
      {
        in: TO_RCPT,
        digit: 4,
        meanings: ['relay-denied'],
        examples: ['454 4.7.1 <a@b.example>: Relay access denied'],
      },
    ],
  },
  {
    id: 'remote-mailbox-unknown',
    title: 'No such recipient there',
    fault: 'sender',
    skips: 'nothing',
    advice: 'Have our user check the address, and take it off the lists that use it.',
    source: 'RFC 3463 X.1.1; reply of the other server',
    patterns: [],
    replies: [
      {
        in: TO_RCPT,
        digit: 5,
        meanings: ['mailbox-unknown'],
        examples: ['550 5.1.1 <a@b.example>: Recipient address rejected: User unknown'],
      },
      {
        in: TO_RCPT,
        digit: 4,
        meanings: ['mailbox-unknown'],
        examples: ['450 4.1.1 user unknown'],
      },
    ],
  },
  {
    id: 'remote-mailbox-full',
    title: "Recipient's mailbox there is full",
    fault: 'recipient',
    skips: 'nothing',
    advice: 'Reach the recipient by another way, since only they can make room.',
    source: 'RFC 3463 X.2.2; reply of the other server',
    patterns: [],
    replies: [
      { in: TO_RCPT, digit: 5, meanings: ['mailbox-full'], examples: ['552 5.2.2 Mailbox full'] },
      { in: TO_RCPT, digit: 4, meanings: ['mailbox-full'], examples: ['452 4.2.2 Over quota'] },
    ],
  },
  {
    id: 'remote-mailbox-disabled',
    title: "Recipient's mailbox there is disabled",
    fault: 'recipient',
    skips: 'nothing',
    advice: 'Ask the recipient for another address, and take this one off the lists that use it.',
    source: 'RFC 3463 X.2.1; reply of the other server',
    patterns: [],
    replies: [
      {
        in: TO_RCPT,
        digit: 5,
        meanings: ['mailbox-disabled'],
        examples: ['550 5.2.1 This account is disabled'],
      },
    ],
  },
  {
    id: 'remote-greylisted',
    title: 'Greylisted by their server',
    fault: 'nobody',
    skips: 'nothing',
    advice: 'Wait, for the next try from the same address gets through.',
    source: 'RFC 6647; reply of the other server',
    patterns: [],
    replies: [
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['greylisted'],
        examples: ['451 4.7.1 Greylisted, please try again'],
      },
    ],
  },
  {
    id: 'remote-rate-limited',
    title: 'Their server: too much from us',
    fault: 'receiving-operator',
    skips: 'nothing',
    advice: 'Send to this provider more slowly, and find out who sends that much.',
    source: 'RFC 3463 X.7.0 and X.4.5; reply of the other server',
    patterns: [],
    replies: [
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['rate-limited'],
        examples: ['421 4.7.0 Too many connections from your IP address'],
      },
      {
        in: ANSWERED,
        digit: 5,
        meanings: ['rate-limited'],
        examples: ['550 5.7.1 Daily message limit exceeded, rate limited'],
      },
    ],
  },
  {
    id: 'remote-spam',
    title: 'Their server takes our mail for spam',
    fault: 'sender',
    skips: 'nothing',
    advice:
      'Look at the message and at who sent it, and if it is wanted, write to the contact in the reply with the whole reply.',
    source: 'RFC 3463 X.7.1 and X.6.0; reply of the other server',
    patterns: [],
    replies: [
      {
        in: ANSWERED,
        digit: 5,
        meanings: ['spam'],
        examples: ['550 spam message rejected. Please visit https://help.b.example/?id=1'],
      },
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['spam'],
        examples: ['451 4.7.1 looks like spam, please wait'],
      },
    ],
  },
  {
    id: 'remote-malware',
    title: 'Their server found malware in our mail',
    fault: 'sender',
    skips: 'nothing',
    advice: 'Stop the account that sent it, and clean the computer or the site behind it.',
    source: 'RFC 3463 X.7.0; reply of the other server',
    patterns: [],
    replies: [
      {
        in: ANSWERED,
        digit: 5,
        meanings: ['malware'],
        examples: ['554 5.7.0 Reject, INFECTED: Eicar-Test-Signature'],
      },
      { in: ANSWERED, digit: 4, meanings: ['malware'], examples: ['451 4.7.0 virus found, held'] },
    ],
  },
  {
    id: 'remote-message-too-large',
    title: 'Message is too large for their server',
    fault: 'sender',
    skips: 'nothing',
    advice: 'Have our user share the file in another way.',
    source: 'RFC 1870; RFC 3463 X.3.4; Exim 4.50-4.99 transports/smtp.c, Postfix 2.0-3.10 smtp_proto.c',
    patterns: [
      // Exim deliver.c: our own transport's limit
      local(/^message is too big \(transport limit/, 'message is too big (transport limit = 100)'),
    ],
    replies: [
      {
        in: ANSWERED,
        digit: 5,
        meanings: ['message-too-large'],
        examples: ['552 5.3.4 Message size exceeds fixed limit'],
      },
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['message-too-large'],
        examples: ['452 4.3.4 message size exceeds the limit for now'],
      },
    ],
  },
  {
    id: 'remote-content-blocked',
    title: 'Their server blocks headers or files',
    fault: 'sender',
    skips: 'nothing',
    advice: 'Have our user leave out what the reply names, or repair the program that wrote the headers.',
    source:
      'RFC 3463 X.6.0; RFC 6531 section 3.2: Exim 4.86-4.99 transports/smtp.c, Postfix 3.0-3.10 smtp_proto.c; reply of the other server',
    patterns: [
      {
        in: TALK,
        match:
          /^(?:SMTPUTF8 is required, but was not offered by host |utf8 support required but not offered)/,
        examples: [
          'SMTPUTF8 is required, but was not offered by host mx.b.example[192.0.2.1]',
          'utf8 support required but not offered for forwarding',
        ],
      },
    ],
    replies: [
      {
        in: ANSWERED,
        digit: 5,
        meanings: ['content-blocked'],
        examples: ['552 5.7.0 This attachment type is blocked'],
      },
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['content-blocked'],
        examples: ['451 4.6.0 attachment could not be checked'],
      },
    ],
  },
  {
    id: 'remote-tls-failure',
    title: 'TLS with their server failed',
    fault: 'recipient',
    skips: 'nothing',
    advice:
      "Test STARTTLS on the named server, and check whether this server's own rules demand too much of it.",
    source: 'Exim 4.82-4.99 transports/smtp.c, Postfix 2.3-3.10 smtp_proto.c; RFC 3207, RFC 7672',
    patterns: asFor('callout-tls-failure', TALK),
    replies: [
      {
        in: ANSWERED,
        digit: 5,
        meanings: ['tls-required'],
        examples: ['530 5.7.0 Must issue a STARTTLS command first'],
      },
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['tls-required'],
        examples: ['451 4.7.1 TLS is required here'],
      },
      { in: ['remote-tls'], digit: 4, meanings: 'any', examples: ['454 4.7.0 not available now'] },
      {
        in: ['remote-tls'],
        digit: 5,
        meanings: 'any',
        // Exim's own, to a STARTTLS that it did not offer
        examples: ['503 STARTTLS command used when not advertised'],
      },
    ],
  },
  {
    id: 'remote-policy',
    title: 'A rule of their server',
    fault: 'recipient',
    skips: 'nothing',
    advice:
      'Ask the postmaster of the recipient what the rule is, and send the whole reply with the question.',
    source: 'RFC 3463 X.7.1; Exim 4.50-4.99 transports/smtp.c; reply of the other server',
    patterns: [
      // the login that a smarthost asks for
      {
        in: ['remote-connect', 'remote-route'],
        match: /^authentication required but /,
        examples: ['authentication required but authentication attempt(s) failed'],
      },
    ],
    replies: [
      {
        in: ANSWERED,
        digit: 5,
        meanings: ['policy', 'auth-required', 'null-sender-refused'],
        examples: [
          '554 5.7.1 Message rejected due to local policy',
          '530 5.7.1 Authentication required',
          '550 5.7.1 no null senders',
        ],
      },
      {
        in: TO_US,
        digit: 5,
        meanings: ['relay-denied', 'mailbox-full'],
        examples: ['550 5.7.1 Mail relay denied [192.0.2.1]'],
      },
      {
        // nobody is named yet, whatever the words or the number say
        in: ['remote-greeting'],
        digit: 5,
        meanings: ['mailbox-unknown', 'mailbox-disabled', 'sender-callout-failed', 'dns-failure'],
        examples: ['554 5.1.8 DNS-P3', '550 Requested action not taken: mailbox unavailable'],
      },
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['policy', 'auth-required', 'null-sender-refused'],
        examples: ['450 4.7.1 Message rejected due to local policy'],
      },
      {
        in: TO_US,
        digit: 4,
        meanings: ['relay-denied'],
        examples: ['454 4.7.1 Mail relay denied'],
      },
    ],
  },
  {
    id: 'remote-dns-failure',
    title: "Recipient's domain does not resolve",
    fault: 'recipient',
    skips: 'nothing',
    advice:
      "Check the domain for a typing error and look up its MX records, and if many domains fail at once, check this server's resolver.",
    source: 'Exim 4.50-4.99 routers/dnslookup.c, route.c; Postfix 2.0-3.10 smtp_addr.c; RFC 5321 section 5.1',
    patterns: [
      ...asFor('sender-domain-unroutable', ['remote-route']),
      ...asFor('sender-domain-mx-unusable', ['remote-route']),
      ...asFor('sender-domain-dns-temporary', ['remote-route']),
    ],
    replies: [
      {
        in: TO_RCPT,
        digit: 5,
        meanings: ['dns-failure'],
        examples: ['550 5.1.2 bad destination system: no such domain'],
      },
      {
        in: ANSWERED,
        digit: 4,
        meanings: ['dns-failure'],
        examples: ['451 Temporary DNS error. Try again later.'],
      },
    ],
  },
  {
    id: 'remote-null-mx',
    title: "Recipient's domain takes no mail",
    fault: 'sender',
    skips: 'nothing',
    advice: 'Have our user look for the right address, since this domain says in DNS that it has none.',
    source: 'RFC 7505; Exim 4.53-4.99 routers/dnslookup.c, Postfix 3.0-3.10 smtp_addr.c',
    patterns: asFor('sender-domain-null-mx', ['remote-route']),
  },
  {
    id: 'remote-connect-timeout',
    title: 'Their server does not answer at all',
    fault: 'network',
    skips: 'nothing',
    advice:
      'Try port 25 of the named server from here, and if many unrelated servers time out, ask your provider whether outgoing port 25 is blocked.',
    source: 'Exim 4.50-4.99 smtp_out.c smtp_connect(), Postfix 2.0-3.10 smtp_connect.c',
    patterns: [...asFor('callout-connect-timeout', TALK), ...asFor('callout-smtp-timeout', TALK)],
  },
  {
    id: 'remote-connect-refused',
    title: 'Their server refuses connections',
    fault: 'recipient',
    skips: 'nothing',
    advice:
      'Tell the operator of the named server that nothing listens there, if the mail does not leave by itself.',
    source:
      'Exim 4.50-4.99 smtp_out.c smtp_connect(), Postfix 2.0-3.10 smtp_connect.c: strerror(ECONNREFUSED)',
    patterns: asFor('callout-connect-refused', TALK),
  },
  {
    id: 'remote-connect-unreachable',
    title: 'No route to their server',
    fault: 'network',
    skips: 'nothing',
    advice:
      "Check this server's own routing, firewall and IPv6 first, then ask the operator of the named server.",
    source: 'Exim 4.50-4.99 smtp_out.c smtp_connect(), Postfix 2.0-3.10 smtp_connect.c: strerror()',
    patterns: asFor('callout-connect-unreachable', TALK),
  },
  {
    id: 'remote-connection-dropped',
    title: 'Their server hangs up',
    fault: 'recipient',
    skips: 'nothing',
    advice:
      'Ask the operator of the named server why it closes connections, if the mail does not leave by itself.',
    source: 'Exim 4.50-4.99 transports/smtp.c check_response(), Postfix 2.0-3.10 smtp_trouble.c',
    patterns: [...asFor('callout-connection-dropped', TALK), ...asFor('callout-reply-malformed', TALK)],
  },
  {
    id: 'local-policy',
    title: 'Our own rules do not let it out',
    fault: 'receiving-operator',
    skips: 'nothing',
    advice:
      'Change the rule that the reason names; on Debian, dpkg-reconfigure exim4-config sets whether mail may leave this machine at all.',
    source:
      'Exim 4.50-4.99 routers/redirect.c (:fail:), Debian exim4-config nonlocal router; Postfix transport(5)',
    patterns: [
      // Debian exim4-config, dc_eximconfig_configtype=local
      routed(/^Mailing to remote domains not supported/, 'Mailing to remote domains not supported'),
      // cPanel 11.120: limits of an account
      routed(
        /^(?:Domain|User|Account) \S+ has exceeded the max /,
        'Domain b.example has exceeded the max emails per hour (150/100 (150%)) allowed.  Message discarded.',
      ),
      routed(
        /^Outgoing mail from .* has been (?:suspended|held)/,
        'Outgoing mail from "a@b.example" has been suspended.',
      ),
      // Exim route.c, rf_self_action.c, Postfix smtp_connect.c: our own routing leads back here
      ...asFor('sender-domain-mx-is-us', ['remote-route']),
      // Exim transports/smtp.c, deliver.c, dkim_transport.c: what is ours in a delivery to others
      local(
        /^(?:message has lines too long for transport|deferred by smtp:connect event)/,
        'message has lines too long for transport (received 2162, limit 2048)',
      ),
      local(/^domain matches queue_smtp_domains/, 'domain matches queue_smtp_domains, or -odqs set'),
      local(
        /^DKIM: message could not be signed/,
        'DKIM: message could not be signed, and dkim_strict is set. Deferring message delivery.',
      ),
      // what is named here differs: `Mailing to remote domains`, the retry times of remote-temporary, and Postfix's own
      // breakage
      ...asFor('verify-misconfigured', ['remote-route']).filter(
        ({ examples: [example] }) => !/^(?:Mailing|retry|unknown mail transport) /.test(example),
      ),
    ],
  },
  {
    id: 'local-delivery-failed',
    title: 'Delivery on this server failed',
    fault: 'receiving-operator',
    skips: 'nothing',
    advice: 'Repair the mailbox, quota, alias or program that the reason names.',
    source:
      'Exim 4.50-4.99 transports/appendfile.c, pipe.c, lmtp.c; Postfix 2.0-3.10 local(8), virtual(8), pipe(8), lmtp(8)',
    patterns: [
      ...asFor('sender-local-unknown', ['remote-route', 'local-delivery']),
      // Postfix qmgr(8), trivial-rewrite(8): an agent that does not run, or is not in master.cf
      local(
        /^(?:unknown mail transport error|mail transport unavailable|mail system configuration error)/,
        'unknown mail transport error',
        'mail transport unavailable',
      ),
      // Exim deliver.c, transport.c: a process of ours, in whatever transport
      local(
        /^(?:\S+ transport process returned non-zero|transport filter process failed|Child process of \S+ transport )/,
        'smtp transport process returned non-zero status 0x0100: exit code 1',
        'transport filter process failed (1)',
      ),
    ],
  },
  {
    id: 'remote-temporary',
    title: 'Their server says: try again later',
    fault: 'recipient',
    skips: 'nothing',
    advice: 'Wait, and tell the operator of the named server if the same reply comes for days.',
    source: 'Exim 4.50-4.99 retry.c, deliver.c; RFC 5321 section 4.2.1; reply of the other server',
    patterns: [
      // Exim: no host was tried, or for the last time; the lines before it say why
      {
        in: ['remote-route', 'remote-connect'],
        match: /^(?:retry time(?:out| not reached)|all hosts (?:for \S+ )?have been failing)/,
        examples: ['retry time not reached for any host', 'retry timeout exceeded'],
      },
      // Postfix smtpd_check.c, as somebody reads it out of a reply
      routed(/^Address verification in progress/, 'Address verification in progress'),
    ],
    replies: [
      {
        in: [...TO_US, ...TO_RCPT],
        digit: 4,
        meanings: 'any',
        examples: ['451 4.3.0 Temporary lookup failure', '421 4.3.2 please wait'],
      },
      {
        in: [...TO_US, ...TO_RCPT],
        digit: 5,
        meanings: ['temporary'],
        examples: ['554 Service currently unavailable'],
      },
    ],
  },
  {
    id: 'remote-refused',
    title: 'Their server refuses our mail',
    fault: 'recipient',
    skips: 'nothing',
    advice:
      'Ask the postmaster of the recipient what the quoted reply means, since it names no reason that is known.',
    source: 'RFC 5321 section 4.2.1; reply of the other server',
    patterns: [],
    replies: [
      {
        in: [...TO_US, ...TO_RCPT],
        digit: 5,
        meanings: 'any',
        examples: ['550', '550 no, thank you'],
      },
    ],
  },
] as const satisfies readonly Cause[];
