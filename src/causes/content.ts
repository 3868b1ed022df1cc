import type { Cause } from './cause.ts';
import { phrase, text } from './pattern.ts';

/** Refusals that rest on the message: its headers, its words, its attachments. */
export const content = [
  {
    id: 'header-invalid',
    title: 'Message headers break the rules',
    fault: 'sender',
    skips: 'content',
    advice: 'Have the sender repair the program that wrote the header named in the reason.',
    source:
      'Exim 4.50-4.99 verify.c verify_check_headers(), receive.c; Debian acl_check_data; RFC 5322 section 3.6',
    patterns: [
      // verify.c verify_check_header_address()
      text(
        /^syntax error in '[^']*' header when scanning for sender: /,
        'syntax error in \'From:\' header when scanning for sender: missing or malformed in "a b <a@b.example"',
      ),
      // verify.c verify_check_headers(); the reason stands first, the header's text last
      text(
        /^.*?\bfailing address in "[A-Za-z-]{1,30}:?" header (?:is|begins): /s,
        'domain missing or malformed: failing address in "From:" header is: @',
        'unqualified address not permitted: failing address in "From:" header is: a',
        'bad header syntax: malformed address: x may not follow a@b.example: failing address in "To:" header begins: a@b.example x',
      ),
      // Debian exim4-config: log text and SMTP text
      text(
        /^header syntax \(/,
        'header syntax (domain missing or malformed: failing address in "From:" header is: @)',
      ),
      text(/^Message headers fail syntax check/, 'Message headers fail syntax check'),
      // verify.c verify_check_header_names_ascii()
      text(/^Invalid character in header /, 'Invalid character in header "Sübject" found'),
      // receive.c
      text(
        /^(?:Too many "Received" headers|Error: too many hops)/,
        'Too many "Received" headers',
        // Postfix cleanup(8), hopcount_limit
        'Error: too many hops',
      ),
      text(
        /^(?:ridiculously long message header|overlong message header line) /,
        'ridiculously long message header received (more than 100 characters): message abandoned',
        'overlong message header line received (more than 100 characters): message abandoned',
      ),
      text(/^Non-CRLF-terminated header/, 'Non-CRLF-terminated header, under CHUNKING: message abandoned'),
      // Exim configure.default 4.88+, Debian
      text(/^maximum allowed line length is /, 'maximum allowed line length is 998 octets, got 1204'),
      phrase(
        /\b(?:missing|no|invalid|bad|duplicate|multiple|malformed|forged|broken|empty) (?:\S{1,20} )?["']?(?:From|To|Date|Message-ID|Subject|Sender|Reply-To|MIME)?:?["']? ?headers?\b/i,
        'missing Message-ID header',
        'Bad headers, no thanks',
      ),
      phrase(
        /\b(?:no|missing|without an?) (?:Message-ID|From:|Date:|Subject:|subject\b)|\b(?:Message-ID|From|Date) (?:header )?is missing\b/i,
        'Mail without a Message-ID is not accepted',
        'REJECTED - No Subject nor body',
      ),
      phrase(
        /\bHeader From exists?\b|\bMessage-ID was\b/i,
        'Header From exist, but not have a valid address',
        'No you are not ME or OURS (Message-ID was <x@a.example>)',
      ),
      phrase(
        /\b(?:RFC ?-?2?822|RFC ?-?5322|header syntax|headers fail|header error)\b/i,
        'Your message does not conform to RFC2822 standard',
        '550 5.7.0 Header error',
      ),
    ],
  },
  {
    id: 'header-sender-unverifiable',
    title: 'No usable sender in the headers',
    fault: 'sender',
    skips: 'nothing',
    advice: 'Have the sender put an address that exists into From, Sender or Reply-To.',
    source: 'Exim 4.50-4.99 verify.c verify_check_header_address(); Debian acl_check_data',
    patterns: [
      // verify.c verify_check_header_address(), also behind a site's own log_message
      text(
        /^(?:.*: )?there is no valid sender in any header line/s,
        'there is no valid sender in any header line',
        'our rules: there is no valid sender in any header line',
      ),
      text(
        /^(?:.*: )?all attempts to verify a sender in a header line deferred/s,
        'all attempts to verify a sender in a header line deferred',
      ),
      // Debian exim4-config
      text(
        /^No verifiable sender address in message headers/,
        'No verifiable sender address in message headers',
      ),
      phrase(
        /\bno valid address in the From\b/i,
        'Sorry: no valid address in the From, Sender or Reply-To header',
      ),
    ],
  },
  {
    id: 'content-spam',
    title: 'Message looks like spam',
    fault: 'sender',
    skips: 'content',
    caution: 'An entry lets all spam of this client in as well.',
    advice:
      'Read the scores of the message before you trust the sender, and train the filter rather than skip it.',
    source: 'cPanel 11.120 acl spam scan; Exim 4.50-4.99 configure.default (spam condition); local ACLs',
    patterns: [
      // cPanel 11.120
      text(
        /^The mail server detected your message as spam/,
        '"The mail server detected your message as spam and has prevented delivery (100)."',
      ),
      text(
        /^SpamAssassin as \S+ detected /,
        '"SpamAssassin as a detected OUTGOING smtp message as spam (9.1)"',
      ),
      text(
        /^This message was classified as SPAM/i,
        'This message was classified as SPAM and may not be delivered',
      ),
      // Exim configure.default
      text(
        /^(?:This|Your) message scored \S+ /,
        'This message scored 12.3 spam points.',
        'Your message scored 9.0 SpamAssassin point.',
      ),
      text(/^Rejected for spam score/i, 'Rejected for spam score 12.3'),
      // SA-Exim, through local_scan()
      text(
        /^(?:Permanently )?(?:Rejected|Blacklisted|Message rejected as spam)?:? ?hits=-?[\d.]+ required=/i,
        'Rejected: hits=7.5 required=5.0 trigger=5.0',
      ),
      // a milter that looks links up: not the client is listed
      text(/^black ?listed URL /i, 'black listed URL host a.example by .black.uribl.com'),
      phrase(
        /\b(?:as|for|is|be|like|contains|high|too|no|your) (?:\w+ )?(?:spam|UCE|UBE|junk(?: mail)?)\b/i,
        'message rejected as spam',
        'We want no spam here',
      ),
      phrase(
        /\b(?:spam|anti-?spam|SpamAssassin|rspamd|GTUBE)\b/i,
        'High spam score (12.3)',
        'Rejected by rspamd',
      ),
    ],
  },
  {
    id: 'content-malware',
    title: 'Message contains malware',
    fault: 'sender',
    skips: 'content',
    caution: 'An entry lets malware reach your users.',
    advice: 'Leave it refused, and tell a sender whom you know that the computer or account needs cleaning.',
    source: 'Exim 4.50-4.99 configure.default and Debian acl_check_data (malware condition); local ACLs',
    patterns: [
      // Exim configure.default, Debian
      text(
        /^This message (?:was rejected since it )?contains (?:a |an )?(?:virus|malware)/,
        'This message contains a virus (Eicar-Test-Signature).',
        'This message was rejected since it contains malware',
      ),
      phrase(
        /\b(?:virus|viruses|malware|trojan|infected|phish(?:ing)?|eicar|ransomware)\b/i,
        'Virus found: Eicar-Test-Signature',
        'Found Eicar-Test-Signature',
        'Your mail is infected',
      ),
    ],
  },
  {
    id: 'content-blocked',
    title: 'Attachment or words not allowed',
    fault: 'sender',
    skips: 'content',
    caution: 'An entry lets dangerous attachments of this client in as well.',
    advice: 'Have the sender leave out what the reason names, or send it in another form.',
    source: 'Attachment, MIME and word rules of local ACLs and system filters; RFC 3463 X.6',
    patterns: [
      // Postfix header_checks(5) without a text of its own, or with words that say nothing more
      { ...text(/^header or body check(?:$|: )/, 'header or body check'), fallback: true },

      // the demime condition of Exim's content scanning, and its many copies
      text(
        /^(?:This message contains|Contains|Found) (?:a |an )?(?:MIME error|serious MIME defect)/i,
        'This message contains a MIME error (x)',
      ),
      text(/^Serious MIME defect detected/, 'Serious MIME defect detected (x)'),
      phrase(
        /\b(?:attachments?|attached files?|file ?names?|file ?types?|file ?extensions?|extensions?|executables?|zip files?)\b.{0,60}\b(?:not (?:allowed|accepted|permitted)|block(?:ed)?|banned|forbidden|prohibited|rejected|denied|detected|refused|dangerous)/i,
        'Attachments of type .exe are not allowed',
        'Executable attachment blocked',
      ),
      phrase(
        /\b(?:black-?listed|banned|blocked|forbidden|dangerous|potentially|prohibited|unwanted|disallowed|illegal|suspicious|executable|encrypted|password[- ]protected) (?:[\w-]+ )?(?:attache?ments?|file|filename|extension|executable|content|word|phrase|subject|MIME)/i,
        'Blacklisted file extension detected ("exe")',
        'forbidden content in the body',
        'Rejected mail with executable attachement: filename=a.exe',
        'Encrypted attachment',
        'This message contains an unwanted Embedded-CGI mime',
      ),
      phrase(
        /\b(?:message )?body contains\b|\b(?:header|body) (?:filter|checks?)\b|\bMIME[ _](?:error|defect|container)\b/i,
        'rejected broken MIME container (x)',
        'body contains a forbidden word',
        'broken MIME defect',
        'blocked by header filter',
        'MIME_ERROR : Proposed filename too long',
      ),
      phrase(
        /\bcontent (?:is )?(?:rejected|blocked|not (?:allowed|accepted|permitted)|refused)\b/i,
        'message content rejected',
      ),
      phrase(
        /(?<![\w-])\.?(?:exe|scr|pif|bat|com|js|vbs|zip|rar) (?:attachments?|files?)\b/i,
        'We do not accept .exe attachments',
        'exe files are not accepted here',
      ),
    ],
  },
] as const satisfies readonly Cause[];
