import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Happening, happening, verification } from './exim-log.ts';
import { play, type Step, step } from './machine.ts';
import { type ReportJson, runReport, totalsOf } from './runs.ts';

/** One report of the whole log. */
async function whole(text: string): Promise<ReportJson> {
  const folder = mkdtempSync(join(tmpdir(), 'exiwhy-'));
  writeFileSync(join(folder, 'exim_mainlog'), text);
  const { json } = await runReport([join(folder, 'exim_mainlog')]);
  rmSync(folder, { recursive: true });
  return json;
}

const booksOf = (reports: readonly ReportJson[]): number[] =>
  (['lines', 'used', 'ignored', 'notUnderstood'] as const).map((name) =>
    reports.reduce((sum, { books }) => sum + books[name], 0),
  );

describe('reports with a state', () => {
  it.each([
    ['whatever happens to the file and to the runs', happening],
    ['whatever the clock does', verification],
  ])(
    'add up to one report of everything, %s',
    async (_, one) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(one, { minLength: 1, maxLength: 60 }),
          fc.array(step, { maxLength: 25 }),
          (happenings: Happening[], steps: Step[]) =>
            play(happenings, steps, false, async ({ reports }, text) => {
              expect(totalsOf(reports)).toEqual(totalsOf([await whole(text)]));
              expect(booksOf(reports)[0]).toBe(text.split('\n').length - 1);
            }),
        ),
        { numRuns: Number(process.env['RUNS'] ?? 30) },
      );
    },
    900_000,
  );
});
