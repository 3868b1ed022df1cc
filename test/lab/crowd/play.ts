import { type CrowdRow, groupBy } from '../../crowd.ts';
import type { Clock } from '../clock.ts';
import type { Answers } from '../model.ts';
import { call, type Seen } from '../session.ts';
import { commonZone } from '../world.ts';
import { Actor, HOME, type Plan, type Visit } from './actor.ts';
import { type Kind, kinds } from './kinds.ts';
import type { Manners } from './manners.ts';

/** The crowd's first day. */
const START = Date.UTC(2026, 10, 2);
const HOUR = 3_600_000;
/** More would wait too long for the daemon to fork for them. */
const AT_ONCE = 16;

/** The kinds of a part. */
export function kindsOf({ allKinds }: Manners): readonly Kind[] {
  return kinds.filter(({ heldOut }) => allKinds || heldOut === undefined);
}

/** The actors of one part, `each` of every kind. */
export function planOf(manners: Manners, each: number): Plan {
  const zone = new Map<string, Answers>(Object.entries(commonZone()));
  const plan: Plan = { clients: [HOME], servers: [], zone, visits: [] };
  for (const kind of kindsOf(manners))
    for (let n = 0; n < each; n++) kind.act(new Actor(kind.id, n, manners, plan));
  return plan;
}

/**
 * Lets everything of a plan happen in its order. The real time goes by in timeouts, so what lies close together goes by
 * at once.
 *
 * @param step hours that are taken as one
 * @returns what came of each client's mail
 */
export async function playCrowd(plan: Plan, clock: Clock, step: number): Promise<CrowdRow[]> {
  const slots = groupBy(plan.visits, ({ hours }) => Math.floor(hours / step));
  const seen: Seen[] = [];
  for (const [slot, visits] of [...slots].sort(([a], [b]) => a - b)) {
    clock.set(new Date(START + slot * step * HOUR));
    // One actor does one thing after the other.
    const waiting = [...groupBy(visits, ({ actor }) => actor).values()];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift())
        for (const visit of next.sort((a, b) => a.hours - b.hours)) seen.push(...(await pay(visit, plan)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    // The lines of deliveries are of the same moment.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return rowsOf(seen);
}

async function pay(visit: Visit, { zone }: Plan): Promise<Seen[]> {
  if ('answers' in visit) {
    zone.set(visit.name, visit.answers);
    return [];
  }
  const { caller, session, thread } = visit;
  if (thread.done) return [];
  const seen = await call(caller, session);
  thread.done = seen.every(({ reply }) => reply.code < 400 || reply.code >= 500);
  return caller.ip === HOME ? [] : seen;
}

function rowsOf(seen: readonly Seen[]): CrowdRow[] {
  const rows = new Map<string, CrowdRow>();
  for (const { scenario, client, sender, recipient, reply } of seen) {
    if (sender === null || recipient === null) continue;
    const domain = sender.slice(sender.lastIndexOf('@') + 1);
    const key = `${client} ${domain}`;
    const kind = scenario.replace(/-\d+$/, '');
    const row = rows.get(key) ?? { kind, actor: scenario, client, domain, refused: 0, accepted: 0 };
    rows.set(key, row);
    if (reply.code >= 200 && reply.code < 400) row.accepted++;
    else row.refused++;
  }
  return [...rows.values()];
}
