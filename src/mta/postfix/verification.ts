import type { LogRecord } from '../../model/record.ts';
import { readRemote } from './remote.ts';

/** smtpd_check.c cuts the reason here when it answers 4yz; the reply of 5yz is longer. */
export const REASON_LIMIT = 250;

/**
 * Reads the reason of `unverified address: ...` and of a probe. The words before it say nothing about permanence: with
 * the default codes a 550 of the other server is logged as `450 ... unverified address`.
 *
 * A reason in none of Postfix's own forms is the text of unverified_sender_reject_reason, which hides the real one: the
 * probe before it tells.
 */
export function readVerification(record: LogRecord, reason: string): void {
  const { callout, context, subject } = readRemote(reason, domainOf(record.sender));
  record.callout = callout;
  record.context = context ?? 'verify-unlogged';
  record.subject = context === null ? '' : subject;
  record.truncated = reason.length >= REASON_LIMIT && record.permanent === false;
}

export function domainOf(address: string | null): string | null {
  const at = address?.lastIndexOf('@') ?? -1;
  return address && at !== -1 ? address.slice(at + 1) : null;
}
