import { domainOf } from '../../model/address.ts';
import type { Callout, Context, LogRecord } from '../../model/record.ts';
import { readRemote } from './remote.ts';

/** smtpd_check.c cuts the reason here when it answers 4yz; the reply of 5yz is longer. */
export const REASON_LIMIT = 250;

/** What our own agents say of a probe: smtp_sasl_glue.c, smtp_trouble.c, qmgr_message.c, local(8). */
const OURS =
  /^(?:SASL authentication failed|address resolver failure|local data error |client TLS configuration problem|alias database unavailable|user lookup error|temporary failure|mail forwarding loop for )/;

/**
 * Reads the reason of `unverified address: ...`. The words before it say nothing about permanence: with
 * the default codes a 550 of the other server is logged as `450 ... unverified address`.
 *
 * A reason in none of Postfix's own forms is the text of unverified_sender_reject_reason, which hides the real one: the
 * probe before it tells.
 */
export function readQuotedReason(record: LogRecord, reason: string): void {
  const { callout, context, subject } = readRemote(reason, domainOf(record.sender));
  record.callout = callout;
  const known = context ?? (OURS.test(reason) ? 'verify-route' : null);
  record.context = known === null ? 'verify-unlogged' : bannerOrHelo(known, record.permanent, callout);
  record.subject = known === null ? '' : subject;
  record.truncated = reason.length >= REASON_LIMIT && record.permanent === false;
}

/**
 * `refused to talk to me: 554 ...` is the answer to the connection or to EHLO. Postfix takes a 5yz greeting for a
 * temporary failure (smtp_skip_5xx_greeting), a 5yz to EHLO for a permanent one.
 *
 * @param permanent what Postfix made of it: by its DSN, or by its reply where that can be 5yz at all.
 */
export function bannerOrHelo(context: Context, permanent: boolean | null, callout: Callout | null): Context {
  return context === 'callout-banner' && permanent && (callout?.code ?? 0) >= 500 ? 'callout-helo' : context;
}
