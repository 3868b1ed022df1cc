import type { Attempt } from './attempt.ts';
import type { CauseId } from './causes/index.ts';
import { type Classified, classify } from './classify.ts';
import { attemptOf, lineOf, reasonOf } from './correlate.ts';
import { domainOf } from './model/address.ts';
import type { LogRecord } from './model/record.ts';
import { readRemote } from './mta/postfix/remote.ts';
import { REASON_LIMIT } from './mta/postfix/verification.ts';
import { RecentMap } from './recent-map.ts';

/** verify.c: a probe that was not answered for so long is sent again. */
const PROBE_LOST_MS = 1_000_000;
/** smtpd polls three times, 3 s apart (address_verify_poll_count and _delay): such a probe is the attempt's own. */
const SAME_ATTEMPT_MS = 30_000;
/** Addresses whose last probe is remembered, and refusals that wait for theirs. */
const REMEMBERED = 10_000;

/**
 * Joins the refusal with the probe that gave its reason, by address and time.
 *
 *     smtp[311]:  F385B1B203C: to=<a@x.example>, relay=none, ..., status=undeliverable (connect to mx[192.0.2.16]:25: Connection refused)
 *     smtpd[307]: NOQUEUE: reject: RCPT from ...: 450 4.1.7 <a@x.example>: Sender address rejected: unverified address: connect to ...
 *
 * The refusal usually quotes the reason (Postfix 2.1-3.10, smtpd_check.c reject_unverified_address()). It does not while
 * the probe still runs (`Address verification in progress`: the probe's line comes later), where
 * unverified_sender_reject_reason hides it, and behind its 250th character.
 */
export class PostfixJoin {
  readonly #probes = new RecentMap<Classified>(REMEMBERED);
  /** Refusals that were made while a probe still ran, or may have run, by their senders, oldest first. */
  readonly #pending = new Map<string, Classified[]>();
  /** The senders of these by the recipient whose probe still runs. */
  readonly #recipients = new Map<string, Set<string>>();
  #nextRelease = Number.POSITIVE_INFINITY;
  readonly #emit: (attempt: Attempt) => void;

  constructor(emit: (attempt: Attempt) => void) {
    this.#emit = emit;
  }

  /**
   * Takes a probe, or a line that refuses something; the records come in the order of the log.
   *
   * @param repeats lines that said the same before.
   */
  push(record: LogRecord, cause: CauseId, repeats: readonly LogRecord[] = []): void {
    if (record.at >= this.#nextRelease) this.#release(record.at - PROBE_LOST_MS);
    if (record.kind === 'sender-verify') this.#probed({ record, cause });
    else if (record.verifyFailure !== null) this.#verified(record, cause);
    else if (hidesProbe(record)) this.#recipientVerified(record, cause);
    else this.#emitRefusal(record, cause, repeats);
  }

  /** A message of this sender gets in: a refusal that waits has to be known before. */
  arrived(sender: string | null): void {
    if (this.#pending.size > 0) this.#giveUp(keyOf(sender));
  }

  /** At the log's end: what is still waiting stands for itself. */
  drain(): void {
    this.#release(Number.POSITIVE_INFINITY);
  }

  /** The refusals whose probe still runs, or may. */
  waiting(): Classified[] {
    return [...this.#pending.values()].flat();
  }

  #emitRefusal(record: LogRecord, cause: CauseId, repeats: readonly LogRecord[]): void {
    if (record.permanent === null) return;
    const attempt = attemptOf(record, null, cause, null, 'logged');
    if (repeats.length > 0) attempt.lines = [...repeats, record].map(lineOf);
    // reject_unverified_recipient: 450 by default, also for a recipient whose server said 550
    this.#emit(record.callout?.code != null ? judged(attempt, record.callout.code >= 500) : attempt);
  }

  #verified(record: LogRecord, cause: CauseId): void {
    const probe = this.#probes.get(keyOf(record.sender));
    if (cause === 'callout-pending') this.#wait({ record, cause });
    else if (cause !== 'verify-reason-unlogged') this.#emit(explained(record, cause, probe));
    else if (probe) this.#emit(inferred(record, probe));
    else this.#wait({ record, cause });
  }

  /** `Recipient address rejected: unverified address: Address verification in progress` */
  #recipientVerified(record: LogRecord, cause: CauseId): void {
    const key = keyOf(record.recipient);
    const probe = this.#probes.get(key);
    if (probe && !record.subject.endsWith(PENDING)) {
      this.#emit(inferred(record, probe));
      return;
    }
    const senders = this.#recipients.get(key) ?? new Set();
    this.#recipients.set(key, senders.add(keyOf(record.sender)));
    this.#wait({ record, cause });
  }

  #wait(refusal: Classified): void {
    const { sender, at } = refusal.record;
    const key = keyOf(sender);
    const list = this.#pending.get(key);
    if (list) list.push(refusal);
    else this.#pending.set(key, [refusal]);
    this.#nextRelease = Math.min(this.#nextRelease, at + PROBE_LOST_MS);
    if (this.#pending.size > REMEMBERED) this.drain();
  }

  #probed(probe: Classified): void {
    const key = keyOf(probe.record.sender);
    this.#probes.set(key, probe);
    const senders = this.#recipients.get(key) ?? [];
    this.#recipients.delete(key);
    for (const sender of new Set([key, ...senders])) {
      const list = this.#take(sender);
      const others = list.filter(({ record }) => testedBy(record) !== key);
      if (others.length > 0) this.#pending.set(sender, others);
      for (const { record } of list) if (testedBy(record) === key) this.#emit(inferred(record, probe));
    }
  }

  #take(key: string): readonly Classified[] {
    const list = this.#pending.get(key) ?? [];
    this.#pending.delete(key);
    return list;
  }

  #giveUp(key: string): void {
    for (const { record, cause } of this.#take(key)) {
      if (record.verifyFailure === null) {
        this.#forget(keyOf(record.recipient), key);
        this.#emitRefusal(record, cause, []);
      } else {
        this.#emit(attemptOf(record, null, cause, null, cause === 'callout-pending' ? 'logged' : 'none'));
      }
    }
  }

  #forget(recipient: string, sender: string): void {
    const senders = this.#recipients.get(recipient);
    senders?.delete(sender);
    if (senders?.size === 0) this.#recipients.delete(recipient);
  }

  #release(before: number): void {
    this.#nextRelease = Number.POSITIVE_INFINITY;
    for (const [key, [first]] of this.#pending) {
      if (first && first.record.at > before)
        this.#nextRelease = Math.min(this.#nextRelease, first.record.at + PROBE_LOST_MS);
      else this.#giveUp(key);
    }
  }
}

function keyOf(address: string | null): string {
  return (address ?? '').toLowerCase();
}

const PENDING = 'Address verification in progress';

/** Whether a refused recipient was verified and the reason is not quoted: the probe runs, or unverified_recipient_reject_reason hides it. */
function hidesProbe({ subject, recipient }: LogRecord): boolean {
  const [, reason] =
    /^Recipient address rejected: (?:unverified|undeliverable) address: (.*)$/s.exec(subject) ?? [];
  if (reason === undefined) return false;
  return reason === PENDING || readRemote(reason, domainOf(recipient)).context === null;
}

/** The address whose probe a refusal waits for. */
function testedBy({ verifyFailure, sender, recipient }: LogRecord): string {
  return keyOf(verifyFailure === null ? recipient : sender);
}

/** The refusal gives its reason; if it quotes the last probe, that has the whole text and the DSN, and knows better. */
function explained(record: LogRecord, cause: CauseId, probe: Classified | undefined): Attempt {
  if (!probe || !quotes(record, probe.record)) {
    const why = reasonOf({ record, cause });
    return judged(attemptOf(record, null, cause, why, 'logged'), isLasting(record, cause));
  }
  const own = Math.abs(record.at - probe.record.at) <= SAME_ATTEMPT_MS;
  const attempt = attemptOf(record, own ? probe.record : null, probe.cause, reasonOf(probe), 'logged');
  return judged(attempt, isLasting(probe.record, probe.cause));
}

function quotes(refusal: LogRecord, probe: LogRecord): boolean {
  const [said, reason] = [refusal.reason ?? '', probe.reason ?? ''];
  return said.endsWith(`: ${reason}`) || (refusal.truncated && reason.startsWith(said.slice(-REASON_LIMIT)));
}

function inferred(record: LogRecord, probe: Classified): Attempt {
  const near = Math.abs(record.at - probe.record.at) <= PROBE_LOST_MS;
  const cause = record.verifyFailure === null ? ofRecipient(record, probe) : probe.cause;
  const attempt = attemptOf(record, near ? probe.record : null, cause, reasonOf(probe), 'inferred');
  // The host that was asked about a recipient is none of the sender's.
  if (record.verifyFailure === null) attempt.callout = null;
  return judged(attempt, isLasting(probe.record, probe.cause));
}

/** The cause as if the refusal had quoted the probe. */
function ofRecipient(record: LogRecord, { record: { reason, permanent } }: Classified): CauseId {
  const subject = `Recipient address rejected: undeliverable address: ${reason}`;
  return classify({ ...record, permanent, subject }) ?? 'recipient-unknown';
}

/** Whether the next try will meet the same: by what the other server said, else by what Postfix made of it. */
function isLasting({ kind, callout, permanent }: LogRecord, cause: CauseId): boolean {
  if (callout?.code != null) return callout.code >= 500;
  if (kind === 'sender-verify') return permanent === true;
  return permanent === true || LASTING.has(cause);
}

/** What Postfix itself takes for permanent (a DSN of 5), though it is logged as 450 unless a code is configured. */
const LASTING: ReadonlySet<CauseId> = new Set<CauseId>([
  'sender-domain-unroutable',
  'sender-domain-mx-unusable',
  'sender-domain-null-mx',
  'sender-domain-mx-is-us',
  'sender-local-unknown',
]);

/** The client was told the code that unverified_sender_reject_code sets, 450 as a rule, whatever the reason. */
function judged(attempt: Attempt, permanent: boolean): Attempt {
  attempt.permanent = permanent;
  return attempt;
}
