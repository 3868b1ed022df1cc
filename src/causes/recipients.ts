import type { Cause } from './cause.ts';
import { PROBE_FAILED, phrase, text } from './pattern.ts';

/** Refusals that rest on the recipient: not ours to deliver, not there, or not to be written to. */
export const recipients = [
  {
    id: 'relay-denied',
    title: 'Not our domain, and not our client',
    fault: 'sender',
    skips: 'nothing',
    advice:
      "Have your own users log in with SMTP AUTH, and add the recipient's domain if this server should host it.",
    source:
      'Exim 4.50-4.99 configure.default; Debian exim4-config acl_check_rcpt; cPanel 11.120 /etc/eximrejects',
    patterns: [
      // Exim configure.default, Debian; spellings of other sites
      text(
        /^relay(?:ing)?(?: access)?(?: is| was)? (?:not (?:permitted|allowed)|denied|prohibited|refused|forbidden)/i,
        'relay not permitted',
        'Relaying denied',
        'relay access denied',
      ),
      // cPanel 11.120
      text(
        /^Rejected relay attempt: /,
        "Rejected relay attempt: '192.0.2.1' From: 'a@b.example' To: 'c@d.example'",
      ),
      text(
        /^Please turn on SMTP Authentication in your mail client/,
        'Please turn on SMTP Authentication in your mail client.  a.example is not permitted to relay through this server without authentication.',
      ),
      // older cPanel: the client's name comes first
      phrase(
        /\bpermitted to relay through this server\b/,
        'a.example [192.0.2.1] is currently not permitted to relay through this server. Perhaps you have not logged into the pop/imap server in the last 30 minutes.',
      ),
      phrase(
        /\brelay(?:ing)? (?:attempt|(?:access |to (?:this|that) (?:domain|host|address) )?(?:is )?(?:denied|prohibited|forbidden|not (?:permitted|allowed)))/i,
        'sorry, relaying is not allowed here',
        'Relaying to this domain is forbidden',
      ),
      phrase(
        /\b(?:(?:do|does|will|can) not|unable to|not allowed to|cannot|can't|no|open|required for|needed for) relay\b/i,
        'we do not relay for strangers',
        'sorry, this is no open relay',
      ),
    ],
  },
  {
    id: 'recipient-unknown',
    title: 'No such recipient here',
    fault: 'sender',
    skips: 'nothing',
    advice: 'Check the address for a typing error, and create the mailbox or an alias if it should exist.',
    source: 'Exim 4.50-4.99 route.c, redirect.c, verify.c through verify = recipient; cPanel 11.120 valiases',
    patterns: [
      // Postfix smtpd_check.c: reject_unlisted_recipient, reject_unknown_recipient_domain
      text(
        /^Recipient address rejected: (?:User unknown|Domain not found|Malformed DNS server reply|Domain \S+ does not accept mail)/,
        'Recipient address rejected: User unknown in virtual mailbox table',
        'Recipient address rejected: Domain not found',
      ),
      // Postfix reject_unverified_recipient: our own agents answered, or the reason is hidden
      text(
        new RegExp(`^Recipient address rejected: (?:unverified|undeliverable) address: (?!${PROBE_FAILED})`),
        'Recipient address rejected: undeliverable address: unknown user: "a"',
        'Recipient address rejected: unverified address: Address lookup failed',
      ),

      // Exim route.c and cannot_route_message
      text(
        /^Unroute?able (?:mail )?(?:address|domain)\b/i,
        'Unrouteable address',
        'Unrouteable mail domain "a.example"',
      ),
      // cPanel 11.120 valiases, and what sites write themselves
      text(
        /^no such (?:user|person|mailbox|account|recipient|address|alias)/i,
        'No Such User Here',
        'no such recipient',
      ),
      text(
        /^(?:unknown|invalid|bad) (?:user|recipient|mailbox|account|local[- ]?part|alias)/i,
        'unknown user',
        'Bad user',
      ),
      text(
        /^(?:user|recipient|mailbox|account)(?: address)?(?: is)? (?:unknown|not found|invalid)/i,
        'User unknown',
        'Recipient not found',
      ),
      // cPanel 11.120 router fail_remote_domains, at recipient verification
      text(
        /^The mail server could not deliver mail to /,
        'The mail server could not deliver mail to a@b.example.  The account or domain may not exist, they may be blacklisted, or missing the proper dns entries.',
      ),
      // smtp_in.c: somebody asked for an address without sending to it
      text(/^VRFY failed for/, 'VRFY failed for'),
      // Exim verify.c cached_callout_lookup()
      text(
        /^Previous \(cached\) callout verification failure/,
        'Previous (cached) callout verification failure',
      ),
      // Exim dnslookup.c
      text(
        /^all relevant MX records point to non-existent hosts/,
        'all relevant MX records point to non-existent hosts or (invalidly) to IP addresses',
      ),
      text(
        /^an (?:MX or )?SRV record indicated no SMTP service/,
        'an MX or SRV record indicated no SMTP service',
      ),
      // MailCleaner
      text(/^LDAP verification failed for /, 'LDAP verification failed for a@b.example'),
      // Debian exim4-config, dc_eximconfig_configtype=local
      text(/^Mailing to remote domains not supported/, 'Mailing to remote domains not supported'),
      phrase(
        /\b(?:no such|unknown|invalid) (?:local )?(?:user|recipient|mailbox|account|alias)\b/i,
        'Sorry, no such user on this server',
      ),
      phrase(
        /(?<!sender )\b(?:user|recipient|mailbox|account|address)(?: address)? (?:is |was )?(?:unknown|not found|does not exist|doesn't exist|not known|no longer exists)/i,
        'This mailbox does not exist',
        'the recipient address is unknown to us',
      ),
      phrase(/\bno mailbox (?:here|by that name)\b/i, 'sorry, no mailbox here by that name'),
      phrase(/\brecipient verif(?:y|ication) failed\b/i, 'Recipient verify failed'),
      phrase(/\b(?:account|mailbox) (?:is |was |has been )?(?:closed|deleted|removed)\b/i, 'account closed'),
    ],
    // Exim 4.89+ verify.c do_callout() for a recipient: the server behind us answered
    replies: [
      {
        in: ['rejection'],
        digit: 5,
        meanings: 'any',
        examples: [
          'mx.a.example [192.0.2.1] : SMTP error from remote mail server after RCPT TO:<a@b.example>: 550 5.1.1 User unknown',
          'response to "RCPT TO:<a@b.example>" from mx.a.example [192.0.2.1] was: 550 NO',
        ],
      },
    ],
  },
  {
    id: 'recipient-mailbox-full',
    title: "Recipient's mailbox is full",
    fault: 'recipient',
    skips: 'nothing',
    advice: "Raise the mailbox's quota or have its owner make room.",
    source: 'Exim 4.95-4.99 verify.c verify_quota(); texts of local routers; RFC 3463 X.2.2',
    patterns: [
      // Exim 4.95+ verify = recipient/quota, and spellings of quota routers
      text(
        /^(?:(?:over|exceeded|exceeds)[- ]?quota|quota exceeded$)/i,
        'Over quota',
        'Over-quota',
        'quota exceeded',
      ),
      text(/^Previous \(cached\) quota verification failure/, 'Previous (cached) quota verification failure'),
      text(/^mailbox (?:is )?(?:full|over quota)/i, 'mailbox is full'),
      phrase(
        /\b(?:mailbox|inbox|user|account|recipient)(?:'s mailbox)? (?:is |has )?(?:over|exceeded|exceeds)(?: \w+)? (?:disk |storage |mail )?quota\b/i,
        'The user is over quota',
        'Sorry, this account has exceeded its quota',
      ),
      phrase(
        /\b(?:mailbox|inbox) (?:for \S{1,320} )?(?:is |too )?full\b/i,
        "sorry, the recipient's mailbox is full",
      ),
      phrase(/\b(?:mailbox|disk|storage) quota (?:is )?exceeded\b/i, 'Disk quota exceeded'),
      phrase(/\bquota exceeded for (?:user|mailbox|account)\b/i, 'Quota exceeded for user a'),
    ],
    replies: [
      {
        in: ['rejection'],
        digit: 5,
        meanings: ['mailbox-full'],
        examples: [
          'mx.a.example [192.0.2.1] : SMTP error from remote mail server after RCPT TO:<a@b.example>: 552 5.2.2 Mailbox full',
        ],
      },
    ],
  },
  {
    id: 'recipient-suspended',
    title: 'Recipient is suspended or disabled',
    fault: 'recipient',
    skips: 'nothing',
    advice: 'Unsuspend the account if its mail should come in again.',
    source: 'cPanel 11.120 acl recipient (/etc/mail_suspended); texts of local routers; RFC 3463 X.2.1',
    patterns: [
      // cPanel 11.120: log text and SMTP text
      text(/^Mail to \S+ has been suspended/, 'Mail to a@b.example has been suspended'),
      text(/^Disabled recipient address/, '525 5.7.13 Disabled recipient address'),
      phrase(
        /\b(?:account|mailbox|user|recipient|domain|address) (?:is |has been |was )?(?:temporarily |currently )?(?:suspended|disabled|deactivated|inactive|locked)\b/i,
        'The account has been suspended',
        'Sorry, this mailbox is disabled',
      ),
    ],
    replies: [
      {
        in: ['rejection'],
        digit: 5,
        meanings: ['mailbox-disabled'],
        examples: [
          'mx.a.example [192.0.2.1] : SMTP error from remote mail server after RCPT TO:<a@b.example>: 550 5.2.1 This account is disabled',
        ],
      },
    ],
  },
  {
    id: 'recipient-restricted',
    title: 'Address not open to this sender',
    fault: 'recipient',
    skips: 'nothing',
    advice: 'Have the sender use another address, or lift the restriction on this recipient.',
    source:
      'Exim 4.50-4.99 configure.default; Debian acl_check_rcpt; cPanel 11.120 acl recipient; RFC 3463 X.7.2',
    patterns: [
      // Exim verify.c do_callout() for a recipient: the server behind us refused the sender or the greeting
      {
        ...text(
          /^(?:\S+ \[[^\]\s]+\](?::\d+)? : (?:response to "|SMTP error from remote mail server after (?:initial|EHLO|HELO|MAIL|STARTTLS|pipelined MAIL))|response to "(?!RCPT TO)[^"]*" from \S+ \[)/,
          'mx.a.example [192.0.2.1] : response to "MAIL FROM:<b@b.example>" was: 550 5.7.1 sender refused',
          'response to "MAIL FROM:<>" from mx.a.example [192.0.2.1] was: 550 no',
        ),
        permanent: true,
      },

      // Postfix access(5): whatever rule refused a recipient
      {
        ...text(/^Recipient address rejected: /, 'Recipient address rejected: Access denied'),
        fallback: true,
      },

      // Exim configure.default, Debian: `|`, `/`, `%` and `!` in a local part
      text(
        /^restricted characters in (?:(?:local |remote )?address|local part)/i,
        'Restricted characters in address',
        'restricted characters in local part',
      ),
      // cPanel 11.120: mail to the server's own host name, and to root
      text(
        /^You do not have sufficient privileges to send mail to this address/,
        'You do not have sufficient privileges to send mail to this address.  Please authenticate and try again.',
      ),
      text(/^root cannot accept local mail deliveries/, 'root cannot accept local mail deliveries'),
      phrase(
        /\b(?:members|subscribers|internal (?:mail|use|users|senders)|local (?:mail|users|senders)|authori[sz]ed senders) only\b|\bonly (?:members|subscribers|authori[sz]ed|internal|local)\b/i,
        'This list is for members only',
        'Only members may post here',
      ),
      phrase(
        /\bonly (?:accepts|receives|takes) (?:e-?mail|mail|messages|bounces|posts)\b/i,
        'This address only accepts mail from its own domain',
      ),
      phrase(
        /\bnot (?:allowed|permitted|authori[sz]ed) to (?:send (?:e-?mail|mail|messages)?|post|write|mail)(?: mail)? ?to (?:this|that|the)\b/i,
        'You are not allowed to post to this list',
        'sender not authorized to send to this address',
      ),
      phrase(
        /\b(?:no|not accept|not receive|mail from) (?:external|outside|incoming|internet)\b/i,
        'This mailbox does not accept external mail',
      ),
      phrase(
        /\b(?:recipient|address) (?:is )?restricted\b|\b(?:restricted|black-?listed|blocked|banned) recipient\b|\bno-?[ -]?reply (?:mailbox|address)|\brecipient'?s? filter\b/i,
        'Recipient is restricted',
        'restricted recipient',
        'blacklisted recipient: a@b.example',
        'No reply mailbox',
        'Rejected by recipient filter',
      ),
    ],
    replies: [
      {
        in: ['rejection'],
        digit: 5,
        meanings: [
          'relay-denied',
          'server-blocklisted',
          'tls-required',
          'auth-required',
          'null-sender-refused',
          'sender-callout-failed',
          'spam',
          'authentication-failed',
          'content-blocked',
          'policy',
        ],
        examples: [
          'mx.a.example [192.0.2.1] : SMTP error from remote mail server after RCPT TO:<a@b.example>: 550 5.7.1 relaying denied',
        ],
      },
    ],
  },
] as const satisfies readonly Cause[];
