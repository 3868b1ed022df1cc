/**
 * The texts of the generated log, as tables. Each is a format string of Exim (4.96 unless told) with our
 * own values;
 * `cause` is the id that the public contract gives to it.
 */

/**
 * @typedef {object} Reason Why a sender could not be verified.
 * @property {number} weight
 * @property {string} cause
 * @property {'address' | 'domain' | null} cache What Exim's callout cache remembers the answer for.
 * @property {'callout' | 'route'} [at] Of a defer only: which of the two texts ends the refusal.
 * @property {(mx: { name: string, ip: string }, sender: string) => string} text Exim 4.89 and later.
 * @property {(mx: { name: string, ip: string }, sender: string) => string} [old] Exim 4.88 and older.
 */

/** @type {(answer: string) => Pick<Reason, 'text' | 'old'>} */
const rcpt = (answer) => ({
  text: (mx, a) =>
    `${mx.name} [${mx.ip}] : SMTP error from remote mail server after RCPT TO:<${a}>: ${answer}`,
  old: (mx, a) => `response to "RCPT TO:<${a}>" from ${mx.name} [${mx.ip}] was: ${answer}`,
});

/** @type {(error: string) => Pick<Reason, 'text' | 'old'>} */
const connect = (error) => ({
  text: (mx) => `${mx.name} [${mx.ip}] : ${error}`,
  old: (mx) => `could not connect to ${mx.name} [${mx.ip}]: ${error}`,
});

/** @type {readonly Reason[]} */
export const FAILS = [
  { weight: 24, cause: 'sender-domain-unroutable', cache: null, text: () => 'Unrouteable address' },
  {
    weight: 5,
    cause: 'sender-domain-mx-unusable',
    cache: null,
    text: () => 'all relevant MX records point to non-existent hosts',
  },
  {
    weight: 3,
    cause: 'sender-domain-null-mx',
    cache: null,
    text: () => 'an MX or SRV record indicated no SMTP service',
  },
  { weight: 34, cause: 'callout-mailbox-unknown', cache: 'address', ...rcpt('550 5.1.1 User unknown') },
  { weight: 4, cause: 'callout-mailbox-full', cache: 'address', ...rcpt('552 5.2.2 Mailbox full') },
  { weight: 4, cause: 'callout-mailbox-disabled', cache: 'address', ...rcpt('550 5.2.1 Mailbox disabled') },
  { weight: 5, cause: 'callout-relay-denied', cache: 'address', ...rcpt('550 5.7.1 Relaying denied') },
  {
    weight: 6,
    cause: 'callout-server-blocklisted',
    cache: 'address',
    ...rcpt(
      '550-5.7.1 Service unavailable; client [192.0.2.10] blocked using dnsbl.example\\n550 5.7.1 see https://dnsbl.example/?ip=192.0.2.10',
    ),
  },
  {
    weight: 11,
    cause: 'callout-null-sender-refused',
    cache: 'domain',
    text: (mx) => `${mx.name} [${mx.ip}] : response to "MAIL FROM:<>" was: 550 5.7.1 Null sender refused`,
    old: (mx) => `response to "MAIL FROM:<>" from ${mx.name} [${mx.ip}] was: 550 Null sender refused`,
  },
  {
    weight: 4,
    cause: 'callout-banner-refused',
    // Not remembered since 4.90.
    cache: null,
    text: (mx) =>
      `${mx.name} [${mx.ip}] : SMTP error from remote mail server after initial connection: 554 No SMTP service here`,
    old: (mx) => `response to "initial connection" from ${mx.name} [${mx.ip}] was: 554 No SMTP service here`,
  },
];

/** @type {readonly Reason[]} */
export const DEFERS = [
  {
    weight: 18,
    cause: 'sender-domain-dns-temporary',
    cache: null,
    at: 'route',
    text: () => 'host lookup did not complete',
  },
  { weight: 22, cause: 'callout-connect-timeout', cache: null, ...connect('Connection timed out') },
  { weight: 10, cause: 'callout-connect-refused', cache: null, ...connect('Connection refused') },
  { weight: 6, cause: 'callout-connect-unreachable', cache: null, ...connect('No route to host') },
  {
    weight: 16,
    cause: 'callout-greylisted',
    cache: null,
    ...rcpt('450 4.2.0 Greylisted, please try again in 300 seconds'),
  },
  {
    weight: 7,
    cause: 'callout-temporary-refusal',
    cache: null,
    ...rcpt('451 4.3.0 Temporary lookup failure'),
  },
  {
    weight: 6,
    cause: 'callout-connection-dropped',
    cache: null,
    text: (mx, a) => `${mx.name} [${mx.ip}] : response to "RCPT TO:<${a}>" was: connection dropped`,
    old: (mx, a) => `response to "RCPT TO:<${a}>" from ${mx.name} [${mx.ip}] was: connection dropped`,
  },
  {
    weight: 5,
    cause: 'callout-smtp-timeout',
    cache: null,
    text: (mx, a) => `${mx.name} [${mx.ip}] : SMTP timeout after RCPT TO:<${a}>`,
  },
  // More than one target address: Exim keeps neither the host nor the reason.
  { weight: 10, cause: 'callout-unspecified', cache: null, text: () => '' },
];

/**
 * What Exim puts in front of the reason of a failed callout since 4.89, and says alone in the refusal
 * itself.
 */
export const CALLOUT_DEFERRED = 'Could not complete sender verify callout';
export const ROUTE_DEFERRED = 'Could not complete sender verify';
export const VERIFY_FAILED = 'Sender verify failed';

/**
 * @typedef {object} Parts What a refusal can be made of.
 * @property {string} H `H=client`, with what the log selector adds.
 * @property {string} C The same without `H=`.
 * @property {string} greeted The client before HELO, without `H=`.
 * @property {string} ip
 * @property {string} tls ` X=... CV=no`, or nothing.
 * @property {string} sender
 * @property {string} recipient
 * @property {string} id A message id that no other line bears.
 *
 * @typedef {object} Refusal
 * @property {number} weight
 * @property {'connect' | 'helo' | 'mail' | 'rcpt' | 'data' | 'other'} stage
 * @property {string} cause
 * @property {boolean} [temporary]
 * @property {'known' | 'unknown' | 'foreign'} [to] Which recipients it is about; absent before RCPT and at
 *   DATA.
 * @property {(p: Parts) => string} text
 */

/** @type {(reason: string) => (p: Parts) => string} */
const noRcpt = (reason) => (p) => `${p.H}${p.tls} F=<${p.sender}> rejected RCPT <${p.recipient}>: ${reason}`;

/** @type {(reason: string) => (p: Parts) => string} */
const notNow = (reason) => (p) =>
  `${p.H}${p.tls} F=<${p.sender}> temporarily rejected RCPT <${p.recipient}>: ${reason}`;

/** @type {(reason: string) => (p: Parts) => string} */
const noData = (reason) => (p) => `${p.id} ${p.H}${p.tls} F=<${p.sender}> rejected after DATA: ${reason}`;

/** @type {readonly Refusal[]} */
export const REFUSALS = [
  {
    weight: 6,
    stage: 'connect',
    cause: 'client-blocked',
    text: (p) => `H=${p.greeted} rejected connection in "connect" ACL: Host is banned`,
  },
  {
    weight: 3,
    stage: 'connect',
    cause: 'client-blocked',
    text: (p) => `refused connection from ${p.greeted} (host_reject_connection)`,
  },
  {
    weight: 4,
    stage: 'connect',
    cause: 'rate-limited',
    temporary: true,
    text: (p) =>
      `H=${p.greeted} temporarily rejected connection in "connect" ACL: "Host is ratelimited (3.0/1h max:2)"`,
  },
  {
    weight: 3,
    stage: 'connect',
    cause: 'connection-limit',
    temporary: true,
    text: (p) => `Connection from [${p.ip}] refused: too many connections from that IP address`,
  },
  {
    weight: 1,
    stage: 'connect',
    cause: 'protocol-synchronization',
    text: (p) =>
      `SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=${p.greeted} input="GET / HTTP/1.1\\r\\n"`,
  },
  {
    weight: 6,
    stage: 'helo',
    cause: 'helo-rejected',
    text: (p) =>
      `${p.H} rejected EHLO or HELO srv1.hosting.example: "REJECTED - Bad HELO - Host impersonating [srv1.hosting.example]"`,
  },
  {
    weight: 3,
    stage: 'helo',
    cause: 'helo-rejected',
    text: (p) => `rejected EHLO from ${p.C}: syntactically invalid argument(s): win_pc-(x)`,
  },
  {
    weight: 4,
    stage: 'mail',
    cause: 'sender-blocked',
    text: (p) => `${p.H} rejected MAIL <${p.sender}>: Sender domain is blocked here`,
  },
  {
    weight: 2,
    stage: 'mail',
    cause: 'message-too-large',
    text: (p) => `rejected MAIL FROM:<${p.sender}> ${p.H}: message too big: size=99999999 max=52428800`,
  },
  {
    weight: 30,
    stage: 'rcpt',
    cause: 'recipient-unknown',
    to: 'unknown',
    text: noRcpt('No Such User Here'),
  },
  { weight: 10, stage: 'rcpt', cause: 'relay-denied', to: 'foreign', text: noRcpt('relay not permitted') },
  {
    weight: 24,
    stage: 'rcpt',
    cause: 'dnsbl-listed',
    to: 'known',
    text: (p) =>
      `${p.H}${p.tls} F=<${p.sender}> rejected RCPT <${p.recipient}>: "JunkMail rejected - ${p.greeted} is in an RBL, see https://dnsbl.example/q?${p.ip}"`,
  },
  {
    weight: 6,
    stage: 'rcpt',
    cause: 'dnsbl-listed',
    to: 'known',
    text: noRcpt('rejected because IP is in a black list at zen.dnsbl.example'),
  },
  { weight: 4, stage: 'rcpt', cause: 'spf-fail', to: 'known', text: noRcpt('SPF check failed.') },
  {
    weight: 5,
    stage: 'rcpt',
    cause: 'greylisted',
    temporary: true,
    to: 'known',
    text: notNow('greylisted, please try again later'),
  },
  {
    weight: 3,
    stage: 'rcpt',
    cause: 'rate-limited',
    temporary: true,
    to: 'known',
    // An authenticated client: the login stands behind F=.
    text: (p) =>
      `${p.H}${p.tls} F=<${p.sender}> A=dovecot_login:${p.recipient} temporarily rejected RCPT <${p.recipient}>: Sender rate overlimit: 62.1 / 1h`,
  },
  {
    weight: 3,
    stage: 'rcpt',
    cause: 'recipient-mailbox-full',
    temporary: true,
    to: 'known',
    text: notNow('Mailbox is over quota'),
  },
  {
    weight: 7,
    stage: 'data',
    cause: 'content-spam',
    text: noData('"The mail server detected your message as spam and has prevented delivery."'),
  },
  {
    weight: 2,
    stage: 'data',
    cause: 'content-malware',
    text: noData('This message was rejected since it contains malware'),
  },
  {
    weight: 2,
    stage: 'data',
    cause: 'header-sender-unverifiable',
    text: noData('there is no valid sender in any header line'),
  },
  {
    weight: 1,
    stage: 'data',
    cause: 'message-too-large',
    text: (p) => `${p.id} rejected from <${p.sender}> ${p.H}: message too big: read=60000000 max=52428800`,
  },
  {
    weight: 2,
    stage: 'other',
    cause: 'protocol-error',
    text: (p) => `SMTP call from ${p.C} dropped: too many unrecognized commands (last was "QUX")`,
  },
];

/** Subjects of ordinary mail, as `T=` shows them. */
export const SUBJECTS = [
  'Your order has been shipped',
  'Re: meeting on Thursday',
  'Invoice 2026-1187',
  'he said \\"hi\\" and left',
  'caf\\351 au lait',
  'Newsletter: what is new this week in the garden',
  'Fwd: Fwd: photos from the weekend',
  'Password reset for your account',
];

/** Subjects that a search for words takes for refusals. */
export const DECOY_SUBJECTS = [
  'Re: sender verify fail for <bob@shop.example>',
  'H=relay1.shop.example [198.18.0.1] F=<a@b.example> rejected RCPT <c@hosted1.example>: Sender verify failed',
  'help: temporarily rejected RCPT, Could not complete sender verify callout',
];

/** Answers of remote servers to our own mail: about their refusals, not ours. */
export const DECOY_ANSWERS = [
  '550-Verification failed for <{from}>\\n550-Called:   192.0.2.10\\n550-Sent:     RCPT TO:<{from}>\\n550-Response: 550 No Such User Here\\n550 Sender verify failed',
  '550 5.7.1 sender verify fail for <{from}>: rejected RCPT',
];
