import type { ReplyMeaning } from './reply.ts';

/**
 * What an enhanced status code alone says (RFC 3463 §3 and IANA's "SMTP Enhanced Status Codes" registry), for replies
 * whose words nobody knows. Codes that servers use for anything (x.0.0, x.7.1) are not here: they say nothing.
 */
const MEANINGS: Readonly<Record<string, ReplyMeaning>> = {
  '5.1.1': 'mailbox-unknown',
  '5.1.2': 'dns-failure',
  '5.1.3': 'mailbox-unknown',
  '5.1.6': 'mailbox-unknown',
  '5.1.10': 'mailbox-unknown',
  '5.2.1': 'mailbox-disabled',
  '5.2.2': 'mailbox-full',
  '4.2.2': 'mailbox-full',
  '5.2.3': 'message-too-large',
  '5.3.4': 'message-too-large',
  '5.4.4': 'dns-failure',
  '4.4.3': 'dns-failure',
  '5.7.8': 'auth-required',
  '5.7.9': 'auth-required',
  '5.7.11': 'tls-required',
  '4.7.20': 'authentication-failed',
  '5.7.20': 'authentication-failed',
  '5.7.23': 'authentication-failed',
  '5.7.25': 'authentication-failed',
  '5.7.26': 'authentication-failed',
  '5.7.27': 'null-sender-refused',
  '4.7.28': 'rate-limited',
  '4.5.3': 'rate-limited',
};

/** @returns null where the code alone does not tell. */
export function meaningOfStatus(enhanced: string): ReplyMeaning | null {
  return MEANINGS[enhanced] ?? null;
}
