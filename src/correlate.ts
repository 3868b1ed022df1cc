import type { Attempt, Evidence, Inference, LineRef, Reason, Told } from './attempt.ts';
import { type CauseId, causeOf, findCause } from './causes/index.ts';
import type { Classified } from './classify.ts';
import type { LogRecord } from './model/record.ts';
import { ReasonMemory } from './reasons.ts';
import { RecentMap } from './recent-map.ts';
import { isOurs } from './submission.ts';

/** A `sender verify` line that still looks for the refusal it belongs to. */
interface Waiting extends Classified {
  taken: boolean;
}

/** Exim writes the two lines at once; other processes write between them, and a syslog daemon may lag. */
const SAME_SESSION_MS = 30_000;
/** Without pid and port only the host and the moment tie the lines together. */
const SAME_MOMENT_MS = 2_000;

/** A check that could not be done: malware.c, spam.c, Exim 4.50-4.99. */
const BROKEN_CHECK = /^(?:malware|spam|mime|regex|dcc) acl condition: /;
/** Messages whose check was broken and that may still be put off: as many are under way at once. */
const BROKEN_CHECKS = 1000;

/**
 * Joins the line that says why with the line that says whom.
 *
 *     [116] H=mail.example [203.0.113.121]:44871 sender verify fail for <a@x.example>: ... 550 5.7.1 no null senders
 *     [116] H=mail.example [203.0.113.121]:44871 F=<a@x.example> rejected RCPT <bob@hosted.example>: Sender verify failed
 *
 * Exim 4.50-4.99, smtp_in.c smtp_handle_acl_fail(): the first comes directly before the second in the same process.
 */
export class Correlator {
  readonly #waiting = new Map<string, Waiting[]>();
  /** The same by their time, to let go of what nobody came for. */
  #queue: Waiting[] = [];
  #head = 0;
  #replaying = false;
  readonly #reasons = new ReasonMemory();
  /** By the message. */
  readonly #brokenChecks = new RecentMap<LogRecord>(BROKEN_CHECKS);
  readonly #emit: (attempt: Attempt) => void;

  constructor(emit: (attempt: Attempt) => void) {
    this.#emit = emit;
  }

  /** Takes a line that refuses something; the records come in the order of the log, see also reached(). */
  push(record: LogRecord, cause: CauseId): void {
    if (record.kind === 'sender-verify') this.#wait({ record, cause, taken: false });
    else this.#refusal(record, cause);
  }

  /**
   * Takes a line about a message that refuses nothing. The line that does may not say why:
   *
   *     1xUcwH-00002r-0T malware acl condition: clamd /run/clamd.ctl : unable to connect to UNIX socket ...
   *     1xUcwH-00002r-0T H=mail.example [203.0.113.5] F=<a@x.example> temporarily rejected after DATA
   */
  note(record: LogRecord): void {
    if (record.queueId !== null && BROKEN_CHECK.test(record.reason ?? ''))
      this.#brokenChecks.set(record.queueId, record);
  }

  /**
   * Whether a refusal that does not rest on sender verification can have no verify line before it: it may then be
   * counted without being pushed.
   */
  standsAlone(at: number, ip: string): boolean {
    this.reached(at);
    return !this.#waiting.has(ip);
  }

  /** The log was read up to this moment, epoch ms: for some lines nobody will come any more. */
  reached(at: number): void {
    this.#release(at - SAME_SESSION_MS);
  }

  /** At the log's end: what is still waiting stands for itself. */
  drain(): void {
    this.#release(Number.POSITIVE_INFINITY);
  }

  /** The lines whose other half may still come. */
  waiting(): Classified[] {
    return this.#queue.slice(this.#head).filter(({ taken }) => !taken);
  }

  /**
   * Meanwhile nobody is let go: what an earlier reader knew is told again, and that is not the whole log.
   *
   * @param tell pushes it.
   */
  replay(tell: () => void): void {
    this.#replaying = true;
    tell();
    this.#replaying = false;
  }

  /** Tells a line that is still waiting by itself. */
  letGo(record: LogRecord): void {
    const waiting = this.#waiting.get(hostKey(record))?.find((one) => one.record === record);
    if (!waiting) return;
    waiting.taken = true;
    this.#letGo(waiting);
  }

  #wait(waiting: Waiting): void {
    const key = hostKey(waiting.record);
    const list = this.#waiting.get(key);
    if (list) list.push(waiting);
    else this.#waiting.set(key, [waiting]);
    // Lines are only nearly in order: one that is ahead of its time must not keep the others back.
    let place = this.#queue.length;
    while (place > this.#head && (this.#queue[place - 1]?.record.at ?? 0) > waiting.record.at) place--;
    this.#queue.splice(place, 0, waiting);
  }

  #refusal(record: LogRecord, cause: CauseId): void {
    const verify = this.#take(record);
    if (record.verifyFailure === null) {
      // A verify line before an unrelated refusal is the trace of a `warn` statement: not this refusal's reason, but an
      // answer that Exim may keep.
      if (verify) this.#remember(verify);
      if (isRefusedMail(record)) this.#emit(this.#putOff(record) ?? ownAttempt(record, cause));
    } else {
      this.#emit(this.#verified(record, verify));
    }
  }

  /** A message that was put off without a word, for a check that could not be done. */
  #putOff(refusal: LogRecord): Attempt | null {
    const { queueId, permanent, reason } = refusal;
    if (queueId === null || permanent !== false || reason !== null) return null;
    const check = this.#brokenChecks.get(queueId);
    if (!check) return null;
    const cause = findCause({ context: 'rejection', permanent, subject: check.reason ?? '' });
    return joined(refusal, check, reasonOf({ record: check, cause }), false);
  }

  #verified(refusal: LogRecord, verify: Waiting | null): Attempt {
    const why = verify && this.#remember(verify);
    if (verify && why) {
      // `for <A>` is the rewritten address of F=<S>: what comes later in the session names only this one
      if (refusal.sender !== verify.record.sender) this.#reasons.rememberAs(refusal.sender, why);
      return joined(refusal, verify.record, why, false);
    }
    const known = this.#reasons.recall(refusal, verify?.record ?? null);
    return joined(refusal, verify?.record ?? null, known, true);
  }

  /** @returns null for a line that gives no reason. */
  #remember(verify: Waiting): Reason | null {
    if (verify.record.context === 'verify-unlogged') return null;
    const why = reasonOf(verify);
    this.#reasons.remember(verify.record.sender, why);
    return why;
  }

  /** The verify line of this refusal: of the same session, for the same sender if possible, the oldest first. */
  #take(refusal: LogRecord): Waiting | null {
    const key = hostKey(refusal);
    const list = this.#waiting.get(key);
    if (!list) return null;
    const candidates = list.filter((waiting) => belongsTogether(waiting.record, refusal));
    const sameSender = candidates.find((waiting) => sameAddress(waiting.record.sender, refusal.sender));
    // `for <A>` is the rewritten address, F=<S> the original one: they may differ within one session. Where nothing but
    // the moment ties them together, what is known of F=<S> itself is surer.
    const other = refusal.verifyFailure === null ? undefined : candidates[0];
    const isOwn = other && (isSameSession(other.record, refusal) || !this.#reasons.recall(refusal, null));
    const found = sameSender ?? (isOwn ? other : undefined);
    if (!found) return null;
    found.taken = true;
    if (list.length === 1) this.#waiting.delete(key);
    else list.splice(list.indexOf(found), 1);
    return found;
  }

  #release(before: number): void {
    if (this.#replaying) return;
    while (this.#head < this.#queue.length) {
      const waiting = this.#queue[this.#head];
      if (!waiting || (!waiting.taken && waiting.record.at > before)) break;
      this.#head++;
      if (!waiting.taken) this.#letGo(waiting);
    }
    if (this.#head > 1024) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  /** No refusal came: log_reject_target is empty, or the input holds only the verify lines (the classic grep). */
  #letGo(waiting: Waiting): void {
    const key = hostKey(waiting.record);
    const list = this.#waiting.get(key);
    list?.splice(list.indexOf(waiting), 1);
    if (list?.length === 0) this.#waiting.delete(key);
    const { record } = waiting;
    if (record.context === 'verify-unlogged') {
      this.#emit(joined(record, record, this.#reasons.recall(record, record), true));
    } else {
      this.#emit(joined(record, record, this.#remember(waiting), false));
    }
  }
}

function hostKey(record: LogRecord): string {
  return record.client?.ip ?? record.localUser ?? '';
}

function isSameSession(verify: LogRecord, refusal: LogRecord): boolean {
  return agree(verify.pid, refusal.pid) || agree(verify.client?.port, refusal.client?.port);
}

function belongsTogether(verify: LogRecord, refusal: LogRecord): boolean {
  return (
    !differ(verify.pid, refusal.pid) &&
    !differ(verify.client?.port, refusal.client?.port) &&
    !differ(verify.connectionId, refusal.connectionId) &&
    verify.queueId === refusal.queueId &&
    Math.abs(refusal.at - verify.at) <= (isSameSession(verify, refusal) ? SAME_SESSION_MS : SAME_MOMENT_MS) &&
    (refusal.verifyFailure === null || (refusal.verifyFailure === 'fail') === (verify.verdict === 'fail'))
  );
}

type Known = string | number | null | undefined;

function agree(a: Known, b: Known): boolean {
  return a != null && a === b;
}

function differ(a: Known, b: Known): boolean {
  return a != null && b != null && a !== b;
}

function sameAddress(a: string | null, b: string | null): boolean {
  // A line without F= (rejected DATA) does not contradict.
  return a === null || b === null || a === b || a.toLowerCase() === b.toLowerCase();
}

/** A command that was answered with an error is no refused mail: the client may go on. */
function isRefusedMail(record: LogRecord): boolean {
  return !/^SMTP (?:syntax|protocol) error:/.test(record.subject) && record.permanent !== null;
}

/** What a line said about a sender, for the lines that do not say it again. */
export function reasonOf({ record, cause }: Classified): Reason {
  const { file, line, at, offset, callout, reason, context, permanent, client } = record;
  return {
    file,
    line,
    at,
    offset,
    cause,
    callout,
    text: reason,
    context,
    permanent,
    clientIp: client?.ip ?? null,
  };
}

function ownAttempt(record: LogRecord, cause: CauseId): Attempt {
  return attemptOf(record, null, cause, null, 'logged');
}

function joined(
  refusal: LogRecord,
  verify: LogRecord | null,
  why: Reason | null,
  inferred: boolean,
): Attempt {
  const evidence = why === null ? 'none' : inferred ? 'inferred' : 'logged';
  return attemptOf(refusal, verify, why?.cause ?? 'verify-reason-unlogged', why, evidence);
}

/**
 * Makes an attempt of a refusal, the line that explains it (if that is another one) and its reason. Written out field by
 * field: a million of them are made, and a spread takes ten times as long (measured).
 */
export function attemptOf(
  refusal: LogRecord,
  verify: LogRecord | null,
  cause: CauseId,
  why: Reason | null,
  evidence: Evidence,
): Attempt {
  return {
    mta: refusal.mta,
    direction: 'inbound',
    queueId: refusal.queueId,
    at: refusal.at,
    offset: refusal.offset,
    sender: refusal.sender ?? verify?.sender ?? null,
    recipient: refusal.recipient,
    client: refusal.client,
    callout: why?.callout ?? null,
    stage: refusal.stage,
    permanent: refusal.permanent,
    told: refusal.mta === 'postfix' ? toldIn(refusal) : null,
    cause,
    fault: causeOf(cause).fault,
    evidence,
    inferredFrom: why && evidence === 'inferred' ? inference(why) : null,
    submission: isOurs(refusal),
    authenticatedAs: refusal.authenticatedAs,
    reason: why?.text ?? verify?.reason ?? refusal.reason,
    lines: verify && verify !== refusal ? [lineOf(verify), lineOf(refusal)] : [lineOf(refusal)],
  };
}

/** Postfix logs the reply that the client got: `450 4.1.7 <a@x.example>: Sender address rejected: ...`. */
function toldIn({ reason }: LogRecord): Told | null {
  const codes = /^([45]\d\d) (?:([45]\.\d{1,3}\.\d{1,3}) )?/.exec(reason ?? '');
  return codes ? { code: Number(codes[1]), enhanced: codes[2] ?? null } : null;
}

function inference({ file, line, at, offset }: Reason): Inference {
  return { file, line, at, offset };
}

/** A line as an attempt names it. */
export function lineOf({ file, line, raw }: LogRecord): LineRef {
  return { file, line, text: raw };
}
