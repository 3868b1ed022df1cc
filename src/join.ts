import type { Attempt } from './attempt.ts';
import type { CauseId } from './causes/index.ts';
import type { Classified } from './classify.ts';
import { Correlator } from './correlate.ts';
import type { Fate } from './model/look.ts';
import type { LogRecord } from './model/record.ts';
import type { Interest, Place } from './mta/exim/relevant.ts';
import { Outbound } from './outbound.ts';
import type { Outcomes } from './outcome.ts';
import { PostfixJoin } from './postfix-join.ts';
import { PostfixSessions } from './postfix-sessions.ts';
import { RecentMap } from './recent-map.ts';

/** Postfix messages between `client=` and the queue manager's first line. */
const ENTERING = 10_000;

/** Gives each record to those who join it with others: the one door from parsed lines to attempts. */
export class Join implements Interest {
  readonly #outcomes: Outcomes;
  readonly #concerns: (record: LogRecord) => boolean;
  readonly #tellPassed: (record: LogRecord) => void;
  readonly #exim: Correlator;
  readonly #postfix: PostfixJoin;
  readonly #sessions: PostfixSessions;
  readonly #outbound: Outbound;
  /** Postfix names the client in one line and the sender in the next. */
  readonly #entering = new RecentMap<LogRecord>(ENTERING);

  /**
   * @param emit is told of each attempt.
   * @param passed is told of each record that means that a message was accepted.
   * @param concerns whether anybody wants the attempts of a line about a sender.
   */
  constructor(
    outcomes: Outcomes,
    emit: (attempt: Attempt) => void,
    passed: (record: LogRecord) => void = () => {},
    concerns: (record: LogRecord) => boolean = () => true,
  ) {
    this.#concerns = concerns;
    this.#tellPassed = (record) => {
      outcomes.passed(record);
      passed(record);
    };
    this.#outcomes = outcomes;
    this.#exim = new Correlator(emit);
    this.#postfix = new PostfixJoin(emit);
    this.#sessions = new PostfixSessions(emit);
    this.#outbound = new Outbound(emit);
  }

  /** Takes all records, in the order of the log. */
  push(record: LogRecord, cause: CauseId | null): void {
    this.reached(record.at);
    for (let times = 0; times < record.times; times++) {
      if (record.kind === 'deferral' || record.kind === 'bounce') this.#failed(record, cause);
      else if (cause !== null) this.#refused(record, cause);
      else this.#passed(record);
    }
  }

  /** Whether a refusal for a reason of our own need not be pushed: no other line belongs to it. */
  standsAlone(at: number, ip: string): boolean {
    return this.#exim.standsAlone(at, ip);
  }

  /** The log was read up to this moment, epoch ms. What has waited too long is told before anything else happens. */
  reached(at: number): void {
    this.#exim.reached(at);
  }

  /** At the log's end. */
  drain(): void {
    this.pause();
    this.#sessions.drain();
  }

  /** Nothing was written for a while: only a connection that is still open is waited for, its end will be logged. */
  pause(): void {
    this.#exim.drain();
    this.#postfix.drain();
  }

  /** @param tell pushes what an earlier reader knew. */
  replay(tell: () => void): void {
    this.#exim.replay(tell);
  }

  /** What is known of the newest messages, see Outbound. */
  arrivals(): Iterable<string> {
    return this.#outbound.arrivals();
  }

  /** @param texts what an earlier reader knew of them. */
  replayArrivals(texts: Iterable<string>): void {
    for (const text of texts) this.#outbound.noteArrival(Buffer.from(text, 'latin1'), 0, text.length);
  }

  /** Tells a line by itself: an earlier reader waited for its other half in vain. */
  letGo(record: LogRecord): void {
    this.#exim.letGo(record);
  }

  /** What is not told before its other half has come: who stops reading here has to push it again first. */
  waiting(): Classified[] {
    return [...this.#exim.waiting(), ...this.#postfix.waiting(), ...this.#sessions.waiting()];
  }

  client(): Fate {
    return 'read';
  }

  /** An arrival has to be read only if mail of its sender was refused before; who sent it is kept in any case. */
  arrives({ block, text, end }: Place, address: number): Fate {
    this.#outbound.noteArrival(block, text, end);
    return this.#outcomes.concerns(block, address, end) ? 'read' : 'ignored';
  }

  /** A delivery matters where its message is waiting for one. */
  delivers({ block, text, end }: Place): Fate {
    const awaited = this.#outcomes.awaitsDelivery() || this.#outbound.awaits(block, text, end);
    return awaited ? 'read' : 'ignored';
  }

  #failed(record: LogRecord, cause: CauseId | null): void {
    this.#tellPassed(record);
    if (cause !== null) this.#outbound.failed(record, cause);
    else if (record.mta === 'postfix') this.#outbound.expired(record);
  }

  #refused(record: LogRecord, cause: CauseId): void {
    // warn_if_reject: nothing was refused
    if (record.kind === 'warning') return;
    if (record.mta === 'postfix') {
      const whole = record.client ? record : this.#withOrigin(record);
      const repeats = this.#sessions.refused(whole, cause);
      if (repeats) this.#postfix.push(whole, cause, repeats);
    } else {
      // Its mail may get in before this line is told.
      if (record.kind === 'sender-verify' && this.#concerns(record)) this.#outcomes.expect(record.sender);
      this.#exim.push(record, cause);
    }
  }

  #passed(record: LogRecord): void {
    const { kind, queueId } = record;
    if (kind === 'other') this.#exim.note(record);
    if (kind === 'connection' && record.mta === 'postfix') this.#sessions.connection(record);
    const opens = queueId !== null && record.mta === 'postfix' && kind !== 'arrival' && isOrigin(record);
    if (opens) this.#entering.set(queueId, record);
    if (opens || kind === 'arrival') this.#outbound.entered(record);
    if (kind === 'arrival' && record.mta === 'postfix') this.#arrivedAtPostfix(record);
    else this.#tellPassed(record);
  }

  #arrivedAtPostfix(record: LogRecord): void {
    this.#postfix.arrived(record.sender);
    this.#tellPassed(this.#withOrigin(record));
  }

  /** A line that names the message alone: who sent it stands in `client=...` of the same message. */
  #withOrigin(record: LogRecord): LogRecord {
    const origin = record.queueId === null ? undefined : this.#entering.get(record.queueId);
    if (!origin) return record;
    const { client, authenticatedAs, localUser } = origin;
    return { ...record, client, authenticatedAs, localUser };
  }
}

/** `client=...`, `uid=33 from=<www-data>` */
function isOrigin({ kind, localUser }: LogRecord): boolean {
  return kind === 'connection' || localUser !== null;
}
