import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** A file imports from a lower rank or from its own folder: a parser cannot know a cause, a renderer no MTA. */
const RANKS: readonly (readonly [rank: number, paths: RegExp])[] = [
  [0, /^(?:model\/|(?:errors|recent-map|int-column|hash-index)\.ts)/],
  [1, /^time\//],
  [2, /^(?:causes|mta|sources|render)\//],
  [
    3,
    /^(?:attempt|classify|submission|series|sender-filter|arrival-ring|accounts|class|interner|organisation|helo)\.ts/,
  ],
  [4, /^(?:reasons|outcome|who|sender-check)\.ts/],
  [5, /^(?:what-if|correlate|analysis|shapes|tally)\.ts/],
  [6, /^(?:aggregate|postfix-join|outbound)\.ts/],
  [7, /^(?:summary|join)\.ts/],
  [8, /^remedies\//],
  [9, /^commands\//],
  [10, /^program\.ts/],
  [11, /^cli\.ts/],
];

/** Each package has one place that knows it. */
const OWNERS: Readonly<Record<string, RegExp>> = {
  commander: /^program\.ts$/,
  chalk: /^render\/style\.ts$/,
  'cli-table3': /^render\//,
  split2: /^sources\//,
  'date-fns': /^(?:time|render)\//,
  '@date-fns/tz': /^time\//,
  tldts: /^organisation\.ts$/,
  nodemailer: /^remedies\//,
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'));

const imports = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/^(?:import|export) [^;]*?from '([^']+)';/gms)].map(([, target = '']) => ({
    file,
    target,
  }));
});

function rankOf(file: string): number {
  const found = RANKS.find(([, paths]) => paths.test(file));
  if (!found) throw new Error(`${file} has no rank: give it a place in test/architecture.test.ts`);
  return found[0];
}

describe('the house', () => {
  it('finds the files and their imports', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(100);
  });

  it.each(files)('%s imports only from a lower rank or its own folder', (file) => {
    for (const { target } of imports.filter((one) => one.file === file && one.target.startsWith('.'))) {
      const imported = relative(SRC, resolve(SRC, dirname(file), target));
      const sameFolder = dirname(imported) === dirname(file) && dirname(file) !== '.';
      const within = imported.startsWith(`${file.split('/')[0]}/`);
      const lower = rankOf(imported) < rankOf(file);
      expect(sameFolder || within || lower, `${file} imports ${imported}`).toBe(true);
    }
  });

  it.each(Object.entries(OWNERS))('%s is known in one place', (name, owner) => {
    const users = imports.filter(({ target }) => target === name || target.startsWith(`${name}/`));
    for (const { file } of users) expect(file).toMatch(owner);
  });

  it('no package is used that has no owner', () => {
    const foreign = imports.filter(({ target }) => !target.startsWith('.') && !target.startsWith('node:'));
    for (const { target } of foreign) {
      expect(Object.keys(OWNERS).some((name) => target === name || target.startsWith(`${name}/`))).toBe(true);
    }
  });
});
