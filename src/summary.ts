import type { Accounts } from './accounts.ts';
import {
  type Aggregate,
  count,
  emptyTally,
  isVerification,
  keys,
  type Row,
  Tallies,
  type Tally,
} from './aggregate.ts';
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
  const total = emptyTally('total');
  const problems = new Problems(isProblem);
  const submissions = new Problems((row) => row.submission && isOpen(row) && isVerification(row.cause));
  const byCause = new Tallies(keys.cause);
  const byClient = new Tallies(keys.client);
  const byOrganisation = new Tallies(keys.organisation);
  const byNetwork = new Tallies(keys.network);
  const bySenderDomain = new Tallies(keys.senderDomain);
  const byRecipientDomain = new Tallies(keys.recipientDomain);
  const byAccount = new Tallies((row) => accounts.get(domainOf(row.recipient) ?? '') ?? null);
  const counters = [
    problems,
    submissions,
    byCause,
    byClient,
    byOrganisation,
    byNetwork,
    bySenderDomain,
    byRecipientDomain,
    byAccount,
  ];
  for (const row of aggregate.rows(retryWindow)) {
    count(total, row);
    for (const counter of counters) counter.add(row);
  }
  return {
    total,
    problems: problems.sorted(),
    submissions: submissions.sorted(),
    byCause: byCause.sorted(),
    byClient: byClient.sorted(),
    byOrganisation: byOrganisation.sorted(),
    byNetwork: byNetwork.sorted(),
    bySenderDomain: bySenderDomain.sorted(),
    byRecipientDomain: byRecipientDomain.sorted(),
    byAccount: byAccount.sorted(),
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

/** Gathers the rows of one sending domain, client and cause. */
class Problems {
  readonly #found = new Map<string, Gathering>();
  readonly #wanted: (row: Row) => boolean;

  constructor(wanted: (row: Row) => boolean) {
    this.#wanted = wanted;
  }

  add(row: Row): void {
    if (!this.#wanted(row)) return;
    const key = `${domainOf(row.sender) ?? row.sender} ${row.clientIp} ${row.cause.id}`;
    const problem = this.#found.get(key) ?? newGathering(row);
    this.#found.set(key, problem);
    gather(problem, row);
  }

  /** The most mails first. */
  sorted(): Problem[] {
    const problems = [...this.#found.values()].map(finish);
    return problems.sort((a, b) => b.mails - a.mails || b.attempts - a.attempts || b.last - a.last);
  }
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
