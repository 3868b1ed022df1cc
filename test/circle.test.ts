import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OneAddress } from '../src/address-bytes.ts';
import { analyse } from '../src/analysis.ts';
import type { Attempt } from '../src/attempt.ts';
import { type Circle, circleOf } from '../src/circle.ts';
import { Join } from '../src/join.ts';
import { relevantToRefusals } from '../src/mta/exim/relevant.ts';
import { sought } from '../src/mta/exim/search.ts';
import { Outcomes } from '../src/outcome.ts';
import { inspect } from '../src/sources/open.ts';
import { matcherOf } from '../src/who.ts';
import { ADDRESSES, eximLog, type Happening, happening, lastWord, verification } from './state/exim-log.ts';

/** The attempts that concern one address, and what became of them. */
async function found(log: string, who: string, circle: Circle | null): Promise<unknown[]> {
  const outcomes = new Outcomes();
  const matches = matcherOf({ who });
  const attempts: { attempt: Attempt; series: number }[] = [];
  const joined = new Join(outcomes, (attempt) => {
    if (matches(attempt)) attempts.push({ attempt, series: outcomes.refused(attempt) });
  });
  const books = await analyse({
    files: [inspect(log)],
    timeZone: 'UTC',
    mta: 'auto',
    look: (live) => relevantToRefusals(live ? joined : undefined, sought(new OneAddress(who), circle)),
    onError: (error) => {
      throw error;
    },
    onRecord: (record, cause) => joined.push(record, cause),
  });
  joined.drain();
  if (circle?.end != null) outcomes.reached(circle.end);
  expect(books.samples).toEqual(books.notUnderstood === 0 ? [] : expect.anything());
  return attempts.map(({ attempt, series }) => ({
    ...attempt,
    outcome: outcomes.of(series, attempt.permanent, 4 * 86_400_000),
    tries: outcomes.series.tries(series),
  }));
}

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
          expect(await found(log, who, circle)).toEqual(await found(log, who, null));
        },
      ),
      { numRuns: fc.readConfigureGlobal()?.numRuns ?? 200 },
    );
    rmSync(folder, { recursive: true });
  });
});
