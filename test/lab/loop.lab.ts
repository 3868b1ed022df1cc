import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attempt } from '../../src/attempt.ts';
import { matcherOf } from '../../src/who.ts';
import { startExim } from './exim.ts';
import { accepted, deferred, HANG, once, rejected, type Scenario } from './model.ts';
import { play } from './session.ts';
import { entry, suggestedEntries } from './suggest.ts';
import { surprises } from './verdict.ts';
import { openWorld, place } from './world.ts';

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

describe('the closed loop with real Exim', () => {
  const placed = place(LOOP);
  const close: (() => Promise<void>)[] = [];
  let exim: Awaited<ReturnType<typeof startExim>>;
  const playSession = async (index: number): Promise<string[]> => {
    const seen = await Promise.all(
      placed.map(async (one) => {
        const session = one.scenario.sessions[index];
        return session ? play(one, session) : [];
      }),
    );
    return surprises(seen.flat());
  };

  beforeAll(async () => {
    close.push(await openWorld(placed));
    exim = await startExim(placed);
    close.push(exim.stop);
  });
  afterAll(async () => {
    for (const one of close.reverse()) await one();
  });

  it('lets the wanted client in by the entry that its log suggests, and nobody else', async () => {
    expect(await playSession(0)).toEqual([]);
    const entries = await suggestedEntries(exim.logs, 'whm-sender-verify-bypass');
    await exim.whitelist(entries, 'verify');
    expect(await playSession(1)).toEqual([]);
  });

  it('agrees with Exim about the addresses that an entry matches', () => {
    const lists = fc.sample(rangeAndAddresses, { numRuns: 300, seed: 3 }).map((one, index) => {
      const path = `/run/lab/exim/etc/oracle-${index}`;
      writeFileSync(path, `${entry(one.range, 'whm-sender-verify-bypass')}\n`);
      return { ...one, path };
    });
    const questions = lists.flatMap(({ range, addresses, path }) =>
      addresses.map((ip) => ({ range, ip, path })),
    );
    const answers = exim.expand(
      questions.map(({ ip, path }) => `\${if match_ip{${ip}}{net-iplsearch;${path}}{yes}{no}}`),
    );
    for (const [index, { range, ip }] of questions.entries())
      expect(answers[index], `${ip} in ${range}`).toBe(matches(range, ip) ? 'yes' : 'no');
  });
});

function matches(range: string, ip: string): boolean {
  const client = { ip, port: null, reverseName: null, heloName: null };
  return matcherOf({ host: range })({ client, callout: null } as Attempt);
}

/** A range, and addresses that differ from its own in one bit or in none. */
const rangeAndAddresses = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
    fc.nat(128),
    fc.array(fc.nat(128), { minLength: 10 }),
  )
  .map(([isIpv6, bits, prefix, flips]) => {
    const width = isIpv6 ? 128 : 32;
    const base = bits & ((1n << BigInt(width)) - 1n);
    const near = flips.map((bit) => base ^ (1n << BigInt(bit % width)));
    return {
      range: `${text(base, isIpv6)}/${prefix % (width + 1)}`,
      addresses: [base, ...near].map((address) => text(address, isIpv6)),
    };
  });

function text(bits: bigint, isIpv6: boolean): string {
  const parts = isIpv6 ? 8 : 4;
  const size = isIpv6 ? 16n : 8n;
  const part = (index: number): bigint => (bits >> (size * BigInt(parts - 1 - index))) & ((1n << size) - 1n);
  return Array.from({ length: parts }, (_, index) => part(index).toString(isIpv6 ? 16 : 10)).join(
    isIpv6 ? ':' : '.',
  );
}
