import fc from 'fast-check';
import { expect, it } from 'vitest';
import { latin1 } from '../../src/bytes.ts';
import type { CauseId } from '../../src/causes/index.ts';
import { readPlainRefusal } from '../../src/mta/exim/plain-refusal.ts';
import { type PlainMail, PlainRefusals } from '../../src/state/plain-refusals.ts';
import { dayNumber } from '../../src/time/iso.ts';

const CAUSES: readonly CauseId[] = ['relay-denied', 'greylisted'];

interface Refusal {
  series: number;
  cause: CauseId;
  at: number;
  client: string;
  helo: string;
  permanent: boolean;
}

const refusal = fc.record<Refusal>({
  series: fc.nat({ max: 12 }),
  cause: fc.constantFrom(...CAUSES),
  at: fc.integer({ min: 0, max: 3 * 86_400_000 }),
  client: fc.constantFrom('203.0.113.5', '203.0.113.55', '2001:db8::1'),
  helo: fc.constantFrom('', '(a) ', '(bb.example) '),
  permanent: fc.boolean(),
});

function mailOf({ series, cause, at, client, helo, permanent }: Refusal, sequence: number): PlainMail {
  const verb = permanent ? 'rejected' : 'temporarily rejected';
  const line = `H=${helo}[${client}] F=<s${series}@x.example> ${verb} RCPT <r@y.example>: no`;
  const plain = readPlainRefusal(Buffer.from(line), 2, line.length);
  if (!plain) throw new Error(`not plain: ${line}`);
  return { refusal: plain, moment: { at, offset: 60 }, cause, count: 1, last: at, series, sequence };
}

/** In strings, and without what tells the tries apart. */
function told({ refusal: { block, client, sender, recipient, permanent }, ...mail }: PlainMail): object {
  const text = (span: { start: number; end: number } | null) => span && latin1(block, span.start, span.end);
  return {
    ...mail,
    permanent,
    names: [client.ip, client.reverseName, client.heloName, sender, recipient].map(text),
  };
}

function keyOf({ series, cause, at, client, permanent }: Refusal): string {
  return `${series} ${cause} ${dayNumber(at, 60)} ${client} ${permanent}`;
}

it('counts the refusals of each mail, and keeps the names of the first', () => {
  fc.assert(
    fc.property(fc.array(refusal, { maxLength: 60 }), (refusals) => {
      const mails = new PlainRefusals(60);
      const expected = new Map<string, object & { count: number; last: number }>();
      for (const [sequence, one] of refusals.entries()) {
        mails.add(mailOf(one, sequence));
        const first = { count: 0, last: 0, ...told(mailOf(one, sequence)) };
        const known = expected.get(keyOf(one)) ?? { ...first, count: 0 };
        expected.set(keyOf(one), { ...known, count: known.count + 1, last: Math.max(known.last, one.at) });
      }
      expect([...mails.values()].map(told)).toEqual([...expected.values()]);
      expect(mails.dropped).toBe(0);
    }),
  );
});

it('lets go of what was refused longest ago, and counts that', () => {
  fc.assert(
    fc.property(fc.array(refusal, { maxLength: 200 }), fc.integer({ min: 1, max: 8 }), (refusals, half) => {
      const mails = new PlainRefusals(half);
      for (const [sequence, one] of refusals.entries()) mails.add(mailOf(one, sequence));
      const kept = [...mails.values()].map((mail) => ({ ...mail }));
      const keys = kept.map(({ series, cause, moment, refusal: { block, client, permanent } }) =>
        keyOf({
          series,
          cause,
          at: moment.at,
          client: latin1(block, client.ip.start, client.ip.end),
          helo: '',
          permanent,
        }),
      );
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeLessThanOrEqual(2 * half);
      const newest = [...new Set(refusals.map(keyOf).reverse())].slice(0, half);
      expect(keys).toEqual(expect.arrayContaining(newest));
      const different = new Set(refusals.map(keyOf)).size;
      expect(kept.length + mails.dropped).toBeGreaterThanOrEqual(different);
      if (mails.dropped === 0) expect(kept.length).toBe(different);
    }),
  );
});
