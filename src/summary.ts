import type { Accounts } from './accounts.ts';
import { type Aggregate, count, emptyTally, isVerification, keys, type Row, type Tally, tally } from './aggregate.ts';
import type { Cause } from './causes/index.ts';
import type { Outcome } from './outcome.ts';
import { domainOf } from './who.ts';

/** Mail of one sending domain by one client that was stopped for one cause, and never got through. */
export interface Problem {
  cause: Cause;
  /** The sender where there is one, else the domain of several (`@example.com`). */
  sender: string;
  senders: number;
  clientIp: string | null;
  clientName: string | null;
  calloutHost: string | null;
  calloutIp: string | null;
  recipients: string[];
  recipientCount: number;
  /** Sender and recipient pairs that were not accepted. */
  mails: number;
  attempts: number;
  retrying: boolean;
  /** Epoch ms. */
  first: number;
  last: number;
}

/** Everything that a report says, before it is laid out. */
export interface Summary {
  total: Tally;
  /** Wanted or not, these mails were stopped by something else than a sender who does not exist. */
  problems: Problem[];
  /** Our own users and scripts: the cure is at home. */
  submissions: Problem[];
  byCause: Tally[];
  byClient: Tally[];
  byOrganisation: Tally[];
  byNetwork: Tally[];
  bySenderDomain: Tally[];
  byRecipientDomain: Tally[];
  byAccount: Tally[];
}

/** Recipients that are named; the others are counted. */
const NAMED_RECIPIENTS = 5;

/** @param retryWindow ms after the last try in which a temporary refusal may still be retried. */
export function summarise(aggregate: Aggregate, accounts: Accounts, retryWindow: number): Summary {
  const rows = (): Generator<Row> => aggregate.rows(retryWindow);
  const total = emptyTally('total');
  for (const row of rows()) count(total, row);
  return {
    total,
    problems: findProblems(rows(), isProblem),
    submissions: findProblems(rows(), (row) => row.submission && isOpen(row) && isVerification(row.cause)),
    byCause: tally(rows(), keys.cause),
    byClient: tally(rows(), keys.client),
    byOrganisation: tally(rows(), keys.organisation),
    byNetwork: tally(rows(), keys.network),
    bySenderDomain: tally(rows(), keys.senderDomain),
    byRecipientDomain: tally(rows(), keys.recipientDomain),
    byAccount: tally(rows(), (row) => accounts.get(domainOf(row.recipient) ?? '') ?? null),
  };
}

/**
 * Mail that never got through and whose cause lies in the network, in DNS, in greylisting or in the callout target's
 * own rules, rather than in a sender who does not exist.
 */
function isProblem(row: Row): boolean {
  return !row.submission && isOpen(row) && isVerification(row.cause) && row.cause.fault !== 'sender';
}

function isOpen(row: Row): boolean {
  return row.outcome !== ('accepted-later' satisfies Outcome);
}

interface Gathering extends Problem {
  senderSet: Set<string>;
  recipientSet: Set<string>;
  series: Set<number>;
}

function findProblems(rows: Iterable<Row>, wanted: (row: Row) => boolean): Problem[] {
  const found = new Map<string, Gathering>();
  for (const row of rows) {
    if (!wanted(row)) continue;
    const key = `${domainOf(row.sender) ?? row.sender} ${row.clientIp} ${row.cause.id}`;
    const problem = found.get(key) ?? newGathering(row);
    found.set(key, problem);
    gather(problem, row);
  }
  return [...found.values()].map(finish).sort((a, b) => b.mails - a.mails || b.attempts - a.attempts || b.last - a.last);
}

function newGathering(row: Row): Gathering {
  const { cause, clientIp, clientName, calloutHost, calloutIp, first, last } = row;
  return {
    cause,
    sender: row.sender ?? '',
    senders: 0,
    clientIp,
    clientName,
    calloutHost,
    calloutIp,
    recipients: [],
    recipientCount: 0,
    mails: 0,
    attempts: 0,
    retrying: false,
    first,
    last,
    senderSet: new Set(),
    recipientSet: new Set(),
    series: new Set(),
  };
}

function gather(problem: Gathering, row: Row): void {
  problem.attempts += row.attempts;
  problem.retrying ||= row.outcome === 'retrying';
  problem.first = Math.min(problem.first, row.first);
  problem.last = Math.max(problem.last, row.last);
  problem.calloutHost ??= row.calloutHost;
  problem.calloutIp ??= row.calloutIp;
  if (row.sender !== null) problem.senderSet.add(row.sender);
  if (row.recipient !== null) problem.recipientSet.add(row.recipient);
  problem.series.add(row.series);
}

function finish({ senderSet, recipientSet, series, ...problem }: Gathering): Problem {
  const domain = domainOf(problem.sender);
  return {
    ...problem,
    sender: senderSet.size > 1 && domain !== null ? `@${domain}` : problem.sender,
    senders: senderSet.size,
    recipients: [...recipientSet].slice(0, NAMED_RECIPIENTS),
    recipientCount: recipientSet.size,
    mails: series.size,
  };
}
