import type { CauseId } from '../../../src/causes/index.ts';
import {
  CLOSE,
  deferred,
  HANG,
  once,
  RESET,
  type Reply,
  rejected,
  type Scenario,
  type Session,
  type Target,
} from '../model.ts';

/** What the sender's own server, or the way to it, can do to a callout. */
export const callouts: readonly Scenario[] = [
  // The way to it.
  tempfail('refused', 'connection refused', 'refused', 'callout-connect-refused'),
  tempfail('timeout', 'the SYN is dropped', 'dropped', 'callout-connect-timeout'),
  tempfail(
    'timeout-notfo',
    'the SYN is dropped, no fast open',
    'dropped-no-fastopen',
    'callout-connect-timeout',
  ),
  tempfail('noroute', 'no route to host', 'no-route', 'callout-connect-unreachable'),
  tempfail('netunreach', 'network unreachable', 'unreachable', 'callout-connect-unreachable'),
  tempfail('prohibit', 'a firewall says: prohibited', 'prohibited', 'callout-connect-unreachable'),
  {
    ...tempfail('v6refused', 'an IPv6 MX host refuses', 'refused', 'callout-connect-refused'),
    targetFamily: 6,
  },
  {
    ...permfail(
      'v6rcpt',
      'an IPv6 MX host knows no such user',
      { rcpt: '550 5.1.1 unknown' },
      'callout-mailbox-unknown',
    ),
    targetFamily: 6,
  },
  // Its first words.
  permfail('banner554', 'banner 554', { banner: '554 5.7.1 You are not allowed to connect' }, [
    'callout-banner-refused',
    'callout-server-blocklisted',
  ]),
  tempfail('banner421', 'banner 421', { banner: '421 4.3.2 too busy, try again later' }, [
    'callout-rate-limited',
    'callout-temporary-refusal',
  ]),
  tempfail('bannerhang', 'no banner', { banner: HANG }, 'callout-connect-timeout'),
  tempfail('bannerclose', 'closes before the banner', { banner: CLOSE }, 'callout-connection-dropped'),
  tempfail('bannerrst', 'resets before the banner', { banner: RESET }, 'callout-connection-dropped'),
  tempfail('bannergarbage', 'no SMTP server', { banner: 'SSH-2.0-OpenSSH_9.2' }, 'callout-reply-malformed'),
  // EHLO and STARTTLS.
  permfail(
    'ehlo550',
    'EHLO and HELO refused',
    { hello: '550 5.7.1 Bad HELO: go away' },
    'callout-helo-refused',
  ),
  tempfail('ehlo421', 'EHLO 421', { hello: '421 4.7.0 EHLO rate limited' }, [
    'callout-connection-dropped',
    'callout-rate-limited',
    'callout-temporary-refusal',
  ]),
  permfail(
    'starttlsok',
    'refused under TLS',
    { starttls: 'works', rcpt: '550 5.1.1 no such user (over TLS)' },
    'callout-mailbox-unknown',
  ),
  // MAIL FROM:<>
  permfail(
    'mail550',
    'refuses the null sender',
    { mail: '550 5.7.1 <>: Sender address rejected: null sender not accepted here' },
    'callout-null-sender-refused',
  ),
  tempfail('mail451', 'MAIL 451', { mail: '451 4.7.1 try later' }, 'callout-unspecified'),
  permfail(
    'mailtls',
    'TLS demanded',
    { mail: '530 5.7.0 Must issue a STARTTLS command first' },
    'callout-tls-required',
  ),
  permfail(
    'mailauth',
    'AUTH demanded',
    { mail: '530 5.7.1 Authentication required' },
    'callout-auth-required',
  ),
  // RCPT.
  permrcpt(
    'rcpt550',
    '550 5.1.1 <alice@rcpt550.example>: Recipient address rejected: User unknown in virtual mailbox table',
    'callout-mailbox-unknown',
  ),
  permrcpt('rcpt550plain', '550 No such user here', 'callout-mailbox-unknown'),
  permrcpt('rcpt551', '551 User not local; please try <forward-path>', [
    'callout-mailbox-unknown',
    'callout-refused',
    'callout-relay-denied',
  ]),
  permrcpt('rcpt552', '552 5.2.2 Mailbox full', 'callout-mailbox-full'),
  permrcpt(
    'rcpt553',
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    'callout-relay-denied',
  ),
  permrcpt(
    'rcpt554rbl',
    '554 5.7.1 Service unavailable; Client host [198.51.100.10] blocked using bl.lab.example; https://lab.example/query/ip/198.51.100.10',
    'callout-server-blocklisted',
  ),
  permrcpt(
    'rcptdisabled',
    '550 5.2.1 The email account that you tried to reach is disabled',
    'callout-mailbox-disabled',
  ),
  permrcpt('rcptempty', '550', 'callout-refused'),
  temprcpt(
    'rcpt450',
    '450 4.2.0 <alice@rcpt450.example>: Recipient address rejected: Greylisted, see http://postgrey.example/help',
    'callout-greylisted',
  ),
  temprcpt('rcpt451', '451 4.3.0 Temporary lookup failure', 'callout-temporary-refusal'),
  temprcpt('rcpt452', '452 4.2.2 Over quota', 'callout-mailbox-full'),
  temprcpt('rcpt421', '421 4.7.0 Too many errors', ['callout-rate-limited', 'callout-temporary-refusal']),
  temprcpt('rcptclose', CLOSE, 'callout-connection-dropped'),
  temprcpt('rcptrst', RESET, 'callout-unspecified'),
  temprcpt('rcpthang', HANG, 'callout-smtp-timeout'),
  temprcpt('rcptgarbage', 'what?', 'callout-unspecified'),
  // Text that is hard to read, or that imitates a log line.
  permrcpt(
    'rcptmulti',
    '550-5.1.1 The email account that you tried to reach does not exist. Please try\n550-5.1.1 double-checking the recipient\n550 5.1.1 https://support.example/answer - gsmtp',
    'callout-mailbox-unknown',
  ),
  permrcpt(
    'rcptquotes',
    '550 5.1.1 "user \\"alice\\"" said: <x@y.example> F=<evil@attacker.example> [192.0.2.66]:25 rejected RCPT <victim@hosted.example>: C: \\ unknown user',
    'callout-mailbox-unknown',
  ),
  permrcpt('rcpt8bit', utf8('550 5.1.1 Utilisateur inconnu: boîte désactivée – Ошибка'), [
    'callout-mailbox-unknown',
    'callout-mailbox-disabled',
  ]),
  permrcpt('rcptlatin1', '550 5.1.1 bo\xeete d\xe9sactiv\xe9e \x07\x1b[31m\ttab', [
    'callout-mailbox-unknown',
    'callout-mailbox-disabled',
  ]),
  permrcpt('rcptlong', `550 5.1.1 ${'x'.repeat(400)} unknown user`, 'callout-mailbox-unknown'),
  // Several hosts: Exim names none of them, unless one says no for good.
  manyHosts(
    'twomx',
    'first refuses the connection, second drops it',
    ['refused', 'dropped'],
    deferred('callout-unspecified'),
  ),
  manyHosts(
    'twomxfail',
    'first drops the SYN, second refuses',
    ['dropped', { rcpt: '550 5.1.1 unknown' }],
    rejected('callout-mailbox-unknown'),
  ),
  manyHosts(
    'twomxdefer',
    'both answer 450',
    [{ rcpt: '450 4.2.0 greylisted by mx1' }, { rcpt: '450 4.2.0 greylisted by mx2' }],
    deferred('callout-unspecified'),
  ),
  {
    ...manyHosts(
      'twoa',
      'one name, two addresses that refuse',
      ['refused', 'refused'],
      deferred('callout-unspecified'),
    ),
    oneName: true,
  },
  // More than one question.
  {
    ...permfail(
      'postmaster',
      'the postmaster callout is refused',
      { rcpt: { postmaster: '550 5.1.1 no postmaster' } },
      'callout-postmaster-refused',
    ),
    policy: 'callout-postmaster',
  },
  {
    ...permfail(
      'random',
      'the random address and the sender are refused',
      { rcpt: '550 5.1.1 unknown' },
      'callout-mailbox-unknown',
    ),
    policy: 'callout-random',
  },
  {
    ...permfail(
      'message',
      "the server's own message",
      { rcpt: '550 5.1.1 unknown' },
      'callout-mailbox-unknown',
    ),
    policy: 'callout-message',
  },
  // The sender's address.
  sender('quotedlp', 'a quoted local part', '"al ice\\"x"@quotedlp.example'),
  sender('verp', 'a long local part', 'bounce+SRS=aB3=x=hosted.example=bob=1234567890abcdef@verp.example'),
  sender('case', 'capital letters', "Alice.O'Brien@CASE.example"),
  // The client.
  client('noptr', 'no reverse DNS', {}, { noReverseDns: true }),
  client('heloip', 'HELO is an address literal', { helo: '[203.0.113.99]' }),
  client('helodiff', 'HELO is another name', { helo: 'other.name.example' }),
  client('v6client', 'an IPv6 client', { from: 'ipv6' }),
  client('tlsclient', 'a client under TLS', { tls: true }),
];

function permfail(id: string, title: string, target: Target, causes: CauseId | readonly CauseId[]): Scenario {
  return { id, title, targets: [target], sessions: [once(rejected(causes))] };
}

function tempfail(id: string, title: string, target: Target, causes: CauseId | readonly CauseId[]): Scenario {
  return { id, title, targets: [target], sessions: [once(deferred(causes))] };
}

function permrcpt(id: string, rcpt: Reply, causes: CauseId | readonly CauseId[]): Scenario {
  return permfail(id, `RCPT: ${String(rcpt)}`, { rcpt }, causes);
}

function temprcpt(id: string, rcpt: Reply, causes: CauseId | readonly CauseId[]): Scenario {
  return tempfail(id, `RCPT: ${String(rcpt)}`, { rcpt }, causes);
}

function manyHosts(
  id: string,
  title: string,
  targets: readonly Target[],
  expected: ReturnType<typeof deferred>,
): Scenario {
  return { id, title, targets, sessions: [once(expected)] };
}

function sender(id: string, title: string, from: string): Scenario {
  const scenario = permfail(id, title, { rcpt: '550 5.1.1 unknown' }, 'callout-mailbox-unknown');
  return { ...scenario, sessions: [once(rejected('callout-mailbox-unknown'), { mail: { from } })] };
}

function client(
  id: string,
  title: string,
  session: Partial<Session>,
  more: Partial<Scenario> = {},
): Scenario {
  const scenario = permfail(id, title, { rcpt: '550 5.1.1 unknown' }, 'callout-mailbox-unknown');
  return { ...scenario, ...more, sessions: [once(rejected('callout-mailbox-unknown'), session)] };
}

/** The octets of a text, one character each, as the scripted server writes them. */
function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
