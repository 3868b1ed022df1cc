import { meaningOfStatus } from './enhanced-status.ts';

/** What a remote server's reply says, whatever its words and language. */
export type ReplyMeaning =
  | 'mailbox-unknown'
  | 'mailbox-full'
  | 'mailbox-disabled'
  | 'relay-denied'
  | 'server-blocklisted'
  | 'greylisted'
  | 'rate-limited'
  | 'tls-required'
  | 'auth-required'
  | 'null-sender-refused'
  | 'sender-callout-failed'
  | 'spam'
  | 'malware'
  | 'authentication-failed'
  | 'message-too-large'
  | 'content-blocked'
  | 'dns-failure'
  | 'policy'
  | 'temporary'
  | 'refused';

export interface Reply {
  code: number | null;
  enhanced: string | null;
  /** The words of all lines, without the codes in front of each. */
  text: string;
}

export interface ReplyRow {
  meaning: ReplyMeaning;
  /** Only replies whose code begins with this digit; absent: both. */
  digit?: 4 | 5;
  /** Is compared with the words in lower case, addresses and links taken out. */
  match: RegExp;
  /** At least one reply that this row is the first to take. */
  examples: readonly [string, ...string[]];
}

/**
 * Parses a reply as Exim logs it: the lines of a multi-line reply (RFC 5321 §4.2.1) are joined by the two characters
 * `\n`, each with its own code.
 *
 *     550-5.1.1 The account does not exist.\n550 5.1.1 see https://www.example/
 */
export function parseReply(logged: string): Reply {
  const lines = logged.split(/\\n|\n/).map((line) => LINE.exec(line));
  const first = lines[0];
  const text = lines.map((line) => line?.[3] ?? '').join(' ');
  const inText = /(?:^|[(\s#])([245]\.\d{1,3}\.\d{1,3})(?=[\s):,]|$)/.exec(text)?.[1];
  return {
    code: first?.[1] ? Number(first[1]) : null,
    enhanced: first?.[2] ?? inText ?? null,
    text: text.trim(),
  };
}

/** `550-5.1.1 text`, `550 #5.1.0 text`, `5.1.1 text` or bare words. */
const LINE = /^(?:(\d{3})(?:[- ]|$))?(?:#?([245]\.\d{1,3}\.\d{1,3})(?:[\s:]|$))?(.*)$/s;

/** A word inside an address or behind a host name in a link decides nothing: they are taken out before the words are read. */
export function wordsOf(text: string): string {
  return text
    .replace(/\\(\d{3})/g, ' ')
    .replace(/https?:\/\/([\w.-]+)\S*/gi, ' $1 ')
    .replace(/<[^<>\s]*@[^<>\s]*>|[^\s<>@]+@[^\s<>@]+/g, ' <address> ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/**
 * The rows in the order in which they are asked: what is said plainly first, what many servers say for many reasons
 * last. One phrase a line, with who writes it where that is known.
 */
export const replyRows: readonly ReplyRow[] = [
  {
    meaning: 'tls-required',
    match:
      /\bstarttls\b|must (?:use|issue) .*\btls\b|encryption (?:is )?required|requires? (?:a )?(?:secure|encrypted|tls)/,
    examples: [
      '530 5.7.0 Must issue a STARTTLS command first',
      '550 5.7.1 Encryption required for recipient',
    ],
  },
  {
    meaning: 'sender-callout-failed',
    match:
      /sender verif(?:y|ication) failed|callback setup failed|verification failed for|(?:sender|callout) (?:callout |verification )?(?:verification )?failed|complete sender verify|postmaster verification failed|rejected your return address|sender address rejected: (?:undeliverable|unverified) address|unrout\w+ sender address|sender address rejected: domain not found|domain of sender address .* does not (?:exist|resolve)|domain must resolve/,
    examples: [
      '550 Sender verify failed',
      '550-Callback setup failed while verifying <a@x.example>\\n550-(result of an earlier callout reused).',
      '550 5.1.7 <a@x.example>: Sender address rejected: undeliverable address: host mx said: 550',
      '553 5.1.8 <a@x.example>... Domain of sender address a@x.example does not exist',
    ],
  },
  {
    meaning: 'null-sender-refused',
    match:
      /null[- ](?:sender|reverse[- ]path|envelope)|empty (?:envelope )?(?:sender|from|return)|blank from|does not accept bounces|returned mail not accepted|bouncedeny|\bbatv\b|unsigned dsn|<>: sender address rejected|bounces? (?:are |is )?not (?:accepted|allowed)/,
    examples: [
      '550 5.7.1 null sender not accepted here',
      '550 <>: Sender address rejected: we take no bounces',
      '550 Empty envelope senders not allowed',
    ],
  },
  {
    meaning: 'greylisted',
    match:
      /gr[ea]y[- ]?list|not yet authori[sz]ed to deliver|postgrey|sqlgrey|(?:try|retry|wait|come back)\b.{0,40}\b(?:\d+|few|five|ten) ?(?:s\b|sec|min)|internal resource temporarily unavailable|not whitelisted by this recipient, please try/,
    examples: [
      '450 4.2.0 <a@x.example>: Recipient address rejected: Greylisted, see http://postgrey.example/help',
      '451 Please try again in 300 seconds',
      '451 4.7.1 192.0.2.1 is not yet authorized to deliver mail',
    ],
  },
  {
    meaning: 'server-blocklisted',
    match:
      /black ?-?list|block ?-?list|\bdnsbl|\brbls?\b|spamhaus|spamcop|sorbs|barracuda\w* reputation|reputation|blocked using|found in \S+ list|listed (?:at|by|in|on)|is (?:currently )?listed|poor reputation|banned sender|\bip(?: address)?s?\b.{0,40}\b(?:blocked|banned|rejected|refused|listed|denied|not allowed|spammer)|(?:bad|invalid|blocking) ip\b|(?:client|connecting) (?:host|address|ip) .{0,60}(?:blocked|listed|banned)|blocked for spamming|no access (?:for this ip|from mail server)|your access to submit|connections? (?:are being blocked|will not be accepted from|not accepted from ip)|previous incidents of abuse|adresse ip source bloquee|proofpoint reputation|sbrs score|comcast block for spam|use the smtp server of your isp|hl:rep|dt:rbl|ip blocked|symantec zodiac|blocked - see|spammer list/,
    examples: [
      '554 5.7.1 Service unavailable; Client host [198.51.100.10] blocked using zen.dnsbl.example; https://dnsbl.example/',
      '550 5.7.1 Your IP address is listed by example, correct this',
      '550 Access from ip address 192.0.2.24 blocked. Visit http://win.example/',
      '421 HL:REP',
      '553 5.7.1 Connections will not be accepted from 192.0.2.25, because the ip is in a list',
    ],
  },
  {
    meaning: 'rate-limited',
    match:
      /rate[- ]?limit|too many (?:connections|concurrent|messages|errors|recent|simultaneous|requests|(?:bad |invalid |failed )?recipients)|too (?:much|quickly|fast)|frequency limited|throttl|exceed\w* .{0,40}(?:limit|max\w*|number)\b.{0,30}\b(?:messages|connections|hour)|(?:excessive|unusual) (?:volume|rate)|concurrent connections|trop de connexions|slow down|limit exceeded for|at a rate that|temporarily deferred due to (?:user complaints|unexpected)|sent too many|connection limit|this usually indicates a denial of service|max number of messages/,
    examples: [
      '421 4.7.0 Error: too many connections from 192.0.2.1',
      '421 4.7.0 EHLO rate limited',
      '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages',
      '421 Trop de connexions, veuillez verifier votre configuration',
      '550 Ip frequency limited',
    ],
  },
  {
    meaning: 'authentication-failed',
    match:
      /\bspf\b|\bdkim\b|\bdmarc\b|openspf|unauthenticated (?:email|sender)|authentication (?:information|checks?|level)|\bptr\b|reverse (?:dns|lookup|hostname)|cannot find your (?:reverse )?hostname|mismatch\w* client ip|no reverse|purported responsible|remote ip check error|rdns/,
    examples: [
      '550 5.7.0 Email rejected per DMARC policy',
      '550-5.7.25 [192.0.2.2] The IP address sending this message does not have a\\n550-5.7.25 PTR record setup',
      '450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]',
    ],
  },
  {
    meaning: 'relay-denied',
    match:
      /relay(?:ing)? (?:access )?(?:denied|not (?:permitted|allowed)|prohibited)|denies relay|unauthori[sz]ed relay|allowed rcpthosts|not permitted to relay|relay not|unable to relay|cannot relay|mail relay denied|credentials for relay|me .* as a relay|we do(?:n't| not) relay|local user only|not a (?:local|hosted) domain|not (?:a )?member of domain|domain .{0,40}(?:is )?not (?:hosted|served|handled|local|accepted)/,
    examples: [
      "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
      '554 5.7.1 <a@x.example>: Relay access denied',
      '550 relay not permitted',
    ],
  },
  {
    meaning: 'auth-required',
    match:
      /auth(?:entication|entifizierung|entification)? (?:is )?(?:required|requise|failed|erforderlich)|authrequired|must (?:be )?authenticat|not authenticated|smtp authentication in your|application-specific password|cannot authenticate|login required|mail from not owned by user|email address is not verified/,
    examples: [
      '530 5.7.1 Authentication required',
      '530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM',
      '550 5.5.0 Authentification requise. Authentication Required.',
    ],
  },
  {
    meaning: 'mailbox-full',
    match:
      /over ?-?quota|quota (?:is |was |has been )?(?:exceeded|exhausted|full|violation)|exceed\w* .{0,30}quota|(?:mailbox|inbox|postfach|destinataire|bo.{0,3}te|casella|buz.{1,2}n) .{0,30}(?:is )?(?:full|voll|pleine?|piena|lleno|size limit)|mailbox full|out of (?:storage )?space|exceeded storage|enough space|disk quota|disk full|user ?quota/,
    examples: [
      '552 5.2.2 Mailbox full',
      '452 4.2.2 Over quota',
      '552 5.1.1 Boite du destinataire pleine.',
      '550 Benutzer: Postfach ist voll',
    ],
  },
  {
    meaning: 'mailbox-disabled',
    digit: 5,
    match:
      /(?:mailbox|account|user|address|recipient|email|compte|konto|boite|cuenta)\b.{0,50}\b(?:inactiv\w*|disabled|suspended|deactivated|locked|discontinued|no longer (?:valid|active|in use)|closed|expired|not activated|terminated|blocked|gesperrt|deaktiviert|d.{1,4}sactiv\w*|bloque\w*|archivee|desactivad\w*|sospes\w*)|(?:inactive|disabled|suspended|deactivated|locked) (?:user|mailbox|account|recipient|email)|address rejected: (?:blocked|inactive|suspended)|account is not allowed|\u0437\u0430\u0431\u043b\u043e\u043a\u0438\u0440\u043e\u0432\u0430\u043d/,
    examples: [
      '550 5.2.1 The email account that you tried to reach is disabled.',
      '550 User suspended',
      '551 <a@x.example> is a deactivated mailbox',
      '540 5.7.1 <a@x.example>: recipient address rejected: Inactive',
    ],
  },
  {
    meaning: 'malware',
    match: /\bvirus|infected|malware|trojan|eicar/,
    examples: ['554 5.7.0 Reject, id=11912-03 - INFECTED: Eicar-Test-Signature'],
  },
  {
    meaning: 'message-too-large',
    match:
      /message (?:size|length|too (?:big|large))|size exceeds|size limit exceeded for|too (?:big|large)|line limit exceeded|exceeds .{0,40}(?:size|limit of)/,
    examples: ['552 5.2.3 Message length exceeds limit set by recipient'],
  },
  {
    meaning: 'spam',
    match:
      /\bspam|\bube\b|junk mail|unsolicited|bulk mail|message (?:content )?filtered|mail (?:is |content )?rejet?e?ct?ed|content reject|spamtrap|suspicious due to the nature/,
    examples: ['550 spam message rejected', '554 5.7.1 Message scored too high on spam scale.'],
  },
  {
    meaning: 'content-blocked',
    match:
      /attachment|invalid header|header error|message-id|duplicate header|rfc compliant|mime\b|disallowed header|message content/,
    examples: ['552 Illegal Attachment', '554 5.7.9 Header error'],
  },
  {
    meaning: 'mailbox-unknown',
    digit: 5,
    match:
      /(?:user|mailbox|recipient|account|\baddress|alias|person|destinataire|benutzer|empf\w*nger|adressat|usuario|utente|utilisateur|destinatario|addressee|email)\b.{0,60}\b(?:unknown|not (?:found|exist\w*|known|available|listed|valid|local)|isn't|doesn't (?:exist|have)|does(?: not|n't) exist|did not|unavailable|unallocated|invalid\w*|inconnue?|unbekannt|desconocido|sconosciut\w*|no existe|inexist\w*|no longer exists|could not be found|nicht (?:gefunden|bekannt|vorhanden)|not a valid|is not handled)|(?:unknown|no such|invalid|bad|illegal|nonexist\w*|non-exist\w*|unknown or illegal) (?:local |virtual |destination |recipient |e-?mail )?(?:user|mailbox|recipient|address|account|alias|person|destination|domain user|local[- ]part)|no mailbox (?:here )?|no (?:one|body) (?:here )?(?:by|with) that name|(?:unbekannter?|kein\w*) (?:empf\w*nger|benutzer|postfach)|(?:utilisateur|destinataire|adresse) inconnue?|address rejected(?:$|: (?:user|no such|unknown|invalid|undeliverable|access denied))|addresses rejected|not a valid recipient|recipnotfound|user not a member|recipient rejected|<address> does not exist|does not exist|invalid[- ]recipient|not our customer|\u043f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u044c .{0,20}\u043d\u0435|\u043d\u0435 \u0441\u0443\u0449\u0435\u0441\u0442\u0432\u0443\u0435\u0442|\u4e0d\u5b58\u5728|\u7528\u6237/,
    examples: [
      '550 5.1.1 <a@x.example>: Recipient address rejected: User unknown in virtual mailbox table',
      '550 No such user here',
      '550-5.1.1 The email account that you tried to reach does not exist. Please try\\n550 5.1.1 again',
      '550 5.4.1 All recipient addresses rejected : Access denied',
      '550 Unbekannter Empfaenger',
      '551 User not local; please try <forward-path>',
    ],
  },
  {
    meaning: 'dns-failure',
    match:
      /host unknown|host or domain name not found|no such domain|non-existent hosts|name service error|dns error|nxdomain|unrout[e]?able (?:address|mail domain)|no[- ]domain|cname records|mx or a\/aaaa|domain .{0,40}no longer available|dns query failed|temporary dns/,
    examples: [
      '550 5.1.2 <a@x.example>... Host unknown (Name server: .: host not found)',
      '550 Unrouteable address',
    ],
  },
  {
    meaning: 'policy',
    digit: 5,
    match:
      /polic(?:y|ies)|not authori[sz]ed|prohibited|(?:client host|host network|connection|mail|message|email) (?:was )?(?:rejected|refused|not allowed|not authori[sz]ed)|access[- ]denied|not accepting (?:connections|messages)|no permit|delivery not|refused to receive|restricted|blocked senders?|message filtered|go away/,
    examples: [
      '550 5.7.1 Policy rejection on the target address',
      '554 5.7.1 Client host rejected: Access denied',
    ],
  },
];

/**
 * Says what a reply means: the class of its code first (a 4yz is never a mailbox that does not exist), then its words,
 * then its enhanced status code, which many servers fill in carelessly, at last the code alone.
 */
export function replyMeaning(reply: Reply): ReplyMeaning {
  const { code, enhanced } = reply;
  const digit = code !== null ? Math.floor(code / 100) : Number(enhanced?.[0] ?? 5);
  const words = wordsOf(reply.text);
  const row = replyRows.find(
    ({ digit: only, match }) => (only === undefined || only === digit) && match.test(words),
  );
  if (row && !(row.meaning === 'greylisted' && digit !== 4)) return row.meaning;
  const status = enhanced === null ? null : meaningOfStatus(enhanced);
  if (status !== null) return status;
  if (code === 552 || code === 452) return /\w/.test(words) ? fallback(digit) : 'mailbox-full';
  if (code === 530 || code === 535) return 'auth-required';
  if (code === 551) return 'mailbox-unknown';
  return fallback(digit);
}

function fallback(digit: number): ReplyMeaning {
  return digit === 4 ? 'temporary' : 'refused';
}
