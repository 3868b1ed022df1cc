import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { netIplsearch } from '../../src/remedies/lists.ts';
import { covers, parseNetwork } from '../../src/remedies/network.ts';
import { startExim } from './exim.ts';
import { entry } from './suggest.ts';
import { openWorld } from './world.ts';

describe('our reading of an entry', () => {
  const close: (() => Promise<void>)[] = [];
  let exim: Awaited<ReturnType<typeof startExim>>;

  beforeAll(async () => {
    close.push(await openWorld([]));
    exim = await startExim([]);
    close.push(exim.stop);
  });
  afterAll(async () => {
    for (const one of close.reverse()) await one();
  });

  it('is that of the running Exim, for thousands of addresses', () => {
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

/** What our own reader of the list makes of its one line. */
function matches(range: string, ip: string): boolean {
  const [listed] = netIplsearch.parse(`${entry(range, 'whm-sender-verify-bypass')}\n`);
  const address = parseNetwork(ip);
  return listed?.network != null && address !== null && covers(listed.network, address);
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
