import type { Cause } from './cause.ts';
import { phrase, text } from './pattern.ts';

/** Refusals that rest on a list: of the DNS, of this server, or of countries. */
export const blocklists = [
  {
    id: 'dnsbl-listed',
    title: 'Client is on a DNS blocklist',
    fault: 'sending-operator',
    skips: 'dnsbl',
    advice:
      'Have the operator of the client ask the named list for removal, and list the client only for mail that you want now.',
    source:
      'Exim 4.50-4.99 acl.c (dnslists), configure.default; Debian acl_check_rcpt; cPanel 11.120 acl rbl; RFC 5782',
    patterns: [
      // Postfix mail_params.h default_rbl_reply, postscreen_dnsbl.c
      text(
        /^Service unavailable; (?:(?:Unverified )?(?:Client host|Sender address|Recipient address|Helo command|client) )?\[[^\]]*\] blocked using /i,
        'Service unavailable; [192.0.2.1] blocked using relays.ordb.org, reason: Open relay',
        'Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://rbl.example/',
        'Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org',
        'Service unavailable; Sender address [a@b.example] blocked using dbl.rbl.example',
      ),

      // Exim configure.default
      text(
        /^rejected (?:\(sender: \S+\) )?because \S+ is in a black ?list at /i,
        'rejected because 192.0.2.1 is in a black list at zen.spamhaus.org',
        'rejected (sender: a@b.example) because 192.0.2.1 is in a black list at bl.example',
      ),
      // Exim's built-in text of dnslists
      text(/^host is listed (?:in|at) /i, 'host is listed in zen.spamhaus.org'),
      // Debian exim4-config
      text(
        /^\S+ is listed (?:at|in) /,
        '192.0.2.1 is listed at zen.spamhaus.org (127.0.0.2: see https://rbl.example/)',
      ),
      text(/^DNSLIST \(/, 'DNSLIST (zen.spamhaus.org: listed)'),
      // cPanel: the client's own HELO name stands behind the dash
      text(
        /^JunkMail rejected - /,
        '"JunkMail rejected - a.example [192.0.2.1] is in an RBL, see https://rbl.example/"',
      ),
      phrase(
        /\bis in an? (?:RBL|DNSBL|DNS ?black ?list|DNS ?block ?list)\b/i,
        'a.example is in an RBL: see https://rbl.example/',
      ),
      phrase(
        /\b(?:(?:black-?|block-?)?listed|found|blocked|rejected) (?:in|at|on|by|using) (?:https?:\/\/)?[a-z0-9_-]{1,63}\.[a-z0-9]/i,
        'Sorry 192.0.2.1 is blacklisted at http://www.backscatterer.org/?ip=192.0.2.1',
        'Your host is listed in zen.spamhaus.org',
        'found in dnsbl.a.example',
        'message from 192.0.2.1 blocklisted by bl.a.example',
      ),
      phrase(
        /\b(?:black|block|reject|den(?:y|i))\w{0,4} (?:using|by|due to|because of) (?:\w+ )?(?:a )?(?:DNS ?black ?list|DNS ?block ?list|DNSBL|RBL|blacklist at|\S{1,63}\.spamhaus\.)|\bDNS[- ]?(?:list|black ?list|block ?list)/i,
        'Blocked by DNSBL, see https://rbl.example/',
        'Connection denied due to RBL listing',
        'message from a host in a DNS blacklist',
      ),
      phrase(
        /\b(?:spamhaus|spamcop|barracudacentral|sorbs|uceprotect|psbl|SURBL|URIBL|DNSBL|RBL)\b/i,
        'Rejected: 192.0.2.1 - Spamhaus',
        'RBL hit',
      ),
    ],
  },
  {
    id: 'client-blocked',
    title: 'Client is on our own block list',
    fault: 'receiving-operator',
    skips: 'local-blocklist',
    advice: "Find the client in this server's own block list, and take it out there if its mail is wanted.",
    source:
      'Exim 4.50-4.99 smtp_in.c smtp_start_session(); Debian local_host_blacklist; cPanel 11.120 spammeripblocks',
    patterns: [
      // Postfix 2.8+ postscreen.c: a client on postscreen_access_list, before any of its tests
      { ...text(/^Service currently unavailable$/, 'Service currently unavailable'), permanent: true },

      // Postfix access(5): whatever rule refused a client
      {
        ...text(
          /^(?:(?:Unverified )?Client host|Client certificate) rejected: /,
          'Client host rejected: Access denied',
          'Unverified Client host rejected: go away',
        ),
        fallback: true,
      },

      // Exim smtp_in.c
      text(/^refused connection \(host_reject_connection\)/, 'refused connection (host_reject_connection)'),
      text(/^refused connection \(tcp wrappers\)/, 'refused connection (tcp wrappers)'),
      text(/^connection refused \(IP options\)/, 'connection refused (IP options)'),
      // cPanel 11.120: log text and SMTP text
      text(/^Host is banned/, 'Host is banned'),
      text(/^Your host is not allowed to connect/, 'Your host is not allowed to connect to this server.'),
      // Debian exim4-config
      text(/^sender IP address (?:\S+ )?is locally blacklisted/, 'sender IP address is locally blacklisted.'),
      phrase(
        /\b(?:your |client |this |sending )?(?:IP(?:v[46])?(?: address)?|host|client|server|network|netblock|subnet)(?: \[?[0-9a-f.:]{3,45}\]?)? (?:is |has been |was )?(?:locally |permanently |temporarily |currently )?(?:banned|blocked|black-?listed|block-?listed|rejected|not allowed|not welcome)/i,
        'Your IP 192.0.2.1 is blacklisted on this server',
        'Client host rejected',
        'host has been blocked',
      ),
      text(/^black-?listed(?: for .*)?$/is, 'blacklisted', 'blacklisted for bruteforce cracking attempt'),
      phrase(
        /(?<![\w.])\[?(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})\]? (?:is |has been )?(?:locally )?(?:black-?listed|blocked|banned)\b(?! (?:at|in|by|using) )/i,
        '192.0.2.1 is blacklisted',
        'Rejected - 2001:db8::1 is blocked',
      ),
      phrase(
        /\b(?:banned|blocked|blacklisted|blocklisted|unwelcome) (?:IP|host|client|network|netblock|server)\b/i,
        'connection from banned host',
      ),
      phrase(
        /\byou(?:r server)? (?:are|is|have been|has been) (?:banned|blocked|black-?listed|block-?listed|a (?:known )?spammer|on (?:my|our|a|the) (?:\w+ )?(?:black|block|deny) ?-?list)\b|\blocal(?:ly)? (?:black|block) ?-?list/i,
        'You are blacklisted',
        'local blacklist: 192.0.2.1',
        'rejected: you are on my personal blacklist',
        'You are a spammer',
      ),
      phrase(
        /\b(?:dynamic|dial-?up|residential|end-?user) (?:IPs?|hosts?|addresses|IP address(?:es)?|clients?|pools?|ranges?|lines?|customers?)\b|\bhosts (?:in|of|from) \S+ are (?:banned|blocked|not (?:allowed|welcome))/i,
        'Mail from dynamic IP not accepted',
        'no dial-up hosts, please',
        'Hosts in b.example are banned',
      ),
    ],
  },
  {
    id: 'country-blocked',
    title: "Client's country is blocked",
    fault: 'receiving-operator',
    skips: 'local-blocklist',
    advice: "Take the country off this server's list if you expect mail from there.",
    source: 'cPanel 11.120 acl connect (country filter); GeoIP rules of local ACLs',
    patterns: [
      // cPanel 11.120: log text and SMTP text
      text(/^Country is banned/, 'Country is banned'),
      text(
        /^Your country is not allowed to connect/,
        'Your country is not allowed to connect to this server.',
      ),
      phrase(
        /\bcountry(?: code)?(?: \(?[A-Z]{2}\)?)? (?:is |are |has been )?(?:banned|blocked|not allowed|not permitted|not accepted|rejected|denied|black-?listed)/i,
        'Mail from your country is blocked',
        'country XX not allowed',
      ),
      phrase(
        /\b(?:(?:blocked|banned|denied|restricted) countr(?:y|ies)|geo-?ip|geo-?block\w*)/i,
        'blocked country',
        'GeoIP: XX',
      ),
    ],
  },
  {
    id: 'sender-blocked',
    title: 'Sender is on our own block list',
    fault: 'receiving-operator',
    skips: 'local-blocklist',
    advice: "Find the sender in this server's own block list, and take it out there if its mail is wanted.",
    source:
      'Debian exim4-config local_sender_blacklist; cPanel 11.120 blocked_incoming_email_domains; local ACLs',
    patterns: [
      // Postfix access(5): whatever rule refused a sender
      { ...text(/^Sender address rejected: /, 'Sender address rejected: Access denied'), fallback: true },

      // Debian exim4-config
      text(
        /^sender envelope address (?:\S+ )?is locally blacklisted/,
        'sender envelope address is locally blacklisted.',
      ),
      // cPanel 11.120
      text(
        /^Sender domain is (?:banned|blocked)/,
        'Sender domain is banned',
        'Sender domain is blocked here',
      ),
      text(
        /^Outgoing mail from .* has been (?:suspended|held)/,
        'Outgoing mail from "a@b.example" has been suspended.',
      ),
      phrase(
        /\b(?:sender|envelope from)(?: envelope)?(?: address| domain)?(?: <[^<>\s]{1,320}>)? (?:is |has been |was )?(?:locally |permanently )?(?:banned|blocked|black-?listed|block-?listed|rejected|denied|not welcome|not accepted|refused)/i,
        'sender is blacklisted',
        'Your sender address <a@b.example> has been blocked',
      ),
      phrase(
        /\b(?:banned|blocked|blacklisted|blocklisted|unwanted) (?:sender|sender domain|envelope sender)\b|\bsender (?:address |domain )?is (?:on|in) (?:our|a|the) (?:black|block|deny) ?-?list/i,
        'blacklisted sender',
        'Sender is on our blacklist',
      ),
      phrase(
        /\b(?:unauthori[sz]ed|forged|fake|faked|spoofed) sender\b|\bsender domain \S+ (?:is )?not in\b|\b(?:no|not accept(?:ing)?|refuse) (?:any )?(?:(?:e-?)?mails?|messages) from (?:\.?[\w.-]+ )?(?:domains?|TLDs?)\b|\bTLD (?:is )?(?:blocked|banned|not (?:allowed|accepted))/i,
        'Unauthorized sender domain: b.example',
        'Rejected: Sender domain b.example not in allowed_sender_domains',
        'No mail from .top domains',
        'TLD blocked',
      ),
      phrase(
        /\S@\S{1,255} is not (?:allowed|permitted|authori[sz]ed) to send\b(?! (?:e-?mail|mail) (?:from|for))|\bnot accept (?:mail from itself|sender addresses)\b|\bHeader From \S{1,320} black ?-?listed\b|\bdue to (?:\w+ )?abuse\b/i,
        'a@b.example is not permitted to send to c.example',
        'This domain does not accept mail from itself (spoofing)',
        'Header From <a@b.example> black listed: x',
        'refused user due to massive abuse',
      ),
    ],
  },
] as const satisfies readonly Cause[];
