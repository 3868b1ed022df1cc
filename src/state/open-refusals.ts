import { mayNeedAction } from '../aggregate.ts';
import type { Attempt } from '../attempt.ts';
import { causeOf } from '../causes/index.ts';
import type { Outcome, Outcomes } from '../outcome.ts';
import { dayOf } from '../time/iso.ts';
import { Bounded } from './bounded.ts';
import { type CarriedRefusal, packAttempt, unpackAttempt } from './carried.ts';

/** Refusals of one mail by one host for one cause on one day. */
export interface OpenRefusal {
  /** The first of them, without its lines and texts. */
  attempt: Attempt;
  count: number;
  /** Epoch ms of the last one. */
  last: number;
  /** The number of their series in the outcomes. */
  series: number;
  /** The place of the first in the order of reading. */
  sequence: number;
  /** How many of them an earlier report told, and as what. */
  told: { count: number; outcome: Outcome } | null;
}

/** One that an earlier report told. */
export type ToldRefusal = OpenRefusal & { told: NonNullable<OpenRefusal['told']> };

/** Mails whose end is awaited, in some hundred bytes each. Where a person may have to act they have a place of their own. */
const LIMIT = 40_000;

/** All refusals whose end may still be another, by the mail that they stopped. */
export class OpenRefusals {
  readonly #outcomes: Outcomes;
  readonly #retryWindow: number;
  readonly #wanted = new Bounded<OpenRefusal>(LIMIT);
  readonly #others = new Bounded<OpenRefusal>(LIMIT / 2);

  constructor(outcomes: Outcomes, retryWindow: number) {
    this.#outcomes = outcomes;
    this.#retryWindow = retryWindow;
  }

  /** Mails whose end is not awaited any more, because there were too many. */
  get dropped(): number {
    return this.#wanted.dropped + this.#others.dropped;
  }

  /** Counts a refusal of this run in. */
  add(attempt: Attempt, series: number, sequence: number): void {
    const pool = mayNeedAction(causeOf(attempt.cause), attempt.submission) ? this.#wanted : this.#others;
    const key = keyOf(attempt, series);
    const known = pool.get(key);
    if (known) {
      known.count++;
      known.last = Math.max(known.last, attempt.at);
      pool.set(key, known);
    } else {
      pool.set(key, {
        attempt: unpackAttempt(packAttempt(attempt)),
        count: 1,
        last: attempt.at,
        series,
        sequence,
        told: null,
      });
    }
  }

  /** Takes over what an earlier run left open, and tells the outcomes of it. */
  restore({ attempt: packed, count, last, outcome }: CarriedRefusal, sequence: number): ToldRefusal {
    const attempt = unpackAttempt(packed);
    let series = this.#outcomes.refused(attempt);
    for (let more = 1; more < count; more++) series = this.#outcomes.refused({ ...attempt, at: last });
    const pool = mayNeedAction(causeOf(attempt.cause), attempt.submission) ? this.#wanted : this.#others;
    const refusal = { attempt, count, last, series, sequence, told: { count, outcome } };
    pool.set(keyOf(attempt, series), refusal);
    return refusal;
  }

  outcomeOf({ series, attempt }: OpenRefusal): Outcome {
    return this.#outcomes.of(series, attempt.permanent, this.#retryWindow);
  }

  *all(): Iterable<OpenRefusal> {
    yield* this.#wanted.values();
    yield* this.#others.values();
  }

  /** What the next run has to know of, and at which place in the order of reading. */
  *carried(): Iterable<[number, CarriedRefusal]> {
    for (const refusal of this.all()) {
      const { attempt, count, last, series, sequence } = refusal;
      const outcome = this.outcomeOf(refusal);
      const since = this.#outcomes.end - this.#retryWindow;
      if (outcome === 'accepted-later' || this.#outcomes.series.lastAt(series) < since) continue;
      yield [sequence, { kind: 'refusal', attempt: packAttempt(attempt), count, last, outcome }];
    }
  }
}

function keyOf({ cause, permanent, client, submission, at, offset }: Attempt, series: number): string {
  return `${series} ${cause} ${permanent} ${client?.ip} ${submission} ${dayOf(at, offset)}`;
}
