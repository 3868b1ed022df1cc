import { readAccounts } from '../accounts.ts';
import { crossed, parseThreshold } from '../alerts/threshold.ts';
import { UsageError } from '../errors.ts';
import { Join } from '../join.ts';
import type { Document } from '../model/document.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { Outcomes } from '../outcome.ts';
import type { Relevance } from '../sources/lines.ts';
import { parseSpan } from '../time/window.ts';
import { WhatIf } from '../what-if.ts';
import type { CommonOptions, Context, ExitStatus } from './context.ts';
import { causeFilter, read, windowOf } from './input.ts';
import { print } from './output.ts';
import { Part } from './report-part.ts';
import type { Detail } from './report-section.ts';
import { whatIfExtra } from './report-what-if.ts';

export interface ReportOptions extends CommonOptions {
  top?: string;
  detail?: Detail;
  failOn?: string[];
}

/** `exiwhy report [LOG...]`: the whole server, problems first. */
export async function report(logs: string[], options: ReportOptions, context: Context): Promise<ExitStatus> {
  const thresholds = (options.failOn ?? []).map(parseThreshold);
  const { document, failed } = await makeReport(logs, options, context);
  await print(document, options, context);
  const alarms = crossed(thresholds, document.json);
  for (const alarm of alarms) context.warn(`exiwhy: ${alarm}`);
  if (failed) return 2;
  return alarms.length > 0 ? 3 : 0;
}

/** Reads the logs and lays the report out. */
export async function makeReport(
  logs: string[],
  options: ReportOptions,
  context: Context,
): Promise<{ document: Document; failed: boolean }> {
  const top = topOf(options.top ?? '10');
  const window = windowOf(options, context.now);
  const wanted = causeFilter(options.cause);
  const retryWindow = parseSpan(options.retryWindow ?? '4d');
  const accounts = readAccounts(options.userdomains);
  const outcomes = new Outcomes();
  const detail = options.detail ?? 'med';
  const whatIf = detail === 'high' ? new WhatIf() : null;
  const whole = new Part(outcomes);
  const join = new Join(outcomes, (attempt) => {
    const series = outcomes.refused(attempt);
    if (!window.holds(attempt.at) || !wanted(attempt.cause)) return;
    whole.add(attempt, series);
    if (attempt.direction === 'inbound') whatIf?.refused(attempt);
  });
  const relevant = (live: boolean): Relevance => relevantToRefusals(live ? join : undefined, null);
  const { books, failed } = await read(logs, window, options, context, relevant, (record, cause) => {
    join.push(record, cause);
    if (window.holds(record.at)) whatIf?.record(record, cause);
  });
  join.drain();
  const { redactor } = context;
  const frame = { accounts, retryWindow, top, detail, window, books, complete: !failed, redactor };
  return { document: whole.document(frame, whatIf ? [whatIfExtra(whatIf.facts(), top)] : []), failed };
}

function topOf(text: string): number {
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1)
    throw new UsageError(`--top takes a whole number from 1 on, not ${text}`);
  return top;
}
