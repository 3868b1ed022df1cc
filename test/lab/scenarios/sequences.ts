import { accepted, deferred, HANG, once, rejected, type Scenario, type Session } from '../model.ts';

const unknown = rejected('callout-mailbox-unknown');
const greylisted = deferred('callout-greylisted');
const silent = deferred('callout-connect-timeout');

/** Several mails, several tries, and answers that the server remembers. */
export const sequences: readonly Scenario[] = [
  {
    id: 'cachedrcpt',
    title: 'the answer about an address is cached; another address of the domain is asked anew',
    targets: [{ rcpt: '550 5.1.1 unknown' }],
    sessions: [once(unknown), once(unknown), once(unknown, { mail: { from: 'other@cachedrcpt.example' } })],
  },
  {
    id: 'cacheddomain',
    title: 'a refusal of MAIL FROM:<> is cached for the domain',
    targets: [{ mail: '550 5.7.1 no null senders' }],
    sessions: [
      once(rejected('callout-null-sender-refused')),
      once(rejected('callout-null-sender-refused')),
      once(rejected('callout-null-sender-refused'), { mail: { from: 'other@cacheddomain.example' } }),
    ],
  },
  {
    id: 'cachedok',
    title: 'a good answer is cached: the sender is accepted though its server has changed its mind',
    targets: [{ rcpt: ['250 OK', '550 5.1.1 unknown'] }],
    sessions: [once(accepted), once(accepted)],
  },
  {
    id: 'nocache',
    title: 'a callout that is not cached asks twice',
    policy: 'callout-no-cache',
    targets: [{ rcpt: '550 5.1.1 unknown' }],
    sessions: [once(unknown), once(unknown)],
  },
  {
    id: 'cachedpostmaster',
    title: 'the refused postmaster is cached for the domain',
    policy: 'callout-postmaster',
    targets: [{ rcpt: { postmaster: '550 5.1.1 no postmaster' } }],
    sessions: [once(rejected('callout-postmaster-refused')), once(rejected('callout-postmaster-refused'))],
  },
  {
    id: 'randomok',
    title: 'a server that takes any address says nothing about the sender',
    policy: 'callout-random',
    sessions: [once(accepted), once(accepted, { mail: { from: 'zed@randomok.example' } })],
  },
  {
    id: 'delayed',
    title: 'greylisted, and the third try succeeds',
    targets: [{ rcpt: ['450 4.2.0 Greylisted, try again in 60 seconds', '450 4.2.0 Greylisted', '250 OK'] }],
    sessions: [once(greylisted), once(greylisted, { after: 300 }), once(accepted, { after: 300 })],
  },
  {
    id: 'retriedelsewhere',
    title: 'deferred, and the retry comes from another client of the sender',
    targets: [{ rcpt: ['450 4.2.0 Greylisted', '250 OK'] }],
    sessions: [once(greylisted), once(accepted, { from: 'other', after: 300 })],
  },
  {
    id: 'givenup',
    title: 'the callout always times out, and the sender gives up',
    targets: [{ banner: HANG }],
    sessions: [once(silent), once(silent, { after: 300 })],
  },
  {
    id: 'partial',
    title: 'one of two recipients is deferred, and only that one is tried again',
    targets: [{ rcpt: ['450 4.2.0 Greylisted', '250 OK'] }],
    sessions: [
      once([greylisted, accepted], { mail: { to: ['bob@hosted.example', 'carol@hosted.example'] } }),
      once(accepted, { after: 300 }),
    ],
  },
  {
    id: 'multircpt',
    title: 'three recipients: the second and third refusal have no reason, it is cached',
    targets: [{ rcpt: '550 5.1.1 unknown' }],
    sessions: [
      once(unknown, {
        mail: { to: ['bob@hosted.example', 'carol@hosted.example', 'nosuch@hosted.example'] },
      }),
    ],
  },
  {
    id: 'multidefer',
    title: 'two recipients: each deferral has its reason',
    targets: [{ rcpt: '450 4.7.1 greylisted' }],
    sessions: [once(greylisted, { mail: { to: ['bob@hosted.example', 'carol@hosted.example'] } })],
  },
  {
    id: 'keepalive',
    title: 'three mails in a connection: refused, accepted, refused',
    targets: [{ rcpt: { good: '250 OK', '*': '550 5.1.1 unknown' } }],
    sessions: [
      {
        mails: [
          { from: 'bad1@keepalive.example', expected: unknown },
          { from: 'good@keepalive.example', expected: accepted },
          { from: 'bad2@keepalive.example', expected: unknown },
        ],
      },
    ],
  },
  {
    id: 'pipelined',
    title: 'the client sends MAIL, RCPT, RCPT and DATA at once',
    targets: [{ rcpt: '550 5.1.1 unknown' }],
    sessions: [
      once(unknown, { pipelined: true, mail: { to: ['bob@hosted.example', 'carol@hosted.example'] } }),
    ],
  },
  {
    id: 'clientgone',
    title: 'the client hangs up while the callout is on its way',
    targets: [{ banner: HANG }],
    sessions: [once(silent, { hangsUp: 'before-rcpt-reply' })],
  },
  {
    id: 'warned',
    title: 'a rule that only warns: the failed check is no refusal',
    policy: 'callout-warn',
    targets: [{ rcpt: '550 5.1.1 unknown' }],
    sessions: [once(accepted)],
  },
  {
    id: 'deferok',
    title: 'a rule that lets deferrals pass',
    policy: 'callout-defer-ok',
    targets: ['dropped'],
    sessions: [once(accepted)],
  },
  {
    id: 'nocallout',
    title: 'a rule without a callout does not ask the server',
    policy: 'no-callout',
    targets: [{ rcpt: '550 5.1.1 unknown' }],
    sessions: [once(accepted)],
  },
  {
    id: 'tlsok',
    title: 'accepted under TLS',
    sessions: [once(accepted, { tls: true })],
  },
  whitelisted('wltimeout', 'a callout that times out', [{ banner: HANG }], once(silent)),
  whitelisted(
    'wlrejected',
    'a refused callout, whose answer is cached',
    [{ rcpt: '550 5.1.1 unknown' }],
    once(unknown),
  ),
  {
    id: 'wlskip',
    title: 'a client that is hardly checked at all may still not send to nobody',
    targets: [{ rcpt: '550 5.1.1 unknown' }],
    sessions: [
      once(unknown),
      once(accepted, { whitelist: 'all' }),
      once(rejected('recipient-unknown'), { mail: { to: ['nosuch@hosted.example'] } }),
    ],
  },
];

function whitelisted(id: string, title: string, targets: Scenario['targets'], first: Session): Scenario {
  return {
    id,
    title: `${title}; then the client bypasses the check`,
    ...(targets ? { targets } : {}),
    sessions: [first, once(accepted, { whitelist: 'verify' })],
  };
}
