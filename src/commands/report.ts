import { type Accounts, readAccounts } from '../accounts.ts';
import { Aggregate } from '../aggregate.ts';
import type { Attempt } from '../attempt.ts';
import { type DayChanges, DayLedger } from '../history/days.ts';
import { History } from '../history/store.ts';
import { Join } from '../join.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { Outcomes } from '../outcome.ts';
import { Proofs } from '../proofs.ts';
import { OurFaults } from '../remedies/ours.ts';
import type { Relevance } from '../sources/lines.ts';
import type { Increment } from '../state/increment.ts';
import { summarise } from '../summary.ts';
import { WhatIf } from '../what-if.ts';
import type { Context, ExitStatus } from './context.ts';
import { causeFilter, read, retryWindowOf, type Window, windowOf } from './input.ts';
import { checkDelivery, type DeliveryOptions, print, showsEvidence } from './output.ts';
import { checkHistory, dayExtra, daysWith, keepOf, reportFromHistory } from './report-history.ts';
import { outboundExtra } from './report-outbound.ts';
import { type Detail, type Extra, topOf } from './report-section.ts';
import { newOf, openIncrement, sinceExtra } from './report-state.ts';
import { reportDocument } from './report-text.ts';
import { whatIfExtra } from './report-what-if.ts';

export interface ReportOptions extends DeliveryOptions {
  top?: string;
  detail?: Detail;
  state?: string;
  history?: string;
  keep?: string;
  fromHistory?: boolean;
}

/** `exiwhy report [LOG...]`: the whole server, problems first. */
export async function report(logs: string[], options: ReportOptions, context: Context): Promise<ExitStatus> {
  checkHistory(options);
  await checkDelivery(options);
  if (options.fromHistory) return reportFromHistory(options, context);
  const outcomes = new Outcomes();
  const increment = openIncrement(logs, options, outcomes);
  let history: History | null = null;
  try {
    history = options.history === undefined ? null : await History.open(options.history, { create: true });
    return await reportOf(logs, options, context, outcomes, increment, history);
  } finally {
    await history?.close();
    increment?.close();
  }
}

async function reportOf(
  logs: string[],
  options: ReportOptions,
  context: Context,
  outcomes: Outcomes,
  increment: Increment | null,
  history: History | null,
): Promise<ExitStatus> {
  const top = topOf(options.top ?? '10');
  const window = windowOf(options, context.now);
  const wanted = causeFilter(options.cause);
  const retryWindow = retryWindowOf(options);
  const accounts = readAccounts(options.userdomains);
  const faults = new OurFaults();
  const detail = options.detail ?? 'med';
  const keep = keepOf(options);
  const whatIf = detail === 'high' ? new WhatIf() : null;
  const aggregate = new Aggregate(outcomes);
  const outbound = new Aggregate(outcomes);
  const ledger = history ? new DayLedger(outcomes) : null;
  const isOpen = (series: number, permanent: boolean | null): boolean =>
    outcomes.of(series, permanent, retryWindow) !== 'accepted-later';
  const proofs = showsEvidence(options) ? new Proofs(accounts, isOpen) : null;
  const join = new Join(outcomes, (attempt) => {
    const series = increment ? increment.attempt(attempt) : outcomes.refused(attempt);
    if (series === null || !window.holds(attempt.at) || !wanted(attempt.cause)) return;
    const told = counted(attempt);
    ledger?.add(told, series);
    proofs?.add(told, series);
    if (attempt.direction === 'outbound') {
      outbound.add(told, series);
    } else {
      aggregate.add(attempt, series);
      faults.add(attempt);
      whatIf?.refused(attempt);
    }
  });
  increment?.replay(join, (refusal) => ledger?.addTold({ ...refusal, attempt: counted(refusal.attempt) }));
  const relevant = (live: boolean): Relevance => relevantToRefusals(live ? join : undefined, null);
  const { books, failed, failedInputs } = await read(
    logs,
    window,
    options,
    context,
    relevant,
    (record, cause) => {
      increment?.record(record, cause);
      join.push(record, cause);
      if (window.holds(record.at)) whatIf?.record(record, cause);
    },
    increment ? newOf(increment) : undefined,
  );
  // What waits at the end of a log that goes on is told when it is whole.
  if (!increment) join.drain();
  const summary = summarise(aggregate, accounts, retryWindow, top);
  const changes = ledger?.changes(retryWindow) ?? new Map();
  const comparison =
    increment && history
      ? await compared(increment, history, changes, accounts, window, context.now, top)
      : [];
  const document = reportDocument({
    summary,
    ours: faults.found(),
    aggregate,
    books,
    window,
    detail,
    proofs,
    extras: [
      ...(increment ? [sinceExtra(increment, outcomes, top)] : []),
      ...comparison,
      outboundExtra(summarise(outbound, accounts, retryWindow, top), outbound, detail, proofs),
      ...(whatIf ? [whatIfExtra(whatIf.facts(), top)] : []),
    ],
  });
  await print(document, options, context);
  if (increment) {
    await context.out.close();
    await history?.add(increment.state.id, increment.run, changes, keep);
    increment.save(join, books, failedInputs, context.now);
  }
  return failed ? 2 : 0;
}

/** Our own mail is counted by the host that it went to. */
function counted(attempt: Attempt): Attempt {
  const { direction, callout } = attempt;
  if (direction === 'inbound') return attempt;
  const client = callout && { ip: callout.ip, port: null, reverseName: callout.host, heloName: null };
  return { ...attempt, client };
}

/** What this run has changed in the days that the history knows. */
async function compared(
  increment: Increment,
  history: History,
  changes: DayChanges,
  accounts: Accounts,
  window: Window,
  now: number,
  top: number,
): Promise<Extra[]> {
  const known = await history.days({ id: increment.state.id, run: increment.run });
  return dayExtra(daysWith(known, changes), changes, accounts, window, now, top);
}
