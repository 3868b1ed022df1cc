import { Aggregate } from '../aggregate.ts';
import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import type { Moment } from '../model/moment.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import type { Outcome, Outcomes } from '../outcome.ts';
import { dayOf } from '../time/iso.ts';
import type { Accepted } from './accepted.ts';
import { type DaySnapshot, difference, EMPTY, type Snapshot, snapshotOf } from './snapshot.ts';

/** What each day of the log's clock has to be corrected by. */
export type DayChanges = ReadonlyMap<string, DaySnapshot>;

interface DayCounts {
  inbound: Aggregate;
  outbound: Aggregate;
}

/** Counts attempts by the day on the log's clock. */
class DayBook {
  readonly #outcomes: Pick<Outcomes, 'of'>;
  readonly days = new Map<string, DayCounts>();

  constructor(outcomes: Pick<Outcomes, 'of'>) {
    this.#outcomes = outcomes;
  }

  /** The counts of the day of a moment. */
  at({ at, offset }: Moment): DayCounts {
    const day = dayOf(at, offset);
    let counts = this.days.get(day);
    if (!counts) {
      counts = { inbound: new Aggregate(this.#outcomes), outbound: new Aggregate(this.#outcomes) };
      this.days.set(day, counts);
    }
    return counts;
  }

  add(attempt: Attempt, series: number): void {
    this.at(attempt)[attempt.direction].add(attempt, series);
  }
}

/** Refusals of one mail, as an earlier run told them. */
interface Told {
  /** The first of them; of an outbound one the client is the host that it went to. */
  attempt: Attempt;
  /** The number that the outcomes have given their series now. */
  series: number;
  count: number;
  /** Epoch ms of the last of them. */
  last: number;
  told: { outcome: Outcome };
}

/**
 * What one run has to add to a history: what is new, and of what was told before, the difference between then and now.
 * Of those it counts both, so that all the tables are put right at once.
 */
export class DayLedger {
  readonly #now: DayBook;
  readonly #before: DayBook;
  /** What was told of the refusals that an earlier run left open. */
  readonly #told: Outcome[] = [];

  constructor(outcomes: Pick<Outcomes, 'of'>) {
    this.#now = new DayBook(outcomes);
    this.#before = new DayBook({ of: (number) => this.#told[number] ?? 'never-accepted' });
  }

  /** @param attempt of an outbound one the client is the host that it went to. */
  add(attempt: Attempt, series: number): void {
    this.#now.add(attempt, series);
  }

  /** The same of a refusal that is still bytes. */
  addPlain(refusal: PlainRefusal, moment: Moment, cause: CauseId, series: number): void {
    this.#now.at(moment).inbound.addPlain(refusal, moment, cause, series);
  }

  /** Refusals that an earlier run told. */
  addTold({ attempt, series, count, last, told }: Told): void {
    const number = this.#told.push(told.outcome) - 1;
    for (let one = 0; one < count; one++) {
      const at = one === 0 ? attempt.at : last;
      this.#now.add({ ...attempt, at }, series);
      this.#before.add({ ...attempt, at }, number);
    }
  }

  /** @param accepted the senders of accepted mail by day. */
  changes(retryWindow: number, accepted: ReadonlyMap<string, Accepted>): DayChanges {
    const changes = new Map<string, DaySnapshot>();
    for (const [day, senders] of accepted)
      changes.set(day, { inbound: EMPTY, outbound: EMPTY, accepted: senders });
    for (const [day, now] of this.#now.days) {
      const before = this.#before.days.get(day);
      const side = (name: keyof DayCounts): Snapshot =>
        difference(
          snapshotOf(now[name], retryWindow),
          before ? snapshotOf(before[name], retryWindow) : EMPTY,
        );
      const [inbound, outbound] = [side('inbound'), side('outbound')];
      if (inbound.tables.total.size + outbound.tables.total.size > 0)
        changes.set(day, { inbound, outbound, accepted: accepted.get(day) ?? '' });
    }
    return changes;
  }
}
