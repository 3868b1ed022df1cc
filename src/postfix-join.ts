import type { Attempt } from './attempt.ts';
import type { CauseId } from './causes/index.ts';
import type { Classified } from './classify.ts';
import { attemptOf, lineOf, reasonOf } from './correlate.ts';
import type { LogRecord } from './model/record.ts';
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
  /** Refusals that were made while the probe of their sender still ran, or may have run, oldest first. */
  readonly #pending = new Map<string, Classified[]>();
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
    else if (record.verifyFailure === null) this.#emitRefusal(record, cause, repeats);
    else this.#verified(record, cause);
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
    for (const { record } of this.#take(key)) this.#emit(inferred(record, probe));
  }

  #take(key: string): readonly Classified[] {
    const list = this.#pending.get(key) ?? [];
    this.#pending.delete(key);
    return list;
  }

  #giveUp(key: string): void {
    for (const { record, cause } of this.#take(key))
      this.#emit(attemptOf(record, null, cause, null, cause === 'callout-pending' ? 'logged' : 'none'));
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
  const attempt = attemptOf(record, near ? probe.record : null, probe.cause, reasonOf(probe), 'inferred');
  return judged(attempt, isLasting(probe.record, probe.cause));
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
