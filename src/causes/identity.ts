import type { Cause } from './cause.ts';
import { phrase, text } from './pattern.ts';

/** Refusals because the client is not, or does not prove to be, who it says: PTR, HELO, SPF, DKIM, DMARC. */
export const identity = [
  {
    id: 'reverse-dns-missing',
    title: 'Client has no valid reverse DNS',
    fault: 'sending-operator',
    skips: 'reverse-dns',
    advice: "Ask the client's operator for a PTR record whose name resolves back to the same address.",
    source:
      'Exim 4.50-4.99 acl.c (verify = reverse_host_lookup), host.c host_name_lookup(); RFC 8601 section 3 (iprev)',
    patterns: [
      // Postfix smtpd_check.c reject_unknown_client_hostname, reject_unknown_reverse_client_hostname
      text(
        /^(?:Unverified )?Client host rejected: cannot find your (?:reverse )?hostname/,
        'Client host rejected: cannot find your hostname, [192.0.2.1]',
        'Client host rejected: cannot find your reverse hostname, [192.0.2.1]',
      ),

      // Exim acl.c acl_verify()
      text(
        /^host lookup (?:failed|deferred|did not complete) for reverse lookup check/,
        'host lookup failed for reverse lookup check (failed to find host name from IP address)',
        'host lookup deferred for reverse lookup check',
      ),
      phrase(/\b(?:rDNS|FCrDNS|PTR)\b/, 'Your IP has no PTR record', 'bad rDNS'),
      phrase(
        /\breverse[ -](?:DNS|lookup|hostname|name|host|resolution)\b/i,
        'No reverse DNS for 192.0.2.1',
        'reverse lookup failed',
      ),
      phrase(
        /\b(?:cannot|can't|could not|unable to|failed to) (?:find|resolve|verify|look up) your (?:host ?name|reverse|IP)/i,
        'sorry, we cannot find your hostname',
      ),
      phrase(
        /\b(?:IP|address|host)(?: address)? (?:does not|doesn't) resolve\b/i,
        'Your IP address does not resolve',
      ),
    ],
  },
  {
    id: 'helo-rejected',
    title: "Client's HELO name is not acceptable",
    fault: 'sending-operator',
    skips: 'helo',
    advice:
      "Ask the client's operator to greet with the full name of the host, which must resolve to its address.",
    source:
      'Exim 4.50-4.99 smtp_in.c check_helo(), smtp_verify_helo(); cPanel 11.120 acl mail; RFC 5321 section 4.1.1.1',
    patterns: [
      // Postfix smtpd_check.c, and access(5): whatever rule refused a HELO name
      text(
        /^Helo command rejected: (?:Invalid name|need fully-qualified hostname|Host not found|invalid ip address)/,
        'Helo command rejected: Invalid name',
        'Helo command rejected: need fully-qualified hostname',
        'Helo command rejected: Host not found',
      ),
      { ...text(/^Helo command rejected: /, 'Helo command rejected: Access denied'), fallback: true },

      // Exim smtp_in.c
      text(/^syntactically invalid argument\(s\): /, 'syntactically invalid argument(s): foo bar!!'),
      text(/^helo (?:verification failed|not verified)/i, 'helo verification failed', 'helo not verified'),
      // Exim verify.c, verify = csa
      text(
        /^client SMTP authorization failed/,
        'client SMTP authorization failed (host name not authorized)',
      ),
      // cPanel 11.120
      text(
        /^REJECTED - (?:Bad HELO - |Interface: )/,
        '"REJECTED - Bad HELO - Host impersonating [us.example]"',
        'REJECTED - Interface: 192.0.2.1 is _my_ address',
      ),
      text(/^\S+ is _?my_? (?:IP )?address/i, '192.0.2.1 is _my_ address'),
      text(/^Access denied - Invalid HELO name/, 'Access denied - Invalid HELO name (See RFC2821 4.1.3)'),
      phrase(
        /\b(?:HELO|EHLO)\b(?! (?:is )?(?:required|first|before))(?!\/(?:HELO|EHLO) (?:is )?(?:required|first|before))/i,
        "I don't like your HELO",
        'HELO/EHLO with a bare IP is not acceptable',
        'HELO is my own name',
      ),
    ],
  },
  {
    id: 'helo-required',
    title: 'Client did not say HELO',
    fault: 'sending-operator',
    skips: 'helo',
    advice: 'Ignore it unless the mail is wanted, because a real mail server greets before it sends.',
    source: 'Exim 4.50-4.99 smtp_in.c (helo_verify_hosts); cPanel 11.120 acl mail; RFC 5321 section 4.1.4',
    patterns: [
      // Exim smtp_in.c
      text(
        /^no (?:HELO|EHLO)(?:(?:\/| or )(?:HELO|EHLO))?(?: given| sent| received)?(?: before MAIL(?: command)?| \(\))?$/i,
        'no HELO/EHLO given',
        'no HELO given before MAIL command',
        'NO HELO OR EHLO',
      ),
      // cPanel 11.120
      text(/^HELO required before MAIL/, 'HELO required before MAIL'),
      // Exim configure.default and Debian
      text(/^nice hosts say HELO first/i, 'Nice hosts say HELO first'),
      phrase(
        /\b(?:HELO|EHLO) (?:is )?(?:required|first|before)\b|\bpolite (?:people|hosts) say (?:HELO|EHLO)/i,
        'EHLO required',
        'please say HELO first',
      ),
    ],
  },
  {
    id: 'spf-fail',
    title: 'Client may not send for the domain (SPF)',
    fault: 'sending-operator',
    skips: 'spf',
    caution: 'A failed SPF check is what a forged sender looks like.',
    advice: "Ask the sender's DNS admin to add the client to the SPF record, unless the sender is forged.",
    source: 'Debian exim4-config acl_check_rcpt; SPF rules of local ACLs; RFC 7208 section 8.4',
    patterns: [
      // Debian exim4-config: log text, SMTP text, and the deferral
      text(/^SPF check failed/, 'SPF check failed.'),
      text(/^\[SPF\] /, '[SPF] 192.0.2.1 is not allowed to send mail from b.example.'),
      text(
        /^Temporary DNS error while checking SPF record/,
        'Temporary DNS error while checking SPF record.  Try again later.',
      ),
      phrase(
        /\bSPF\b|\bopenspf\.(?:org|net)\b|\bspf\.pobox\.com\b/,
        'Sender failed the SPF test',
        'rejected by SPF: see https://spf.example/',
        'Please see http://www.openspf.net/Why?s=helo;id=a@b.example;ip=192.0.2.1',
      ),
      phrase(
        /\bis not (?:allowed|authori[sz]ed|permitted) to send (?:e-?mail|mail) (?:from|for)\b/i,
        '192.0.2.1 is not allowed to send mail from b.example',
      ),
    ],
  },
  {
    id: 'dkim-fail',
    title: 'DKIM signature is bad or missing',
    fault: 'sending-operator',
    skips: 'nothing',
    advice: "Ask the sender's operator to repair the DKIM signature or the key in DNS.",
    source: 'DKIM rules of local ACLs (acl_smtp_dkim, dkim_verify_status); RFC 6376 section 6',
    patterns: [phrase(/\bDKIM\b/i, 'DKIM signature verification failed', 'your dkim signature is invalid')],
  },
  {
    id: 'dmarc-fail',
    title: "Fails the sender domain's DMARC policy",
    fault: 'sending-operator',
    skips: 'dmarc',
    caution:
      'The owner of the domain asks for such mail to be refused: it is what a forged header From looks like.',
    advice: 'Ask the sender to send through servers that the domain signs or lists for.',
    source: 'DMARC rules of local ACLs (dmarc_status); RFC 7489 section 6.6',
    patterns: [phrase(/\bDMARC\b/i, 'Rejected by the DMARC policy of b.example')],
  },
] as const satisfies readonly Cause[];
