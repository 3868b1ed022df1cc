import type { Reason } from './attempt.ts';
import { domainOf } from './model/address.ts';
import type { Context, LogRecord } from './model/record.ts';
import { RecentMap } from './recent-map.ts';

/** A refusal of the connection, of HELO or of MAIL FROM:<> is cached for the whole domain (verify.c). */
const DOMAIN_WIDE: ReadonlySet<Context | null> = new Set<Context>([
  'callout-banner',
  'callout-helo',
  'callout-mail',
  'callout-postmaster',
]);

/** Exim's callout cache forgets after hours; this many refused addresses are a day of a busy server. */
const REMEMBERED = 10_000;

/** Clients that a sender sends by at once. */
const CLIENTS = 4;
const NONE: readonly Reason[] = [];

/** A temporary answer is never cached; within one session the later recipients may still lack their own line. */
const SAME_SESSION_MS = 600_000;

/**
 * The last logged reason of each sender address and domain, for the lines that Exim writes bare when it answers from
 * its callout cache:
 *
 *     sender verify fail for <a@x.example>: mx.x.example [198.51.100.21] : response to "MAIL FROM:<>" was: 550 no
 *     sender verify fail for <b@x.example>
 */
export class ReasonMemory {
  /** The newest first, one for each client: in a session its own answer comes before a newer one of another. */
  readonly #byAddress = new RecentMap<readonly Reason[]>(REMEMBERED);
  readonly #byDomain = new RecentMap<Reason>(REMEMBERED);

  remember(sender: string | null, reason: Reason): void {
    if (sender === null) return;
    this.rememberAs(sender, reason);
    if (reason.permanent && DOMAIN_WIDE.has(reason.context)) this.#byDomain.set(mailDomain(sender), reason);
  }

  /** The same for one address alone, whatever it says of its domain. */
  rememberAs(sender: string | null, reason: Reason): void {
    if (sender === null) return;
    const key = sender.toLowerCase();
    const others = (this.#byAddress.get(key) ?? NONE).filter(
      ({ clientIp, at }) => clientIp !== reason.clientIp && reason.at - at <= SAME_SESSION_MS,
    );
    this.#byAddress.set(key, [reason, ...others.slice(0, CLIENTS - 1)]);
  }

  /**
   * @param verify the bare verify line, or null when the refusal has none at all.
   * @returns what the same client was told just now, else the newer of what is known of the address and of its domain.
   */
  recall(refusal: LogRecord, verify: LogRecord | null): Reason | null {
    const sender = verify?.sender ?? refusal.sender;
    if (sender === null) return null;
    const ofAddress = this.#byAddress.get(sender.toLowerCase());
    const own = ofAddress?.find(({ clientIp }) => clientIp === (refusal.client?.ip ?? null));
    if (own && refusal.at - own.at <= SAME_SESSION_MS && explains(own, refusal, verify)) return own;
    const known = [ofAddress?.[0], this.#byDomain.get(mailDomain(sender))];
    const fitting = known.filter((reason) => reason !== undefined && explains(reason, refusal, verify));
    return fitting.sort((a, b) => (b?.at ?? 0) - (a?.at ?? 0))[0] ?? null;
  }
}

function explains(reason: Reason, refusal: LogRecord, verify: LogRecord | null): boolean {
  // What was said later explains nothing; lines of one second may stand in any order.
  if (reason.at > refusal.at + 1000) return false;
  // A bare line comes from the callout cache, and that holds no answers of our own routers.
  if (verify)
    return reason.permanent === true && reason.context !== 'verify-route' && verify.verdict === 'fail';
  if (refusal.verifyFailure === 'fail') return reason.permanent === true;
  const routed = reason.context === 'verify-route';
  return (
    reason.permanent === false &&
    routed === (refusal.verifyFailure === 'route-defer') &&
    reason.clientIp === (refusal.client?.ip ?? null) &&
    refusal.at - reason.at <= SAME_SESSION_MS
  );
}

function mailDomain(sender: string): string {
  return domainOf(sender) ?? sender.toLowerCase();
}
