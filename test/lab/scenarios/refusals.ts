import {
  accepted,
  deferred,
  type Expected,
  type Mail,
  once,
  rejected,
  type Scenario,
  type Session,
} from '../model.ts';

const HELLO = 'EHLO client.lab.example';

export const wrongPassword: Scenario = {
  id: 'authplain',
  title: 'AUTH PLAIN with a wrong password',
  sessions: [
    {
      mails: [],
      login: { user: 'bob@hosted.example', password: 'wrong' },
      expected: rejected('auth-failed', 'auth'),
    },
  ],
};

/** Refusals that have nothing to do with sender verification. */
export const refusals: readonly Scenario[] = [
  mail('relay', 'a recipient elsewhere', rejected('relay-denied'), { to: ['x@elsewhere.example'] }),
  mail('nouser', 'no such recipient', rejected('recipient-unknown'), { to: ['nosuch@hosted.example'] }),
  {
    ...mail(
      'relayunverified',
      'a sender that fails, to a recipient elsewhere',
      rejected('callout-mailbox-unknown'),
      {
        to: ['x@elsewhere.example'],
      },
    ),
    targets: [{ rcpt: '550 5.1.1 unknown' }],
  },
  mail('restricted', 'characters that are not allowed', rejected(['recipient-restricted', 'policy-other']), {
    to: ['"a|b"@hosted.example', 'x%y@hosted.example'],
  }),
  {
    ...mail('guesses', 'many addresses that do not exist', rejected('recipient-unknown'), {
      to: [1, 2, 3, 4, 5, 6].map((number) => `a${number}@hosted.example`),
    }),
    policy: 'client-guesses',
  },
  // DNS blocklists.
  { ...mail('dnsbl', 'the client is listed', rejected('dnsbl-listed')), policy: 'dnsbl' },
  { ...mail('dnsblwarn', 'a list that only warns', accepted), policy: 'dnsbl-warn' },
  { ...mail('dnsblservfail', 'a list that does not answer', accepted), policy: 'dnsbl-servfail' },
  // The connection, HELO and AUTH.
  {
    ...talk('banned', 'on the block list', [], rejected('client-blocked', 'connect')),
    policy: 'client-blocked',
  },
  {
    id: 'ratelimited',
    title: 'more connections than allowed',
    policy: 'client-rate-limited',
    sessions: [
      once(accepted),
      { mails: [], talk: [], expected: deferred('rate-limited', 'connect') },
      { mails: [], talk: [], expected: deferred('rate-limited', 'connect') },
    ],
  },
  talk('helous', 'HELO is our name', ['EHLO srv1.hosting.example'], rejected('helo-rejected', 'helo')),
  talk('heloaddress', 'HELO is a bare address', ['EHLO 203.0.113.99'], rejected('helo-rejected', 'helo')),
  talk('helosyntax', 'HELO is no name', ['EHLO foo bar!!'], rejected('helo-rejected', 'helo')),
  talk('helonone', 'no HELO', ['MAIL FROM:<alice@helonone.example>'], rejected('helo-required', 'mail')),
  wrongPassword,
  talk(
    'authlogin',
    'AUTH LOGIN with a wrong password',
    [HELLO, 'AUTH LOGIN', base64('admin'), base64('wrong')],
    rejected('auth-failed', 'auth'),
  ),
  // MAIL.
  {
    ...mail('senderblocked', 'the domain is blocked', rejected('sender-blocked', 'mail')),
    policy: 'sender-blocked',
  },
  {
    ...mail(
      'senderdeferred',
      'the domain is put off',
      deferred(['server-temporary', 'policy-other'], 'mail'),
    ),
    policy: 'sender-deferred',
  },
  mail('sizedeclared', 'SIZE= is too large', rejected('message-too-large', 'mail'), {
    parameters: 'SIZE=9999999',
  }),
  // After DATA.
  data('virus', 'malware', rejected('content-malware', 'data'), 'X-Lab: virus'),
  data('spam', 'spam', rejected('content-spam', 'data'), 'X-Lab: spam'),
  data(
    'later',
    'a temporary refusal',
    deferred(['server-temporary', 'policy-other'], 'data'),
    'X-Lab: later',
  ),
  data(
    'headersender',
    'no address in the headers that could be verified',
    rejected('header-sender-unverifiable', 'data'),
    'X-Lab: verify\r\nFrom: <ghost@hosted.example>',
  ),
  data('headersyntax', 'a header that breaks the rules', rejected('header-invalid', 'data'), 'Cc: <x@>'),
  mail('oversize', 'the message is too large', rejected('message-too-large', 'data'), { size: 30_000 }),
  // The protocol.
  {
    ...talk(
      'talksfirst',
      'the client talks before the banner',
      ['+HELO talksfirst.example', '+MAIL FROM:<x@y.example>', '...'],
      rejected('protocol-synchronization', 'other'),
    ),
    policy: 'client-greeted-late',
  },
  talk(
    'nopipelining',
    'the client sends commands at once without being allowed to',
    [
      'HELO client.lab.example',
      'MAIL FROM:<alice@nopipelining.example>\r\nRCPT TO:<bob@hosted.example>',
      '...',
    ],
    rejected('protocol-synchronization', 'other'),
  ),
  talk(
    'unknowncommands',
    'the client speaks no SMTP',
    [HELLO, '?FOO', '?BAR', '?BAZ', '?QUX'],
    rejected('protocol-error', 'other'),
  ),
  quiet('idle', 'the client says nothing more', [HELLO, '...']),
  quiet('disconnects', 'the client disconnects after MAIL', [
    HELLO,
    'MAIL FROM:<alice@disconnects.example>',
    '\x04',
  ]),
  quiet('rcptfirst', 'RCPT without MAIL', [HELLO, 'RCPT TO:<bob@hosted.example>']),
  talk(
    'tlsbroken',
    'the client talks no TLS after STARTTLS',
    [HELLO, 'STARTTLS', 'garbage, no TLS'],
    rejected('tls-failure', 'tls'),
  ),
];

function mail(id: string, title: string, expected: Expected, more: Partial<Mail> = {}): Scenario {
  return { id, title, sessions: [once(expected, { mail: more })] };
}

function data(id: string, title: string, expected: Expected, header: string): Scenario {
  return mail(id, title, expected, { headers: `${header}\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000` });
}

function talk(id: string, title: string, lines: readonly string[], expected: Expected): Scenario {
  return { id, title, sessions: [{ mails: [], talk: lines, expected }] };
}

/** A dialogue that goes wrong without a refusal that the log has to tell. */
function quiet(id: string, title: string, lines: readonly string[]): Scenario {
  const session: Session = { mails: [], talk: lines };
  return { id, title, sessions: [session] };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
