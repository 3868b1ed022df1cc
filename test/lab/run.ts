import { appendFileSync, readFileSync } from 'node:fs';
import { type TargetId, targetOf } from '../../src/remedies/targets.ts';
import type { Outbound, Session } from './model.ts';
import { play, type Seen } from './session.ts';
import type { Placed } from './world.ts';

/** A real mail server under test. */
export interface MailServer {
  /** Its log, oldest file first. */
  logs: string[];
  /** Its lists of the clients that are not verified, or hardly checked at all. */
  lists: Partial<Record<NonNullable<Session['whitelist']>, ServerList>>;
  /** Lets it see that a list has changed. */
  reread(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerList {
  path: string;
  target: TargetId;
}

/** Writes a client into a list by hand. */
export async function enlist(
  server: MailServer,
  kind: NonNullable<Session['whitelist']>,
  ip: string,
): Promise<void> {
  const list = server.lists[kind];
  if (!list) throw new Error(`this server has no list "${kind}"`);
  appendFileSync(list.path, `${targetOf(list.target).syntax.write(ip, 'lab')}\n`);
  await server.reread();
}

/** Most sessions wait for a callout's timeout, so many can go on at once. */
const AT_ONCE = 24;

/** Waits until the log says of each mail that we send on what became of it. */
async function settled(placed: readonly Placed[], server: MailServer): Promise<void> {
  const waiting = new Set(outboundOf(placed).map(({ recipient }) => recipient));
  for (let tries = 0; tries < 100; tries++) {
    const log = server.logs.map((path) => readFileSync(path, 'latin1')).join('');
    for (const recipient of waiting)
      if (ENDS.some((mark) => log.includes(mark + recipient))) waiting.delete(recipient);
    if (waiting.size === 0) {
      // the last mail's own lines come a little after the reply to it
      await new Promise((resolve) => setTimeout(resolve, 500));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the log does not say what became of ${[...waiting].join(', ')}`);
}

/** What stands before the recipient when Exim or Postfix is through with it for now. */
const ENDS = ['=> ', '== ', '** ', ': to=<'];

/** The mails that the server sends on. */
export function outboundOf(placed: readonly Placed[]): { recipient: string; kind: Outbound['kind'] }[] {
  const mails = placed.flatMap(({ scenario }) => scenario.sessions.flatMap(({ mails }) => mails));
  return mails.flatMap(({ to, outbound }) =>
    outbound ? [{ recipient: to?.[0] ?? '', kind: outbound.kind }] : [],
  );
}

/** Plays all scenarios, each one's sessions in their order, and tells what the clients saw, in the order of time. */
export async function playAll(placed: readonly Placed[], server: MailServer): Promise<Seen[]> {
  const waiting = [...placed];
  const seen: Seen[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      for (const session of next.scenario.sessions) {
        if (session.after) await new Promise((resolve) => setTimeout(resolve, session.after));
        if (session.whitelist) await enlist(server, session.whitelist, next.client.ipv4);
        seen.push(...(await play(next, session)));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await settled(placed, server);
  return seen.sort((a, b) => a.reply.time.getTime() - b.reply.time.getTime());
}
