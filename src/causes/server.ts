import type { Cause } from './cause.ts';
import { PROBE_FAILED, phrase, text } from './pattern.ts';

/** What this server could not do, and what it does not explain. */
export const server = [
  {
    id: 'server-temporary',
    title: 'Temporary problem on this server',
    fault: 'receiving-operator',
    skips: 'nothing',
    advice:
      "Read this server's panic log and repair what the reason names, while senders try again on their own.",
    source:
      'Exim 4.50-4.99 acl.c acl_check_internal(), expand.c, malware.c, spam.c, local_scan; RFC 5321 section 4.2.1',
    patterns: [
      // Postfix smtpd_check.c: a map that cannot be read, an error in main.cf
      text(
        /^(?:[A-Z][A-Za-z -]{1,30} rejected: )?(?:Server configuration (?:error|problem)|Temporary lookup failure)/,
        'Sender address rejected: Server configuration error',
        'Recipient address rejected: Temporary lookup failure',
        'Server configuration problem',
      ),
      // Postfix reject_unverified_recipient: the server behind us did not answer, or not yet
      text(
        new RegExp(`^Recipient address rejected: (?:unverified|undeliverable) address: (?:${PROBE_FAILED})`),
        'Recipient address rejected: unverified address: Address verification in progress',
        'Recipient address rejected: unverified address: host mx.a.example[192.0.2.1] said: 450 4.2.0 later (in reply to RCPT TO command)',
        'Recipient address rejected: unverified address: mail transport unavailable',
      ),
      text(
        /^Recipient address rejected: (?:address verification problem|Unable to (?:look up|verify) )/,
        'Recipient address rejected: address verification problem',
        'Recipient address rejected: Unable to look up mail exchanger information: Host not found, try again',
      ),
      // Postfix smtpd.c
      text(
        /^(?:\S+ Server local data error|Error: internal error)/,
        'mail.a.example Server local data error',
        'Error: internal error 1',
      ),
      text(/^Error: queue file write error|^Insufficient system storage/, 'Insufficient system storage'),

      // verify.c do_callout() for a recipient: the server behind us
      text(
        /^Could not complete recipient verify/,
        'Could not complete recipient verify callout',
        'Could not complete recipient verify callout: mx.a.example [192.0.2.1] : Connection refused',
      ),
      text(
        /^could not connect to \S+ \[[^\]\s]+\]/,
        'could not connect to mx.a.example [192.0.2.1]: Connection refused',
      ),
      // the server behind us did not get as far as the recipient, or deferred it; where it is final, see recipient-restricted
      {
        ...text(
          /^\S+ \[[^\]\s]+\](?::\d+)? : (?:response to "|SMTP error from remote mail server after (?:initial|EHLO|HELO|MAIL|STARTTLS|pipelined MAIL))/,
          'mx.a.example [192.0.2.1] : response to "MAIL FROM:<>" was: 450 no',
        ),
        permanent: false,
      },
      {
        ...text(
          /^response to "(?!RCPT TO)[^"]*" from \S+ \[/,
          'response to "MAIL FROM:<>" from mx.a.example [192.0.2.1] was: 450 no',
        ),
        permanent: false,
      },
      // smtp_in.c smtp_in_auth(): our own password database
      text(
        /^(?:\S+ )?authenticator failed: 4\d\d /,
        'authenticator failed: 435 Unable to authenticate at present (set_id=a): socket timeout',
      ),
      // acl.c: the configuration itself
      text(
        /^failed to (?:expand|open|read|stat|get|load) /,
        'failed to expand ACL string "lookup{a}lsearch{/etc/a}": failed to open /etc/a',
      ),
      text(
        /^cannot (?:test|use|verify|check|discard|add|remove) /,
        'cannot test hosts condition in non-SMTP ACL',
        'cannot use "control=submission" in DATA ACL',
      ),
      text(
        /^(?:unknown ACL |ACL error|ACL nested too deep)/,
        'unknown ACL verb "dony" in "dony verify = junk"',
        'ACL nested too deep: possible loop',
      ),
      text(
        /^syntax error in (?:"|argument )/,
        'syntax error in "control=dkim_disable_verify"',
        'syntax error in argument for "delay" modifier: "10x" is not a time value',
      ),
      text(/^ratelimit database not available/, 'ratelimit database not available'),
      text(/^invalid "condition" value /, 'invalid "condition" value "x"'),
      text(
        /^expected "sender\[=address\]"/,
        'expected "sender[=address]", "recipient" at start of ACL condition "verify junk"',
      ),
      text(/^error in /, 'error in ACL: missing endpass'),
      text(/^require_files: error for /, 'require_files: error for /home/a/etc/b.example: Permission denied'),
      text(/^Tainted /i, "Tainted filename '/etc/valiases/b.example'"),
      // malware.c, spam.c, mime.c
      text(
        /^(?:malware|spam|mime|regex|dcc|spf|dmarc) acl condition: /,
        'malware acl condition: clamd: unable to connect to UNIX socket',
      ),
      text(
        /^acl_smtp_mime: error while creating mbox spool file/,
        'acl_smtp_mime: error while creating mbox spool file, message temporarily rejected.',
      ),
      // receive.c, local_scan.c
      text(
        /^local_scan\(\) function (?:timed out|crashed)/,
        'local_scan() function timed out - message temporarily rejected (size 30)',
      ),
      text(
        /^(?:Temporary local problem|local configuration (?:problem|error))/i,
        'Temporary local problem',
        'local configuration problem',
        'Local configuration error - local_scan() library failure',
      ),
      text(
        /^no space|^insufficient (?:disk )?space|^(?:spool|log) directory space/i,
        'no space on spool',
        'insufficient disk space',
      ),
      // receive.c
      text(/^(?:Spool write|Input read) error/, 'Spool write error (No space left on device)'),
      // smtp_in.c smtp_start_session()
      text(
        /^(?:temporarily )?refused connection \(tcp wrappers errno=/,
        'temporarily refused connection (tcp wrappers errno=2)',
      ),
      // verify = recipient without a callout: DNS, or our own routers
      text(/^host lookup (?:for \S+ )?(?:did not complete|done insecurely)/, 'host lookup did not complete'),
      text(
        /^lookup of (?:host )?\S+.{0,200} (?:deferred|gave DEFER|failed in)/,
        'lookup of "a.example" gave DEFER: ""',
      ),
      text(
        /^(?:lowest numbered MX record points to local host|remote host address is the local host)/,
        'lowest numbered MX record points to local host',
      ),
      text(/^\S+ check lookup or other defer/, 'local_parts check lookup or other defer'),
      text(/^retry time(?:out| not reached)/, 'retry time not reached for any host'),
      phrase(
        /\b(?:scanner|clamav|clamd|spamd|antivirus|database|backend|server|service|system|lookup) (?:is )?(?:temporarily |currently )?(?:unavailable|not available|down|busy|overloaded|error|failure|problem)\b/i,
        '451 scanner unavailable',
        'the database is down',
      ),
      phrase(
        /\b(?:MySQL|MariaDB|PgSQL|Postgres(?:QL)?|LDAP|Redis|SQLite|SQL|database)\b.{0,40}\b(?:fail(?:ed|ure|s)?|error|time(?:out|d out)|down|refused)\b|\b(?:system|server) load (?:average )?(?:is )?(?:too )?high\b|\blookup forced DEFER\b|\bdefer in \w+ check\b/i,
        'MySQL connection failed',
        'System load too high',
        'defer in percent_hack_domains check',
      ),
      // any site's deferral that says no more than that
      {
        ...phrase(
          /\b(?:temporar(?:y|ily)|deferred|(?:try|retry)(?: \w+)? (?:again|later)|again later|later please|come back later)\b/i,
          'data temporarily refused',
          'host deferred',
          '450 4.5.3 Try again',
          'Try MAIL again later',
        ),
        permanent: false,
        fallback: true,
      },
    ],
  },
  {
    id: 'policy-other',
    title: "A rule of this server's own",
    fault: 'receiving-operator',
    skips: 'nothing',
    advice: 'Look the refusal up in your ACLs, and give the rule a log_message so that the log says why.',
    source: 'Exim 4.50-4.99 acl.c (a deny without a message), local_scan.c; RFC 3463 X.7.1',
    patterns: [
      // Postfix milter8.c without a text of the filter's; access(5) on a command
      text(
        /^(?:Command rejected(?:$| by )|Server closing connection)/,
        'Command rejected',
        'Command rejected by our milter',
        'Server closing connection',
      ),
      {
        ...text(
          /^(?:Data command|Etrn command|End-of-data|SASL login name) rejected: /,
          'End-of-data rejected: Access denied',
          'SASL login name rejected: Access denied',
        ),
        fallback: true,
      },

      // receive.c local_scan(), acl.c
      text(/^Administrative prohibition/i, 'Administrative prohibition'),
      text(/^Rejected\.?$/, 'Rejected'),
      text(/^Delivery not authorized\b/, 'Delivery not authorized, message refused!'),
      text(/^discarded by \S+ ACL/, 'discarded by RCPT ACL: x'),
      // acl.c, verify = not_blind
      text(/^bcc recipient detected/, 'bcc recipient detected'),
      // acl.c: a site's code and no words
      text(/^"*$/, '550', '550 5.7.1'),
      // a bounce of mail that never went out from here: configured with BATV or SRS
      phrase(
        /\b(?:batv|prvs|srs)\b|\b(?:unsolicited|unsigned|invalid|bogus|forged|faked?) bounces?\b|\bbackscatter\b|\breverse path signature\b/i,
        'Invalid SRS bounce',
        'Faked bounce',
        'This domain does not accept unsigned bounces.',
        'BATV validation failed',
        'Invalid syntax of reverse path signature from <a@b.example> to <c@d.example>',
      ),
      phrase(
        /\b(?:local|site|security|server|our|mail|administrative|by) policy\b|\bpolicy (?:reasons|violation|rejection)\b(?!.{0,3} please try)|\blocal rules?\b/i,
        'rejected by local policy',
        'refused for policy reasons',
        'Blocked by local rules',
      ),
    ],
  },
  {
    id: 'unclassified',
    title: 'A reason that is not known yet',
    fault: 'unknown',
    skips: 'nothing',
    advice: 'Read the reason as logged, and search your ACLs for its words.',
    source: "a site's own text: Exim 4.50-4.99 acl.c prints log_message or message as it stands",
    patterns: [],
  },
] as const satisfies readonly Cause[];
