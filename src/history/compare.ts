import type { Accounts } from '../accounts.ts';
import type { Host } from '../aggregate.ts';
import { domainOf } from '../model/address.ts';
import { type Accepted, acceptedAmong } from './accepted.ts';
import { type RowKey, rowKey, type Snapshot } from './snapshot.ts';

/** How a count stands against those before; null: nothing to speak of, or nothing to compare with. */
export type Trend = 'new' | 'gone' | 'growing' | 'shrinking' | null;

/** Refusals for one cause, now and before; null where the history holds no such time. */
export interface CauseChange {
  cause: string;
  now: number;
  before: number | null;
  weekBefore: number | null;
  trend: Trend;
}

/** Twice as many, and at least so many more, is no accident. */
const NOTABLE = 10;

/**
 * @param before the time just before, null where it is not known.
 * @param weekBefore the same a week earlier.
 */
export function causeChanges(
  now: Snapshot,
  before: Snapshot | null,
  weekBefore: Snapshot | null,
): CauseChange[] {
  const ids = new Set([now, before, weekBefore].flatMap((one) => [...(one?.tables.byCause.keys() ?? [])]));
  const countIn = (snapshot: Snapshot, cause: string): number =>
    snapshot.tables.byCause.get(cause)?.attempts ?? 0;
  return [...ids]
    .map((cause) => {
      const counts = {
        now: countIn(now, cause),
        before: before && countIn(before, cause),
        weekBefore: weekBefore && countIn(weekBefore, cause),
      };
      return { cause, ...counts, trend: trendOf(counts) };
    })
    .filter(({ now, before, weekBefore }) => now > 0 || (before ?? 0) > 0 || (weekBefore ?? 0) > 0)
    .sort((a, b) => b.now - a.now || (b.before ?? 0) - (a.before ?? 0));
}

function trendOf({ now, before, weekBefore }: Omit<CauseChange, 'cause' | 'trend'>): Trend {
  const known = [before, weekBefore].filter((count) => count !== null);
  if (known.length === 0) return null;
  const most = Math.max(...known);
  const fewest = Math.min(...known);
  if (most === 0) return 'new';
  if (now === 0) return 'gone';
  if (now >= 2 * most && now - most >= NOTABLE) return 'growing';
  return now * 2 <= fewest && fewest - now >= NOTABLE ? 'shrinking' : null;
}

/** Senders whom nothing stopped in all the time before, and who fail now for one cause at one host. */
export interface Newcomers {
  cause: string;
  /** The host that we asked about the senders; of a failure without one, the client. */
  host: Host;
  /** Whether the host is the one that we asked. */
  asked: boolean;
  senders: string[];
  /** Of our side: accounts where they are known, else domains. */
  receivers: string[];
  /** Epoch ms of the first refusal. */
  since: number;
  refusals: number;
  /** How many of the senders had mail accepted on a day before, and on how many days at most one of them had. */
  acceptedBefore: number;
  acceptedDays: number;
}

/**
 * Who fails now and never did before. Those whose mail was accepted before come first, then the most senders. Only mail
 * that is not accepted yet counts.
 *
 * @param earlier all the time before that is known.
 * @param accepted the senders of accepted mail on each day of that time.
 */
export function newcomers(
  now: Snapshot,
  earlier: Snapshot,
  accepted: readonly Accepted[],
  accounts: Accounts,
): Newcomers[] {
  const known = new Set([...earlier.tables.rows.keys()].map((key) => rowKey(key).sender?.toLowerCase()));
  const groups = new Map<string, Newcomers & { senderSet: Set<string>; receiverSet: Set<string> }>();
  for (const [key, { attempts, neverAccepted, retrying, first }] of now.tables.rows) {
    const row = rowKey(key);
    const { sender, submission, cause, recipient } = row;
    if (!sender || submission || neverAccepted + retrying <= 0 || known.has(sender.toLowerCase())) continue;
    const host = hostOf(row, now);
    const id = `${host.ip ?? host.name} ${cause}`;
    const group = groups.get(id) ?? {
      cause,
      host,
      asked: row.calloutIp !== null,
      senders: [],
      receivers: [],
      since: first,
      refusals: 0,
      acceptedBefore: 0,
      acceptedDays: 0,
      senderSet: new Set<string>(),
      receiverSet: new Set<string>(),
    };
    groups.set(id, group);
    const domain = domainOf(recipient);
    group.senderSet.add(sender);
    if (domain !== null) group.receiverSet.add(accounts.get(domain) ?? domain);
    group.since = Math.min(group.since, first);
    group.refusals += attempts;
  }
  const daysOf = daysAccepted(
    [...groups.values()].flatMap(({ senderSet }) => [...senderSet]),
    accepted,
  );
  return [...groups.values()]
    .map(({ senderSet, receiverSet, ...group }) => {
      const senders = [...senderSet].sort();
      const days = senders.map((sender) => daysOf.get(sender) ?? 0);
      return {
        ...group,
        senders,
        receivers: [...receiverSet].sort(),
        acceptedBefore: days.filter((count) => count > 0).length,
        acceptedDays: Math.max(...days),
      };
    })
    .sort(
      (a, b) =>
        b.acceptedBefore - a.acceptedBefore || b.senders.length - a.senders.length || b.refusals - a.refusals,
    );
}

/** On how many days mail of each sender was accepted. */
function daysAccepted(
  senders: readonly string[],
  accepted: readonly Accepted[],
): ReadonlyMap<string, number> {
  const days = new Map<string, number>();
  const unique = [...new Set(senders)];
  for (const day of accepted)
    for (const sender of acceptedAmong(day, unique)) days.set(sender, (days.get(sender) ?? 0) + 1);
  return days;
}

function hostOf({ calloutIp, clientIp }: RowKey, { names, calloutNames }: Snapshot): Host {
  if (calloutIp !== null) return { ip: calloutIp, name: calloutNames.get(calloutIp) ?? null };
  return { ip: clientIp, name: names.get(clientIp ?? '') ?? null };
}
