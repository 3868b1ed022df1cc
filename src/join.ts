import type { Attempt } from './attempt.ts';
import type { CauseId } from './causes/index.ts';
import { Correlator } from './correlate.ts';
import type { LogRecord } from './model/record.ts';
import type { Outcomes } from './outcome.ts';
import { PostfixJoin } from './postfix-join.ts';
import { RecentMap } from './recent-map.ts';

/** Postfix messages between `client=` and the queue manager's first line. */
const ENTERING = 10_000;

/** Gives each record to those who join it with others: the one door from parsed lines to attempts. */
export class Join {
  readonly #outcomes: Outcomes;
  readonly #exim: Correlator;
  readonly #postfix: PostfixJoin;
  /** Postfix names the client in one line and the sender in the next. */
  readonly #entering = new RecentMap<LogRecord>(ENTERING);

  constructor(outcomes: Outcomes, emit: (attempt: Attempt) => void) {
    this.#outcomes = outcomes;
    this.#exim = new Correlator(emit);
    this.#postfix = new PostfixJoin(emit);
  }

  /** Takes all records, in the order of the log. */
  push(record: LogRecord, cause: CauseId | null): void {
    if (cause !== null) this.#refused(record, cause);
    else if (record.mta === 'postfix') this.#passedPostfix(record);
    else this.#outcomes.passed(record);
  }

  /** At the log's end. */
  drain(): void {
    this.#exim.drain();
    this.#postfix.drain();
  }

  #refused(record: LogRecord, cause: CauseId): void {
    // warn_if_reject: nothing was refused
    if (record.kind === 'warning') return;
    if (record.mta === 'postfix') this.#postfix.push(record, cause);
    else this.#exim.push(record, cause);
  }

  #passedPostfix(record: LogRecord): void {
    const { kind, queueId } = record;
    if (kind === 'connection' && queueId !== null) {
      this.#entering.set(queueId, record);
    } else if (kind === 'arrival') {
      const origin = queueId === null ? undefined : this.#entering.get(queueId);
      this.#postfix.arrived(record.sender);
      this.#outcomes.passed({ ...record, client: origin?.client ?? null });
    } else {
      this.#outcomes.passed(record);
    }
  }
}
