import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../sources/temp.ts';
import { type ReportJson, runReport, totalsOf } from './runs.ts';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures');
const logs = readdirSync(FIXTURES).filter((name) => name.endsWith('.log'));

/** Reports of a log that grows by these pieces. */
async function reports(pieces: readonly string[]): Promise<ReportJson[]> {
  const folder = tempFolder();
  const log = join(folder, 'log');
  const found: ReportJson[] = [];
  writeFileSync(log, '');
  for (const piece of pieces) {
    appendFileSync(log, piece);
    found.push((await runReport([log], { state: join(folder, 'state') })).json);
  }
  return found;
}

describe.each(logs)('the reports of %s', (name) => {
  const lines = readFileSync(join(FIXTURES, name), 'utf8').split(/(?<=\n)/);

  it('add up wherever the log is cut', async () => {
    const whole = await reports([lines.join('')]);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: lines.length }), { maxLength: 8 }), async (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), lines.length];
        const pieces = ends.map((end, index) => lines.slice(ends[index - 1] ?? 0, end).join(''));
        expect(totalsOf(await reports(pieces))).toEqual(totalsOf(whole));
      }),
      { numRuns: Number(process.env['RUNS'] ?? 6) },
    );
  });
});
