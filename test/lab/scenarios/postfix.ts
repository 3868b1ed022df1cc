import {
  accepted,
  deferred,
  type Expected,
  HANG,
  type Mail,
  once,
  rejected,
  type Scenario,
  type Session,
} from '../model.ts';
import { callouts } from './callout.ts';
import { dns } from './dns.ts';
import { outbound } from './outbound.ts';
import { wrongPassword } from './refusals.ts';
import { sequences } from './sequences.ts';

/** Where Postfix does something else than Exim with the same sender; null where it has no such feature. */
const DIFFERENT: Readonly<Record<string, Expected | null>> = {
  // It takes the MX record's address for a name, as many do.
  mxip: deferred('callout-connect-unreachable'),
  mxlocal: rejected(['sender-domain-mx-is-us', 'sender-domain-mx-unusable']),
  mxself: rejected('sender-domain-mx-is-us'),
  mxnx: rejected(['sender-domain-mx-unusable', 'sender-domain-unroutable']),
  cnameloop: rejected(['sender-domain-dns-temporary', 'sender-domain-unroutable']),
  // A server that refuses to talk may let us in tomorrow.
  banner554: { ...deferred(['callout-banner-refused', 'callout-server-blocklisted']), saidForGood: true },
  ehlo421: deferred(['callout-rate-limited', 'callout-temporary-refusal']),
  mail451: deferred('callout-temporary-refusal'),
  bannerhang: deferred(['callout-connect-timeout', 'callout-smtp-timeout']),
  // It waits for a line that is a reply.
  bannergarbage: deferred(['callout-connect-timeout', 'callout-smtp-timeout']),
  // It tells the last host's answer.
  twomx: deferred(['callout-connect-refused', 'callout-connect-timeout']),
  twomxdefer: deferred('callout-greylisted'),
  twoa: deferred('callout-connect-refused'),
  rcptrst: deferred('callout-connection-dropped'),
  rcptgarbage: null,
  postmaster: null,
  random: null,
  message: null,
};

/** Of the sequences those that need no cache by domain and no options of a callout. */
const SEQUENCES = new Set([
  'multircpt',
  'multidefer',
  'keepalive',
  'pipelined',
  'clientgone',
  'warned',
  'nocallout',
  'tlsok',
  'wltimeout',
  'wlrejected',
  'cachedrcpt',
  'cachedok',
]);

const greylisted = deferred('callout-greylisted');

const own: readonly Scenario[] = [
  {
    id: 'delayed',
    title: 'greylisted; each try gets the answer of the probe before, and starts a new one',
    targets: [{ rcpt: ['450 4.2.0 Greylisted', '450 4.2.0 Greylisted', '250 OK'] }],
    sessions: [
      once(greylisted),
      once(greylisted, { after: 2500 }),
      once(greylisted, { after: 2500 }),
      once(accepted, { after: 2500 }),
    ],
  },
  {
    id: 'pending',
    title: 'no answer in the time that Postfix waits; the line of the probe and the next try tell it',
    targets: ['dropped', 'dropped-no-fastopen', { banner: HANG }, { banner: HANG }],
    sessions: [
      once(deferred(['callout-connect-timeout', 'callout-smtp-timeout'])),
      once(deferred(['callout-connect-timeout', 'callout-smtp-timeout']), { after: 5000 }),
    ],
  },
  rcpt('relay', 'a recipient elsewhere', rejected('relay-denied'), { to: 'x@elsewhere.example' }),
  rcpt('nouser', 'no such recipient', rejected('recipient-unknown'), { to: 'nosuch@hosted.example' }),
  rcpt('unqualified', 'a sender without a domain', rejected(['protocol-error', 'sender-blocked']), {
    from: 'root',
  }),
  { ...rcpt('dnsbl', 'the client is listed', rejected('dnsbl-listed')), policy: 'dnsbl' },
  { ...rcpt('dnsblwarn', 'a list that only warns', accepted), policy: 'dnsbl-warn' },
  { ...rcpt('banned', 'on the block list', rejected('client-blocked')), policy: 'client-blocked' },
  { ...rcpt('senderblocked', 'the domain is blocked', rejected('sender-blocked')), policy: 'sender-blocked' },
  {
    ...rcpt(
      'senderdeferred',
      'the domain is put off',
      deferred(['server-temporary', 'policy-other', 'sender-blocked']),
    ),
    policy: 'sender-deferred',
  },
  helo('helous', 'HELO is our name', 'srv1.hosting.example'),
  helo('helosyntax', 'HELO is no name', 'foo..bar'),
  data('virus', 'malware', rejected('content-malware', 'data'), 'X-Lab: virus'),
  data('spam', 'spam', rejected('content-spam', 'data'), 'X-Lab: spam'),
  {
    id: 'sizedeclared',
    title: 'SIZE= is too large',
    sessions: [once(rejected('message-too-large', 'mail'), { mail: { parameters: 'SIZE=9999999' } })],
  },
  wrongPassword,
];

/** The list of Postfix: the same senders, and what it says of them. */
export const postfixScenarios: readonly Scenario[] = [
  ...[...dns, ...callouts].flatMap(asPostfixDoes),
  ...sequences.filter(({ id }) => SEQUENCES.has(id)),
  ...own,
  ...outbound.map(asPostfixSends),
];

/**
 * What becomes of them with the default `unverified_sender_reject_code = 450`: who fails the verification for good is
 * put off all the same.
 */
export function putOff(scenario: Scenario): Scenario {
  const soften = (expected: Expected): Expected =>
    expected.verdict === 'rejected' &&
    expected.causes.some((cause) => /^(?:callout|sender-(?:domain|local))-/.test(cause))
      ? { ...expected, verdict: 'deferred', saidForGood: true }
      : expected;
  const sessions = scenario.sessions.map((session) => ({
    ...session,
    mails: session.mails.map((mail) => ({
      ...mail,
      expected: isList(mail.expected) ? mail.expected.map(soften) : soften(mail.expected),
    })),
  }));
  return { ...scenario, sessions };
}

/**
 * What becomes of the senders with `smtpd_delay_reject = no`, which refuses at MAIL what it refuses for good (what it
 * puts off waits for RCPT), and `soft_bounce = yes`, which answers 4yz for 5yz.
 */
export const refusedAtOnce: readonly Scenario[] = [...dns, ...callouts]
  .flatMap(asPostfixDoes)
  .map((scenario) => ({ ...scenario, sessions: scenario.sessions.map(atMail) }))
  .map(putOff);

function atMail(session: Session): Session {
  const early = (expected: Expected): Expected =>
    expected.verdict === 'rejected' && expected.stage === 'rcpt' ? { ...expected, stage: 'mail' } : expected;
  const mails = session.mails.map((mail) => ({
    ...mail,
    expected: isList(mail.expected) ? mail.expected.map(early) : early(mail.expected),
  }));
  return { ...session, mails };
}

function isList(expected: Mail['expected']): expected is readonly Expected[] {
  return Array.isArray(expected);
}

function asPostfixDoes(scenario: Scenario): Scenario[] {
  const expected = DIFFERENT[scenario.id];
  if (expected === undefined) return [scenario];
  return expected === null ? [] : [{ ...scenario, sessions: [once(expected)] }];
}

/** A 554 banner is a reason to try again. */
function asPostfixSends(scenario: Scenario): Scenario {
  if (scenario.id !== 'out-banner') return scenario;
  const sessions = scenario.sessions.map((session) => ({
    ...session,
    mails: session.mails.map((mail): Mail => ({ ...mail, outbound: { kind: 'deferral' } })),
  }));
  return { ...scenario, sessions };
}

function rcpt(
  id: string,
  title: string,
  expected: Expected,
  { from, to }: { from?: string; to?: string } = {},
): Scenario {
  const mail = { ...(from ? { from } : {}), ...(to ? { to: [to] } : {}) };
  return { id, title, sessions: [once(expected, { mail })] };
}

function helo(id: string, title: string, name: string): Scenario {
  return { id, title, sessions: [once(rejected('helo-rejected'), { helo: name })] };
}

function data(id: string, title: string, expected: Expected, headers: string): Scenario {
  return { id, title, sessions: [once(expected, { mail: { headers } })] };
}
