import type { Cause } from './cause.ts';
import { ANSWERS, problem } from './pattern.ts';

/**
 * What the server that receives the sender's mail answered to our callout. The rows have hardly a pattern: the words are
 * a stranger's, in any language, and what they mean is reply.ts's knowledge.
 */
export const callout = [
  {
    id: 'callout-server-blocklisted',
    title: "Sender's server blocks our address",
    fault: 'receiving-operator',
    skips: 'sender-verification',
    advice:
      "Get this server's outgoing address off the list that the reply names, because your own mail to them will fail too.",
    source: 'RFC 5321 section 4.2.1, RFC 3463 X.7.1; reply to a callout of Exim verify.c do_callout()',
    patterns: [],
    replies: [
      {
        // whoever asks is refused by a rule of theirs, not the address that is asked for
        in: ['callout-rcpt'],
        digit: 5,
        meanings: ['policy', 'authentication-failed'],
        examples: [
          '554 5.7.1 <srv1.hosting.example[198.51.100.10]>: Client host rejected: Access denied',
          '550 5.7.25 The IP address sending this message does not have a PTR record',
        ],
      },
      {
        in: ['callout-banner', 'callout-helo', 'callout-mail', 'callout-rcpt', 'callout-random'],
        digit: 5,
        meanings: ['server-blocklisted'],
        examples: ['554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org'],
      },
      {
        in: ANSWERS,
        digit: 4,
        meanings: ['server-blocklisted'],
        examples: ['450 4.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org'],
      },
    ],
  },
  {
    id: 'callout-banner-refused',
    title: "Sender's server turns us away at once",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      'Ask the operator of the named server why it refuses connections from your address, and check its reputation and reverse DNS.',
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 5321 section 3.1 (554)',
    patterns: [],
    replies: [
      {
        in: ['callout-banner'],
        digit: 5,
        meanings: 'any',
        examples: ['554 5.7.1 You are not allowed to connect'],
      },
    ],
  },
  {
    id: 'callout-helo-refused',
    title: "Sender's server rejects our HELO name",
    fault: 'receiving-operator',
    skips: 'sender-verification',
    advice: "Make this server's HELO name resolve to its outgoing address and that address back to the name.",
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 5321 section 4.1.1.1',
    patterns: [],
    replies: [{ in: ['callout-helo'], digit: 5, meanings: 'any', examples: ['550 5.7.1 Bad HELO: go away'] }],
  },
  {
    id: 'callout-null-sender-refused',
    title: "Sender's server refuses bounces (<>)",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice: 'Ask the operator of the named server to accept MAIL FROM:<>, which every bounce needs.',
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 5321 sections 4.5.5 and 6.1',
    patterns: [],
    replies: [
      {
        in: ['callout-mail'],
        digit: 5,
        meanings: 'any',
        examples: ['550 5.7.1 <>: Sender address rejected: null sender not accepted here'],
      },
      {
        // a server that keeps its refusals back until RCPT, as Exim's and Postfix's ACLs do
        in: ['callout-rcpt'],
        digit: 5,
        meanings: ['null-sender-refused'],
        examples: ['550 <a@x.example> does not accept bounces'],
      },
    ],
  },
  {
    id: 'callout-tls-required',
    title: "Sender's server demands TLS",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice: 'Let your callouts use TLS, or ask the operator of the named server to accept mail without it.',
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 3207 section 4 (530)',
    patterns: [],
    replies: [
      {
        in: ['callout-mail', 'callout-rcpt'],
        digit: 5,
        meanings: ['tls-required'],
        examples: ['530 5.7.0 Must issue a STARTTLS command first'],
      },
    ],
  },
  {
    id: 'callout-auth-required',
    title: "Sender's server demands a login",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      "Tell the sender's DNS admin that the MX record names a server which takes mail from its own users only.",
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 4954 section 6 (530)',
    patterns: [
      // transports/smtp.c smtp_auth(), where hosts_require_auth holds for it
      problem(
        /^(?:authentication required but |no common mechanisms )/,
        'authentication required but server did not advertise AUTH support',
      ),
    ],
    replies: [
      {
        in: ['callout-mail', 'callout-rcpt'],
        digit: 5,
        meanings: ['auth-required'],
        examples: ['530 5.7.0 Authentication required'],
      },
    ],
  },
  {
    id: 'callout-mailbox-unknown',
    title: "Sender's address does not exist",
    fault: 'sender',
    skips: 'sender-verification',
    advice: 'Ask the sender to create the mailbox or to send from an address that can receive bounces.',
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 3463 X.1.1',
    patterns: [],
    replies: [
      {
        in: ['callout-rcpt'],
        digit: 5,
        meanings: ['mailbox-unknown'],
        examples: [
          '550 5.1.1 User unknown',
          '550-5.1.1 The account does not exist.\\n550 5.1.1 Please check it',
        ],
      },
    ],
  },
  {
    id: 'callout-mailbox-full',
    title: "Sender's mailbox is full",
    fault: 'sender',
    skips: 'sender-verification',
    advice: 'Tell the sender to make room in the mailbox, since nobody can answer it until then.',
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 3463 X.2.2',
    patterns: [],
    replies: [
      { in: ['callout-rcpt'], digit: 5, meanings: ['mailbox-full'], examples: ['552 5.2.2 Mailbox full'] },
      { in: ['callout-rcpt'], digit: 4, meanings: ['mailbox-full'], examples: ['452 4.2.2 Over quota'] },
    ],
  },
  {
    id: 'callout-mailbox-disabled',
    title: "Sender's mailbox is disabled",
    fault: 'sender',
    skips: 'sender-verification',
    advice: 'Ask the sender to have the mailbox enabled again or to send from another one.',
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 3463 X.2.1',
    patterns: [],
    replies: [
      {
        in: ['callout-rcpt'],
        digit: 5,
        meanings: ['mailbox-disabled'],
        examples: ['550 5.2.1 This account is disabled'],
      },
    ],
  },
  {
    id: 'callout-relay-denied',
    title: "Sender's MX does not know the domain",
    fault: 'sender',
    skips: 'sender-verification',
    advice: "Tell the sender's DNS admin that the named MX host does not accept mail for the domain.",
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 5321 section 3.6.2, RFC 3463 X.7.1',
    patterns: [],
    replies: [
      {
        in: ['callout-rcpt'],
        digit: 5,
        meanings: ['relay-denied'],
        examples: [
          '550 5.7.1 relaying denied',
          "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        ],
      },
    ],
  },
  {
    id: 'callout-postmaster-refused',
    title: "Sender's domain has no postmaster",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      'Drop the postmaster option of your callouts, or ask the operator of the named server to accept mail for postmaster.',
    source: 'Exim 4.50-4.99 verify.c do_callout() with callout=postmaster; RFC 5321 section 4.5.1',
    patterns: [],
    replies: [
      { in: ['callout-postmaster'], digit: 5, meanings: 'any', examples: ['550 5.1.1 no postmaster here'] },
    ],
  },
  {
    id: 'callout-refused',
    title: "Sender's server refuses the address",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      "Ask the postmaster of the sender's domain what the quoted reply means, since it names no reason that is known.",
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 5321 section 4.2.1',
    patterns: [],
    replies: [
      {
        in: ['callout-rcpt', 'callout-random'],
        digit: 5,
        meanings: 'any',
        examples: ['550', '550 no, thank you'],
      },
    ],
  },
  {
    id: 'callout-greylisted',
    title: "Sender's server greylists our check",
    fault: 'nobody',
    skips: 'sender-verification',
    advice:
      'Wait for the next attempts, and list the client only if mail of this domain is delayed again and again.',
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 6647',
    patterns: [],
    replies: [
      {
        in: ANSWERS,
        digit: 4,
        meanings: ['greylisted'],
        examples: ['450 4.2.0 Greylisted, try again in 60 seconds'],
      },
    ],
  },
  {
    id: 'callout-rate-limited',
    title: "Sender's server: too many checks from us",
    fault: 'receiving-operator',
    skips: 'sender-verification',
    advice:
      'Make fewer callouts to this domain, for example by listing the clients that send much of its mail.',
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 3463 X.7.0 and X.4.5',
    patterns: [],
    replies: [
      {
        in: ANSWERS,
        digit: 4,
        meanings: ['rate-limited'],
        examples: ['421 4.7.0 Too many connections from your IP address'],
      },
    ],
  },
  {
    id: 'callout-temporary-refusal',
    title: "Sender's server says: try again later",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      'Wait for the next attempts, and tell the operator of the named server if the same reply comes for days.',
    source: 'Exim 4.50-4.99 verify.c do_callout(); RFC 5321 section 4.2.1',
    patterns: [],
    replies: [
      {
        in: ANSWERS,
        digit: 4,
        meanings: 'any',
        examples: ['451 4.3.0 Temporary lookup failure', '421 4.3.2 please wait'],
      },
    ],
  },
] as const satisfies readonly Cause[];
