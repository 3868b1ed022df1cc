import { isIPv4 } from 'node:net';
import { getDomain } from 'tldts';
import type { Accounts } from './accounts.ts';
import { type Aggregate, type Host, hostOf, type Row } from './aggregate.ts';
import type { Cause } from './causes/index.ts';
import { largestFirst, regroup, type Tally } from './tally.ts';
import { domainOf } from './who.ts';

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

const same = (key: string): string => key;

/** @param retryWindow ms after the last try in which a temporary refusal may still be retried. */
export function summarise(aggregate: Aggregate, accounts: Accounts, retryWindow: number): Summary {
  const counts = aggregate.counts(retryWindow);
  const clients = counts.byClient.filter(Boolean);
  const open = [...aggregate.rows(retryWindow)].filter(({ outcome }) => outcome !== 'accepted-later');
  return {
    total: counts.total,
    problems: problemsIn(open.filter(({ submission }) => !submission)),
    submissions: problemsIn(open.filter(({ submission }) => submission)),
    byCause: largestFirst(counts.byCause.filter(Boolean), same),
    byOrganisation: regroup(clients, (key) => organisationOf(hostOf(key))),
    byNetwork: regroup(clients, (key) => networkOf(hostOf(key))),
    // Last of the three: there may be as many clients as lines, so their tallies are not made twice.
    byClient: largestFirst(clients, (key) => clientName(hostOf(key))),
    bySenderDomain: largestFirst(counts.bySenderDomain.filter(Boolean), same),
    byAccount: regroup(counts.byRecipientDomain.filter(Boolean), (domain) => accounts.get(domain) ?? null),
    byRecipientDomain: largestFirst(counts.byRecipientDomain.filter(Boolean), same),
  };
}

function clientName({ ip, name }: Host): string {
  return name === null ? `[${ip}]` : `${name} [${ip}]`;
}

/** The registered domain of the client's confirmed name (Public Suffix List). */
function organisationOf({ name }: Host): string | null {
  return name === null ? null : getDomain(name);
}

/** /24 of IPv4, /64 of IPv6: what one customer of a provider usually has. */
function networkOf({ ip }: Host): string | null {
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

/** Gathers the rows of one sending domain, client and cause; the most mails first. */
function problemsIn(rows: readonly Row[]): Problem[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${domainOf(row.sender) ?? row.sender} ${row.client.ip} ${row.cause.id}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const problems = [...groups.values()].flatMap(([first, ...more]) =>
    first ? [problemOf(first, more)] : [],
  );
  return problems.sort((a, b) => b.mails - a.mails || b.attempts - a.attempts || b.last - a.last);
}

function problemOf(first: Row, more: readonly Row[]): Problem {
  const rows = [first, ...more];
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
