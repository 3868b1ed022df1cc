import { readAccounts } from '../accounts.ts';
import { Aggregate } from '../aggregate.ts';
import type { Books, When } from '../analysis.ts';
import type { Attempt } from '../attempt.ts';
import { isVerification } from '../class.ts';
import { Join } from '../join.ts';
import type { Look } from '../model/look.ts';
import type { LogRecord } from '../model/record.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { Outcomes } from '../outcome.ts';
import { PlainReader, type PlainSink } from '../plain-reader.ts';
import { type Case, casesOf } from '../remedies/cases.ts';
import { Evidence } from '../remedies/facts.ts';
import { parseSpan } from '../time/window.ts';
import type { StampClock } from '../time/zone.ts';
import type { CommonOptions, Context } from './context.ts';
import { causeFilter, read, windowOf } from './input.ts';

/** Everything that a remedy is found from: the refusals by sender verification, and all that passed. */
export interface Gathered {
  aggregate: Aggregate;
  books: Books;
  failed: boolean;
  cases: () => Iterable<Case>;
}

export interface Watch {
  record?: (record: LogRecord) => void;
  /** Is told of those by sender verification, and of some others. */
  attempt?: (attempt: Attempt) => void;
}

/**
 * Reads the logs for a remedy. What passed before counts as evidence, so every arrival and delivery is read.
 *
 * @param watch is told of each line, and of the refusals inside the window.
 */
export async function gather(
  logs: readonly string[],
  options: CommonOptions,
  context: Context,
  watch: Watch,
): Promise<Gathered> {
  const window = windowOf(options, context.now);
  const chosen = causeFilter(options.cause);
  const retryWindow = parseSpan(options.retryWindow ?? '4d');
  const accounts = readAccounts(options.userdomains);
  const outcomes = new Outcomes();
  const evidence = new Evidence(accounts);
  const aggregate = new Aggregate(outcomes, isVerification);
  const onAttempt = (attempt: Attempt): void => {
    if (attempt.direction === 'outbound') return;
    const series = outcomes.refused(attempt);
    evidence.refused(attempt);
    if (!window.holds(attempt.at) || !chosen(attempt.cause)) return;
    aggregate.add(attempt, series);
    watch.attempt?.(attempt);
  };
  const join = new Join(outcomes, onAttempt, (record) => evidence.passed(record));
  const plain: PlainSink = {
    refused: (refusal, moment, cause) => {
      const series = outcomes.refusedPlain(refusal, moment.at);
      evidence.refusedPlain(refusal, cause);
      if (window.holds(moment.at) && chosen(cause)) aggregate.addPlain(refusal, moment, cause, series);
    },
    ...evidence.plain(outcomes),
  };
  const look = (when: When, clock: StampClock): Look =>
    relevantToRefusals(
      when === 'now' && !watch.record ? new PlainReader(clock, join, plain) : undefined,
      null,
    );
  const { books, end, failed } = await read(logs, window, options, context, look, (record, cause) => {
    watch.record?.(record);
    join.push(record, cause);
  });
  join.drain();
  outcomes.reached(end);
  const cases = (): Iterable<Case> => casesOf(aggregate, evidence, retryWindow);
  return { aggregate, books, failed, cases };
}
