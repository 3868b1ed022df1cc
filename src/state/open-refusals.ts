import { mayNeedAction } from '../aggregate.ts';
import type { Attempt } from '../attempt.ts';
import { type CauseId, causeOf } from '../causes/index.ts';
import type { Moment } from '../model/moment.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import type { Outcome, Outcomes } from '../outcome.ts';
import { dayNumber } from '../time/iso.ts';
import { Bounded } from './bounded.ts';
import { type CarriedRefusal, condensed, condensedPlain, packAttempt, unpackAttempt } from './carried.ts';
import { PlainRefusals } from './plain-refusals.ts';

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
  /** Those of this run that were not parsed. */
  readonly #plain = new PlainRefusals();

  constructor(outcomes: Outcomes, retryWindow: number) {
    this.#outcomes = outcomes;
    this.#retryWindow = retryWindow;
  }

  /** Mails whose end is not awaited any more, because there were too many. */
  get dropped(): number {
    return this.#wanted.dropped + this.#others.dropped + this.#plain.dropped;
  }

  /** Counts a refusal of this run in. */
  add(attempt: Attempt, series: number, sequence: number): void {
    const pool = this.#poolOf(attempt);
    const key = keyOf(attempt, series);
    const known = pool.get(key);
    if (known) countAgain(known, attempt.at);
    pool.set(key, known ?? opened(condensed(attempt), series, sequence));
  }

  /** The same of a refusal that is still bytes, in which no person has to act. */
  addPlain(refusal: PlainRefusal, moment: Moment, cause: CauseId, series: number, sequence: number): void {
    this.#plain.add({ refusal, moment, cause, count: 1, last: moment.at, series, sequence });
  }

  #poolOf({ cause, submission }: Attempt): Bounded<OpenRefusal> {
    return mayNeedAction(causeOf(cause), submission) ? this.#wanted : this.#others;
  }

  /** Takes over what an earlier run left open, and tells the outcomes of it. */
  restore({ attempt: packed, count, last, outcome }: CarriedRefusal, sequence: number): ToldRefusal {
    const attempt = unpackAttempt(packed);
    let series = this.#outcomes.refused(attempt);
    for (let more = 1; more < count; more++) series = this.#outcomes.refused({ ...attempt, at: last });
    const refusal = { attempt, count, last, series, sequence, told: { count, outcome } };
    const pool = this.#poolOf(attempt);
    const key = keyOf(attempt, series);
    // One that was told twice: when it was carried over, and when it was refused again.
    const known = pool.get(key);
    if (known?.told) {
      known.count += count;
      known.told.count += count;
      known.last = Math.max(known.last, last);
    }
    pool.set(key, known ?? { ...refusal, told: { ...refusal.told } });
    return refusal;
  }

  outcomeOf({ series, attempt }: OpenRefusal): Outcome {
    return this.#outcomeOf(series, attempt.permanent);
  }

  #outcomeOf(series: number, permanent: boolean | null): Outcome {
    return this.#outcomes.of(series, permanent, this.#retryWindow);
  }

  /** Those that an earlier report told, and such of this run. */
  *all(): Iterable<OpenRefusal> {
    yield* this.#wanted.values();
    yield* this.#others.values();
  }

  /** What the next run has to know of, and at which place in the order of reading. */
  *carried(): Iterable<[number, () => CarriedRefusal]> {
    for (const { attempt, series, sequence, ...counts } of this.all()) {
      const outcome = this.#openEnd(series, attempt.permanent);
      if (outcome) yield [sequence, () => carriedRefusal(attempt, counts, outcome)];
    }
    for (const { refusal, moment, cause, series, sequence, ...counts } of this.#plain.values()) {
      const outcome = this.#openEnd(series, refusal.permanent);
      if (outcome)
        yield [sequence, () => carriedRefusal(condensedPlain(refusal, moment, cause), counts, outcome)];
    }
  }

  /** @returns null where no other end is awaited any more. */
  #openEnd(series: number, permanent: boolean | null): Outcome | null {
    const outcome = this.#outcomeOf(series, permanent);
    const since = this.#outcomes.end - this.#retryWindow;
    return outcome === 'accepted-later' || this.#outcomes.series.lastAt(series) < since ? null : outcome;
  }
}

function carriedRefusal(
  attempt: Attempt,
  { count, last }: Pick<OpenRefusal, 'count' | 'last'>,
  outcome: Outcome,
): CarriedRefusal {
  return { kind: 'refusal', attempt: packAttempt(attempt), count, last, outcome };
}

function keyOf({ cause, permanent, client, submission, at, offset }: Attempt, series: number): string {
  return `${series} ${cause} ${permanent} ${client?.ip} ${submission} ${dayNumber(at, offset)}`;
}

function opened(attempt: Attempt, series: number, sequence: number): OpenRefusal {
  return { attempt, count: 1, last: attempt.at, series, sequence, told: null };
}

function countAgain(refusal: OpenRefusal, at: number): void {
  refusal.count++;
  refusal.last = Math.max(refusal.last, at);
}
