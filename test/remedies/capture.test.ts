import { expect, it } from 'vitest';
import { causes } from '../../src/causes/index.ts';
import { isVerification } from '../../src/class.ts';
import { exiwhy } from '../cli.ts';
import { readTruth } from '../truth.ts';

/** Causes of which the sender himself is not to blame. */
const CURABLE = new Set(
  causes.filter((cause) => isVerification(cause) && cause.fault !== 'sender').map(({ id }) => id),
);

it.each([
  'cpanel-exim-4.96',
  'postfix-3.7-reject',
])('of the clients in %s only those are suggested whose mail was lost through no fault of the sender', (name) => {
  const json = exiwhy(['whitelist', '--format', 'json', `fixtures/${name}.log`]).stdout;
  const entries: string[] = JSON.parse(json).suggestions.map(({ entry }: { entry: string }) => entry);
  expect(entries.length).toBeGreaterThan(20);
  const truth = readTruth(`fixtures/${name}.truth.tsv`);
  for (const entry of entries) {
    const rows = truth.filter(({ client, stage }) => client === entry && stage === 'rcpt');
    expect(rows.length, entry).toBeGreaterThan(0);
    const lost = rows.filter(({ final }) => final === 'lost');
    expect(lost.length, entry).toBeGreaterThan(0);
    for (const { causes, scenario } of lost)
      expect(
        causes.some((cause) => CURABLE.has(cause)),
        `${entry} of ${scenario}`,
      ).toBe(true);
  }
});
