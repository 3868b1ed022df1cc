import type { Accounts } from './accounts.ts';
import type { Host } from './aggregate.ts';
import type { Attempt } from './attempt.ts';
import { domainOf } from './model/address.ts';
import { organisationOf } from './organisation.ts';
import { clientName, networkOf, type Problem } from './summary.ts';

/** Groups whose lines are kept: some 6 MB of lines, however long the log is. */
const GROUPS = 4000;
/** Mails of a group, or of a row, that are shown: enough to recognise the case. */
const MAILS = 3;

/** Whose mail was refused: others', by us; or ours, by others. */
export type Direction = Attempt['direction'];

/** The newest try of one mail. */
interface Kept {
  direction: Direction;
  cause: string;
  client: Host;
  senderDomain: string | null;
  recipientDomain: string | null;
  series: number;
  permanent: boolean | null;
  /** A line of this very try gives the cause; without, the cause was inferred from an earlier one. */
  logged: boolean;
  at: number;
  /** The lines of the log, each behind its place. */
  lines: readonly string[];
}

interface Group {
  attempts: number;
  /** Epoch ms of the newest. */
  last: number;
  kept: Kept[];
}

/** What the rows of each table are named by; null where the mail is in none. */
const ROW_NAMES: Readonly<Record<string, (kept: Kept, accounts: Accounts) => string | null>> = {
  byCause: ({ cause }) => cause,
  byClient: ({ client }) => clientName(client),
  byRemoteHost: ({ client }) => clientName(client),
  byOrganisation: ({ client }) => organisationOf(client.name),
  byNetwork: ({ client }) => networkOf(client),
  bySenderDomain: ({ senderDomain }) => senderDomain,
  byRecipientDomain: ({ recipientDomain }) => recipientDomain,
  byAccount: ({ direction, senderDomain, recipientDomain }, accounts) =>
    accounts.get((direction === 'inbound' ? recipientDomain : senderDomain) ?? '') ?? null,
};

/**
 * The log lines behind what a report tells: of each sending domain, client and cause the newest tries, those first
 * whose own lines give the cause. When there are too many groups, the smaller half is forgotten: at the end the large
 * ones are there, which are those that the report names (lossy counting).
 */
export class Proofs {
  #groups = new Map<string, Group>();
  readonly #accounts: Accounts;
  readonly #isOpen: (series: number, permanent: boolean | null) => boolean;

  /** @param isOpen says of a series whether the report counts it as stopped; another one proves no problem. */
  constructor(accounts: Accounts, isOpen: (series: number, permanent: boolean | null) => boolean) {
    this.#accounts = accounts;
    this.#isOpen = isOpen;
  }

  /** @param series the number that Outcomes.refused() gave the attempt. */
  add(attempt: Attempt, series: number): void {
    const key = groupOf(attempt.sender, attempt.client?.ip, attempt.cause, attempt.submission);
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size === GROUPS) this.#forgetSmall();
      group = { attempts: 0, last: 0, kept: [] };
      this.#groups.set(key, group);
    }
    group.attempts++;
    group.last = attempt.at;
    group.kept = withNewest(group.kept, keptOf(attempt, series));
  }

  #forgetSmall(): void {
    const sorted = [...this.#groups].sort(([, a], [, b]) => b.attempts - a.attempts || b.last - a.last);
    this.#groups = new Map(sorted.slice(0, GROUPS / 2));
  }

  /** The lines behind a problem. */
  ofProblem({ sender, client, cause }: Problem, submission: boolean): string[] {
    const kept = this.#groups.get(groupOf(sender, client.ip, cause.id, submission))?.kept ?? [];
    return linesOf(kept.filter(({ series, permanent }) => this.#isOpen(series, permanent)));
  }

  /**
   * The lines behind a row of a table.
   * @param table its name in JSON, `byCause`
   */
  ofRow(direction: Direction, table: string, row: string): string[] {
    const nameOf = ROW_NAMES[table];
    if (!nameOf) throw new Error(`nobody knows the rows of ${table}`);
    const all = [...this.#groups.values()].flatMap(({ kept }) => kept);
    return linesOf(all.filter((one) => one.direction === direction && nameOf(one, this.#accounts) === row));
  }
}

function groupOf(
  sender: string | null,
  ip: string | null | undefined,
  cause: string,
  submission: boolean,
): string {
  return `${domainOf(sender) ?? sender ?? ''} ${ip ?? null} ${cause} ${submission}`;
}

/** Keeps the newest try of each mail; a try whose own line gives the cause before one whose cause was inferred. */
function withNewest(kept: readonly Kept[], newest: Kept): Kept[] {
  const before = kept.find(({ series }) => series === newest.series);
  if (before?.logged && !newest.logged) return [...kept];
  const all = [...kept.filter((one) => one !== before), newest];
  if (all.length > MAILS)
    all.splice(
      Math.max(
        0,
        all.findIndex(({ logged }) => !logged),
      ),
      1,
    );
  return all;
}

function keptOf(attempt: Attempt, series: number): Kept {
  const { direction, cause, client, sender, recipient, permanent, at, lines } = attempt;
  return {
    direction,
    cause,
    client: { ip: copyOf(client?.ip), name: copyOf(client?.reverseName) },
    senderDomain: sender === '' ? '<>' : copyOf(domainOf(sender)),
    recipientDomain: copyOf(domainOf(recipient)),
    series,
    permanent,
    logged: attempt.evidence === 'logged',
    at,
    lines: lines.map(({ file, line, text }) => copyOf(`${file}:${line}: ${text}`)),
  };
}

/** A text out of the log may hold on to the whole block it was read with: its copy does not. */
function copyOf(text: string): string;
function copyOf(text: string | null | undefined): string | null;
function copyOf(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : Buffer.from(text).toString();
}

function linesOf(kept: readonly Kept[]): string[] {
  return [...kept]
    .sort((a, b) => Number(b.logged) - Number(a.logged) || b.at - a.at)
    .slice(0, MAILS)
    .flatMap(({ lines }) => lines);
}
