import type { ReplyMeaning } from './reply.ts';

/**
 * What the subject and detail of an enhanced status code say on their own: RFC 3463 section 3 and the registry "SMTP
 * Enhanced Status Codes" of IANA (RFC 5248). Codes that servers use for anything (x.0.0, x.2.0, x.5.0) are not here.
 */
const STATUSES: Readonly<Record<string, ReplyMeaning>> = {
  '1.1': 'mailbox-unknown',
  '1.2': 'dns-failure',
  '1.3': 'mailbox-unknown',
  '1.6': 'mailbox-unknown',
  // Postfix gives x.1.7 when its check of the sender's address failed, x.1.8 when the sender's domain does not exist
  '1.7': 'sender-callout-failed',
  '1.8': 'sender-callout-failed',
  // RFC 7505: a null MX. Exchange Online writes 5.1.10 for an unknown mailbox, but then its words say so
  '1.10': 'dns-failure',
  '2.1': 'mailbox-disabled',
  '2.2': 'mailbox-full',
  '2.3': 'message-too-large',
  '3.1': 'temporary',
  '3.2': 'temporary',
  '3.4': 'message-too-large',
  '4.1': 'temporary',
  '4.2': 'temporary',
  '4.3': 'dns-failure',
  '4.4': 'dns-failure',
  '4.5': 'temporary',
  '4.7': 'temporary',
  '5.3': 'rate-limited',
  '6.0': 'content-blocked',
  '6.1': 'content-blocked',
  '6.2': 'content-blocked',
  '6.3': 'content-blocked',
  '6.6': 'content-blocked',
  // RFC 6531: addresses and headers in UTF-8
  '6.7': 'content-blocked',
  '6.9': 'content-blocked',
  // x.7.0 and x.7.1 stand for any refusal on purpose: a list, a filter, a missing login
  '7.0': 'policy',
  '7.1': 'policy',
  '7.2': 'policy',
  '7.8': 'auth-required',
  '7.9': 'auth-required',
  '7.10': 'tls-required',
  '7.11': 'tls-required',
  '7.13': 'mailbox-disabled',
  '7.14': 'policy',
  '7.15': 'policy',
  '7.16': 'message-too-large',
  '7.17': 'mailbox-unknown',
  '7.18': 'mailbox-unknown',
  // RFC 7372: DKIM, SPF, reverse DNS, several at once
  '7.20': 'authentication-failed',
  '7.21': 'authentication-failed',
  '7.22': 'authentication-failed',
  '7.23': 'authentication-failed',
  '7.24': 'authentication-failed',
  '7.25': 'authentication-failed',
  '7.26': 'authentication-failed',
  '7.28': 'rate-limited',
  '7.29': 'authentication-failed',
  '7.30': 'tls-required',
};

/** What a reply code says that has one use only. 550, 553 and 554 have many. */
const CODES: Readonly<Record<number, ReplyMeaning>> = {
  // RFC 4954 section 6
  530: 'auth-required',
  534: 'auth-required',
  535: 'auth-required',
  // RFC 5321 section 4.2.2
  552: 'mailbox-full',
  // RFC 7504: the domain takes no mail
  556: 'dns-failure',
};

/** These hold for good, so a reply that asks to try again cannot mean them by its number alone. */
const LASTING: ReadonlySet<ReplyMeaning> = new Set([
  'mailbox-unknown',
  'mailbox-disabled',
  'policy',
  'content-blocked',
  'message-too-large',
]);

/** @returns null where the numbers alone do not tell. */
export function meaningOfStatus(code: number | null, enhanced: string | null): ReplyMeaning | null {
  const status = enhanced === null ? undefined : STATUSES[enhanced.slice(2)];
  const meaning = status ?? (code === null ? undefined : CODES[code]);
  const transient = code === null ? enhanced?.startsWith('4') : code < 500;
  return meaning === undefined || (transient && LASTING.has(meaning)) ? null : meaning;
}
