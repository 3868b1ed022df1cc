import type { Cause } from './cause.ts';
import { phrase, problem, route, text } from './pattern.ts';

/** Sender verification that ended without an answer to be read: in our own routers, in DNS or on the network. */
export const verification = [
  {
    id: 'sender-domain-unroutable',
    title: "Sender's domain cannot receive mail",
    fault: 'sender',
    skips: 'sender-verification',
    caution: 'No answer and no bounce can reach such a sender, and most mail of this kind is spam.',
    advice: 'Ask the sender to use an address whose domain has an MX or address record in DNS.',
    source:
      'Exim 4.50-4.99 route.c route_address(); cPanel 11.120 router fail_remote_domains; RFC 5321 section 5.1',
    patterns: [
      // Postfix smtp_addr.c, of a probe; the name is that of the domain itself
      route(
        /^Name service error for domain, type=\w+: (?:Host (?:not found(?!, try again)|found but no data record)|Non-recoverable error)/,
        'Name service error for domain, type=A: Host not found',
        'Name service error for domain, type=A: Host found but no data record of requested type',
      ),
      // getaddrinfo(3), of smtp_host_lookup=native
      route(
        /^unable to look ?up host \S+: Name or service not known/,
        'unable to look up host mx.a.example: Name or service not known',
      ),
      // Postfix dns_lookup.c
      route(
        /^Name service error for \S+: invalid host or domain name/,
        'Name service error for a..example: invalid host or domain name',
      ),
      // Postfix dns_lookup.c: CNAME records that lead back to themselves
      route(/^Name server loop for /, 'Name server loop for a.example'),
      // Postfix smtpd_check.c reject_unknown_address()
      text(
        /^Sender address rejected: (?:Domain not found|Malformed DNS server reply)/,
        'Sender address rejected: Domain not found',
      ),

      // Exim route.c, and cannot_route_message of hand-written routers
      route(
        /^Unroute?able (?:mail )?(?:address|domain)\b/i,
        'Unrouteable address',
        'Unrouteable mail domain "a.example"',
      ),
      // cPanel 11.120, verify_mode S
      route(
        /^The mail server does not recognize /,
        'The mail server does not recognize a@b.example as a valid sender.',
      ),
      // cPanel up to about 2021, also for senders
      route(
        /^The mail server could not deliver mail to /,
        'The mail server could not deliver mail to a@b.example.  The account or domain may not exist, they may be blacklisted, or missing the proper dns entries.',
      ),
      // Exim dnslookup.c; quoted with %q since 4.99
      route(
        /^mail domain \S+ is syntactically invalid/,
        'mail domain "-a-.example" is syntactically invalid',
      ),
      // Exim route.c: fail_verify on a router
      route(/^\S+ router forced verify failure/, 'blocked_domains router forced verify failure'),
      // hand-written ACLs, which put it in their own words
      phrase(
        /sender(?:'s|s)? (?:e-?mail )?(?:address )?domain (?:does not exist|doesn't exist|not found|is invalid|is unknown|unknown|is not valid|not valid|cannot be resolved|has no (?:MX|A|DNS)|does not resolve|must exist|must resolve)|\bdomain of (?:the )?sender (?:address )?(?:\S{1,320} )?(?:does not|doesn't|is not|cannot|could not|has no)\b|\bsender (?:address )?has no (?:valid )?MX\b/i,
        'Sender domain does not exist',
        "Your sender's domain has no MX record",
        'Domain of sender address a@b.example does not exist',
      ),
    ],
  },
  {
    id: 'sender-domain-mx-unusable',
    title: "Sender's MX records lead nowhere",
    fault: 'sender',
    skips: 'sender-verification',
    caution: 'No answer and no bounce can reach such a sender until its MX records are repaired.',
    advice: "Ask the sender's DNS admin to point the MX records at names that have a public address.",
    source: 'Exim 4.50-4.99 routers/dnslookup.c dnslookup_router_entry(); RFC 5321 section 5.1',
    patterns: [
      // Postfix smtp_addr.c, of a probe; the name is another than the domain
      route(
        /^Name service error for MX host, type=\w+: Host (?:not found(?!, try again)|found but no data record)/,
        'Name service error for MX host, type=A: Host not found',
        'Name service error for MX host, type=A: Host found but no data record of requested type',
      ),

      // Exim dnslookup.c; `or (invalidly) to IP addresses` may follow
      route(
        /^all relevant MX records point to non-existent hosts/,
        'all relevant MX records point to non-existent hosts',
        'all relevant MX records point to non-existent hosts or (invalidly) to IP addresses',
      ),
      // Exim 4.88+ dnslookup.c: the router was told to defer
      route(
        /^missing MX, or all MXs point to missing A records/,
        'missing MX, or all MXs point to missing A records, and defer requested',
      ),
    ],
  },
  {
    id: 'sender-domain-null-mx',
    title: "Sender's domain says: no mail (null MX)",
    fault: 'sender',
    skips: 'sender-verification',
    advice: 'Ask the sender to use an envelope address in a domain that accepts bounces.',
    source: 'Exim 4.53-4.99 routers/dnslookup.c dnslookup_router_entry(); RFC 7505',
    patterns: [
      // Postfix 3.0+ smtp_addr.c, smtpd_check.c
      route(/^Domain \S+ does not accept mail \(nullMX\)/, 'Domain a.example does not accept mail (nullMX)'),
      text(
        /^Sender address rejected: Domain \S+ does not accept mail/,
        'Sender address rejected: Domain a.example does not accept mail (nullMX)',
      ),

      // Exim dnslookup.c; up to 4.52 `an SRV record`
      route(
        /^an (?:MX or )?SRV record indicated no SMTP service/,
        'an MX or SRV record indicated no SMTP service',
        'an SRV record indicated no SMTP service',
      ),
    ],
  },
  {
    id: 'sender-domain-dns-temporary',
    title: "Sender's DNS did not answer",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      "Look the sender's domain up from this server and, if many domains fail at once, check this server's own resolver.",
    source: 'Exim 4.50-4.99 routers/dnslookup.c, rf_lookup_hostlist.c; RFC 1035 section 4.1.1 (SERVFAIL)',
    patterns: [
      // Postfix smtp_addr.c
      route(
        /^Name service error for (?:domain|MX host), type=\w+: (?:Host not found, try again|Malformed or unexpected name server reply)/,
        'Name service error for domain, type=MX: Host not found, try again',
        'Name service error for domain, type=MX: Malformed or unexpected name server reply',
      ),
      route(
        /^(?:unable to look ?up host (?!\S+: Name or service not known)|Malformed (?:or unexpected )?name server reply)/,
        'unable to look up host mx.a.example: Temporary failure in name resolution',
      ),

      // Exim dnslookup.c, and rf_lookup_hostlist.c with `(DNS timeout?)`
      route(
        /^host lookup (?:for \S+ )?did not complete/,
        'host lookup did not complete',
        'host lookup for mx.a.example did not complete (DNS timeout?)',
      ),
      // Exim rf_lookup_hostlist.c
      route(/^lookup of host \S+ deferred/, 'lookup of host "mx.a.example" deferred in smarthost router'),
      // Exim 4.90+ dnslookup.c: DNSSEC was required
      route(
        /^host lookup (?:for \S+ )?done insecurely/,
        'host lookup done insecurely',
        'host lookup for mx.a.example done insecurely',
      ),
      // Exim search.c, through an expansion
      route(/^lookup of .* gave DEFER/, 'lookup of "defer_strict,a=a.example" gave DEFER: ""'),
      // routers of any site that defer and speak of a look-up
      {
        ...route(
          /\b(?:look-?ups?|DNS)\b/i,
          'temporary problem with a DNS query, please retry',
          'cannot do the lookup now',
        ),
        permanent: false,
        anywhere: true,
        fallback: true,
      },
    ],
  },
  {
    id: 'sender-domain-mx-is-us',
    title: "Sender's MX is this server, unconfigured",
    fault: 'receiving-operator',
    skips: 'sender-verification',
    caution: 'An entry would only hide the fault of this server, which every client meets.',
    advice:
      "Add the domain to this server's local domains, or have its MX record point to the server that really hosts it.",
    source: 'Exim 4.50-4.99 routers/rf_self_action.c rf_self_action()',
    patterns: [
      // Postfix smtp_connect.c
      route(/^mail for \S+ loops back to myself/, 'mail for a.example loops back to myself'),

      // Exim rf_self_action.c
      route(
        /^lowest numbered MX record points to local host/,
        'lowest numbered MX record points to local host',
      ),
      // Exim rf_self_action.c, for a host that a route list names
      route(/^remote host address is the local host/, 'remote host address is the local host'),
    ],
  },
  {
    id: 'sender-local-unknown',
    title: 'Sender is hosted here, no such mailbox',
    fault: 'sender',
    skips: 'sender-verification',
    caution: 'An entry lets strangers send in the name of the domains that you host.',
    advice:
      'Create the mailbox or have the sender use one that exists, and take the domain off this server if its mail lives elsewhere.',
    source:
      'Exim 4.50-4.99 routers/redirect.c (:fail:), route.c (cannot_route_message); cPanel 11.120 valiases',
    patterns: [
      // Postfix smtpd_check.c reject_unlisted_sender
      text(
        /^Sender address rejected: User unknown/,
        'Sender address rejected: User unknown in local recipient table',
      ),

      // cPanel's default :fail:, and hand-written routers
      route(/^no such (?:user|person|mailbox|account|recipient|address)/i, 'No Such User Here'),
      route(
        /^(?:unknown|invalid|bad) (?:user|local part|mailbox|account|recipient|address)/i,
        'Unknown user',
        'bad user',
      ),
      route(
        /^(?:user|mailbox|account|recipient|address) (?:is )?(?:unknown|not found|invalid)/i,
        'User unknown',
      ),
      // quota and suspension rules of our own routers
      route(/^(?:over[- ]?quota|quota exceeded|mailbox (?:is )?full)/i, 'mailbox is full', 'Over quota'),
      // any other sentence about a mailbox: only our own routers speak here
      {
        ...route(
          /\b(?:user|mailbox|account|recipient|alias|quota|suspended)\b/i,
          'this account has been suspended',
          'sorry, nobody here reads that mailbox',
        ),
        permanent: true,
        anywhere: true,
        fallback: true,
      },
    ],
  },
  {
    id: 'verify-misconfigured',
    title: 'This server could not do the check',
    fault: 'receiving-operator',
    skips: 'sender-verification',
    caution: 'An entry would only hide the fault of this server, which every client meets.',
    advice: "Read this server's panic log and repair the router, file or permission that the reason names.",
    source: 'Exim 4.50-4.99 route.c, expand.c, routers/rf_lookup_hostlist.c, verify.c do_callout()',
    patterns: [
      // Postfix qmgr(8), smtpd_check.c, of a probe
      route(
        /^(?:unknown mail transport error|mail transport unavailable|mail system configuration error)/,
        'unknown mail transport error',
        'mail transport unavailable',
      ),
      text(
        /^Sender address rejected: address verification problem/,
        'Sender address rejected: address verification problem',
      ),

      // Exim expand.c through any option, with its taint errors (4.94+)
      route(/^failed to expand /, 'failed to expand "lookup{a}lsearch{/etc/a}": failed to open /etc/a'),
      problem(/^failed to expand /, 'failed to expand helo_data: missing }'),
      route(/^expansion of /, 'expansion of "a" failed in manualroute router: missing }'),
      // Exim route.c check_files(), route_address()
      route(
        /^require_files: error for /,
        'require_files: error for /home/a/etc/a.example: Permission denied',
      ),
      route(/^\S+ check lookup or other defer/, 'local_parts check lookup or other defer'),
      route(/^routing loop for /, 'routing loop for a@b.example'),
      // Exim rf_lookup_hostlist.c: our own route list names a host that does not exist
      route(/^lookup of host \S+ failed in /, 'lookup of host "relay.a.example" failed in smarthost router'),
      // Exim search.c, redirect.c, rda.c
      route(
        /^failed to (?:open|read|stat|lstat) /i,
        'failed to open /etc/aliases for linear search: Permission denied',
      ),
      route(/^error in (?:redirect|filter)/, 'error in redirect data: missing or malformed local part'),
      route(/^Tainted /i, "Tainted filename '/etc/valiases/a.example'"),
      // Exim transports and retry data
      route(
        /^retry time(?:out| not reached)/,
        'retry time not reached for any host',
        'retry timeout exceeded',
      ),
      route(
        /^(?:could not find|failed to set up|error setting up|no) transport\b/i,
        'could not find transport for a@b.example',
      ),
      // Debian exim4-config, dc_eximconfig_configtype=local
      route(/^Mailing to remote domains not supported/, 'Mailing to remote domains not supported'),
    ],
  },
  {
    id: 'callout-connect-timeout',
    title: "Sender's server does not answer at all",
    fault: 'network',
    skips: 'sender-verification',
    advice:
      'Try port 25 of the named server from here, and if many unrelated servers time out, ask your provider whether outgoing port 25 is blocked.',
    source:
      'Exim 4.50-4.99 smtp_out.c smtp_connect(), ip.c; since 4.93 TCP Fast Open moves it behind the connection',
    patterns: [
      // Postfix smtp_trouble.c: no banner
      problem(
        /^conversation with \S+ timed out while receiving the initial server greeting/,
        'conversation with mx.a.example[192.0.2.1] timed out while receiving the initial server greeting',
      ),
      // Postfix 2.0-2.2 smtp_connect.c
      problem(/^read timeout/, 'read timeout'),

      // strerror(ETIMEDOUT) of Linux and of the BSDs; 4.89-4.92 put `could not connect: ` before it
      problem(
        /^(?:could not connect: )?(?:Connection|Operation) timed out/,
        'Connection timed out',
        'Operation timed out',
        'could not connect: Connection timed out',
      ),
      // Exim 4.89+ transports/smtp.c check_response()
      problem(/^SMTP timeout after initial connection/, 'SMTP timeout after initial connection'),
    ],
  },
  {
    id: 'callout-connect-refused',
    title: "Sender's server refuses connections",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      'Ask the operator of the named server to start its mail service on port 25 or to stop rejecting your address.',
    source: 'Exim 4.50-4.99 smtp_out.c smtp_connect(), ip.c: strerror(ECONNREFUSED)',
    patterns: [
      problem(
        /^(?:could not connect: )?Connection refused/,
        'Connection refused',
        'could not connect: Connection refused',
      ),
    ],
  },
  {
    id: 'callout-connect-unreachable',
    title: "No route to the sender's server",
    fault: 'network',
    skips: 'sender-verification',
    advice:
      "Check this server's own routing, firewall and IPv6 first, then ask the operator of the named server.",
    source: 'Exim 4.50-4.99 smtp_out.c smtp_connect(), ip.c: strerror() of connect(2) and bind(2)',
    patterns: [
      // the network, or a filter that answers for it
      problem(
        /^(?:could not connect: )?(?:No route to host|(?:Network|Host) is (?:unreachable|down)|Network unreachable)/,
        'No route to host',
        'Network is unreachable',
        'Host is down',
        'could not connect: No route to host',
      ),
      // a local firewall or SELinux
      problem(
        /^(?:could not connect: )?(?:Permission denied|Operation not permitted)/,
        'Permission denied',
        'Operation not permitted',
      ),
      // the `interface` option, or no IPv6 here
      problem(
        /^(?:could not connect: )?(?:Cannot assign requested address|Can't assign requested address|Address family not supported|Invalid argument)/,
        'Cannot assign requested address',
        'Address family not supported by protocol',
        'Invalid argument',
      ),
      // words that logs made anonymous use in their place
      problem(
        /^(?:could not connect: )?(?:Network Error|Netwk addr not available)/,
        'Network Error',
        'Netwk addr not available',
      ),
    ],
  },
  {
    id: 'callout-connection-dropped',
    title: "Sender's server hangs up",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      'Ask the operator of the named server why it closes connections from your address without an answer.',
    source: 'Exim 4.50-4.88 verify.c do_callout() and 4.89-4.99 transports/smtp.c check_response()',
    patterns: [
      // Postfix smtp_trouble.c
      problem(
        /^lost connection with \S+ while /,
        'lost connection with mx.a.example[192.0.2.1] while sending RCPT TO',
      ),
      // Postfix 2.0-2.2 smtp_connect.c
      problem(
        /^server dropped connection /,
        'server dropped connection without sending the initial SMTP greeting',
      ),

      // verify.c do_callout(), behind `response to "..." was: `
      problem(/^connection dropped/, 'connection dropped'),
      // transports/smtp.c, smtp_out.c
      problem(
        /^(?:send\(\) to \S+ \[[^\]\s]+\] failed|failed to write a data block)/,
        'send() to mx.a.example [192.0.2.1] failed: Broken pipe',
      ),
      // transports/smtp.c, 4.89+; the reply that it quotes is an older one
      problem(
        /^Remote host closed connection/,
        'Remote host closed connection in response to initial connection',
        'Remote host closed connection in response to HELO us.example (EHLO response was: 421 4.7.0 busy)',
      ),
      // strerror(ECONNRESET) and strerror(EPIPE)
      problem(
        /^(?:could not connect: )?(?:Connection reset by peer|Broken pipe|Software caused connection abort)/,
        'Connection reset by peer',
        'Broken pipe',
      ),
    ],
  },
  {
    id: 'callout-smtp-timeout',
    title: "Sender's server falls silent",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      'Raise the callout timeout if many servers fall silent, and otherwise tell the operator of the named server.',
    source: 'Exim 4.89-4.99 transports/smtp.c check_response(); RFC 5321 section 4.5.3.2',
    patterns: [
      // Postfix smtp_trouble.c
      problem(
        /^conversation with \S+ timed out while (?!receiving the initial)/,
        'conversation with mx.a.example[192.0.2.1] timed out while sending RCPT TO',
      ),

      problem(
        /^SMTP timeout (?!after initial connection)/,
        'SMTP timeout after EHLO us.example',
        'SMTP timeout after RCPT TO:<a@b.example>',
      ),
    ],
  },
  {
    id: 'callout-tls-failure',
    title: "TLS with the sender's server failed",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice:
      "Test STARTTLS on the named server, and check whether this server's own rules demand too much of it.",
    source: 'Exim 4.82-4.99 transports/smtp.c smtp_setup_conn(), tls-openssl.c, tls-gnu.c; RFC 3207',
    patterns: [
      // Postfix smtp_proto.c, smtp_tls_policy.c
      problem(
        /^(?:TLS is required, but |Cannot start TLS|Server certificate |TLSA lookup error|no TLSA records)/i,
        'TLS is required, but was not offered by host mx.a.example[192.0.2.1]',
        'Cannot start TLS: handshake failure',
        'Server certificate not trusted',
      ),

      problem(
        /^a TLS session is required/,
        'a TLS session is required, but the server did not offer TLS support',
        'a TLS session is required for mx.a.example [192.0.2.1], but an attempt to start TLS failed',
      ),
      problem(/^bad first read from TLS conn/, 'bad first read from TLS conn'),
      // 4.90+, with the words of the TLS library behind it
      problem(
        /^TLS session(?: failure)?: /,
        'TLS session: (SSL_connect): error:0A000086:certificate verify failed',
      ),
      problem(/^DANE (?:error|attempt|required)/, 'DANE error: tlsa lookup DEFER'),
      // 4.92 only
      problem(
        /^REQUIRETLS support is required/,
        'REQUIRETLS support is required from the server but it was not offered',
      ),
    ],
    // whatever STARTTLS itself was answered
    replies: [
      {
        in: ['callout-tls'],
        digit: 4,
        meanings: 'any',
        examples: ['454 4.7.0 TLS not available due to local problem'],
      },
      {
        in: ['callout-tls'],
        digit: 5,
        meanings: 'any',
        // Exim's own, to a STARTTLS that it did not offer
        examples: ['503 STARTTLS command used when not advertised'],
      },
    ],
  },
  {
    id: 'callout-reply-malformed',
    title: "Sender's server does not speak SMTP",
    fault: 'sending-operator',
    skips: 'sender-verification',
    advice: "Tell the sender's DNS admin that the named MX host is no mail server.",
    source: 'Exim 4.89-4.99 transports/smtp.c check_response(); RFC 5321 section 4.2',
    patterns: [
      // Postfix smtp_trouble.c: a reply that is neither 4yz nor 5yz
      problem(
        /^Protocol error: /,
        'Protocol error: host mx.a.example[192.0.2.1] said: 250 ok (in reply to DATA command)',
      ),

      problem(
        /^Malformed SMTP reply/,
        'Malformed SMTP reply in response to initial connection: SSH-2.0-OpenSSH_9.2',
      ),
      // a code that is none; only a callout's answer begins with digits
      problem(/^(?:[013]\d\d|[6-9]\d\d)(?=[ -]|$)/, '850 RUBBISH', '354 go ahead'),
    ],
  },
  {
    id: 'callout-smtputf8-unsupported',
    title: "Sender's server lacks SMTPUTF8",
    fault: 'sender',
    skips: 'sender-verification',
    advice:
      'Ask the sender to use an ASCII address, because the server that receives its mail cannot take any other.',
    source: 'Exim 4.86-4.99 verify.c do_callout(); Postfix 3.0-3.10 smtp_proto.c; RFC 6531 section 3.2',
    patterns: [
      problem(
        /^SMTPUTF8 is required, but was not offered by host /,
        'SMTPUTF8 is required, but was not offered by host mx.a.example[192.0.2.1]',
      ),
      problem(
        /^(?:response to "EHLO[^"]*"(?: from \S+ \[[^\]\s]+\](?::\d+)?)? )?did not include SMTPUTF8/,
        'did not include SMTPUTF8',
        'response to "EHLO" did not include SMTPUTF8',
        'response to "EHLO us.example" from mx.a.example [192.0.2.1] did not include SMTPUTF8',
      ),
    ],
  },
  {
    id: 'callout-unspecified',
    title: "Sender's server failed, cause not logged",
    fault: 'unknown',
    skips: 'sender-verification',
    advice:
      "Test each MX host of the sender's domain by hand, because Exim logs no detail where there is more than one address.",
    source:
      'Exim 4.50-4.99 verify.c do_callout(): detail is kept only for a single host; 4xx at MAIL since 4.89 reads NULL',
    patterns: [
      problem(/^NULL$/, 'NULL'),
      problem(/^Could not complete sender verify callout/, 'Could not complete sender verify callout'),
      // 4.89 took the welcome of a random address for a failure
      problem(/^2\d\d(?=[ -]|$)/, '250 OK'),
      // a refusal that nothing explains, where the grammar could not join it to its verify line
      text(
        /^(?:.*: )?Could not complete sender verify callout"?$/s,
        'Could not complete sender verify callout',
        'our rules: Could not complete sender verify callout',
      ),
    ],
  },
  {
    id: 'callout-pending',
    title: 'Sender check was still under way',
    fault: 'nobody',
    skips: 'sender-verification',
    advice: 'Wait for the next attempt, because the answer about this sender was not there yet.',
    source: 'Postfix 3.7 verify(8), smtpd_check.c: Address verification in progress',
    patterns: [
      {
        in: ['verify-route'],
        match: /^Address verification in progress/,
        examples: ['Address verification in progress'],
      },
    ],
  },
  {
    id: 'verify-reason-unlogged',
    title: 'Sender verify failed, cause not logged',
    fault: 'unknown',
    skips: 'sender-verification',
    advice:
      'Look for an earlier line about the same address or domain, because Exim gives the reason only before it is in its cache.',
    source: 'Exim 4.50-4.99 acl.c acl_verify(), verify.c cached_callout_lookup()',
    patterns: [
      // acl.c acl_verify(), also behind a site's own log_message
      text(
        /^(?:.*: )?(?:Sender verify failed|Could not complete sender verify)"?$/s,
        'Sender verify failed',
        '(recipient): Sender verify failed',
        'Could not complete sender verify',
      ),
      // Debian exim4-config acl_check_rcpt
      text(/^Sender verification failed/, 'Sender verification failed'),
    ],
  },
] as const satisfies readonly Cause[];
