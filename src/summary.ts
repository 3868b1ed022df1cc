import { isIPv4 } from 'node:net';
import type { Accounts } from './accounts.ts';
import type { Host, Ledger, Row } from './aggregate.ts';
import { type Cause, causes } from './causes/index.ts';
import { domainOf } from './model/address.ts';
import { organisationOf } from './organisation.ts';
import { largest, largestMerged, type Table, type Tally } from './tally.ts';

/** Mail of one sending domain by one client that was stopped for one cause, and never got through. */
export interface Problem {
  cause: Cause;
  /** The sender where there is one, else the domain of several (`@example.com`). */
  sender: string;
  senders: number;
  client: Host;
  callout: Host;
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

/** The largest problems, and the numbers of all. */
export interface Problems {
  largest: Problem[];
  count: number;
  mails: number;
  /** Sender domains. */
  domains: number;
}

/** Everything that a report says, before it is laid out. */
export interface Summary {
  total: Tally;
  /** Wanted or not, these mails were stopped by something else than a sender who does not exist. */
  problems: Problems;
  /** Our own users and scripts: the cure is at home. */
  submissions: Problems;
  /** All of them, the largest first. */
  byCause: Table;
  byClient: Table;
  byOrganisation: Table;
  byNetwork: Table;
  bySenderDomain: Table;
  byRecipientDomain: Table;
  byAccount: Table;
  bySenderAccount: Table;
}

/**
 * @param retryWindow ms after the last try in which a temporary refusal may still be retried.
 * @param top rows of each table that are wanted; causes are few and all told.
 */
export function summarise(aggregate: Ledger, accounts: Accounts, retryWindow: number, top: number): Summary {
  const { total, byCause, byClient, bySenderDomain, byRecipientDomain } = aggregate.counts(retryWindow);
  const client = (number: number): Host => aggregate.client(number);
  const domain = (number: number): string => aggregate.domain(number);
  return {
    total: total.tally(0, 'total'),
    ...problemsOf(aggregate, retryWindow, top),
    byCause: largest(byCause, causes.length, (number) => causes[number]?.id ?? ''),
    byClient: largest(byClient, top, (number) => clientName(client(number))),
    byOrganisation: largestMerged(byClient, top, (number) => organisationOf(client(number).name)),
    byNetwork: largestMerged(byClient, top, (number) => networkOf(client(number))),
    bySenderDomain: largest(bySenderDomain, top, domain),
    byRecipientDomain: largest(byRecipientDomain, top, domain),
    byAccount: largestMerged(byRecipientDomain, top, (number) => accounts.get(domain(number)) ?? null),
    bySenderAccount: largestMerged(bySenderDomain, top, (number) => accounts.get(domain(number)) ?? null),
  };
}

export function clientName({ ip, name }: Host): string {
  return name === null ? `[${ip}]` : `${name} [${ip}]`;
}

/** /24 of IPv4, /64 of IPv6: what one customer of a provider usually has. */
export function networkOf({ ip }: Host): string | null {
  if (ip === null) return null;
  if (isIPv4(ip)) return `${ip.split('.').slice(0, 3).join('.')}.0/24`;
  const [head = '', tail] = ip.split('::');
  const groups = head === '' ? [] : head.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const full = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...(tail ? tail.split(':') : [])];
  return full.length === 8 ? `${full.slice(0, 4).join(':')}::/64` : null;
}

/** Recipients that are named; the others are counted. */
const NAMED_RECIPIENTS = 5;

/** Rows of one sending domain, client and cause. */
interface Group {
  rows: number[];
  attempts: number;
  last: number;
}

/** Gathers what is still open: of all others, and of our own users. */
function problemsOf(
  aggregate: Ledger,
  retryWindow: number,
  top: number,
): Pick<Summary, 'problems' | 'submissions'> {
  const problems = new Gathering();
  const submissions = new Gathering();
  for (const row of aggregate.rows(retryWindow)) {
    if (row.outcome !== 'accepted-later') (row.submission ? submissions : problems).add(row);
  }
  const rowsOf = ({ rows }: Group): Row[] => rows.map((number) => aggregate.row(number, retryWindow));
  return { problems: problems.largest(top, rowsOf), submissions: submissions.largest(top, rowsOf) };
}

/** Rows by what they have in common. Only the largest groups are told at length. */
class Gathering {
  readonly #groups = new Map<string, Group>();
  readonly #series = new Set<number>();
  readonly #domains = new Set<string | null>();

  add({ number, sender, client, cause, attempts, last, series }: Row): void {
    const domain = domainOf(sender);
    const key = `${domain ?? sender} ${client.ip} ${cause.id}`;
    const group = this.#groups.get(key) ?? { rows: [], attempts: 0, last: 0 };
    this.#groups.set(key, group);
    group.rows.push(number);
    group.attempts += attempts;
    group.last = Math.max(group.last, last);
    this.#series.add(series);
    this.#domains.add(domain);
  }

  largest(top: number, rowsOf: (group: Group) => Row[]): Problems {
    const largest = [...this.#groups.values()]
      .sort((a, b) => b.rows.length - a.rows.length || b.attempts - a.attempts || b.last - a.last)
      .slice(0, top);
    return {
      largest: largest.map((group) => problemOf(rowsOf(group))),
      count: this.#groups.size,
      mails: this.#series.size,
      domains: this.#domains.size,
    };
  }
}

function problemOf(rows: readonly Row[]): Problem {
  const [first] = rows;
  if (!first) throw new Error('a problem without rows');
  const senders = new Set(rows.map(({ sender }) => sender));
  const recipients = [...new Set(rows.map(({ recipient }) => recipient))].filter(
    (recipient) => recipient !== null,
  );
  const domain = domainOf(first.sender);
  return {
    cause: first.cause,
    sender: senders.size > 1 && domain !== null ? `@${domain}` : (first.sender ?? ''),
    senders: senders.size,
    client: first.client,
    callout: rows.find(({ callout }) => callout.ip !== null)?.callout ?? first.callout,
    recipients: recipients.slice(0, NAMED_RECIPIENTS),
    recipientCount: recipients.length,
    mails: new Set(rows.map(({ series }) => series)).size,
    attempts: rows.reduce((sum, { attempts }) => sum + attempts, 0),
    retrying: rows.some(({ outcome }) => outcome === 'retrying'),
    first: rows.reduce((least, { first }) => Math.min(least, first), first.first),
    last: rows.reduce((most, { last }) => Math.max(most, last), first.last),
  };
}
