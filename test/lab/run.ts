import type { Session } from './model.ts';
import { play, type Seen } from './session.ts';
import type { Placed } from './world.ts';

/** A real mail server under test. */
export interface MailServer {
  /** Its log, oldest file first. */
  logs: string[];
  /** Adds lines to its list of the clients that are not verified, or hardly checked at all. */
  whitelist(entries: string, scope: NonNullable<Session['whitelist']>): Promise<void>;
  stop(): Promise<void>;
}

/** Most sessions wait for a callout's timeout, so many can go on at once. */
const AT_ONCE = 24;

/** Plays all scenarios, each one's sessions in their order, and tells what the clients saw, in the order of time. */
export async function playAll(placed: readonly Placed[], server: MailServer): Promise<Seen[]> {
  const waiting = [...placed];
  const seen: Seen[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      for (const session of next.scenario.sessions) {
        if (session.after) await new Promise((resolve) => setTimeout(resolve, session.after));
        if (session.whitelist) await server.whitelist(`${next.client.ipv4}\n`, session.whitelist);
        seen.push(...(await play(next, session)));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return seen.sort((a, b) => a.reply.time.getTime() - b.reply.time.getTime());
}
