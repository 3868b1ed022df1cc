import { RecentMap } from '../recent-map.ts';
import { meaningOfStatus } from './enhanced-status.ts';
import { wordings } from './reply-languages.ts';
import { type Reply, wordsOf } from './reply-text.ts';

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

export interface ReplyRow {
  meaning: ReplyMeaning;
  /** Is compared with what `wordsOf` returns. Linear: a repetition inside a repetition has a bound. */
  match: RegExp;
  /** Only replies of this class (`4`, `5`), with this code or with this enhanced code; absent: all. */
  codes?: readonly string[];
  /** Who writes it. */
  source: string;
  /** At least one reply that this row is the first to take. */
  examples: readonly [string, ...string[]];
}

type Line = readonly [source: string, match: RegExp, ...examples: readonly [string, ...string[]]];

function rows(meaning: ReplyMeaning, ...lines: readonly Line[]): readonly ReplyRow[] {
  return lines.map(([source, match, ...examples]) => ({ meaning, match, source, examples }));
}

/** The same rows for replies of this class or with these codes only. */
function answeredWith(codes: readonly string[], some: readonly ReplyRow[]): readonly ReplyRow[] {
  return some.map((row) => ({ ...row, codes }));
}

/**
 * The rows in the order in which they are asked: what is said of one thing only comes first, what many servers say for
 * many reasons last. One phrase a line. `@` and `%` stand for addresses, as in `wordsOf`.
 */
export const replyRows: readonly ReplyRow[] = [
  // ---- what is said of one thing only ----
  ...rows('policy', [
    'GMX, Orange, Mimecast, NetEase, Libero: of our server, our domain or our address',
    /reject due to policy restrictions|sender address blocked|sender is (?:on|in) \S+ blacklist|^addresses failed: @ blacklisted|your domain has been blacklisted|same as authori[sz]ation user|\brp:(?:orq|rdn)\b|\bspoofed (?:message|mail)|smtp protocol synchronization/,
    '550-Requested action not taken: mailbox unavailable\\n550-Reject due to policy restrictions.',
    '550 5.0.1 Emetteur invalide. Invalid Sender. Your domain has been blacklisted OFR_109',
  ]),
  ...rows('rate-limited', [
    'policyd, Rackspace',
    /policy rejection- quota exceeded|too much e?-?mail in a short|\bmax rcpt to daily limit/,
    '450 4.7.1 <a@x.example>: Recipient address rejected: Policy Rejection- Quota Exceeded.',
  ]),
  ...rows('content-blocked', [
    'KPN, Postfix, Exchange: loops and bare line feeds',
    /\breceived:["']? (?:data )?headers?\b|\bbare (?:@|line-?feeds?\b)/,
    '552 Your "received:" header counts exceeds the maximum setting.',
    '521 5.5.2 mx.x.example Error: bare <LF> received',
  ]),
  ...rows('spam', [
    'mail gateways',
    /blocked using spam pattern/,
    '553 Blocked Using Spam Pattern, Your Message May Contain The Spam Contents',
  ]),
  ...rows('malware', [
    'ClamAV',
    /\bunsafe content \(|\bheuristics\./,
    '554 5.7.1 Message contained unsafe content (Heuristics.Phishing.Email.SpoofedDomain)',
  ]),
  ...rows('sender-callout-failed', [
    'sendmail, cPanel, Libero',
    /domain name required for sender|sender address has no mail exchanger|validate @ with the mx\b|^invalid domain \[/,
    '553 5.5.4 <a>... Domain name required for sender address a',
    '450 Refused. The domain of your sender address has no mail exchanger',
  ]),
  ...rows('server-blocklisted', ['Cox', /\bcxbl\b/, '421 x.example cmsmtp 192.0.2.1 CXBL']),
  ...rows('relay-denied', [
    'qmail, and others that host other domains',
    /\brelayed thr(?:u|ough)\b|no such domain (?:at this|here)|is not handled by this (?:mta|server)/,
    "550 that domain isn't allowed to be relayed thru this MTA (#5.7.1)",
    '550 No such domain at this location',
  ]),
  ...rows('authentication-failed', [
    'hand-written rules',
    /\bip must resolve|\bhost can't be resolved/,
    '550 IP must resolve',
  ]),
  ...rows('mailbox-full', [
    'vpopmail, NetEase, of a domain too',
    /overdrawn .{0,20}quota|mail box space not enough|space has (?:been )?used up|maximum allowed number of messages|domain size limit exceeded/,
    "554 Sorry, the user's maildir has overdrawn his diskspace quota, please try again later",
    '452 4.2.2 <a@x.example> Domain size limit exceeded',
  ]),
  ...rows(
    'tls-required',
    [
      'RFC 3207; Google, Exchange',
      /\b(?:must|need|needs|requires?|issue|use) .{0,40}\b(?:starttls|tls|ssl|encryption)\b/,
      '530 5.7.0 Must issue a STARTTLS command first',
    ],
    [
      'Postfix, Exchange, German and French servers',
      /\b(?:starttls|tls|ssl|encryption|verschlusselung|chiffrement) (?:\w+ ){0,2}(?:required|mandatory|needed|erforderlich|obligatoire|requis)|\b(?:start)?tls (?:must|(?:is |are )?(?:currently )?(?:not available|unavailable))|mismatch in tls|tls versions? (?:is |are )?(?:not|un)/,
      '550 5.7.10 Encryption is required',
      '451 4.7.1 TLS is required here',
      '550 5.7.4 Command rejected: a mismatch in TLS versions',
    ],
  ),
  ...answeredWith(
    ['534', '535', '538'],
    rows('auth-required', [
      'RFC 4954 section 6, of a login alone',
      /./,
      '535 5.7.8 Error: authentication failed: Invalid user or password!',
    ]),
  ),
  ...answeredWith(
    ['4'],
    rows('spam', [
      'NetEase',
      /\bdt:spm\b/,
      '451 DT:SPM 163 mx40,WsCowAAnEhl 1514512452, please try again 15min later',
    ]),
  ),
  ...rows('temporary', [
    'Postfix verify(8), while it does not know yet',
    /address verification in progress/,
    '450 4.1.1 <a@x.example>: Recipient address rejected: unverified address: Address verification in progress',
  ]),
  ...answeredWith(
    ['4'],
    rows('temporary', [
      'amavis, milters: the scanner is down',
      /scan(?:ner)?s? (?:has |have |is |are )?(?:failed|unavailable|not (?:available|running|responding))|error in processing|spam ?filter .{0,30}failed|error writing|no space left/,
      '451 4.5.0 Error in processing, id=1-01, virus_scan FAILED: ALL VIRUS SCANNERS FAILED',
      '421 4.3.2 Service shutting down, Error writing to mail file: No space left on device',
    ]),
  ),
  ...rows(
    'sender-callout-failed',
    [
      'Exim acl.c',
      /sender (?:address )?verif(?:y|ication) (?:failed|fail\b|callout|error|failure)/,
      '550 Sender verify failed',
      '451 Could not complete sender verify callout',
      '550 Sender address verification failed: host mx.example said: 550 unknown user',
    ],
    [
      'Exim verify.c',
      /(?:callback|callout) (?:setup |verification )?fail/,
      '550-Callback setup failed while verifying <a@x.example>\\n550-(result of an earlier callout reused).',
      '550 Callout verification failed: 550 No Such User Here',
    ],
    [
      'Exim acl.c',
      /verification failed for\b/,
      '550-Verification failed for <a@x.example>\\n550 Unrouteable address',
    ],
    [
      'Postfix reject_unverified_sender',
      /sender address rejected: (?:undeliverable|unverified) address/,
      '550 5.1.7 <a@x.example>: Sender address rejected: undeliverable address: host mx.example[192.0.2.1] said: 550 User unknown',
    ],
    [
      'CommuniGate, MailMarshal',
      /rejected your return address|sender is un(?:validated|verified)|(?:return|sender|envelope) (?:e?-?mail )?address .{0,30}not be verified|(?:verify|validate|resolve) (?:the |your )?(?:sender|return (?:address|path))\b|dns (?:return|sender|envelope) address|requires? (?:a )?valid sender domain|domain may not exist or dns|sender address rejected: (?:need fully|address uses mx)|verify mail ?from/,
      '550 The destination mail system rejected your return address',
      '550 Sender address could not be verified',
      '550 unable to verify sender address',
      '452 Could not resolve sender domain x.example',
      '550 Domain may not exist or DNS check failed',
    ],
    ['Exim, CommuniGate', /unrout\w{1,9} (?:sender|return) address/, '550 Unroutable sender address'],
    [
      'Postfix reject_unknown_sender_domain',
      /sender address rejected: (?:domain not found|host not found|user unknown)/,
      '450 4.1.8 <a@x.example>: Sender address rejected: Domain not found',
    ],
    [
      'hand-written rules',
      /sender'?s? (?:e-?mail )?address (?:is )?(?:does not exist|doesn't exist|not exist|not found|unknown|could not be found)/,
      '550 5.1.0 <a@x.example> sender rejected: sender address does not exist',
    ],
    [
      'sendmail check_mail',
      /domain of sender address|from: ?domain must|sender domain must|unresolvable .{0,16}\bfrom\b|sender'?s? domain .{0,20}(?:not found|not exist|not resolve|invalid|no mx|must resolve)/,
      '553 5.1.8 <a@x.example>... Domain of sender address a@x.example does not exist',
      '451 From:domain must resolve',
      '553 sorry, your envelope sender domain must exist (#5.7.1)',
    ],
  ),
  ...answeredWith(
    ['4'],
    rows(
      'greylisted',
      [
        'RFC 6647; postgrey, milter-greylist, Exim and Exchange add-ons',
        /gr[ae]y[- ]?list|post ?grey|sqlgrey|g-r-e-y-l-i-s-t|later is better/,
        '450 4.2.0 <a@x.example>: Recipient address rejected: Greylisted for 5 minutes',
        '451 4.7.1 Greylisting in action, please come back in 00:05:00',
      ],
      [
        'Exim greylist recipes',
        /not yet (?:been )?authori[sz]ed to (?:deliver|send)/,
        '451 192.0.2.1 is not yet authorized to deliver mail from <a@x.example>',
      ],
      [
        'Mimecast',
        /internal resources? (?:is |are )?temporarily unavailable/,
        '451 Internal resource temporarily unavailable - https://docs.example/DOC-1369#451',
      ],
      [
        'anti-spam gateways',
        /\bfirst[- ](?:time (?:sender|seen|delivery)|contact)|\btriplet\b|unknown triple|initial deferral|early (?:re)?try|delayed .{0,30}(?:spam|unknown) (?:protection|sender)/,
        '451 4.7.1 First-time sender delayed, retry soon',
        '450 4.7.0 triplet not seen before',
      ],
    ),
  ),
  ...rows('relay-denied', [
    'Google Workspace relay, Exchange Online',
    /mail (?:relay|sending) denied|credentials for relay|no mail-enabled subscriptions/,
    '550 5.7.0 Mail relay denied [192.0.2.1]',
    '451 4.4.4 Mail received as unauthenticated, incoming to a recipient domain configured in a hosted tenant which has no mail-enabled subscriptions',
  ]),
  ...rows(
    'null-sender-refused',
    [
      'most servers',
      /\b(?:null|empty|blank|void|leere\w*|vide) (?:envelope |smtp )?(?:senders?|reverse[- ]?path|return[- ]?path|envelopes?|from|mail from|absender|expediteur)\b/,
      '550 5.7.1 null sender not accepted here',
      '550 Blank From: addresses are not allowed.',
      '550 Empty envelope senders not allowed',
      '550 no null senders',
    ],
    [
      'Postfix access(5)',
      /<>:? ?(?:\.\.\.)? ?(?:sender|mail from|address)|<> .{0,20}\b(?:not|rejected|refused|denied)\b|(?:reject|refuse|not accept)\w{0,9} .{0,20}<>/,
      '550 <>: Sender address rejected: we take no bounces',
      '550 MAIL FROM:<> refused',
    ],
    [
      'qmail patches, Exim recipes',
      /\bbounces? (?:messages? |mails? |e-?mails? )?(?:is |are |was )?(?:not |never |un)\w*|(?:not|n't|no) (?:accept|take|receive|allow)\w* (?:any )?(?:bounce|null|dsn|delivery (?:status|report))/,
      '550 example.com does not accept bounces',
      '550 bounces are not allowed here',
    ],
    [
      'CommuniGate, qmail bouncedeny',
      /returned mail not accepted|bouncedeny|no bounces/,
      '550 returned mail not accepted here',
      '550 denied [bouncedeny]',
    ],
    [
      'Barracuda, Exim and MDaemon with BATV',
      /\bbatv\b|\bprvs\b|(?:unsigned|unsolicited|invalid|bogus) (?:dsn|bounce|ndr)|backscatter|third-party dsn|bounce attacks?|not (?:originate|sent|send) (?:\w+ ){0,3}(?:from here|by us|this message)/,
      '550 transaction failed unsigned dsn for <a@x.example>',
      '550 BATV validation failure',
    ],
  ),
  ...rows('dns-failure', [
    'Exim, Exchange',
    /temporary (?:dns|name) (?:error|lookup|resolution)|dns (?:resolving|resolution) (?:error|fail)|(?:fail|error)\w{0,9} in dns/,
    '451 Temporary DNS error while checking SPF record. Try again later.',
    '421 failure in DNS look-up.',
  ]),
  ...rows('rate-limited', [
    'Google, Zoho, whatever the rate is counted by',
    /unusual (?:rate of|sending activity)/,
    '421 4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your SPF domain',
  ]),
  ...rows(
    'authentication-failed',
    [
      'Gmail, Yahoo, Microsoft, Apple, GoDaddy',
      /\b(?:spf|dmarc|dkim|sender[- ]?id|sender policy framework)\b(?!-signature)|\barc (?:seal|validation|fail)/,
      '550 5.7.0 Email rejected per DMARC policy',
      '554 5.7.1 blocked for failing both SPF and DKIM authentication checks',
    ],
    [
      'Gmail, Yahoo',
      /unauthenticated e?-?mail|sender is unauthenticated|authentication (?:information|checks?|level|requirements)/,
      '550 5.7.9 This mail has been blocked because the sender is unauthenticated.',
    ],
    [
      'Gmail, Comcast, T-Online',
      /\bptr\b|\br-?dns\b|reverse[- ](?:dns|lookup|hostname|name|resolution)\b(?! is ok)|(?:forward|reverse) (?:dns )?(?:confirmed|entry)/,
      '550-5.7.25 [192.0.2.2] The IP address sending this message does not have a\\n550-5.7.25 PTR record setup',
      '554 5.7.1 Reverse DNS failed.',
    ],
    [
      'Postfix reject_unknown_client_hostname',
      /cannot (?:find|resolve) your (?:reverse )?(?:host|address)|your (?:host|ip)\w* .{0,30}(?:no|not|n't) .{0,20}(?:resolve|hostname)|no reverse|host ?name must resolve|not match (?:the )?client ip|(?<!denied\. )\bip name lookup failed/,
      '450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]',
    ],
    [
      'NetEase, GMX',
      /mismatch\w{0,9} client ip|remote ip check|purported responsible/,
      '550 domain [x.example] mismatches client ip 192.0.2.2.',
      "550 5.7.1 can't determine Purported Responsible Address",
    ],
    [
      'sender checks of several servers',
      /not (?:permitted|allowed|authori[sz]ed) to send (?:e?-?mail )?(?:from|for|on behalf)(?! (?:this|that country))/,
      '550 192.0.2.2 is not allowed to send mail for x.example',
    ],
  ),
  ...rows('sender-callout-failed', [
    'Orange, Laposte, NetEase, Courier',
    /\b(?:emetteur|sender|mail from|expediteur|absender\w*) (?:e?-?mail )?(?:address )?(?:is )?(?:invalide?|syntax|ungultig)|\b(?:invalid|bogus) (?:sender|mail from)|\bsender must exist\b|without (?:a )?valid sender domain|from: (?:domain|address) is invalid|sender domain is (?:empty|missing)/,
    '501 5.1.0 Emetteur invalide. Invalid Sender.',
    '553 5.1.7 Sender address syntax error',
    '552 mail from invalid.',
    '550 Sender must exist',
    '501 bogus mail from',
  ]),
  ...answeredWith(
    ['517'],
    rows('sender-callout-failed', [
      'Courier, of the sender alone',
      /domain/,
      '517 Domain does not exist: x.example.',
    ]),
  ),
  // ---- what is said of the machine that asks ----
  ...rows(
    'policy',
    [
      'Google, Exim recipes',
      /not (?:in|on) (?:\w+ )?(?:white|allow|approved|safe)[- ]?(?:sender )?list|not white-?listed|user'?s reject list|verified sender identity|from address not verified|does(?:n't| not) want (?:your|this|any) e?-?mail/,
      '421 4.7.0 IP not in whitelist for RCPT domain, closing connection.',
      '550 The from address does not match a verified Sender Identity',
      '553 From address not verified - see the help',
    ],
    [
      'Amazon SES, mail.ru, Exchange Online: of our account there',
      /(?:sending|message sending) (?:\w+ ){0,3}(?:is |has been |was )?(?:suspended|disabled|paused)|blocked from sending|suspended from sending/,
      '554 Message rejected: Sending suspended for this account.',
      '550 message sending for this account is disabled',
    ],
    [
      'Debian exim4-config, of an address and not of a machine',
      /sender envelope address .{0,80}blacklisted|sender address rejected: (?:\w+ )?(?:black|block)|\b(?:sender|your e-?mail|envelope)(?: e-?mail)?(?: address)? (?:@ )?(?:has been |is |was )?(?:(?:in|on) (?:my|our|the|a) (?:black|block|deny) ?-?list|(?:black|block|deny) ?-?listed)/,
      '550 sender envelope address a@x.example is locally blacklisted here.',
    ],
  ),
  ...rows('mailbox-full', [
    'Dovecot quota by number',
    /messages (?:for|in) (?:this|the) mailbox|(?:user|mailbox|recipient) has too many messages|quota is over\b|mailbox space (?:is )?not enough/,
    '552 Number of messages exceeds maximum number of messages for this mailbox',
    '550 ErrMsg=Mailbox space not enough (space limit is 10240KB)',
  ]),
  ...rows('mailbox-unknown', [
    'cPanel, and small servers',
    /account or domain may not exist|@ does not have an account|cannot deliver mail for \{|not found in ldap|no redirect entry|^"?error \d+: no mailbox|user have no mail\b|not listed in domino/,
    '550 The mail server could not deliver mail to a@x.example. The account or domain may not exist, they may be blacklisted, or missing the proper dns entries.',
  ]),
  ...rows('policy', [
    'Postfix reject_unknown_helo_hostname and its neighbours',
    /helo command rejected(?!.{0,20}blocked using)|\b(?:helo|ehlo)\b.{0,30} (?:must|should|has been denied)\b|\bfqdn or ip literal|\bhelo ?host\b/,
    '450 4.7.1 <mx.x.example>: Helo command rejected: Host not found',
    '550 HELO should be a FQDN or address literal (See RFC 2821 4.1.1.1)',
  ]),
  ...rows('content-blocked', [
    'mail gateways, of a file and not of a machine',
    /(?:black|block)-?listed (?:[\w-]+ ){0,3}(?:file|attachment|extension|word|content)|\bmacros\b|html (?:sub)?part\b|(?:sensitive|forbidden|banned) words?\b|failing address in|data in message/,
    '550 Blacklisted file extension detected',
    '552 MS-Office file containing VBA macros found inside of the email',
    '553 5.7.1 Sensitive words detected',
    '550 unqualified address not permitted: failing address in "Cc:" header is: x',
  ]),
  ...answeredWith(
    ['4'],
    rows('rate-limited', [
      'Naver, Postfix: an address that is blocked for a while',
      /too many (?:\w+ )?(?:connections|sessions|messages|errors)|\bthrottled\b/,
      '421 4.3.2 Your ip blocked from this server: too many connections',
    ]),
  ),
  ...rows('rate-limited', ['QQ', /frequency limited/, '550 Ip frequency limited [Blocked IP 192.0.2.22].']),
  ...rows('spam', [
    'FortiMail, Zoho, of the message and not of the machine that it names',
    /\b(?:message|mail|e-?mail) (?:was |is |has been )?(?:detected|identified|classified|flagged|recogni[sz]ed|marked|considered) (?:as |to be )?(?:\w+ )?(?:spam|junk|unsolicited)\b|considers? (?:this|your) (?:message|mail|e-?mail) (?:as |to be )?spam/,
    '554 5.7.1 This email from IP 192.0.2.1 has been rejected. The email message was detected as spam',
  ]),
  ...rows('spam', [
    'URI blocklists: SURBL, Spamhaus DBL',
    /spam url|(?:black|block)-?listed (?:url|link|uri)|\b(?:uri|sur)bl\b|\b(?:url|uri|link)s? .{0,40}(?:listed|blacklist|blocklist|surbl|uribl)/,
    '554 rejected due to spam URL in content',
  ]),
  ...rows(
    'server-blocklisted',
    [
      'Postfix reject_rbl_client, Exchange, sendmail',
      /\b(?:blocked|rejected|refused|denied|listed|found) (?:using|by the dnsbl|by rbl|via dnsbl)\b/,
      '554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.dnsbl.example',
    ],
    [
      'Exim and many others',
      /(?:black|block|deny|bad)[- ]?list|\bdenyip\b|\bip=% - a problem occurred|messages from % will be permanently deferred|\bip (?:in (?:prison|jail)|is hangup)\b/,
      '550 192.0.2.1 is in a black list',
      '550-IP 192.0.2.1 is blacklisted',
      '554-IP address is block listed.',
      '550 sender IP is on our blocklist',
      '550 IP is Hangup',
    ],
    [
      'blocklists by name',
      /\b(?:(?:dns|ip|dr)?[br]bls?|dnsbls?|dt:rbl|spamhaus|spamcop|sorbs|barracuda reputation|sbl-xbl|uceprotect|senderbase|senderscore|invaluement|cloudmark|abusix)\b/,
      '550 See https://www.spamhaus.org/query/bl?ip=192.0.2.1',
      '450 DT:RBL',
    ],
    [
      'many',
      /\b(?:is|are|was|been|address|host|server|ip) (?:currently |being |also )?listed\b|\blisted (?:at|by|in|on) (?:%|the|our|a\b)|due to listing|found in .{0,30}(?:list|database)|spammer list/,
      '550 Rejected: 192.0.2.1 listed at work.bl.example',
      '550 5.7.1 Rejected. Sender 192.0.2.1 found in our listing',
    ],
    [
      'Gmail, Cisco, GMX, Proofpoint',
      /reputation|\bkarma\b|\bsbrs\b|hl:rep/,
      '550 5.7.1 likely suspicious due to the very low reputation of the sending IP',
      '421 HL:REP',
      '554 SBRS score too low',
      '554 very bad karma score: -8',
    ],
    [
      'Microsoft',
      /banned (?:sender|sending|ip|host)|\b(?:ip|host|client|server|address|you) (?:\w+ ){0,3}banned/,
      '550 5.7.511 Access denied, banned sender[192.0.2.1].',
    ],
    [
      'mail.ru, Orange, GoDaddy',
      /\bip\b[^.;]{0,50} (?:has been |was |is |are |been )?(?:temporarily )?(?:blocked|bloque\w*|banned|filtered|refused|rejected|denied|gesperrt|blockiert|identified as|spammer)\b(?! for outgoing)/,
      '550 Access from ip address 192.0.2.24 blocked.',
      '554 This IP has been temporarily blocked for too many messages',
      '550 Adresse IP source bloquee pour incident de spam.',
      '553 5.7.1 Your IP identified as spammer',
      '421 4.3.2 Your IP(192.0.2.1) is filtered and this connection will be closed.',
    ],
    [
      'Cisco, NetEase',
      /\b(?:bad|invalid|blocked|blocking) ip\b|(?:ip|connection|access) (?:address )?(?:blocked|refused by)/,
      '554 5.7.1 Rejected because Bad IP',
      '550 Invalid IP',
    ],
    [
      'Sun, Symantec',
      /(?:client|connecting|sending|your) (?:host|server|mail ?server|machine|network)\b.{0,40} (?:is |has been |was )?(?:blocked|banned|block for)/,
      '550 5.7.1 Connecting host blocked',
    ],
    [
      'several',
      /blocked for spam(?!-)|block for spam|too much spam|blocked - see|open relay\.|\bopen proxy|compromised host|dial-?up|dynamic(?:ally)?[- ](?:assigned |allocated )?ip|residential|currently sending spam/,
      '554 Comcast block for spam.',
      '554 Blocked - see https://ipcheck.example/?ip=192.0.2.1',
      '550 no access from mail server [192.0.2.55] which is an open relay.',
      '550 dynamic IP addresses must use their provider',
    ],
    [
      'qmail, Cisco',
      /no access (?:for|from)|your access to (?:submit|this)|incidents of abuse|smtp server of your isp|use your (?:isp|provider)/,
      '550 Sorry, no access for this ip',
      '550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.',
      '550 5.7.0 Please use the smtp server of your ISP.',
    ],
    [
      'Yahoo',
      /(?:connection|traffic|mail)s? (?:\w+ ){0,3}not (?:be )?accepted from (?:%|ip|this ip)|connections? from (?:this )?(?:ip|%).{0,12} not accepted/,
      '553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.25',
    ],
    ['Symantec', /symantec zodiac/, '500 5.7.1 Symantec Zodiac'],
    [
      'AOL, Charter, by their codes',
      /\(?\b(?:rtr|con|dyn):[a-z]\w|not available aup#/,
      '554- (RTR:DU)  http://postmaster.x.example/errors/554rtrdu.html',
      '554 x.example ESMTP server not available AUP#I-1010',
    ],
    [
      'Comcast, Telstra, Exchange with third-party filters',
      /\bspam(?:mer)? (?:source|sender|network|host)|source of spam|(?:mail|traffic) from (?:%|your) .{0,30}(?:refused|rejected|blocked)|%[\]>]? (?:is |has been |was )?(?:blocked|banned)\b/,
      '550 5.7.1 Mail from 192.0.2.1 rejected',
      '550 192.0.2.1 has been blocked',
    ],
  ),
  ...rows(
    'rate-limited',
    [
      'Gmail, Exim, Comcast',
      /rate[- ]?(?:limit|control)|\brate\b .{0,30}(?:exceed|too high)|unusual rate|at a rate|throttl|slow(?:ing)? down|\bslower\b/,
      '421 4.7.0 EHLO rate limited',
      '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages',
      '450 slow down',
    ],
    [
      'Postfix anvil(8), Courier, Orange, Yahoo',
      /too many (?:\w+ ){0,3}(?:connections?|sessions|messages|mails|emails|errors|requests|recipients|rcpts?|commands|attempts|invalid|unknown|concurrent|from)\b/,
      '554 Too many recipients',
      '452 4.5.3 Error: too many recipients',
      '550 Too many invalid recipients',
    ],
    [
      'Comcast, Exchange, GoDaddy',
      /sent too many|receiving mail too|too (?:much mail(?! data)|quickly|fast|frequent)|excessive (?:volume|number|rate)|high volume|mail flood|\bflood/,
      '450 4.2.1 The user is receiving mail too quickly.',
      '421 4.7.1 Messages to a@x.example deferred due to excessive volume.',
    ],
    [
      'Exchange, Google',
      /(?:max\w{0,9}|limit) .{0,40}(?:connections?|messages?(?! size)|recipients?) .{0,40}(?:exceed|reached)|exceed\w{0,9} .{0,40}(?:max\w{0,9}|limit) .{0,30}(?:messages|connections|recipients|per (?:hour|day|minute))|(?:connection|send|sending|relay|message|hourly|daily|recipient)s? (?:count |rate )?(?:limit|quota) (?:is |was |has been )?(?:exceeded|reached)|(?<!size |box |storage |length |line |hop |user |folder |quota |disk |blocks? |inode |account )\blimits? (?:is |was |has |have )?(?:been )?(?:exceeded|reached)|limits? (?:for|on) .{0,30}(?:messages|mails|connections|recipients)|concurrent (?:smtp )?connections|exceeding (?:\w+ ){0,2}limit|\be-?mail quota exceeded|(?:reached|exceeded) (?:\w+ ){0,3}(?:daily|hourly|sending|relay) (?:\w+ ){0,2}(?:quota|limit)|\bover ?limit|exceed\w{0,9} (?:the )?number of messages|exceeded .{0,40} per (?:hour|day|minute)|(?:recipient|message|sending) limit\b.{0,30} reached|\brp-00\d/,
      '554 5.2.121 The sender has exceeded the limit for the number of messages they can send per hour',
      '450 4.2.1 Peak SMTP relay limit exceeded for customer.',
      '421 4.7.1 Our server limits have been reached for 192.0.2.1.',
      '421 We have limits for how many messages can be sent per hour and per day.',
    ],
    [
      'Google, Yahoo, Microsoft',
      /denial of service|due to (?:user complaints|unexpected volume)|server busy.{0,20} try again later from/,
      '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints',
      '451 4.7.500 Server busy. Please try again later from [192.0.2.1].',
    ],
  ),
  ...rows('message-too-large', [
    '1&1, which puts the text of RFC 5321 for 552 before its own',
    /\b(?:message|mail) size exceeds/,
    '552-Requested mail action aborted: exceeded storage allocation\\n552-Message size exceeds fixed maximum message size. Size: 80000 KB',
  ]),
  // ---- what is said of the mailbox ----
  ...rows(
    'mailbox-full',
    [
      'Postfix, Dovecot, Zimbra, Comcast',
      /over[- ]?quota|quota\b.{0,40} (?:exceed|exhaust|full|violat|reached|depass|uberschr|surpass)|exceed\w{0,9} .{0,30}quota|(?:out of|beyond|above|over) (?:\w+ ){0,2}quota|mail ?box\b.{0,40}\bexceeds/,
      '452 4.2.2 Over quota',
      '552 <a@x.example>: user quota exceeded',
      '552 5.1.1 <a@x.example> recipient rejected - extended quota violation',
    ],
    [
      'most servers',
      /\b(?:mail ?box|inbox|mail ?folder|account|user|maildir)\b.{0,60} (?:is|was) (?:\w+ )?full\b|\b(?:mail ?box|inbox|mail ?folder|account|maildir|user)(?: @| size)?:? (?:(?:over)?full\b|limit (?:is |was |has been )?(?:exceeded|reached)|size limit)/,
      '552 5.2.2 <a@x.example>: Recipient address rejected: Mailbox full',
      '552 5.2.2 Mailbox size limit exceeded',
    ],
    [
      'Gmail, RFC 5321 section 4.2.2 (552)',
      /storage (?:space|allocation|full|limit|quota)|(?:mailbox|recipient|user|account) storage|capacity of the mailbox|mailbox capacity|allocated storage|(?:out of|enough|insufficient|no) (?:disk |mailbox |storage )?space (?:in|for|left in) .{0,20}(?:mailbox|user|recipient|account)|account\S{0,40} .{0,16}(?:enough|insufficient) space|out of storage/,
      "452-4.2.2 The recipient's inbox is out of storage space.",
      '550 Requested mail action aborted: exceeded storage allocation',
    ],
  ),
  ...answeredWith(
    ['5'],
    rows(
      'mailbox-disabled',
      [
        'Gmail, NetEase: it was not used for long',
        /administratively disabled|should log ?in to enable|no recipient activity/,
        '554 5.7.1 User a should log in to enable receiving the mail',
      ],
      [
        'Gmail, Yahoo, AOL, QQ, Exim and qmail add-ons',
        /\b(?:mailbox|mail ?box|account|user|address|recipient)\b.{0,40}\b(?:inactive|inactivity|disabled|deleted|suspend\w*|deactivated|locked|discontinued|frozen|not activated|not active|terminated|cancell?ed|closed|de-?provisioned|expired|archived)\b|\b(?:mailbox|account|user|recipient)\b(?: @)? (?:is |was |has been )(?:\w+ )?blocked|recipient address rejected: blocked/,
        '550 5.2.1 The email account that you tried to reach is disabled.',
        '550 User suspended',
        '550 <a@x.example>: User status is locked.',
        '540 5.7.1 <a@x.example>: recipient address rejected: Blocked',
      ],
      [
        'several',
        /\b(?:inactive|disabled|suspended|deactivated|locked|blocked|closed|expired|frozen|dead) (?:e?-?mail )?(?:user|mailbox|mail ?box|mbox|account|recipient|address|email)\b|\bmail receiving (?:is )?disabled/,
        '550 <a@x.example>: inactive user',
        '550 mail receiving disabled',
        '551 <a@x.example> is a deactivated mailbox',
      ],
      [
        'Yahoo, NetEase',
        /no longer (?:valid|active|in use|in service|with)|\bis now disabled\b|(?:this )?account is not allowed|account (?:has been |was )?closed/,
        '554 delivery error: dd a@x.example is no longer valid.',
        '550 This account is not allowed...a@x.example',
      ],
    ),
  ),
  ...rows(
    'relay-denied',
    [
      'Exim, Postfix, sendmail, Exchange, Lotus Domino',
      /\brelay(?:ing|ed)?\b[ )].{0,24}\b(?:denied|not|prohibited|disallowed|rejected|refused|forbidden|verboten|interdit|msg rejected|disabled)\b/,
      '554 5.7.1 <a@x.example>: Relay access denied',
      '550 relay not permitted',
      '550 5.7.1 Relaying denied',
    ],
    [
      'Exchange, Exim, MessageLabs',
      /\b(?:unable|not|never|denies|denied|unauthori[sz]ed|cannot|can't|don't|won't|no|refus\w+) (?:\w+ ){0,4}relay(?:ing)?\b|as a relay|prohibits? relay/,
      '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
      '553 host denies relay.',
      '550-x.example [192.0.2.1] is currently not permitted to relay through this server.',
    ],
    [
      'qmail',
      /allowed ?rcpthosts|rcpthosts/,
      "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    ],
    [
      'several',
      /(?:local|internal) users? only|non-?local (?:e-?mail|address|recipient|domain|user)|not (?:an? )?(?:local|hosted|accepted) domain|domain .{0,30}(?:is not|isn't|not) (?:\w+ )?(?:hosted|served|handled|local|accepted|configured) (?:here|on|by|at|domain)|(?:do|does|will)(?:n't| not) (?:handle|accept|host|serve) (?:mail |e-?mail |messages )?(?:for )?(?:this|that|the|your) domain|not responsible for|not a gateway|forward-path .{0,12}not allowed|cannot route to|(?:handle|host|serve) mail for %/,
      '553 Requested action not taken: Local user only',
      '550 domain x.example is not hosted here',
      '550 we do not accept mail for that domain',
    ],
  ),
  ...rows(
    'dns-failure',
    [
      'sendmail, Postfix, Exim',
      /\b(?:host|domain)(?: or domain)?(?: name)? (?:unknown|not found)|unknown (?:host|domain)|name service error|host not found|host lookup/,
      '550 5.1.2 <a@x.example>... Host unknown (Name server: .: host not found)',
    ],
    [
      'Exim, Courier',
      /non-?exist[ae]nt (?:hosts|domain)|no such domain|(?<!in |at |of |for |the )\bdomain(?: %| @| name)? (?:does not|doesn't|is not) exist|nameserver|(?:recipient'?s? domain|domain of (?:the )?recipient) (?:does not|doesn't) exist|name or service not known|no address associated|unroute?able (?:mail )?domain|no[- ]domain|cname records/,
      '550 all relevant MX records point to non-existent hosts',
      '550 Unrouteable mail domain',
    ],
    [
      'Google, Microsoft, Postfix',
      /\bnxdomain|dns (?:error|query|lookup|failure|type)|(?:invalid|no|missing|bad) (?:dns )?(?:mx|a) (?:record|or)|domain .{0,20}no longer (?:available|exists)|null mx|doesn't accept mail/,
      '550 <a@x.example>: Invalid DNS MX or A/AAAA resource record',
      '550 5.4.312 Message expired, DNS query failed',
      '550 Domain x.example no longer available',
    ],
  ),
  ...rows(
    'mailbox-unknown',
    [
      'Postfix, sendmail, Exim, Exchange',
      /\b(?:user|mailbox|mail ?box|recipient|account|alias|addressee|local part|username|(?<!sender |host |ip )address)s?\b(?: @| \( @ \)| name| e-?mail| add?ress| account| mailbox){0,4} (?:is |was )?(?:unknown|unkown|not known|inconnu|nonexistent|non-existent)/,
      '550 5.1.1 <a@x.example>: Recipient address rejected: User unknown in virtual mailbox table',
      '550 Recipient Unknown',
      '550 User (a@x.example) unknown.',
    ],
    [
      'sendmail, qmail, Gmail, many',
      /\b(?:no such|unknown|nonexistent|non-existent|nonexisting|non-existing) (?:or (?:illegal|invalid|disabled) )?(?:local |virtual |destination |recipient |e?-?mail |smtp )?(?:users?|mailbox|recipients?|address|addressee|account|alias|person|local[- ]part|id|rcpt)\b|^invalid recipient\b/,
      '550 No such user here',
      '550 5.1.1 unknown or illegal alias: a@x.example',
      '451 Invalid Recipient - https://x.example/docs',
    ],
    [
      'Gmail, Yahoo, Exchange, QQ',
      /\b(?:user|mailbox|mail ?box|recipient|account|address|alias|e?-?mail|person|inbox|path|name|id)\b[^.;]{0,50} (?:(?:does|do|did|is|are|was|could|can|has)(?:n't| not|not)|cannot|can't|no|not|no longer|never) (?:be(?:en)? )?(?:currently )?(?:exists?|existed|existing|found|located|known|listed|recogni[sz]ed|registered|have an?)\b/,
      '550-5.1.1 The email account that you tried to reach does not exist. Please try\\n550 5.1.1 again',
      '550 Mailbox not found.',
      "554 delivery error: dd This user doesn't have a yahoo.com account",
    ],
  ),
  ...answeredWith(
    ['5'],
    rows(
      'mailbox-unknown',
      [
        'many',
        /\b(?:invalid|bad|illegal|wrong|incorrect|undeliverable) (?:or unknown )?(?:destination |recipient |mailbox |e?-?mail |rcpt )?(?:e?-?mail )?(?:user|mailbox|recipients?|address|account|alias|rcpt|local part)\b(?! syntax)|\ball recipients are invalid\b|\brcpt user @ not ok\b/,
        '550 5.1.1 Invalid mailbox',
        '503 All recipients are invalid',
        '550 Command RCPT User <a@x.example> not OK',
        '501 #5.1.1 bad address a@x.example',
      ],
      [
        'Postfix access tables, Exchange Online',
        /recipient(?: address)? rejected(?: @)?:? ?(?:$|%|access denied|invalid|undeliverable|unverified|user|no such|not in (?:\w+ )?recipient list|\(in reply)|(?<!sender |sender e-?mail )\baddress(?:es)? rejected ?(?:\.?$|@|: (?:access denied|user|unknown))/,
        '550 5.4.1 <a@x.example>: Recipient address rejected: Access denied',
        '550 5.1.1 <a@x.example>: Recipient address rejected: x.example',
        '550 #5.1.0 Address rejected a@x.example',
      ],
      [
        'Comcast, Proofpoint',
        /(?:@|^) recipient (?:rejected|refused|unavailable)|recipient (?:rejected|unavailable|mailbox un)|(?:mailbox|user|account) (?:is |was )?(?:currently )?(?:not available|unavailable|unallocated)|recipient (?:could not|cannot|can't) be verified|unavailable (?:mail )?(?:user|mailbox)|user ?unknown|user (?:is )?missing|user path|recipient ?not ?found|recipnotfound/,
        '550 5.2.0 <a@x.example> - Recipient unavailable',
        '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found',
        '550 5.1.1 <a@x.example> recipient mailbox unallocated',
      ],
      [
        'qmail, vpopmail, Courier',
        /no (?:\w+ )?mail ?box (?:here )?(?:by|with|for|on|available|found)|no ?(?:one|body|person) (?:.{0,10}(?:by|with|of) that|(?:here )?at\b)|that name|validrcptto|no valid recipient|doesn't (?:exist|live|work) ?(?:here)?|nosuchuser|unresolvable address|recipient verif(?:ication problem|y .{0,20}failed)|mail for that user|not in (?:the )?route list|(?:does not|not|doe?sn't|don't|no longer) exists?\b|not (?:a )?user (?:of|on|at|here)|user not (?:a )?(?:member|local|listed|found|valid)|(?:cannot|can't|not|unable to) (?:find|locate) (?:the |that |this |any )?(?:user|recipient|mailbox|account)|not (?:on|in|at) (?:this|our|the) (?:system|server|directory|database)|mailbox name not allowed|nie istnieje|nie ma takiego|not (?:a )?(?:valid|existing|known|local|legal|legitimate) (?:\S+ )?(?:user|mailbox|recipient|address|account|e?-?mail)/,
        '511 sorry, no mailbox here by that name (#5.1.1 - chkuser)',
        '553 a@x.example does not exist',
        '550 User not a member of domain: <a@x.example>',
        '554 delivery error: dd Not a valid recipient',
      ],
      [
        'several',
        /\b(?:recipient|user|(?<!ip )address|mailbox|account|(?<!bulk )e?-?mail)\b[^.;]{0,40} (?:is )?(?:invalid|incorrect|not valid|unrecogni[sz]ed|misspelled|not handled|not accepted here|not in (?:the|our) (?:directory|database|list|system))|blank mailhost|invalid-recipient|no longer (?:at|on|here|works|accepts)|has moved|(?:left|moved to) .{0,20}(?:company|address)|not our (?:user|customer)|recipients? (?:is |was |were |are )?undeliverable|badrcptto|(?:cannot|can't|could not) deliver (?:e?-?mails?|messages?) (?:for|to) @|cuda_nsu/,
        '550 E-mail address is not handled by this system',
        '551 user has moved to @',
        '550 user is invalid',
      ],
      // the reply of Exim's `verify = recipient` when its routers decline: of a domain of its own, so the user is missing
      ['Exim', /unroute?able address|undeliverable address/, '550 Unrouteable address'],
    ),
  ),
  ...answeredWith(
    ['4'],
    rows('greylisted', [
      'servers that name the delay',
      /\b(?:try|retry|come|wait|call|return)\b.{0,30}\b(?:\d+|few|five|ten) ?(?:s\b|sec|min)/,
      '450 please try again in 300 seconds',
      '451 4.7.1 wait 5 minutes and retry',
    ]),
  ),
  // ---- the same in other languages ----
  ...wordings.map((wording) => ({ ...wording, source: 'servers in other languages' })),
  // ---- what is said of the message, or of a login ----
  ...rows(
    'auth-required',
    [
      'RFC 4954; Exchange, Laposte',
      /\bauth\w*[ -]+(?:is |are |was )?(?:required|requise|erforderlich|necessary|needed|failed|failure|unsuccessful|richiesta|requerida|obrigatoria)|authrequired/,
      '530 5.7.1 Authentication required',
      '550 5.5.0 Authentification requise.',
      '550 5.7.1 RESOLVER.RST.AuthRequired; authentication required',
    ],
    [
      'Exchange, Courier, cPanel',
      /\b(?:not|must|need to|please|cannot|first|be) (?:be )?(?:authenticated?|log(?:ged)? ?[io]n|login)\b|smtp[- ]auth|\bauth first|turn on .{0,10}auth|unauthenticated (?:session|connection|user|client)|login required|bitte .{0,20}anmelden/,
      '530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM',
      '550-Please turn on SMTP Authentication in your mail client.',
    ],
    [
      'Gmail, Laposte, Amazon SES',
      /password (?:required|not accepted)|(?:username|credentials) .{0,20}(?:not accepted|invalid|incorrect)|not owned by (?:user|the)|e?-?mail address is not verified|invalid (?:login|credentials)/,
      '550 5.7.1 Application-specific password required.',
      '554 Message rejected: Email address is not verified.',
    ],
  ),
  ...rows('malware', [
    'amavis, ClamAV, Zoho',
    /(?<!spam (?:or|and) )\bvirus(?! protection)(?!.{0,6}spam)|\bviren\w*|\bvirus[a-z]|\binfected\b|malware|\btrojan|threat detected|eicar|phishing attempt/,
    '554 5.7.0 Reject, id=11912-03 - INFECTED: Eicar-Test-Signature',
    '550 Virus Detected; Content Rejected',
  ]),
  ...rows('message-too-large', [
    'Postfix, Exchange, Google',
    /\b(?:message|mail|header|e-?mail|nachricht|attachment)\b[^.;]{0,40} (?:size|length|too (?:big|large|long)|zu gross)\b|\bsize [^.;]{0,50}exceeds|line (?:limit|length) |line too long|\bmsg size|size greater|too much mail data|exceeds .{0,24}size|exceeds (?:size|maximum) /,
    '552 5.2.3 Message length exceeds limit set by recipient',
    '554 5.3.4 Message is too large',
    '500 Line limit exceeded',
    '450 5.2.3 Msg Size greater than allowed by Remote Host',
  ]),
  ...rows('content-blocked', [
    'Gmail, Yahoo, Trend Micro, amavis',
    /\battachments?\b|(?:invalid|disallowed|duplicate|missing|bad|malformed) (?:\S+ )?headers?|headers? (?:error|are not|is not|missing)|(?:missing|without|having no|lacks?|no) .{0,24}\bheaders?\b|invalid (?:\w+ )?content|\bbanned(?::| content)|content restriction|bad-header|\b8-?bit\b|message-id|\bmime\b|(?:not|n't) (?:conform|compl(?:y|iant))(?!.{0,40}polic)|rfc ?(?:5322|2822|822|compliant)|unicode character|bare (?:lf|cr)|content presents|file (?:type|extension)|security (?:issue|risk)/,
    '552 Illegal Attachment',
    '554 5.7.9 Header error',
    '554 Message does not conform to standards',
    '550 5.7.1 Messages missing a valid Message-ID: header are not accepted.',
  ]),
  ...rows(
    'spam',
    [
      'mail.ru, Zoho, SpamAssassin, rspamd, amavis',
      /spam|\bscored?\b|\bintent (?:analysis|url)|\bube\b|\buce\b|\bjunk|\bbayes|\bphish|unsolicited|bulk (?:e-?)?mail|\u0441\u043f\u0430\u043c/,
      '550 spam message rejected',
      '554 5.7.1 Message scored too high on spam scale.',
      '550 sorry, it seems as a junk mail',
    ],
    [
      'Orange, Gmail, NetEase',
      /mail reje\w+\. mail|content (?:is )?reject|(?:message|mail) content\b|nature of the content|mail \S+ is rejected|dt:spm|offensive content/,
      '550 5.2.0 Mail rejete. Mail rejected. OFR_506',
      '550 Content reject.',
      '421 4.7.0 suspicious due to the nature of the content or the links within',
    ],
    [
      'Symantec',
      /message filtered\. (?:refer|please)/,
      '553 Message filtered. Refer to the Troubleshooting page at http://www.x.example/ (#5.7.1)',
    ],
  ),
  // ---- what many say for many reasons ----
  ...rows(
    'policy',
    [
      'Gmail, Comcast, Apple, many',
      /polic(?:y|ies)\b/,
      '550 5.7.1 Message rejected due to local policy.',
      '550 5.7.1 Policy rejection on the target address',
    ],
    [
      'Postfix access(5), Exchange',
      /client host rejected|host network|(?:helo|ehlo) .{0,30}(?:invalid|reject|not|bad)|bad helo/,
      '554 5.7.1 <mx.example[192.0.2.1]>: Client host rejected: Access denied',
      '550 bad HELO',
    ],
  ),
  ...answeredWith(
    ['5'],
    rows(
      'policy',
      [
        'many',
        /not authori[sz]ed|prohibited|\bforbidden\b|access[- ]denied|(?:not|n't) permitted|not allowed\b|\bunauthori[sz]ed\b|denied domain|outgoing e?-?mail (?:is )?disabled|denies the sender|no permit|(?:not|n't) have (?:the )?permissions?|isn't a (?:\w+ )?member|will not accept (?:delivery of )?(?:this|your|the) (?:message|mail)|no permission|not accepting (?:connections|messages|mail)|(?:connection|message|mail|e-?mail|delivery) [^.;]{0,40}(?:refused|rejected by|denied|not allowed)|connection .{0,40}rejected|go away|administrative(?:ly)? (?:prohib|reject|den)/,
        '554 5.7.1 x.example Connection not authorized',
        '550 5.7.1 Access-Denied-XM.SSR-001',
      ],
      [
        'Mimecast, sendmail, Exchange',
        /restricted|blocked senders?|message filtered|(?:rejected|refused|blocked) by (?:this |the )?(?:user|recipient|destination)|(?:e-?mail|message|mail) (?:is |was |has been )?blocked|only (?:accepts?|receives?|members)|non-?member|members-only|not subscribed|denied by|envelope blocked|rule imposed|sending this from a|(?:not|n't) accept (?:any )?(?:e-?mails?|messages?|connections?) from|(?:fake|forged|spoofed) (?:sender|from)|(?:user|recipient|rcpt|sender) (?:is |was )?rejected|sender (?:e-?mail )?(?:address )?(?:@ )?(?:is |was |has been )?(?:rejected|refused|denied|blocked)|refuses? (?:to (?:receive|accept)|(?:your |any )?(?:e-?mail|mail|messages?)\b)|refused to receive|mismatched with message header/,
        '550 5.2.0 Message Filtered',
        '553 User refused to receive this mail.',
      ],
    ),
  ),
  ...rows(
    'temporary',
    [
      'RFC 5321 section 4.2.2; many',
      /(?:try|come|check) (?:\w+ )?(?:again|back|later|another)|temporar(?:y|ily)/,
      '451 4.3.0 Temporary lookup failure',
      '451 Temporary local problem - please try later',
    ],
    [
      'Exchange, Postfix, sendmail',
      /(?:service|system|server) (?:\w+ )?(?:is )?(?:not available|unavailable|busy|shutting|not ready)|internal (?:system|server|software)? ?error|insufficient (?:system|disk)|timed? ?out|lost connection|connection reset|(?:could not|failed to|not) connect|did not accept our requests|server error|upstream error|can't create output|invalid pieces of information|unable to verify user/,
      '554 Service currently unavailable',
      '550 5.3.5 <a@x.example>... Internal System Error',
      '421 4.4.2 Error: timeout exceeded',
    ],
  ),
];

/**
 * Says what a reply means: first its words, as far as the class of its code lets them (a 4yz is no unknown mailbox
 * unless it says so plainly), then its enhanced status code, at last the code alone.
 */
export function replyMeaning(reply: Reply): ReplyMeaning {
  const { code, enhanced } = reply;
  const row = findReplyRow(reply);
  if (row) return row.meaning;
  return meaningOfStatus(code, enhanced) ?? (classOf(reply) === '4' ? 'temporary' : 'refused');
}

/** A server says the same to everybody: what differs are the names, and wordsOf() takes them out. */
const known = new RecentMap<ReplyRow | null>(1024);

/** @returns the first row that takes the reply. */
export function findReplyRow(reply: Reply): ReplyRow | null {
  const words = wordsOf(reply.text);
  const key = `${reply.code} ${reply.enhanced} ${words}`;
  let row = known.get(key);
  if (row === undefined) {
    row = replyRows.find(({ codes, match }) => (!codes || holds(codes, reply)) && match.test(words)) ?? null;
    known.set(key, row);
  }
  return row;
}

/** A reply without any code may belong to each class. */
function holds(codes: readonly string[], reply: Reply): boolean {
  const digit = classOf(reply);
  return codes.some(
    (code) =>
      code === digit ||
      code === String(reply.code) ||
      code === reply.enhanced ||
      (!digit && code.length === 1),
  );
}

function classOf({ code, enhanced }: Reply): string | undefined {
  return (code === null ? enhanced : String(code))?.[0];
}
