import type { Attempt, Told } from './attempt.ts';
import type { CauseId } from './causes/index.ts';
import type { Classified } from './classify.ts';
import { attemptOf, lineOf } from './correlate.ts';
import type { LogRecord } from './model/record.ts';

/** smtpd_timeout is 300 s a command: who says nothing for so long is gone, though no line says so. */
const LOST_MS = 1_000_000;
/** Connections that were refused something before MAIL. */
const OPEN = 10_000;
/** Lines of one connection that are kept: a client may say EHLO as often as it likes. */
const LINES = 10;

/**
 * Tells the refusals before MAIL once for each connection, and only where the client was refused anything.
 *
 * A milter that refuses a connection, EHLO or HELO has its answer logged there and again with each MAIL. But the client
 * gets `250` to EHLO, and the answer itself to MAIL, AUTH or STARTTLS (smtpd.c, ehlo_cmd(), for the sake of Sendmail;
 * Postfix 2.3-3.10, with smtpd_delay_reject or without). What became of it stands in the last line (3.0+):
 *
 *     NOQUEUE: milter-reject: EHLO from mx.example[203.0.113.5]: 550 5.7.1 No; proto=SMTP helo=<mx.example>
 *     NOQUEUE: milter-reject: MAIL from mx.example[203.0.113.5]: 550 5.7.1 No; from=<a@x.example> proto=ESMTP helo=<mx.example>
 *     disconnect from mx.example[203.0.113.5] ehlo=1 mail=0/1 quit=1 commands=2/3
 */
export class PostfixSessions {
  /** What each connection was refused before MAIL, by client and process, the oldest first. */
  readonly #open = new Map<string, Classified[]>();
  readonly #emit: (attempt: Attempt) => void;

  constructor(emit: (attempt: Attempt) => void) {
    this.#emit = emit;
  }

  /**
   * Takes each refusal, in the order of the log.
   *
   * @returns the lines that it repeats; null where it has to wait for the rest of its connection.
   */
  refused(record: LogRecord, cause: CauseId): LogRecord[] | null {
    this.#release(record.at - LOST_MS);
    const key = keyOf(record);
    const early = this.#open.get(key);
    if (!isEarly(record)) {
      this.#open.delete(key);
      return early?.map((one) => one.record) ?? [];
    }
    if (!early) this.#open.set(key, [{ record, cause }]);
    else if (early.length < LINES) early.push({ record, cause });
    if (this.#open.size > OPEN) this.#endOldest();
    return null;
  }

  /** Takes each line about a connection itself: its first and its last one end what was before. */
  connection(record: LogRecord): void {
    const key = keyOf(record);
    const early = this.#open.get(key);
    if (early && /^(?:dis)?connect from/.test(record.reason ?? '')) this.#end(key, early, record.subject);
  }

  /** At the log's end: what is still waiting stands for itself. */
  drain(): void {
    this.#release(Number.POSITIVE_INFINITY);
  }

  /** The refusals of connections that go on. */
  waiting(): Classified[] {
    return [...this.#open.values()].flat();
  }

  #release(before: number): void {
    for (const [first] of this.#open.values()) {
      if (first && first.record.at > before) return;
      this.#endOldest();
    }
  }

  #endOldest(): void {
    const [oldest] = this.#open;
    if (oldest) this.#end(...oldest, '');
  }

  /** @param counts what the last line says of the commands; empty where it says nothing. */
  #end(key: string, early: readonly Classified[], counts: string): void {
    this.#open.delete(key);
    const seen = early.find(({ record }) => wasRefused(record, counts));
    if (!seen) return;
    const attempt = attemptOf(seen.record, null, seen.cause, null, 'logged');
    attempt.told = greeting(seen.record) ?? attempt.told;
    attempt.lines = early.map(({ record }) => lineOf(record));
    this.#emit(attempt);
  }
}

/** A client that was put off at CONNECT by smtpd itself gets `503` to everything else, and that is not logged. */
function isEarly({ kind, stage, byMilter }: LogRecord): boolean {
  return kind === 'rejection' && (stage === 'helo' || (stage === 'connect' && byMilter));
}

/** Whether the client was told of it, though no command of a mail was refused. */
function wasRefused({ stage, permanent, byMilter, reason }: LogRecord, counts: string): boolean {
  if (permanent === null) return false;
  if (counts === '') return true;
  // It was refused as `EHLO foo..bar`, and went on with a better name.
  if (!byMilter) return !/\b(?:ehlo|helo)=[1-9]/.test(counts);
  // It was greeted with `554`, or sent away with `421`; else it was told when it asked for more than EHLO.
  if ((stage === 'connect' && permanent) || reason?.startsWith('421')) return true;
  return /\b(?:auth|starttls)=0\/\d/.test(counts);
}

/** smtpd.c, smtpd_proto(): a milter's answer to the connection becomes `554 srv1.example ESMTP not accepting connections`. */
function greeting({ stage, permanent, reason }: LogRecord): Told | null {
  if (stage !== 'connect') return null;
  if (permanent) return { code: 554, enhanced: null };
  return reason?.startsWith('421') ? { code: 421, enhanced: null } : null;
}

function keyOf({ client, pid }: LogRecord): string {
  return `${client?.ip} ${pid}`;
}
