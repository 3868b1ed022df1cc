import { readAccounts } from '../accounts.ts';
import { Aggregate } from '../aggregate.ts';
import type { Attempt } from '../attempt.ts';
import { UsageError } from '../errors.ts';
import { Join } from '../join.ts';
import type { Client } from '../model/record.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { Outcomes } from '../outcome.ts';
import { Proofs } from '../proofs.ts';
import { OurFaults } from '../remedies/ours.ts';
import type { Relevance } from '../sources/lines.ts';
import { summarise } from '../summary.ts';
import { parseSpan } from '../time/window.ts';
import { WhatIf } from '../what-if.ts';
import type { Context, ExitStatus } from './context.ts';
import { causeFilter, read, windowOf } from './input.ts';
import { checkDelivery, type DeliveryOptions, print, showsEvidence } from './output.ts';
import { outboundExtra } from './report-outbound.ts';
import type { Detail } from './report-section.ts';
import { reportDocument } from './report-text.ts';
import { whatIfExtra } from './report-what-if.ts';

export interface ReportOptions extends DeliveryOptions {
  top?: string;
  detail?: Detail;
}

/** `exiwhy report [LOG...]`: the whole server, problems first. */
export async function report(logs: string[], options: ReportOptions, context: Context): Promise<ExitStatus> {
  const top = topOf(options.top ?? '10');
  const window = windowOf(options, context.now);
  const wanted = causeFilter(options.cause);
  await checkDelivery(options);
  const retryWindow = parseSpan(options.retryWindow ?? '4d');
  const accounts = readAccounts(options.userdomains);
  const outcomes = new Outcomes();
  const faults = new OurFaults();
  const detail = options.detail ?? 'med';
  const whatIf = detail === 'high' ? new WhatIf() : null;
  const aggregate = new Aggregate(outcomes);
  const outbound = new Aggregate(outcomes);
  const isOpen = (series: number, permanent: boolean | null): boolean =>
    outcomes.of(series, permanent, retryWindow) !== 'accepted-later';
  const proofs = showsEvidence(options) ? new Proofs(accounts, isOpen) : null;
  const join = new Join(outcomes, (attempt) => {
    const series = outcomes.refused(attempt);
    if (!window.holds(attempt.at) || !wanted(attempt.cause)) return;
    if (attempt.direction === 'outbound') {
      const sent = { ...attempt, client: remoteOf(attempt) };
      outbound.add(sent, series);
      proofs?.add(sent, series);
    } else {
      proofs?.add(attempt, series);
      aggregate.add(attempt, series);
      faults.add(attempt);
      whatIf?.refused(attempt);
    }
  });
  const relevant = (live: boolean): Relevance => relevantToRefusals(live ? join : undefined, null);
  const { books, failed } = await read(logs, window, options, context, relevant, (record, cause) => {
    join.push(record, cause);
    if (window.holds(record.at)) whatIf?.record(record, cause);
  });
  join.drain();
  const summary = summarise(aggregate, accounts, retryWindow, top);
  const document = reportDocument({
    summary,
    ours: faults.found(),
    aggregate,
    books,
    window,
    detail,
    proofs,
    extras: [
      outboundExtra(summarise(outbound, accounts, retryWindow, top), outbound, detail, proofs),
      ...(whatIf ? [whatIfExtra(whatIf.facts(), top)] : []),
    ],
  });
  await print(document, options, context);
  return failed ? 2 : 0;
}

/** Our own mail is counted by the host that it went to. */
function remoteOf({ callout }: Attempt): Client | null {
  return callout && { ip: callout.ip, port: null, reverseName: callout.host, heloName: null };
}

function topOf(text: string): number {
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1)
    throw new UsageError(`--top takes a whole number from 1 on, not ${text}`);
  return top;
}
