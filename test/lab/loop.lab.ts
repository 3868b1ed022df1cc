import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExim } from './exim.ts';
import { accepted, deferred, HANG, once, rejected, type Scenario } from './model.ts';
import { startPostfix } from './postfix.ts';
import { POSTFIX_REJECTS } from './postfix-config.ts';
import type { MailServer } from './run.ts';
import { play, type Seen } from './session.ts';
import { exiwhy } from './told.ts';
import { surprises } from './verdict.ts';
import { openWorld, type Placed, place } from './world.ts';

const LOOP: readonly Scenario[] = [
  {
    id: 'wanted',
    title: 'a sender whose own server does not answer our callout',
    targets: [{ banner: HANG }],
    sessions: [once(deferred('callout-connect-timeout')), once(accepted)],
  },
  {
    id: 'wanted6',
    title: 'the same from an IPv6 client',
    targets: [{ banner: HANG }],
    sessions: [once(deferred('callout-connect-timeout'), { from: 'ipv6' }), once(accepted, { from: 'ipv6' })],
  },
  {
    id: 'unwanted',
    title: 'a sender who does not exist',
    targets: [{ rcpt: '550 5.1.1 unknown' }],
    sessions: [once(rejected('callout-mailbox-unknown')), once(rejected('callout-mailbox-unknown'))],
  },
];

const SERVERS = [
  { name: 'Exim', start: startExim },
  { name: 'Postfix', start: (placed: readonly Placed[]) => startPostfix(placed, POSTFIX_REJECTS) },
];

describe.each(SERVERS)('the closed loop with real $name', ({ start }) => {
  const placed = place(LOOP);
  const close: (() => Promise<void>)[] = [];
  let server: MailServer;

  beforeAll(async () => {
    close.push(await openWorld(placed));
    server = await start(placed);
    close.push(server.stop);
  });
  afterAll(async () => {
    for (const one of close.reverse()) await one();
  });

  it('lets the wanted clients in by the entries that its log suggests, without a restart, and nobody else', async () => {
    expect(surprises(await playEach(placed, 0))).toEqual([]);
    await exiwhy(['whitelist', '--apply', ...listArguments(server), ...server.logs]);
    await server.reread();
    expect(surprises(await playEach(placed, 1))).toEqual([]);
  });

  it('takes the entries back', async () => {
    await exiwhy(['whitelist', '--undo', ...listArguments(server)]);
    await server.reread();
    expect(surprises(await playEach(placed, 0))).toEqual([]);
  });
});

function listArguments({ lists }: MailServer): string[] {
  return ['--target', lists.verify?.target ?? '', '--file', lists.verify?.path ?? ''];
}

/** Every scenario's session of that number, all at once. */
async function playEach(placed: readonly Placed[], number: number): Promise<Seen[]> {
  const seen = placed.map(async (one) => {
    const session = one.scenario.sessions[number];
    return session ? play(one, session) : [];
  });
  return (await Promise.all(seen)).flat();
}
