import type { Cause } from './cause.ts';
import { phrase, text } from './pattern.ts';

/** Refusals because there was too much of something, or because it came too soon. */
export const limits = [
  {
    id: 'rate-limited',
    title: 'Client or sender sends too fast',
    fault: 'sending-operator',
    skips: 'rate',
    advice: 'Find out why so much was sent, and raise the limit only for a client or user that you trust.',
    source: 'Exim 4.50-4.99 acl.c acl_ratelimit(); cPanel 11.120 acl ratelimit and maxemails',
    patterns: [
      // Postfix smtpd.c, the limits of anvil(8)
      text(
        /^(?:Connection|Message delivery request|Recipient address|New TLS session|AUTH command|BDAT command) rate limit exceeded/,
        'Connection rate limit exceeded',
        'Recipient address rate limit exceeded',
      ),

      // cPanel 11.120: log text and SMTP text
      text(
        /^Host is ratelimited /,
        '"Host is ratelimited (1.9/1h max:1.2)"',
        'Host is ratelimited due to multiple failure only connections (3.0/1h max:1.2)',
      ),
      text(
        /^The server has reached its limit for processing requests from your host/,
        'The server has reached its limit for processing requests from your host.  Please try again later.',
      ),
      text(
        /^Connection Ratelimit - /,
        'Connection Ratelimit - a.example [192.0.2.1]:2525 because of notquit: command (QUIT)',
      ),
      // Exim spec, chapter ACL, ratelimit
      phrase(
        /\bSender rate (?:overlimit|exceeds|\d)/i,
        'Sender rate overlimit: 1.0 / 1h',
        'Sender rate exceeds 1500 messages per 1h',
        'Connection limited: Sender rate 51.0 / 1h.',
      ),
      text(/^Connection Rate\b/i, 'Connection Rate - See https://a.example/'),
      phrase(/\brate[- ]?limit/i, 'You have been rate limited', 'ratelimit exceeded for a@b.example'),
      phrase(
        /\b(?:exceed(?:ed|s)|over|reached|above) (?:the |your |its |our |their )?(?:\w+ )?(?:max(?:imum)? (?:defers|emails|messages|mails)|(?:message|sending|mail|email|hourly|daily) (?:rate|limit|quota)|(?:rate|limit) )/i,
        'Domain b.example has exceeded the max emails per hour (150/100 (150%)) allowed.',
        'you are over the limit of 100 messages',
      ),
      phrase(
        /\btoo many (?:e-?mails|messages|mails)\b|\b(?:sending|connecting|messages) too (?:fast|quickly|often|much)\b|(?<!to )\bslow down\b/i,
        'too many messages from your address',
        'you are sending too fast',
        'Please slow down',
      ),
      phrase(
        /\b(?:overlimit|over the limit|limit exceeded|per (?:hour|day|minute))\b/i,
        'hourly limit exceeded',
        'over the limit: 100 per hour',
      ),
    ],
  },
  {
    id: 'too-many-recipients',
    title: 'Too many recipients in one message',
    fault: 'sender',
    skips: 'rate',
    advice: 'Have the sender split the message, or raise the limit for a client that you trust.',
    source:
      'Exim 4.50-4.99 smtp_in.c (recipients_max); cPanel 11.120 acl rcpt limits; RFC 5321 section 4.5.3.1.10',
    patterns: [
      // Postfix smtpd.c, smtpd_recipient_limit
      text(/^Error: too many recipients/, 'Error: too many recipients'),

      // smtp_in.c recipients_max; cPanel, once with a code and once without
      text(
        /^too many recipients/i,
        'too many recipients: message rejected',
        'too many recipients: excess temporarily rejected',
        '452 too many recipients',
        'Too many recipients specified.  Come back in a few hours.',
      ),
      phrase(
        /(?<!bad |invalid |unknown |failed )\b(?:too many|max(?:imum)?(?: number of)?) recipients\b|\brecipients (?:allowed )?per message\b|\bonly one rece?ipient\b|\bbounces? .{0,40}\b(?:single|more than one|multiple) recipients?\b/i,
        'Sorry, too many recipients in this message',
        'Only one recipient accepted for NULL sender',
        'Legitimate bounces are never sent to more than one recipient.',
      ),
    ],
  },
  {
    id: 'dictionary-attack',
    title: 'Client guesses addresses',
    fault: 'sending-operator',
    skips: 'rate',
    caution: 'An entry lets the client go on searching for valid addresses.',
    advice:
      'Leave it blocked, unless a known sender has an old list of recipients, which its owner must clean.',
    source: 'cPanel 11.120 acl dictionary_attack; Exim 4.95-4.99 configure.default; Debian acl_check_rcpt',
    patterns: [
      // cPanel 11.120
      text(
        /^Number of failed recipients exceeded/,
        '"Number of failed recipients exceeded.  Come back in a few hours."',
      ),
      text(
        /^Detected Dictionary Attack/,
        'Detected Dictionary Attack (Let 5 bad recipients though before engaging)',
      ),
      // Exim 4.95+ configure.default, Debian
      text(/^Rejected for too many bad recipients/, 'Rejected for too many bad recipients'),
      phrase(
        /\b(?:dictionary attack|directory harvest|failed recipients exceeded|too many (?:bad|invalid|unknown|failed|wrong|non-?existent|nonexisting) (?:recipients|users|addresses|rcpts?))/i,
        'dictionary attack, go away',
        'Sorry, too many invalid recipients',
      ),
    ],
  },
  {
    id: 'greylisted',
    title: 'Greylisted: first attempt put off',
    fault: 'nobody',
    skips: 'greylisting',
    advice:
      'Wait for the second attempt, and list the client only if it never comes back from the same network.',
    source: 'cPanel 11.120 acl greylisting; greylisting rules of local ACLs; RFC 6647',
    patterns: [
      // Postfix 2.8+ postscreen_smtpd.c: the tests after the greeting; the client passes the next time
      { ...text(/^Service currently unavailable$/, 'Service currently unavailable'), permanent: false },

      // cPanel 11.120: log text and SMTP text
      text(
        /^Deferred due to greylisting/,
        "Deferred due to greylisting. Host: '192.0.2.1' From: 'a@b.example' To: 'c@d.example' SPF: 'unchecked'",
      ),
      text(
        /^Temporarily unable to process your email/,
        'Temporarily unable to process your email. Please try again later.',
      ),
      phrase(/\bgr[ae]y-?list/i, 'You are greylisted, try again in 5 minutes', 'GreyList active'),
      // policyd
      {
        ...phrase(
          /\bpolicy rejection\b.{0,3} please try (?:again )?later/i,
          'Policy Rejection- Please try later.',
          'Intentional policy rejection, please try again later',
        ),
        permanent: false,
      },
    ],
  },
  {
    id: 'message-too-large',
    title: 'Message is too large',
    fault: 'sender',
    skips: 'nothing',
    advice: 'Have the sender share the file in another way, or raise message_size_limit.',
    source: 'Exim 4.50-4.99 smtp_in.c (SIZE), receive.c; RFC 1870',
    patterns: [
      // smtp_in.c with size=, receive.c with read=
      text(
        /^message too big/,
        'message too big: size=9999999 max=20480',
        'message too big: read=28554 max=20480',
        'message too big: size>=2147483647 max=20480',
      ),
      text(/^Error: message file too big/, 'Error: message file too big'),
      text(/^SIZE value too big/, 'SIZE value too big'),
      phrase(
        /\b(?:message|mail|e-?mail|attachment) (?:size )?(?:is )?(?:too (?:big|large)|(?:exceeds|larger|bigger) )/i,
        'Your message is too large',
        'the mail exceeds 10 MB',
      ),
      phrase(/\b(?:maximum|max) (?:message |mail )?size\b/i, 'exceeds the maximum message size'),
    ],
  },
] as const satisfies readonly Cause[];
