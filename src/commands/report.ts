import { readAccounts } from '../accounts.ts';
import { Aggregate, mayNeedAction } from '../aggregate.ts';
import { causeOf } from '../causes/index.ts';
import { Correlator } from '../correlate.ts';
import { UsageError } from '../errors.ts';
import { Evidence } from '../evidence.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { Outcomes } from '../outcome.ts';
import type { Relevance } from '../sources/lines.ts';
import { summarise } from '../summary.ts';
import { parseSpan } from '../time/window.ts';
import type { Context, ExitStatus } from './context.ts';
import { causeFilter, read, windowOf } from './input.ts';
import { checkDelivery, type DeliveryOptions, print, showsEvidence } from './output.ts';
import { reportDocument } from './report-text.ts';

export type Detail = 'low' | 'med' | 'high';

export interface ReportOptions extends DeliveryOptions {
  top?: string;
  detail?: Detail;
}

/** `exiwhy report [LOG...]`: the whole server, problems first. */
export async function report(logs: string[], options: ReportOptions, context: Context): Promise<ExitStatus> {
  const top = topOf(options.top ?? '10');
  await checkDelivery(options);
  const window = windowOf(options, context.now);
  const wanted = causeFilter(options.cause);
  const retryWindow = parseSpan(options.retryWindow ?? '4d');
  const accounts = readAccounts(options.userdomains);
  const outcomes = new Outcomes();
  const relevant = (live: boolean): Relevance => relevantToRefusals(live ? outcomes : undefined, null);
  const aggregate = new Aggregate(outcomes);
  const evidence = showsEvidence(options) ? new Evidence() : undefined;
  const correlator = new Correlator((attempt) => {
    const series = outcomes.refused(attempt);
    if (!window.holds(attempt.at) || !wanted(attempt.cause)) return;
    aggregate.add(attempt, series);
    if (mayNeedAction(causeOf(attempt.cause), attempt.submission)) evidence?.add(attempt, series);
  });
  const { books, failed } = await read(logs, window, options, context, relevant, (record, cause) => {
    if (cause !== null) correlator.push(record, cause);
    else outcomes.passed(record);
  });
  correlator.drain();
  const summary = summarise(aggregate, accounts, retryWindow, top);
  const document = reportDocument({
    summary,
    aggregate,
    books,
    window,
    evidenceOf: (problem, submission) =>
      evidence?.linesOf(
        problem,
        submission,
        (series, permanent) => outcomes.of(series, permanent, retryWindow) !== 'accepted-later',
      ) ?? [],
    detail: options.detail ?? 'med',
  });
  await print(document, options, context);
  return failed ? 2 : 0;
}

function topOf(text: string): number {
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1)
    throw new UsageError(`--top takes a whole number from 1 on, not ${text}`);
  return top;
}
