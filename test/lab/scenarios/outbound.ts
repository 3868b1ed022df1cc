import {
  accepted,
  type Mail,
  type Outbound,
  type Remote,
  rejected,
  type Scenario,
  type Target,
} from '../model.ts';
import { PEER } from '../world.ts';

const LOGIN = { user: 'bob@hosted.example', password: 'secret' };

/** Mail of our own users that other servers refuse, also because our sender fails their sender verification. */
export const outbound: readonly Scenario[] = [
  ours('out-ok', 'accepted', {}, 'delivery'),
  ours(
    'out-exim',
    'an Exim says: sender verify failed',
    {
      rcpt: '550-Verification failed for <bob@hosted.example>\n550-Called:   198.51.100.10\n550-Sent:     RCPT TO:<bob@hosted.example>\n550-Response: 550 No Such User Here\n550 Sender verify failed',
    },
    'bounce',
  ),
  ours(
    'out-postfix',
    'a Postfix says: undeliverable address',
    {
      rcpt: '550 5.1.7 <bob@hosted.example>: Sender address rejected: undeliverable address: host srv1.hosting.example[198.51.100.10] said: 550 No Such User Here (in reply to RCPT TO command)',
    },
    'bounce',
  ),
  ours(
    'out-postfix4',
    'a Postfix says: unverified address',
    {
      rcpt: '450 4.1.7 <bob@hosted.example>: Sender address rejected: unverified address: connect to srv1.hosting.example[198.51.100.10]:25: Connection timed out',
    },
    'deferral',
  ),
  ours('out-mail4', 'MAIL 451', { mail: '451 4.1.8 Domain of sender address does not resolve' }, 'deferral'),
  ours(
    'out-mail5',
    'MAIL 553',
    { mail: '553 sorry, your envelope sender domain must exist (#5.7.1)' },
    'bounce',
  ),
  ours('out-data', 'refused after DATA', { data: '550 5.7.1 Message content rejected' }, 'bounce'),
  ours(
    'out-banner',
    'refused at once',
    { banner: '554 5.7.1 Your address is listed at bl.lab.example' },
    'bounce',
  ),
  ours('out-grey', 'greylisted', { rcpt: '451 4.7.1 Greylisted, please try again' }, 'deferral'),
  ours('out-refused', 'connection refused', 'refused', 'deferral'),
  ours('out-timeout', 'the SYN is dropped', 'dropped', 'deferral'),
  {
    ...ours('out-nxdomain', 'the domain does not exist', {}, 'bounce'),
    zone: { 'out-nxdomain.example': 'nxdomain' },
  },
  theirs('peer-ok', 'a real Exim calls back, and the sender is good', {
    mail: { from: 'bob@hosted.example' },
    kind: 'delivery',
  }),
  theirs('peer-ghost', 'a real Exim calls back, and the sender does not exist', {
    mail: { from: 'ghost@hosted.example' },
    kind: 'bounce',
    calledBack: rejected('recipient-unknown'),
  }),
  {
    ...theirs('peer-nxdomain', "a real Exim looks for the sender's domain, which does not exist", {
      mail: { from: 'app@peer-nxdomain.example' },
      kind: 'bounce',
    }),
    zone: { 'peer-nxdomain.example': 'nxdomain' },
  },
  {
    ...theirs('peer-timeout', 'a real Exim calls back a server that does not answer', {
      mail: { from: 'bob@peer-timeout.example' },
      kind: 'deferral',
    }),
    targets: ['dropped'],
  },
];

function ours(id: string, title: string, target: Target, kind: Outbound['kind']): Scenario {
  return send(
    id,
    `we send; ${title}`,
    target,
    `rita@${id}.example`,
    { from: 'bob@hosted.example' },
    { kind },
  );
}

function theirs(
  id: string,
  title: string,
  {
    mail,
    kind,
    calledBack,
  }: { mail: Partial<Mail>; kind: Outbound['kind']; calledBack?: Outbound['calledBack'] },
): Scenario {
  const more = calledBack ? { kind, calledBack } : { kind };
  return send(id, title, {} satisfies Remote, `erin.${id}@${PEER.domain}`, mail, more);
}

function send(
  id: string,
  title: string,
  target: Target,
  recipient: string,
  mail: Partial<Mail>,
  outbound: Outbound,
): Scenario {
  const sent: Mail = { ...mail, to: [recipient], expected: accepted, outbound };
  return {
    id,
    title,
    targets: [target],
    sessions: [{ mails: [sent], login: LOGIN, helo: '[192.168.1.50]' }],
  };
}
