import type { CauseId } from '../../../src/causes/index.ts';
import {
  accepted,
  deferred,
  type Expected,
  type Mail,
  type MilterStep,
  once,
  type Remote,
  rejected,
  type Scenario,
  type Session,
} from '../model.ts';
import { FILTER } from '../postfix-config.ts';

const NO_SUCH_DOMAIN = 'nosuch.invalid';
/** Stands for the MAIL command of the scenario's own sender. */
const MAIL = 'MAIL';
const BY_MILTER: readonly CauseId[] = ['client-blocked', 'policy-other', 'server-temporary', 'unclassified'];
const SPEAKS_UTF8: Remote = { hello: '250-sink.example\n250-SMTPUTF8\n250 8BITMIME' };

/** What Postfix refuses by rules of its own, of access(5), of a policy service and of a milter, and by its limits. */
export const postfixRules: readonly Scenario[] = [
  // Restrictions, by their own texts.
  {
    ...rule('noname', 'reject_unknown_client_hostname', deferred('reverse-dns-missing')),
    noReverseDns: true,
  },
  {
    ...rule('noptr', 'reject_unknown_reverse_client_hostname', deferred('reverse-dns-missing')),
    noReverseDns: true,
  },
  rule('heloshort', 'reject_non_fqdn_helo_hostname', rejected('helo-rejected'), { helo: 'client' }),
  rule('helounknown', 'reject_unknown_helo_hostname', deferred('helo-rejected'), { helo: NO_SUCH_DOMAIN }),
  rule(
    'senderdomain',
    'reject_unknown_sender_domain',
    deferred(['sender-domain-unroutable', 'sender-domain-dns-temporary', 'sender-blocked']),
    {},
    { from: `alice@${NO_SUCH_DOMAIN}` },
  ),
  rule(
    'sendershort',
    'reject_non_fqdn_sender',
    rejected(['protocol-error', 'sender-blocked']),
    {},
    { from: 'alice@localhost' },
  ),
  rule(
    'recipientdomain',
    'reject_unknown_recipient_domain',
    deferred(['recipient-unknown', 'relay-denied', 'server-temporary']),
    {},
    { to: [`x@${NO_SUCH_DOMAIN}`] },
  ),
  rule(
    'recipientshort',
    'reject_non_fqdn_recipient',
    rejected(['protocol-error', 'recipient-restricted', 'recipient-unknown']),
    {},
    { to: ['bob@localhost'] },
  ),
  {
    ...rule('rhsbl', 'reject_rhsbl_sender dbl.lab.example', rejected(['dnsbl-listed', 'sender-blocked'])),
    zone: {
      'rhsbl.example.dbl.lab.example': { A: ['127.0.0.2'], TXT: 'see https://lab.example/why; and ask' },
    },
  },
  {
    ...rule('rhsblhelo', 'reject_rhsbl_helo dbl.lab.example', rejected(['dnsbl-listed', 'helo-rejected'])),
    zone: { 'mail.rhsblhelo.example.dbl.lab.example': { A: ['127.0.0.2'] } },
  },
  {
    ...rule(
      'rhsblname',
      'reject_rhsbl_reverse_client dbl.lab.example',
      rejected(['dnsbl-listed', 'client-blocked']),
    ),
    zone: { 'mail.rhsblname.example.dbl.lab.example': { A: ['127.0.0.2'] } },
  },
  rule('pipelined6', 'reject', rejected(['client-blocked', 'policy-other']), { from: 'ipv6' }),
  rule('deferall', 'defer', deferred(['server-temporary', 'policy-other', 'client-blocked'])),
  // Answers of access(5).
  rule('accessplain', 'REJECT', rejected(['client-blocked', 'policy-other'])),
  rule(
    'accesswords',
    'REJECT dynamic addresses are not welcome',
    rejected(['client-blocked', 'dnsbl-listed', 'policy-other']),
  ),
  rule(
    'accesscode',
    '554 5.7.1 Spammers go away',
    rejected(['client-blocked', 'policy-other', 'content-spam']),
  ),
  rule(
    'accesslater',
    'DEFER_IF_PERMIT come back in an hour',
    deferred(['server-temporary', 'policy-other', 'client-blocked', 'greylisted']),
  ),
  rule('accesscountry', 'REJECT Your country is blocked', rejected('country-blocked')),
  rule('accessclose', '521 5.7.1 Go away', rejected(['client-blocked', 'policy-other'])),
  rule('accesswarn', 'WARN known for trouble', accepted),
  rule('accesshold', 'HOLD for a look', accepted),
  rule('accessdiscard', 'DISCARD unwanted', accepted),
  rule('accessinfo', 'INFO known to be harmless', accepted),
  rule('accessprepend', 'PREPEND X-Lab: seen', accepted),
  rule('accessredirect', 'REDIRECT carol@hosted.example', accepted),
  rule('accesscopy', 'BCC carol@hosted.example', accepted),
  rule('accessfilter', `FILTER ${FILTER}`, accepted),
  // The line of the action comes first, the refusal of the same recipient behind it.
  ...[
    'WARN',
    'INFO seen',
    'HOLD',
    'PREPEND X-Lab: seen',
    'REDIRECT carol@hosted.example',
    `FILTER ${FILTER}`,
  ].map((action, index) =>
    rule(`actionthen${index}`, action, rejected('recipient-unknown'), {}, { to: ['nosuch@hosted.example'] }),
  ),
  policy('policyprepend', 'PREPEND X-Lab: seen', accepted),
  policy('policyhold', 'HOLD by the policy service', accepted),
  policy('policyfilter', `FILTER ${FILTER}`, accepted),
  policy('policydiscard', 'DISCARD by the policy service', accepted),
  // A policy service.
  policy(
    'greyed',
    'DEFER_IF_PERMIT Greylisted, see http://postgrey.example/help/hosted.example.html',
    deferred('greylisted'),
  ),
  policy(
    'spf',
    'REJECT SPF fail - not authorized. See http://www.openspf.net/Why?s=mfrom;id=a;ip=192.0.2.1',
    rejected('spf-fail'),
  ),
  policy(
    'spftext',
    '550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why',
    rejected('spf-fail'),
  ),
  policy('quota', '552 5.2.2 The mailbox is over quota', rejected('recipient-mailbox-full')),
  policy('sendlimit', 'DEFER_IF_PERMIT Sending rate limit exceeded', deferred('rate-limited')),
  // A milter, at each step.
  milter(
    'mconnect',
    { at: 'connect', does: 'reject' },
    rejected(['client-blocked', 'policy-other', 'unclassified'], 'connect'),
  ),
  milterTalk('mconnectmail', { at: 'connect', does: 'reject' }, ['?EHLO x.example', MAIL], 'mail'),
  milterTalk('mconnectlater', { at: 'connect', does: 'tempfail' }, ['EHLO x.example', MAIL], 'mail'),
  milterTalk('mconnectquit', { at: 'connect', does: 'tempfail' }, ['EHLO x.example'], null),
  milterTalk('mconnectclose', { at: 'connect', does: '421 4.7.0 Go away' }, [], 'connect'),
  milterTalk('mhelo', { at: 'helo', does: '550 5.7.1 Client refused' }, ['EHLO x.example', MAIL], 'mail'),
  milterTalk(
    'mhelotwice',
    { at: 'helo', does: 'reject' },
    ['EHLO x.example', 'HELO x.example', MAIL],
    'mail',
  ),
  milterTalk('mheloquit', { at: 'helo', does: 'reject' }, ['EHLO x.example'], null),
  milterTalk('mheloclose', { at: 'helo', does: '421 4.7.0 Go away' }, ['EHLO x.example'], 'helo'),
  // The reply to AUTH and STARTTLS is not logged.
  milterTalk('mheloauth', { at: 'helo', does: 'reject' }, ['EHLO x.example', 'AUTH LOGIN'], 'helo'),
  milterTalk('mhelotls', { at: 'helo', does: 'reject' }, ['EHLO x.example', 'STARTTLS'], 'helo'),
  {
    ...milter('mhelomails', { at: 'helo', does: 'reject' }, rejected(BY_MILTER, 'mail')),
    sessions: [
      { mails: [{ expected: rejected(BY_MILTER, 'mail') }, { expected: rejected(BY_MILTER, 'mail') }] },
    ],
  },
  milter(
    'mmail',
    { at: 'mail', does: '550 5.7.1 Sender is on our blacklist' },
    rejected('sender-blocked', 'mail'),
  ),
  milter(
    'mrcpt',
    { at: 'rcpt', does: '450 4.7.1 Greylisting in action, please come back later' },
    deferred('greylisted'),
  ),
  milter(
    'mdata',
    { at: 'data', does: '554 5.7.1 Client refused by policy' },
    rejected(['client-blocked', 'policy-other'], 'data'),
  ),
  milter('mspam', { at: 'end', does: '550 5.7.1 Blocked by SpamAssassin' }, rejected('content-spam', 'data')),
  milter(
    'mvirus',
    { at: 'end', does: '550 5.7.1 virus Eicar-Test-Signature found' },
    rejected('content-malware', 'data'),
  ),
  milter(
    'mdmarc',
    { at: 'end', does: '550 5.7.1 rejected by DMARC policy for x.example' },
    rejected('dmarc-fail', 'data'),
  ),
  milter('mdkim', { at: 'end', does: '550 5.7.20 bad DKIM signature data' }, rejected('dkim-fail', 'data')),
  milter('mlater', { at: 'end', does: 'tempfail' }, deferred(['server-temporary', 'policy-other'], 'data')),
  milter(
    'mplain',
    { at: 'end', does: 'reject' },
    rejected(['policy-other', 'content-blocked', 'unclassified'], 'data'),
  ),
  milter(
    'mthree',
    { at: 'end', does: '550 5.7.1 Blocked by SpamAssassin' },
    rejected('content-spam', 'data'),
    {
      to: ['bob@hosted.example', 'carol@hosted.example'],
    },
  ),
  milter('mdiscard', { at: 'end', does: 'discard' }, accepted),
  milter('mheld', { at: 'end', does: 'quarantine' }, accepted),
  // cleanup(8) and its tables.
  data('hreject', rejected(['content-blocked', 'header-invalid', 'policy-other'], 'data'), 'X-Lab: silent'),
  data('hdiscard', accepted, 'X-Lab: discard'),
  data('hhold', accepted, 'X-Lab: hold'),
  data('hwarn', accepted, 'X-Lab: warn'),
  ...['info', 'prepend', 'replace', 'ignore', 'strip', 'redirect', 'copy', 'filter'].map((action) =>
    data(`h${action}`, accepted, `X-Lab: ${action}`),
  ),
  data('mime', rejected('content-blocked', 'data'), 'Content-Type: application/octet-stream; name="a.exe"'),
  data('body', rejected('content-spam', 'data'), 'From: <a@body.example>\r\n\r\nbuy viagra'),
  talk(
    'oversize',
    [
      'EHLO x.example',
      'MAIL FROM:<a@oversize.example>',
      'RCPT TO:<bob@hosted.example>',
      'DATA',
      `${`${'x'.repeat(70)}\r\n`.repeat(500)}.`,
    ],
    rejected('message-too-large', 'data'),
  ),
  // Names that need care.
  rule(
    'quoted',
    'REJECT Your IP is blocked',
    rejected('client-blocked'),
    {},
    { from: '"odd user; x"@quoted.example' },
  ),
  rule(
    'bounce',
    'REJECT no bounces for us',
    rejected(['client-blocked', 'sender-blocked', 'policy-other']),
    {},
    { from: '' },
  ),
  rule(
    'several',
    'REJECT Your IP is blocked',
    rejected('client-blocked'),
    {},
    {
      to: ['bob@hosted.example', 'carol@hosted.example', 'nosuch@hosted.example'],
    },
  ),
  // The verification of recipients of a domain behind us.
  recipient('rverify', ['550 5.1.1 no such user', '450 4.2.0 later']),
  // anvil(8).
  {
    id: 'anvilconnect',
    title: 'more connections than allowed',
    policy: 'client-rate-limited',
    sessions: [
      once(accepted),
      once(accepted),
      { mails: [], talk: [], expected: deferred('rate-limited', 'connect') },
    ],
  },
  {
    ...talk(
      'anvilrcpt',
      [
        'EHLO x.example',
        'MAIL FROM:<a@anvilrcpt.example>',
        ...['bob', 'carol', 'bob', 'carol'].map((name) => `RCPT TO:<${name}@hosted.example>`),
      ],
      deferred('rate-limited', 'rcpt'),
    ),
    policy: 'client-rate-limited',
  },
  talk(
    'badsender',
    ['EHLO x.example', 'MAIL FROM:<a b@badsender.example>'],
    rejected('protocol-error', 'mail'),
    { sender: 'a b@badsender.example' },
  ),
  talk(
    'badrecipient',
    ['EHLO x.example', 'MAIL FROM:<a@badrecipient.example>', 'RCPT TO:<b b@hosted.example>'],
    rejected('protocol-error', 'rcpt'),
    { recipient: 'b b@hosted.example' },
  ),
  // Addresses in UTF-8 (RFC 6531); a client may forget to say so.
  utf8('utf8', 'SMTPUTF8', SPEAKS_UTF8, [accepted, rejected('recipient-unknown')]),
  utf8('utf8unsaid', '', SPEAKS_UTF8, [accepted, rejected('recipient-unknown')]),
  utf8('utf8refused', 'SMTPUTF8', { ...SPEAKS_UTF8, rcpt: '550 5.1.1 gibt es nicht' }, [
    rejected('callout-mailbox-unknown'),
    rejected('callout-mailbox-unknown'),
  ]),
  utf8('utf8unspoken', 'SMTPUTF8', {}, [
    rejected('callout-smtputf8-unsupported'),
    rejected('callout-smtputf8-unsupported'),
  ]),
  rule(
    'utf8domain',
    'DUNNO',
    rejected('sender-domain-unroutable'),
    {},
    { from: 'alice@grüße.example', parameters: 'SMTPUTF8' },
  ),
  {
    ...rule(
      'utf8mx',
      'DUNNO',
      rejected('sender-domain-mx-unusable'),
      {},
      { from: 'alice@größe.example', parameters: 'SMTPUTF8' },
    ),
    zone: { 'xn--gre-6ka8i.example': { MX: ['10 nosuch.utf8mx.example'] } },
  },
  talk(
    'wrongpassword',
    ['EHLO client.lab.example', 'AUTH LOGIN', 'YWRtaW4=', 'd3Jvbmc='],
    rejected('auth-failed', 'auth'),
  ),
];

/** What smtpd_delay_reject = no refuses before MAIL; with soft_bounce, all of it for now. */
export const earlyRules: readonly Scenario[] = [
  talk('earlyhelo', ['EHLO foo..bar', '?HELO foo..bar'], deferred('helo-rejected', 'helo')),
  talk(
    'betterhelo',
    [
      'EHLO foo..bar',
      '?EHLO x.example',
      'MAIL FROM:<a@betterhelo.example>',
      'RCPT TO:<bob@hosted.example>',
      'DATA',
      '.',
    ],
    accepted,
  ),
  {
    ...talk(
      'earlyclient',
      ['?EHLO x.example', '?MAIL FROM:<a@earlyclient.example>'],
      deferred('client-blocked', 'connect'),
    ),
    policy: 'client-blocked',
  },
  milterTalk('earlymilter', { at: 'helo', does: '450 4.7.1 later' }, ['EHLO x.example', MAIL], 'mail'),
  milterTalk('earlymilterquit', { at: 'helo', does: '450 4.7.1 later' }, ['EHLO x.example'], null),
];

/** What a filter behind the queue sends back is a bounce of ours; the client was told that all is well. */
export const filterScenarios: readonly Scenario[] = [
  {
    id: 'filtered',
    title: 'the filter refuses what we have taken',
    targets: [{ data: '554 5.7.0 Reject, id=01234-05 - SPAM' }],
    sessions: [once(accepted, { mail: { to: ['bob@hosted.example'], outbound: { kind: 'bounce' } } })],
  },
  talk(
    'utf8off',
    ['EHLO x.example', 'MAIL FROM:<alice@grüße.example>'],
    rejected('protocol-error', 'mail'),
    // every byte of a character that is not ASCII is logged as `?`
    { sender: 'alice@gr????e.example' },
  ),
];

/** What a filter in the place of the queue answers (smtpd_proxy_filter). */
export const proxyScenarios: readonly Scenario[] = [
  {
    id: 'proxied',
    title: 'refused by the filter',
    targets: [
      {
        rcpt: { carol: '550 5.1.1 no such user', '*': '250 ok' },
        data: '554 5.7.0 Reject, id=01234-05 - SPAM',
      },
    ],
    sessions: [once(rejected('content-spam', 'data'))],
  },
];

/** What postscreen(8) does before smtpd(8) sees a client. */
export const postscreenScenarios: readonly Scenario[] = [
  {
    id: 'screenlisted',
    title: 'on a blocklist',
    policy: 'dnsbl',
    sessions: [once(rejected('dnsbl-listed'))],
  },
  {
    id: 'screenearly',
    title: 'talks before its turn',
    sessions: [once(rejected(['protocol-synchronization', 'protocol-error']), { talksFirst: true })],
  },
  {
    id: 'screennew',
    title: 'a new client passes the deep tests and has to come back',
    sessions: [once(deferred(['greylisted', 'server-temporary'])), once(accepted, { after: 1500 })],
  },
  {
    id: 'screenblocked',
    title: 'on the list of postscreen',
    policy: 'client-blocked',
    sessions: [once(rejected('client-blocked'))],
  },
];

function mail(id: string, expected: Mail['expected'], more: Partial<Mail>): Scenario {
  return { id, title: id, sessions: [once(expected, { mail: more })] };
}

function talk(
  id: string,
  lines: readonly string[],
  expected: Expected,
  about: NonNullable<Session['about']> = {},
): Scenario {
  return { id, title: lines.at(-1) ?? '', sessions: [{ mails: [], talk: lines, expected, about }] };
}

function data(id: string, expected: Expected, headers: string): Scenario {
  return mail(id, expected, { headers });
}

function rule(
  id: string,
  text: string,
  expected: Expected,
  session: Partial<Session> = {},
  more: Partial<Mail> = {},
): Scenario {
  return { id, title: text, rule: text, sessions: [once(expected, { ...session, mail: more })] };
}

function policy(id: string, answer: string, expected: Expected): Scenario {
  return { ...rule(id, 'ask_policy', expected), title: answer, policyService: answer };
}

function milter(id: string, step: MilterStep, expected: Expected, more: Partial<Mail> = {}): Scenario {
  const sessions: readonly Session[] =
    step.at === 'connect' ? [{ mails: [], talk: [], expected }] : [once(expected, { mail: more })];
  return { id, title: step.does, milter: step, sessions };
}

/**
 * A client that a milter refuses before MAIL, as Postfix tells it only later; MAIL is the last that it says.
 *
 * @param stage where it is told; null: nowhere.
 */
function milterTalk(
  id: string,
  step: MilterStep,
  lines: readonly string[],
  stage: 'connect' | 'helo' | 'mail' | null,
): Scenario {
  const sender = `alice@${id}.example`;
  const refused = /^(?:4|temp)/.test(step.does) ? deferred : rejected;
  const expected = stage === null ? accepted : refused(BY_MILTER, stage);
  return {
    ...talk(
      id,
      lines.map((line) => (line === MAIL ? `MAIL FROM:<${sender}>` : line)),
      expected,
      lines.includes(MAIL) ? { sender } : {},
    ),
    milter: step,
  };
}

/** A sender and a second recipient whose local parts are not ASCII. */
function utf8(id: string, parameters: string, target: Remote, expected: readonly Expected[]): Scenario {
  const mail = {
    from: `jörg@${id}.example`,
    to: ['bob@hosted.example', 'jürgen@hosted.example'],
    parameters,
  };
  return { id, title: `UTF-8 ${parameters}`, targets: [target], sessions: [once(expected, { mail })] };
}

/** A recipient of relayed.example, whose server is the scenario's. */
function recipient(id: string, answers: readonly [string, string]): Scenario {
  return {
    id,
    title: 'reject_unverified_recipient',
    rule: 'reject_unverified_recipient',
    targets: [{ rcpt: { gone: answers[0], later: answers[1] } }],
    zone: { 'relayed.example': { MX: [`10 mx.${id}.example`] } },
    sessions: [
      once(rejected('recipient-unknown'), { mail: { to: ['gone@relayed.example'] } }),
      once(deferred(['server-temporary', 'greylisted']), { mail: { to: ['later@relayed.example'] } }),
    ],
  };
}
