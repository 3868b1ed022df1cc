import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import { UsageError } from '../errors.ts';
import { AcceptedSenders } from '../history/accepted.ts';
import { type DayChanges, DayLedger } from '../history/days.ts';
import { condensed } from '../history/snapshot.ts';
import { History, type KeptDay } from '../history/store.ts';
import type { Join } from '../join.ts';
import type { Block } from '../model/document.ts';
import type { Moment } from '../model/moment.ts';
import type { LogRecord } from '../model/record.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import type { Interest } from '../mta/exim/relevant.ts';
import { type Outcome, Outcomes } from '../outcome.ts';
import { findMachineLog } from '../sources/discover.ts';
import { inspect } from '../sources/open.ts';
import { type Change, Increment, type IncrementFacts } from '../state/increment.ts';
import { dayOf, humanStamp, isoWithOffset } from '../time/iso.ts';
import { type Choose, firstStampOf, type ReadResult, retryWindowOf } from './input.ts';
import type { ReportOptions } from './report.ts';
import { dayExtra, daysWith, keepOf } from './report-history.ts';
import { counted, type Frame } from './report-part.ts';
import { type Extra, numeric } from './report-section.ts';
import { many, number } from './words.ts';

/**
 * A report that goes on from an earlier one, and the history of its days. In this order: begin(), replay(), what it is
 * told of the reading, hasRead(), extras(), and when the report is out commit(); close() in any case.
 */
export class Sequel {
  readonly outcomes: Outcomes;
  readonly #increment: Increment;
  readonly #history: History | null;
  readonly #ledger: DayLedger | null;
  readonly #keep: number;
  readonly #accepted = new AcceptedSenders();
  #changes: DayChanges = new Map();
  #read: { join: Join; result: ReadResult } | null = null;

  private constructor(outcomes: Outcomes, increment: Increment, history: History | null, keep: number) {
    this.outcomes = outcomes;
    this.#increment = increment;
    this.#history = history;
    this.#ledger = history && new DayLedger(outcomes);
    this.#keep = keep;
  }

  /** @returns null without --state. @throws UsageError for what does not go with it. */
  static async begin(logs: readonly string[], options: ReportOptions): Promise<Sequel | null> {
    if (options.state === undefined) return null;
    checkState(logs, options);
    const keep = keepOf(options);
    const outcomes = new Outcomes();
    const increment = new Increment(options.state, outcomes, retryWindowOf(options));
    try {
      const { history: path } = options;
      const history = path === undefined ? null : await History.open(path, { create: true });
      return new Sequel(outcomes, increment, history, keep);
    } catch (error) {
      increment.close();
      throw error;
    }
  }

  /** Chooses the files that hold something new. */
  readonly choose: Choose = async (logs, window, onError) => {
    const paths = logs.length > 0 ? logs : [findMachineLog().name];
    return this.#increment.open(paths, (file) => firstStampOf(file, window.timeZone), onError);
  };

  replay(join: Join): void {
    this.#increment.replay(join, (refusal) =>
      this.#ledger?.addTold({ ...refusal, attempt: counted(refusal.attempt) }),
    );
  }

  record(record: LogRecord, cause: CauseId | null): void {
    this.#increment.record(record, cause);
    const { kind, at, offset, sender } = record;
    if (this.#history && kind === 'arrival') this.#accepted.add(dayOf(at, offset), sender);
  }

  /** A history knows the senders of all that is accepted, also of the arrivals that nobody has to decode. */
  watched(interest: Interest): Interest {
    if (!this.#history) return interest;
    return {
      client: (place) => interest.client(place),
      arrives: (place, address) => {
        this.#accepted.addLine(place.block, place.start, address, place.end);
        return interest.arrives(place, address);
      },
      delivers: (place, arrow) => interest.delivers(place, arrow),
    };
  }

  /** @returns the number of its series; null where an earlier report told it. */
  attempt(attempt: Attempt): number | null {
    return this.#increment.attempt(attempt);
  }

  /** @returns the number of its series. */
  refusedPlain(refusal: PlainRefusal, moment: Moment, cause: CauseId): number {
    return this.#increment.refusedPlain(refusal, moment, cause);
  }

  /** A refusal that this report tells. */
  count(attempt: Attempt, series: number): void {
    this.#ledger?.add(counted(attempt), series);
  }

  countPlain(refusal: PlainRefusal, moment: Moment, cause: CauseId, series: number): void {
    this.#ledger?.addPlain(refusal, moment, cause, series);
  }

  hasRead(join: Join, result: ReadResult): void {
    this.#read = { join, result };
  }

  /** What became of the refusals that earlier reports told, and what is different from earlier days. */
  async extras({ retryWindow, accounts, window, top }: Frame, now: number): Promise<Extra[]> {
    const since = sinceExtra(this.#increment, this.outcomes, top);
    if (!this.#history || !this.#ledger) return [since];
    this.#changes = this.#ledger.changes(retryWindow, this.#accepted.days());
    const { id, run } = this.#increment;
    const known: KeptDay[] = [];
    for await (const day of this.#history.each({ id, run }))
      known.push({ ...day, counts: condensed(day.counts) });
    const days = daysWith(known, this.#changes);
    return [since, ...dayExtra(days, this.#changes, accounts, window, now, top)];
  }

  /** First the history, which knows the run by its number, then the state, which makes it count. @param now epoch ms. */
  async commit(now: number): Promise<void> {
    const { id, run } = this.#increment;
    if (!this.#read) throw new Error('commit() before hasRead()');
    const { join, result } = this.#read;
    if (this.#history) {
      this.#increment.claim();
      await this.#history.add(id, run, this.#changes, this.#keep);
    }
    this.#increment.save(join, result.books, result.failedInputs, now);
  }

  async close(): Promise<void> {
    await this.#history?.close();
    this.#increment.close();
  }
}

function checkState(logs: readonly string[], { since, until, cause }: ReportOptions): void {
  if (since !== undefined || until !== undefined || cause !== undefined) {
    throw new UsageError(
      '--state tells all that is new since the last report: --since, --until and --cause would leave some of it untold',
      'leave them out, or leave out --state for a report that nobody remembers',
    );
  }
  for (const log of logs) checkLog(log);
}

function checkLog(log: string): void {
  if (log === '-' || inspectedSize(log) === null)
    throw new UsageError(`--state cannot remember how far ${log} was read`, 'name a file, not a pipe');
  if (/reject/i.test(log.slice(log.lastIndexOf('/') + 1))) {
    throw new UsageError(
      `--state reads main logs, not ${log}`,
      'the main log says all that the reject log says, unless log_reject_target keeps it out',
    );
  }
}

/** Null for a pipe. What cannot be looked at is told when it is read. */
function inspectedSize(log: string): number | null {
  try {
    return inspect(log).size;
  } catch {
    return 0;
  }
}

/** What became of the refusals that earlier reports told, and how this report goes on from them. */
function sinceExtra(increment: Increment, outcomes: Outcomes, top: number): Extra {
  const changes = [...increment.changes()];
  const facts = increment.facts();
  const accepted = changes.filter(({ to }) => to === 'accepted-later');
  const acceptedAt = ({ refusal: { series } }: Change): Moment => outcomes.series.acceptance(series) ?? NEVER;
  const latest = accepted.sort((a, b) => acceptedAt(b).at - acceptedAt(a).at).slice(0, top);
  return {
    verdict: null,
    isNews: true,
    blocks: [
      { type: 'heading', text: 'Since the last report' },
      { type: 'text', text: factsText(facts) },
      ...facts.notes.map((text): Block => ({ type: 'text', text })),
      { type: 'text', text: changesText(changes) },
      ...acceptedBlocks(latest, accepted.length, acceptedAt),
    ],
    json: {
      sinceLastReport: {
        ...facts,
        acceptedLater: refusalsOf(accepted),
        accepted: latest.map((change) => acceptedJson(change, acceptedAt(change))),
        corrections: corrections(changes),
      },
    },
    records: [],
  };
}

const NEVER: Moment = { at: 0, offset: 0 };

function factsText({ run, since, carriedLines, openMails, dropped }: IncrementFacts): string {
  if (since === null)
    return 'This is the first report with this state: it tells the whole log, and the next one goes on from its end.';
  const lost =
    dropped === 0
      ? ''
      : ` ${many(dropped, 'older one')} had to be dropped, and later lines about them stand alone.`;
  return (
    `Goes on from report ${number(run)} of ${humanStamp(Date.parse(since), 0)} UTC, with ${many(carriedLines, 'line')} and ` +
    `${many(openMails, 'refused mail')} whose end was open.${lost}`
  );
}

function changesText(changes: readonly Change[]): string {
  const count = (to: Outcome): number => refusalsOf(changes.filter((change) => change.to === to));
  const [accepted, given] = [count('accepted-later'), count('never-accepted')];
  const parts = [
    ...(accepted > 0 ? [`${many(accepted, 'refusal')} told before got through since`] : []),
    ...(given > 0 ? [`${many(given, 'refusal')} told before as open got no further try`] : []),
  ];
  return parts.length === 0 ? 'Nothing told before has come to another end.' : `${parts.join('; ')}.`;
}

function refusalsOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { count }) => sum + count, 0);
}

function acceptedBlocks(
  latest: readonly Change[],
  count: number,
  acceptedAt: (change: Change) => Moment,
): Block[] {
  if (count === 0) return [];
  return [
    {
      type: 'table',
      title: 'Accepted since the last report',
      columns: [
        { title: 'refused' },
        { title: 'accepted' },
        { title: 'from' },
        { title: 'to' },
        numeric('tries'),
        { title: 'cause' },
      ],
      rows: latest.map((change) => {
        const { attempt } = change.refusal;
        const { at, offset } = acceptedAt(change);
        return [
          humanStamp(attempt.at, attempt.offset),
          humanStamp(at, offset),
          attempt.sender ?? '',
          attempt.recipient ?? '',
          change.count,
          attempt.cause,
        ];
      }),
      ...(count > latest.length ? { note: `${number(count - latest.length)} more` } : {}),
    },
  ];
}

function acceptedJson({ refusal: { attempt }, count }: Change, { at, offset }: Moment): object {
  const { sender, recipient, client, cause } = attempt;
  const ip = client?.ip ?? null;
  const first = isoWithOffset(attempt.at, attempt.offset);
  return {
    sender,
    recipient,
    client: ip,
    cause,
    attempts: count,
    first,
    acceptedTime: isoWithOffset(at, offset),
  };
}

/** What has to be put right in the counts of earlier days. */
function corrections(changes: readonly Change[]): object[] {
  const sums = new Map<string, { attempts: number } & object>();
  for (const { refusal, count, from, to } of changes) {
    const { direction, cause, permanent, at, offset } = refusal.attempt;
    const what = { day: dayOf(at, offset), direction, cause, permanent: permanent === true, from, to };
    const key = JSON.stringify(what);
    const sum = sums.get(key) ?? { ...what, attempts: 0 };
    sum.attempts += count;
    sums.set(key, sum);
  }
  return [...sums.values()];
}
