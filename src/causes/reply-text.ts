export interface Reply {
  code: number | null;
  enhanced: string | null;
  /** The words of all lines, without their codes. */
  text: string;
}

/**
 * Parses a reply as Exim logs it: the lines of a multi-line reply (RFC 5321 section 4.2.1) are joined by the two
 * characters `\n`, each with its own code. Postfix and pasted bounces join them by a space.
 *
 *     550-5.1.1 The account\n550 5.1.1 does not exist
 *     553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)      qmail has the code behind the words
 */
export function parseReply(logged: string): Reply {
  const lines = logged.replace(/\\n/g, '\n');
  const code = CODE.exec(lines)?.[1] ?? null;
  return {
    code: code === null ? null : Number(code),
    enhanced: enhancedIn(lines, code?.[0] ?? null),
    text: lines.replace(LINE_START, ' ').replace(STATUS, ' ').replace(/\s+/g, ' ').trim(),
  };
}

/** RFC 3463 section 2: the class of an enhanced code is that of the reply; any other is a version or a quotation. */
function enhancedIn(lines: string, digit: string | null): string | null {
  for (const [, status = ''] of lines.matchAll(STATUS)) {
    if (digit === null || status.startsWith(digit)) return status;
  }
  return null;
}

/** At the start, or behind the name of who said it: `host mx.example[192.0.2.1] said: 550 unknown`. */
const CODE = /(?:^ *|[:;] ?)([245]\d\d)(?=[-\s]|$)/;

/** `550-`, `550 5.1.1`, or `550 ` at the start of a line: other three digits may be somebody's words. */
const LINE_START = /^ *[245]\d\d(?:[- ]|$)|(?<!\S)[245]\d\d(?:-| (?=#?[245]\.\d))/gm;

/** `5.1.1`, `550-5.1.1`, `#5.1.1`, `(#5.1.1)`, `[5.1.1]`, but not a part of an IP address or of `id-5.9.3`. */
const STATUS = /[([]?(?:(?<![\w.-])|(?<=(?<![\w.-])[245]\d\d-))#?([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)[)\]]?/g;

/**
 * The words that may decide: in lower case, without accents, and without what a stranger chose. A mail address becomes
 * `@`; a host name, IP address or link becomes `%`,
 * or `dnsbl` where it is that of a known blocklist.
 */
export function wordsOf(text: string): string {
  return text
    .slice(0, LONGEST)
    .replace(OCTAL, decoded)
    .replace(LINK, placeholder)
    .replace(MAIL_ADDRESS, ' @ ')
    .replace(HOST, placeholder)
    .replace(IP_ADDRESS, '%')
    .normalize('NFD')
    .replace(ACCENTS, '$1')
    .normalize('NFC')
    .replace(/\u00df/g, 'ss')
    .replace(/[\u0142\u0141]/g, 'l')
    .replace(/[\u2018\u2019`\u00b4]/g, "'")
    .replace(/\s+/g, ' ')
    .toLowerCase()
    .trim();
}

/**
 * The text of a refusal of ours, in which the names that a stranger chose say nothing any more, but are names as before:
 *
 *     info@antispam.example may not write to here.example      xxxx@xxxxxxxx.xxxxxxx may not write to xxxx.xxxxxxx
 *     203.0.113.5 is listed in zen.spamhaus.org                203.0.113.5 is listed in zen.spamhaus.org
 */
export function withoutNames(text: string): string {
  return text.replace(LINK, unnamed).replace(MAIL_ADDRESS, blank).replace(HOST, unnamed);
}

function unnamed(name: string): string {
  if (placeholder(name) === ' % ' && !LIST_LABEL.test(name)) return blank(name);
  // `http://www.openspf.net/Why?s=helo;id=a@b.example`
  return name.replace(/\?.*/s, '');
}

function blank(name: string): string {
  return name.replace(/\p{L}(?!\p{L}{0,5}:\/\/)/gu, 'x');
}

/** A list of the site's own: `rbl.x.example` */
const LIST_LABEL = /(?:^|\.)(?:dns[br]l|rbl|bl|rhsbl|uribl|surbl)\./i;

/** RFC 5321 section 4.5.3.1.5 allows 512 octets a line: what stands behind eight such lines decides nothing. */
const LONGEST = 4096;

/** Exim logs what is not ASCII in octal, each byte on its own (string.c string_printing()). */
const OCTAL = /(?:\\[23][0-7]{2})+/g;
const LINK = /(?<!\w)(?:https?: ?\/\/ ?|www\.)[^\s<>"]*/gi;
const MAIL_ADDRESS =
  /<(?!\[?\d{1,3}(?:\.\d{1,3}){3}\]?>)[^<>\s]+>|(?<![\p{L}\p{N}_+=~-]\.?)[\p{L}\p{N}_+=~-]+(?:\.[\p{L}\p{N}_+=~-]+)*@[\w.*[\]-]*/gu;
/** Labels of one case only: `RESOLVER.ADR.RecipNotFound` and `is full.Please` are words. */
const HOST =
  /(?<![\w.-])(?:[a-z\d_-]+(?:\.[a-z\d_-]+)*\.[a-z]{2,}|[A-Z\d_-]+(?:\.[A-Z\d_-]+)*\.[A-Z]{2,})(?![\w-])(?:\[[^\s\]]*\])?/g;
const IP_ADDRESS =
  /(?<![\w.])(?:unknown\[)?(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[\da-f]{0,4}:){2,7}[\da-f.]*)(?!\.?\w)/gi;
const ACCENTS = /([a-z])\p{M}+/giu;
const BLOCKLIST_HOST =
  /(?:^|[./])(?:(?:spamhaus|sorbs|abuseat|uceprotect|surriel|backscatterer|psbl|spfbl|njabl|dsbl|ordb|ahbl|dronebl|mail-abuse|s5h|gbudb|nixspam|senderbase|senderscore|mailspike|invaluement)\.(?:org|net|com)|spamcop\.net|barracudacentral\.org|abusix\.(?:zone|com)|spamrl\.com|barracudanetworks\.com\/reputation|proofpoint\.com\/(?:dnsbl-lookup|\?ip=)|csi\.cloudmark\.com\/reset|openrbl\.org|manitu\.net|blocklist\.de)(?![\w-])/i;

function placeholder(address: string): string {
  if (BLOCKLIST_HOST.test(address)) return ' dnsbl ';
  return /\b(?:openspf\.(?:org|net)|spf\.pobox\.com)\b/i.test(address) ? ' spf ' : ' % ';
}

function decoded(octal: string): string {
  return Buffer.from(
    octal
      .split('\\')
      .slice(1)
      .map((byte) => Number.parseInt(byte, 8)),
  ).toString();
}
