import type { Aggregate, Host, Row } from '../aggregate.ts';
import { type CauseId, isCauseId } from '../causes/index.ts';
import { domainOf } from '../model/address.ts';
import { type Evidence, RETRY_AFTER_MS } from './facts.ts';
import { type Wanted, wantedOf } from './signals.ts';

/** What one client tried in vain to send for one sender domain, and how likely that was wanted. */
export interface Case {
  client: Host;
  heloName: string | null;
  callout: Host;
  domain: string;
  senders: string[];
  recipients: string[];
  causes: CauseId[];
  /** Our own user or machine was the client. */
  submission: boolean;
  attempts: number;
  /** Sender and recipient pairs, and how many of them did not get through. */
  mails: number;
  unaccepted: number;
  /** Epoch ms. */
  first: number;
  last: number;
  /** The facts for and against, of the sender that looks best. */
  wanted: Wanted;
  /** Nothing but the names and the manners of the client speaks for it: no mail of it was ever seen. */
  unknownHere: boolean;
  tied: boolean;
  /** What the client calls itself belongs to the name that DNS confirms. */
  heloMatches: boolean;
}

/** Groups the refusals by sender verification: a remedy is for a client and a sender domain. */
export function* casesOf(aggregate: Aggregate, evidence: Evidence, retryWindow: number): Generator<Case> {
  const groups = new Map<string, number[]>();
  for (const { number, client, sender, submission } of aggregate.rows(retryWindow)) {
    const key = `${client.ip} ${submission} ${domainOf(sender) ?? sender}`;
    const group = groups.get(key);
    if (group) group.push(number);
    else groups.set(key, [number]);
  }
  for (const numbers of groups.values()) {
    yield caseOf(
      numbers.map((number) => aggregate.row(number, retryWindow)),
      evidence,
    );
  }
}

function caseOf(rows: readonly Row[], evidence: Evidence): Case {
  const [first] = rows;
  if (!first) throw new Error('a case without rows');
  const heloName = first.client.ip === null ? null : evidence.behaviour.lastHeloOf(first.client.ip);
  const series = new Map(rows.map((row) => [row.series, row.outcome]));
  const { wanted, unknownHere, tied, heloMatches } = bestOf(rows, heloName, evidence);
  return {
    client: first.client,
    heloName,
    callout: rows.find(({ callout }) => callout.ip !== null)?.callout ?? first.callout,
    domain: domainOf(first.sender) ?? '',
    senders: distinct(rows.map(({ sender }) => sender)),
    recipients: distinct(rows.map(({ recipient }) => recipient)),
    causes: distinct(rows.map(({ cause }) => cause.id)).filter(isCauseId),
    submission: first.submission,
    attempts: rows.reduce((sum, { attempts }) => sum + attempts, 0),
    mails: series.size,
    unaccepted: [...series.values()].filter((outcome) => outcome !== 'accepted-later').length,
    first: rows.reduce((least, row) => Math.min(least, row.first), first.first),
    last: rows.reduce((most, row) => Math.max(most, row.last), first.last),
    wanted,
    unknownHere,
    tied,
    heloMatches,
  };
}

type Judgement = 'wanted' | 'unknownHere' | 'tied' | 'heloMatches';

/** The sender of the group that looks best: one real correspondent makes the remedy worth while. */
function bestOf(rows: readonly Row[], heloName: string | null, evidence: Evidence): Pick<Case, Judgement> {
  const bySender = new Map<string, Row[]>();
  for (const row of rows) {
    if (!row.sender || row.client.ip === null) continue;
    const known = bySender.get(row.sender);
    if (known) known.push(row);
    else bySender.set(row.sender, [row]);
  }
  let best: Pick<Case, Judgement> | null = null;
  for (const [sender, its] of bySender) {
    const [row] = its;
    if (!row || row.client.ip === null) continue;
    const facts = evidence.factsOf({
      sender,
      clientIp: row.client.ip,
      reverseName: row.client.name,
      heloName,
      calloutIp: row.callout.ip,
      recipients: distinct(its.map(({ recipient }) => recipient)),
      cause: row.cause,
      attempts: its.reduce((sum, { attempts }) => sum + attempts, 0),
      retries: its.some(({ attempts, first, last }) => attempts > 1 && last - first >= RETRY_AFTER_MS),
    });
    const wanted = wantedOf(facts);
    if (best !== null && wanted.score <= best.wanted.score) continue;
    const unknownHere = facts.wroteToAddress + facts.wroteToDomain + facts.acceptedFromNetwork === 0;
    best = { wanted, unknownHere, tied: facts.tied, heloMatches: facts.heloMatches };
  }
  return best ?? { wanted: { score: 0, signals: [] }, unknownHere: true, tied: false, heloMatches: false };
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values)].filter((value) => value !== null);
}
