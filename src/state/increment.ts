import type { Books } from '../analysis.ts';
import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import type { Join } from '../join.ts';
import type { Moment } from '../model/moment.ts';
import type { LogRecord } from '../model/record.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import type { Outcome, Outcomes } from '../outcome.ts';
import { Border } from './border.ts';
import { type Carried, unpackRecord } from './carried.ts';
import { StatefulLogs } from './logs.ts';
import { type OpenRefusal, OpenRefusals, type ToldRefusal } from './open-refusals.ts';
import { firstState, lockState, readState, type State, writeState } from './state.ts';
import { ToldLines } from './told-lines.ts';

/** What an earlier report told and this one knows better. */
export interface Change {
  refusal: OpenRefusal;
  /** Refusals that the earlier report told. */
  count: number;
  from: Outcome;
  to: Outcome;
}

/** How this run goes on from the last one. */
export interface IncrementFacts {
  /** Reports before this one. */
  run: number;
  /** ISO 8601, when the last report was out; null at the first one. */
  since: string | null;
  /** Lines, and mails, that were carried over. */
  carriedLines: number;
  openMails: number;
  /** Of these, what had to be dropped because it was too much. */
  dropped: number;
  notes: readonly string[];
}

/**
 * One run that goes on where the last one stopped. In this order: open(), replay(), then each record() and attempt() of
 * the reading, changes(), and when the report is out save(); close() in any case.
 */
export class Increment {
  #state: State;
  readonly #path: string;
  readonly #release: () => void;
  readonly #logs: StatefulLogs;
  readonly #border = new Border();
  readonly #outcomes: Outcomes;
  readonly #retryWindow: number;
  readonly #refusals: OpenRefusals;
  /** The lines whose attempts an earlier run has told. */
  readonly #told = new ToldLines();
  /** What was carried over. */
  readonly #counts = { line: 0, refusal: 0 };
  #end: number;

  /**
   * @param path of the state; it need not exist.
   * @param retryWindow ms for which the end of a refused mail is awaited.
   * @throws UsageError where it is no state, or another run is at work on it.
   */
  constructor(path: string, outcomes: Outcomes, retryWindow: number) {
    this.#path = path;
    this.#release = lockState(path);
    try {
      const state = readState(path);
      this.#state = state ?? firstState();
      this.#logs = new StatefulLogs(this.#state.run === 0 ? null : this.#state.positions);
    } catch (error) {
      this.#release();
      throw error;
    }
    this.#outcomes = outcomes;
    this.#retryWindow = retryWindow;
    this.#refusals = new OpenRefusals(outcomes, retryWindow);
    this.#end = this.#state.end ?? Number.NEGATIVE_INFINITY;
  }

  /** Finds what is new, see StatefulLogs.open(). */
  open: StatefulLogs['open'] = (...found) => this.#logs.open(...found);

  /** Of the state: a history keeps the counts of several apart. */
  get id(): string {
    return this.#state.id;
  }

  /** The number of this report, from 1 on. */
  get run(): number {
    return this.#state.run + 1;
  }

  /**
   * Tells the join and the outcomes what they knew at the end of the last run.
   *
   * @param onRefusal is told of each refusal whose end was open; the refusals of this run are counted in later.
   */
  replay(join: Join, onRefusal: (refusal: ToldRefusal) => void): void {
    join.replayArrivals(this.#state.arrivals);
    join.replay(() => this.#replayAll(join, onRefusal));
    this.#outcomes.reached(this.#state.end);
  }

  #replayAll(join: Join, onRefusal: (refusal: ToldRefusal) => void): void {
    for (const carried of this.#state.carried) {
      this.#counts[carried.kind]++;
      if (carried.kind === 'refusal') {
        onRefusal(this.#refusals.restore(carried, this.#border.next()));
        continue;
      }
      const record = unpackRecord(carried.record);
      if (carried.told) this.#told.add(record);
      this.record(record, carried.cause);
      join.push(record, carried.cause);
      if (carried.alone) join.letGo(record);
    }
    // It may be some hundred MB.
    this.#state = { ...this.#state, arrivals: [], carried: [] };
  }

  /** Takes each record before the join does. */
  record(record: LogRecord, cause: CauseId | null): void {
    this.#end = Math.max(this.#end, record.at);
    this.#border.record(record, cause);
  }

  /**
   * Takes each attempt that the join tells.
   *
   * @returns the number of its series; null where an earlier report told it.
   */
  attempt(attempt: Attempt): number | null {
    this.#border.attempt(attempt);
    const own = attempt.lines.at(-1);
    if (own && this.#told.has(own.line, own.text)) return null;
    const series = this.#outcomes.refused(attempt);
    this.#refusals.add(attempt, series, this.#border.next());
    return series;
  }

  /** The same of a refusal that is still bytes: no other line ever needs it. */
  refusedPlain(refusal: PlainRefusal, moment: Moment, cause: CauseId): number {
    const series = this.#outcomes.refusedPlain(refusal, moment.at);
    this.#refusals.addPlain(refusal, moment, cause, series, this.#border.next());
    return series;
  }

  /** The refusals of earlier reports that have come to another end since. */
  *changes(): Iterable<Change> {
    for (const refusal of this.#refusals.all()) {
      const to = this.#refusals.outcomeOf(refusal);
      const { told } = refusal;
      if (told && told.outcome !== to) yield { refusal, count: told.count, from: told.outcome, to };
    }
  }

  facts(): IncrementFacts {
    const { run, writtenAt } = this.#state;
    return {
      run,
      since: run === 0 ? null : writtenAt,
      carriedLines: this.#counts.line,
      openMails: this.#counts.refusal,
      dropped: this.#border.dropped + this.#refusals.dropped,
      notes: this.#logs.notes,
    };
  }

  /** Writes the id down before a history counts under it: a run that is killed in between comes again as the same. */
  claim(): void {
    if (this.#state.run === 0) writeState(this.#path, this.#state);
  }

  /**
   * Writes the state for the next run.
   *
   * @param books of the reading.
   * @param failed the names of the files that could not be read to their end.
   * @param now epoch ms.
   */
  save(join: Join, { files }: Books, failed: ReadonlySet<string>, now: number): void {
    const linesOf = (wanted: string): number => files.find(({ name }) => name === wanted)?.lines ?? 0;
    const end = Math.max(this.#end, this.#outcomes.end);
    writeState(this.#path, {
      ...this.#state,
      run: this.run,
      writtenAt: new Date(now).toISOString(),
      end: Number.isFinite(end) ? end : null,
      positions: this.#logs.positions(linesOf, failed),
      arrivals: [...join.arrivals()],
      carried: this.#carried(join),
    });
  }

  /** One after the other: there may be a hundred thousand. */
  *#carried(join: Join): Iterable<Carried> {
    // What a report has told stays told, even if its line should wait again.
    const isTold = ({ line, raw }: LogRecord): boolean => this.#told.has(line, raw);
    const lines = this.#border.carried(join.waiting(), isTold, this.#outcomes.end - this.#retryWindow);
    const all: [number, () => Carried][] = [...lines, ...this.#refusals.carried()];
    for (const [, carried] of all.sort(([a], [b]) => a - b)) yield carried();
  }

  close(): void {
    this.#logs.close();
    this.#release();
  }
}
