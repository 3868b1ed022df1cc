import {
  accepted,
  deferred,
  type Expected,
  type Mail,
  type MilterStep,
  once,
  rejected,
  type Scenario,
  type Session,
} from '../model.ts';

const NO_SUCH_DOMAIN = 'nosuch.invalid';

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
  ),
  talk(
    'badrecipient',
    ['EHLO x.example', 'MAIL FROM:<a@badrecipient.example>', 'RCPT TO:<b b@hosted.example>'],
    rejected('protocol-error', 'rcpt'),
  ),
  talk(
    'wrongpassword',
    ['EHLO client.lab.example', 'AUTH LOGIN', 'YWRtaW4=', 'd3Jvbmc='],
    rejected('auth-failed', 'auth'),
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

function talk(id: string, lines: readonly string[], expected: Expected): Scenario {
  return { id, title: lines.at(-1) ?? '', sessions: [{ mails: [], talk: lines, expected }] };
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
