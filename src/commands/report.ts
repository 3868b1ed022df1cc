import { readAccounts } from '../accounts.ts';
import { crossed, parseThreshold } from '../alerts/threshold.ts';
import type { When } from '../analysis.ts';
import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import { UsageError } from '../errors.ts';
import { Join } from '../join.ts';
import type { Document } from '../model/document.ts';
import type { Look } from '../model/look.ts';
import type { Moment } from '../model/moment.ts';
import type { LogRecord } from '../model/record.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { Outcomes } from '../outcome.ts';
import { type OwnerFiles, readOwners, type SplitBy } from '../owners.ts';
import { PlainReader, type PlainSink } from '../plain-reader.ts';
import { Proofs } from '../proofs.ts';
import { OurFaults } from '../remedies/ours.ts';
import type { StampClock } from '../time/zone.ts';
import { WhatIf } from '../what-if.ts';
import type { Context, ExitStatus } from './context.ts';
import { indexRotated } from './indexed.ts';
import { causeFilter, read, retryWindowOf, windowOf } from './input.ts';
import { checkDelivery, print, showsEvidence } from './output.ts';
import { checkHistory, reportFromHistory } from './report-history.ts';
import { type Frame, Part } from './report-part.ts';
import { type Detail, topOf } from './report-section.ts';
import { deliverReports, reportFolder, Split, type SplitOptions } from './report-split.ts';
import { Sequel } from './report-state.ts';
import { whatIfExtra } from './report-what-if.ts';

export interface ReportOptions extends SplitOptions, OwnerFiles {
  top?: string;
  detail?: Detail;
  state?: string;
  history?: string;
  keep?: string;
  fromHistory?: boolean;
  failOn?: string[];
  splitBy?: SplitBy;
}

/** `exiwhy report [LOG...]`: the whole server, problems first; or each account for itself. */
export async function report(logs: string[], options: ReportOptions, context: Context): Promise<ExitStatus> {
  const status = await reported(logs, options, context);
  // Nobody has to wait for it.
  await indexRotated(logs, options, context);
  return status;
}

async function reported(logs: string[], options: ReportOptions, context: Context): Promise<ExitStatus> {
  if (options.splitBy !== undefined) return splitReport(logs, options, options.splitBy, context);
  if (options.mailOwners)
    throw new UsageError('--mail-owners goes with --split-by', 'or name a reader with --mail-to');
  checkHistory(options);
  const thresholds = (options.failOn ?? []).map(parseThreshold);
  await checkDelivery(options);
  const { document, failed } = await printed(logs, options, context);
  const alarms = crossed(thresholds, document.json);
  for (const alarm of alarms) context.warn(`exiwhy: ${alarm}`);
  if (failed) return 2;
  return alarms.length > 0 ? 3 : 0;
}

interface Made {
  document: Document;
  /** Some input could not be read. */
  failed: boolean;
}

/** Makes the report and prints it; when it is out, what the next one has to know is written down. */
async function printed(logs: string[], options: ReportOptions, context: Context): Promise<Made> {
  if (options.fromHistory && logs[0] !== undefined)
    throw new UsageError(
      `--from-history reads no log, and ${logs[0]} was named`,
      'name the folder with --history',
    );
  if (options.fromHistory) return { document: await reportFromHistory(options, context), failed: false };
  const sequel = await Sequel.begin(logs, options);
  try {
    const made = await makeReport(logs, options, context, sequel);
    await print(made.document, options, context);
    if (sequel) {
      await context.out.close();
      await sequel.commit(context.now);
    }
    return made;
  } finally {
    await sequel?.close();
  }
}

/**
 * Reads the logs and lays the report of the whole server out.
 *
 * @param sequel to an earlier report: only what is new is told; null: all is.
 */
export async function makeReport(
  logs: string[],
  options: ReportOptions,
  context: Context,
  sequel: Sequel | null = null,
): Promise<Made> {
  const plan = planOf(options, context);
  const { accounts, retryWindow } = plan;
  const whatIf = plan.detail === 'high' ? new WhatIf() : null;
  const outcomes = sequel?.outcomes ?? new Outcomes();
  const isOpen = (series: number, permanent: boolean | null): boolean =>
    outcomes.of(series, permanent, retryWindow) !== 'accepted-later';
  const proofs = showsEvidence(options) ? new Proofs(accounts, isOpen) : null;
  const whole = new Part(outcomes, new OurFaults(), proofs, context.redactor);
  const sink: Sink = {
    attempt: (attempt, series) => {
      whole.add(attempt, series);
      sequel?.count(attempt, series);
      if (attempt.direction === 'inbound') whatIf?.refused(attempt);
    },
    record: (record, cause) => whatIf?.record(record, cause),
    // Whoever wants more than to count needs the texts.
    plain:
      whatIf || proofs
        ? undefined
        : (...refusal) => {
            whole.addPlain(...refusal);
            sequel?.countPlain(...refusal);
          },
  };
  const frame = await readInto(logs, plan, options, context, outcomes, sink, sequel);
  const extras = [
    ...((await sequel?.extras(frame, context.now)) ?? []),
    ...(whatIf ? [whatIfExtra(whatIf.facts(), frame.top)] : []),
  ];
  return { document: whole.document(frame, extras, null), failed: !frame.complete };
}

/** One file for each account or reseller, from one pass over the logs. */
async function splitReport(
  logs: string[],
  options: ReportOptions,
  by: SplitBy,
  context: Context,
): Promise<ExitStatus> {
  refuseWhole(options);
  if (options.mailOwners) await checkDelivery({ ...options, mailTo: [] });
  const plan = planOf(options, context);
  const outcomes = new Outcomes();
  const split = new Split(by, readOwners(by, options), outcomes, context.redactor);
  const folder = reportFolder(options);
  const frame = await readInto(logs, plan, options, context, outcomes, {
    attempt: (attempt, series) => split.add(attempt, series),
  });
  const delivered = await deliverReports(folder, split.documents(frame), options, context);
  return frame.complete && delivered ? 0 : 2;
}

/** @throws UsageError for an option that is about the one report of the whole server. */
function refuseWhole({ failOn, mailTo, quietIfEmpty, state, history, fromHistory }: ReportOptions): void {
  const whole = {
    '--fail-on': failOn,
    '--mail-to': mailTo,
    '--quiet-if-empty': quietIfEmpty,
    '--state': state,
    '--history': history,
    '--from-history': fromHistory,
  };
  const [option] = Object.entries(whole).find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined)
    throw new UsageError(`${option} is about one report of the whole server`, 'leave --split-by out');
}

/** What the options ask for, before anything is read. */
interface Plan extends Omit<Frame, 'books' | 'complete'> {
  wanted: (cause: CauseId | null) => boolean;
}

/** @throws UsageError */
function planOf(options: ReportOptions, { now }: Context): Plan {
  return {
    top: topOf(options.top ?? '10'),
    window: windowOf(options, now),
    wanted: causeFilter(options.cause),
    retryWindow: retryWindowOf(options),
    accounts: readAccounts(options.userdomains),
    detail: options.detail ?? 'med',
  };
}

/** What is told of what was read, as far as it is inside the window. */
interface Sink {
  attempt: (attempt: Attempt, series: number) => void;
  record?: (record: LogRecord, cause: CauseId | null) => void;
  /** The same of a refusal that is still bytes; undefined where the texts are needed. */
  plain?: ((refusal: PlainRefusal, moment: Moment, cause: CauseId, series: number) => void) | undefined;
}

async function readInto(
  logs: string[],
  { wanted, ...plan }: Plan,
  options: ReportOptions,
  context: Context,
  outcomes: Outcomes,
  sink: Sink,
  sequel: Sequel | null = null,
): Promise<Frame> {
  const { window } = plan;
  const join = new Join(outcomes, (attempt) => {
    const series = sequel ? sequel.attempt(attempt) : outcomes.refused(attempt);
    if (series !== null && window.holds(attempt.at) && wanted(attempt.cause)) sink.attempt(attempt, series);
  });
  sequel?.replay(join);
  const { plain } = sink;
  const plainSink: PlainSink | undefined = plain && {
    refused: (refusal, moment, cause) => {
      const series = sequel
        ? sequel.refusedPlain(refusal, moment, cause)
        : outcomes.refusedPlain(refusal, moment.at);
      if (window.holds(moment.at) && wanted(cause)) plain(refusal, moment, cause, series);
    },
    arrived: (arrival, moment) => outcomes.arrivedPlain(arrival, moment),
  };
  const look = (when: When, clock: StampClock): Look => {
    if (when !== 'now') return relevantToRefusals(when === 'again' ? join : undefined, null);
    const interest = plainSink ? new PlainReader(clock, join, plainSink) : join;
    return relevantToRefusals(sequel?.watched(interest) ?? interest, null);
  };
  const onRecord = (record: LogRecord, cause: CauseId | null): void => {
    sequel?.record(record, cause);
    join.push(record, cause);
    if (window.holds(record.at)) sink.record?.(record, cause);
  };
  const result = await read(logs, window, options, context, look, onRecord, sequel?.choose);
  const { books, end, failed } = result;
  outcomes.reached(end);
  // What waits at the end of a log that goes on is told when it is whole.
  if (sequel) sequel.hasRead(join, result);
  else join.drain();
  return { ...plan, books, complete: !failed };
}
