import type { Cause } from './cause.ts';
import { phrase, text } from './pattern.ts';

/** Refusals that rest on how the client spoke: login, TLS, SMTP itself, and the number of connections. */
export const session = [
  {
    id: 'auth-required',
    title: 'Client must log in first',
    fault: 'sender',
    skips: 'nothing',
    advice: 'Have the user turn on SMTP authentication in the mail program.',
    source: 'cPanel 11.120 acl recipient (port 587); submission rules of local ACLs; RFC 6409 section 4.3',
    patterns: [
      // Postfix on a submission service, where only a login lets anybody in
      text(/^login required: /, 'login required: Recipient address rejected: Access denied'),
      // Postfix smtpd_check.c reject_sender_login_mismatch
      text(
        /^Sender address rejected: not (?:logged in|owned by)/,
        'Sender address rejected: not logged in',
        'Sender address rejected: not owned by user a@b.example',
      ),

      // cPanel 11.120
      text(
        /^SMTP AUTH is required for message submission/,
        'SMTP AUTH is required for message submission on port 587',
      ),
      phrase(
        /\b(?:SMTP )?(?:AUTH|authentication|login|log-in) (?:is |are )?(?:required|needed|mandatory)\b/i,
        'authentication required',
        'Submission: SMTP AUTH required',
      ),
      phrase(
        /\b(?:must|please|need to|have to|to)(?: first)? (?:authenticate|log ?in|use (?:SMTP )?auth)/i,
        'You must authenticate before you send mail',
      ),
      phrase(
        /\b(?:unauthenticated|not authenticated|authenticate first|requires? (?:SMTP )?auth)/i,
        'Unauthenticated mail is not accepted here',
      ),
      // a sender of ours, claimed by somebody who has not logged in as that user
      phrase(
        /\bauthenticate to send\b|\b(?:does not|doesn't) belong to (?:the |your )?(?:authenticated|logged[- ]in)\b/i,
        'Sender domain is served by this server: authenticate to send from it',
        'Sender address does not belong to the authenticated account',
      ),
    ],
  },
  {
    id: 'auth-failed',
    title: 'Wrong user name or password',
    fault: 'sender',
    skips: 'nothing',
    advice: 'Have the user correct the password, and block the client if it tries many names.',
    source: 'Exim 4.50-4.99 smtp_in.c smtp_in_auth(); RFC 4954 section 4',
    patterns: [
      // Postfix smtpd_sasl_glue.c
      text(/^SASL authentication failed/, 'SASL authentication failed'),

      // 535 wrong data, 501 cancelled or bad base64, 503/504 out of place; `: ` is absent in old releases
      text(
        /^(?:\S+ )?authenticator failed(?:$|: (?:5\d\d\b|(?!\d)))/,
        'authenticator failed: 535 Incorrect authentication data (set_id=a)',
        'authenticator failed: 501 Authentication cancelled',
        'authenticator failed',
        'dovecot_login authenticator failed: 535 Incorrect authentication data',
      ),
      text(/^Incorrect authentication data/, '535 Incorrect authentication data (set_id=a)'),
      phrase(
        /\b(?:authentication|login) (?:(?:has )?failed|failures|is allowed only once)\b/i,
        'too often: authentication failed',
        'Too many authentication failures',
        'authentication is allowed only once per message in order to slow down bruteforce cracking',
      ),
    ],
  },
  {
    id: 'tls-failure',
    title: 'TLS with the client failed or is missing',
    fault: 'sending-operator',
    skips: 'nothing',
    advice:
      "Check this server's certificate and TLS versions first, then ask the client's operator to update.",
    source:
      'Exim 4.50-4.99 tls-openssl.c, tls-gnu.c tls_error(); acl.c (encrypted, verify = certificate); RFC 3207',
    patterns: [
      // tls-openssl.c and tls-gnu.c, the client cut out
      text(
        /^TLS error/,
        'TLS error: (SSL_accept): error:0A000102:SSL routines::unsupported protocol',
        'TLS error: (gnutls_handshake): An unexpected TLS packet was received.',
      ),
      // Exim 4.73-4.89
      text(/^TLS client disconnected cleanly/, 'TLS client disconnected cleanly (rejected our certificate?)'),
      // acl.c and the test of every site that wants TLS
      text(/^no verified certificate/, 'no verified certificate'),
      text(
        /^certificate (?:not verified|verification failed)/,
        'certificate not verified: peerdn=CN=a.example',
      ),
      text(/^unacceptable cipher /, 'unacceptable cipher TLS1.0:RSA_AES_128_CBC_SHA1:128'),
      phrase(
        /\b(?:encryption|TLS|STARTTLS|SSL) (?:is )?(?:required|mandatory|needed)\b/i,
        'encryption required',
        'STARTTLS required before AUTH',
      ),
      phrase(
        /\b(?:must|please|need to|have to) (?:encrypt|use (?:TLS|STARTTLS|SSL|encryption)|issue a STARTTLS)/i,
        '"You must encrypt"',
        'Must issue a STARTTLS command first',
      ),
      phrase(
        /\b(?:unencrypted|not encrypted|be encrypted|without (?:TLS|encryption)|use STARTTLS)\b/i,
        'Unencrypted connections are not allowed',
      ),
    ],
  },
  {
    id: 'protocol-error',
    title: 'Client does not follow SMTP',
    fault: 'sending-operator',
    skips: 'nothing',
    advice:
      'Ignore it unless the client is known to you, and then have its operator repair the program that sends.',
    source: 'Exim 4.50-4.99 smtp_in.c smtp_setup_msg(), synprot_error(); receive.c; RFC 5321 section 4.3.2',
    patterns: [
      // Postfix smtpd_check.c: an address without a domain
      text(
        /^(?:Sender|Recipient) address rejected: need fully-qualified address/,
        'Sender address rejected: need fully-qualified address',
      ),
      // Postfix smtpd.c, to MAIL and RCPT
      text(/^Illegal address syntax$/, 'Illegal address syntax'),
      // Postfix 2.8+ postscreen_smtpd.c, after PREGREET or pipelining
      text(/^Protocol error$/, 'Protocol error'),
      // milters, with smtpd's own words
      text(
        /^(?:Too many errors\b|address incomplete)/i,
        'Too many errors - See https://a.example/',
        'address incomplete',
      ),
      // Postfix smtpd.c: a command in the wrong place
      text(
        /^Error: (?:need|nested|send HELO|MAIL transaction|no valid recipients|bad syntax|command not)/,
        'Error: need MAIL command',
        'Error: nested MAIL command',
        'Error: send HELO/EHLO first',
      ),

      // smtp_in.c synprot_error() and the three ways to lose patience
      text(
        /^SMTP (?:syntax|protocol) error: /,
        'SMTP syntax error: unrecognized command',
        'SMTP protocol error: sender not yet given',
      ),
      text(
        /^too many (?:syntax or protocol errors|nonmail commands|unrecognized commands)/,
        'too many syntax or protocol errors (last command was "x")',
        'too many nonmail commands (last was "x")',
        'too many unrecognized commands (last was "x")',
      ),
      // smtp_in.c, receive.c: the client fell silent
      text(/^SMTP (?:data |command )?timeout/, 'SMTP timeout', 'SMTP data timeout (message abandoned)'),
      // smtp_in.c: an address without a domain
      text(
        /^unqualified (?:sender|recipient|verify) rejected/,
        'unqualified sender rejected',
        'unqualified recipient rejected',
        'unqualified verify rejected',
      ),
      // smtp_in.c, the reasons alone
      text(
        /^(?:unrecognized command|sender (?:not yet|already) given|valid RCPT command must precede|mail transaction in progress|invalid data for AUTH|AUTH command used when not advertised|NUL character\(s\) present)/,
        'unrecognized command',
        'valid RCPT command must precede DATA',
        'mail transaction in progress',
        'invalid data for AUTH',
      ),
      // Exim 4.88+ receive.c
      text(/^Bare (?:<?LF|CR|line feed)/i, 'Bare LF in message', 'bare <LF> received'),
    ],
  },
  {
    id: 'protocol-synchronization',
    title: 'Client spoke out of turn',
    fault: 'sending-operator',
    skips: 'nothing',
    advice:
      'Ignore it unless the client is known to you, because programs that do not wait for answers mostly send spam.',
    source: 'Exim 4.50-4.99 smtp_in.c check_sync(), smtp_start_session(); RFC 2920',
    patterns: [
      // Postfix smtpd_check.c reject_unauth_pipelining
      text(
        /^(?:Data|Etrn|Helo) command rejected: Improper use of SMTP command pipelining/,
        'Data command rejected: Improper use of SMTP command pipelining',
      ),

      // smtp_in.c; up to 4.52 `SMTP protocol violation: synchronization error`
      text(
        /^SMTP protocol (?:synchronization error|violation)/,
        'SMTP protocol synchronization error (input sent without waiting for greeting)',
        'SMTP protocol synchronization error (next input sent too soon: pipelining was advertised)',
        'SMTP protocol violation: synchronization error (input sent without waiting for greeting)',
      ),
      phrase(/\bpipelining\b/i, 'prohibited use of SMTP pipelining'),
    ],
  },
  {
    id: 'connection-limit',
    title: 'Too many connections at once',
    fault: 'receiving-operator',
    skips: 'nothing',
    advice:
      'Raise smtp_accept_max and its neighbours if the load allows, or find the client that opens too many connections.',
    source: 'Exim 4.50-4.99 daemon.c handle_smtp_call(), smtp_in.c smtp_start_session()',
    patterns: [
      // Postfix smtpd.c, the limit of anvil(8); postscreen.c
      text(
        /^(?:Connection concurrency limit exceeded|all (?:screening|server) ports busy|too many connections$)/i,
        'Connection concurrency limit exceeded',
        'all screening ports busy',
        'too many connections',
      ),

      // daemon.c
      text(
        /^Connection refused: (?:too many connections|load average)/,
        'Connection refused: too many connections',
        'Connection refused: too many connections from that IP address',
        'Connection refused: load average = 9.00',
      ),
      // smtp_in.c smtp_start_session()
      text(
        /^(?:temporarily )?refused connection: not in reserve list/,
        'temporarily refused connection: not in reserve list: connected=5 max=3 reserve=2',
        'temporarily refused connection: not in reserve list and load average = 9.00',
      ),
      // smtp_in.c: smtp_accept_max_per_connection
      text(/^too many messages in one connection/, 'too many messages in one connection'),
      phrase(
        /\btoo many (?:concurrent |simultaneous |parallel |open )?(?:SMTP )?(?:connections|sessions)\b/i,
        'You have too many concurrent connections',
      ),
    ],
  },
] as const satisfies readonly Cause[];
