import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circleOf } from '../src/circle.ts';
import { inspect } from '../src/sources/open.ts';
import { found } from './found.ts';
import { ADDRESSES, eximLog, type Happening, happening, lastWord, verification } from './state/exim-log.ts';

/** A line waits for its other half until a later one is read, and under a clock that steps back that is another one. */
function inOrder(one: fc.Arbitrary<Happening>): fc.Arbitrary<Happening> {
  return one.map((happens) => ({ ...happens, after: Math.max(0, happens.after) }));
}

describe('the lines that name nobody who has to do with an address', () => {
  it.each([
    ['of all that happens', happening],
    ['of verifications', verification],
  ])('%s, change nothing about its attempts', async (_, one) => {
    const folder = mkdtempSync(join(tmpdir(), 'exiwhy-'));
    const log = join(folder, 'exim_mainlog');
    await fc.assert(
      fc.asyncProperty(
        fc.array(inOrder(one), { minLength: 1, maxLength: 60, size: 'max' }),
        fc.constantFrom(...ADDRESSES),
        async (happenings, who) => {
          writeFileSync(log, eximLog([...happenings, lastWord(happenings)]).join(''));
          const circle = await circleOf([inspect(log)], who, 'UTC');
          const within = await found([inspect(log)], who, circle);
          const whole = await found([inspect(log)], who, null);
          expect(within.attempts).toEqual(whole.attempts);
          for (const { samples, notUnderstood } of [within.books, whole.books])
            expect(samples).toEqual(notUnderstood === 0 ? [] : expect.anything());
        },
      ),
      { numRuns: fc.readConfigureGlobal()?.numRuns ?? 200 },
    );
    rmSync(folder, { recursive: true });
  });
});
