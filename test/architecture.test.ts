import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** A file imports from a lower rank or from its own folder: a parser cannot know a cause, a renderer no MTA. */
const RANKS: readonly (readonly [rank: number, paths: RegExp])[] = [
  [0, /^(?:model\/|(?:errors|recent-map|newest|int-table|ascii|fnv|bytes|span|heap)\.ts)/],
  [1, /^time\/|^(?:durable|int-column|text-hash|address-bytes)\.ts/],
  [2, /^(?:causes|mta|sources|render)\/|^(?:replace-file|hash-index)\.ts/],
  [
    3,
    /^mail\/|^(?:attempt|classify|submission|series|sender-filter|arrival-ring|accounts|class|interner|organisation|helo)\.ts/,
  ],
  [4, /^(?:reasons|outcome|who|advice)\.ts/],
  [5, /^(?:owners|what-if|correlate|analysis|shapes|tally)\.ts/],
  [6, /^alerts\/|^(?:aggregate|postfix-join|postfix-sessions|outbound)\.ts/],
  [7, /^(?:summary|join|circle)\.ts/],
  [8, /^plain-reader\.ts/],
  [9, /^(?:remedies|state|history)\/|^proofs\.ts/],
  [10, /^(?:redact|side-index|two-threads)\//],
  [11, /^commands\//],
  [12, /^command-line\//],
  [13, /^program\.ts/],
  [14, /^cli\.ts/],
];

/** Each package has one place that knows it. */
const OWNERS: Readonly<Record<string, RegExp>> = {
  commander: /^(?:program\.ts$|command-line\/)/,
  chalk: /^render\/style\.ts$/,
  'cli-table3': /^render\//,
  split2: /^sources\//,
  '@observablehq/plot': /^render\/html\/chart\.ts$/,
  linkedom: /^render\/html\/chart\.ts$/,
  '@resvg/resvg-wasm': /^render\/html\/png\.ts$/,
  'date-fns': /^(?:time|render)\//,
  '@date-fns/tz': /^time\//,
  tldts: /^organisation\.ts$/,
  'classic-level': /^history\/store\.ts$/,
  nodemailer: /^(?:mail|remedies)\//,
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'));

const imports = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/^(?:import|export) (type )?[^;]*?from '([^']+)';/gms)].map(
    ([, type, target = '']) => ({ file, target, typeOnly: type !== undefined }),
  );
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

  /** What a file needs before its first line runs: all that its `import` and `export ... from` lines reach. */
  function reach(file: string, seen = new Set<string>()): Set<string> {
    for (const { target, typeOnly } of imports.filter((one) => one.file === file)) {
      const next = target.startsWith('.') ? relative(SRC, resolve(SRC, dirname(file), target)) : target;
      if (typeOnly || seen.has(next)) continue;
      seen.add(next);
      if (target.startsWith('.')) reach(next, seen);
    }
    return seen;
  }

  it.each([
    'cli.ts',
    'commands/trace.ts',
    'commands/report.ts',
    'commands/events.ts',
  ])('%s draws and mails only when asked to', (file) => {
    const reached = [...reach(file)];
    expect(reached.length).toBeGreaterThan(4);
    for (const name of ['@observablehq/plot', 'linkedom', '@resvg/resvg-wasm', 'nodemailer'])
      expect(reached.filter((one) => one === name || one.startsWith(`${name}/`))).toEqual([]);
  });

  it('no package is used that has no owner', () => {
    const foreign = imports.filter(({ target }) => !target.startsWith('.') && !target.startsWith('node:'));
    for (const { target } of foreign) {
      expect(Object.keys(OWNERS).some((name) => target === name || target.startsWith(`${name}/`))).toBe(true);
    }
  });
});
