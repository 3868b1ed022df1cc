/**
 * The command as few files: Node takes longer to find and open 200 modules than to run a small trace. What is always
 * used is bundled; dynamic imports stay files of their own, so no command pays for another.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';

/** What the command line itself imports, */
const BASE = '(?:errors|heap|durable|accounts|owners|replace-file|model/address|commands/context|render/escape|remedies/targets)';
/** and what a command imports that reads logs. */
const CORE =
  '(?:analysis|circle|join|outcome|plain-reader|shapes|who|commands/(?:indexed|input|output|query|books-text)|remedies/fault)';

/** @param {string} path below src, without its ending. */
function inSource(path) {
  return new RegExp(`/src/${path}\\.ts$`);
}

export default defineConfig({
  input: ['src/cli.ts', 'src/two-threads/thread.ts'],
  platform: 'node',
  // It brings a binary along, which stays where it is.
  external: ['classic-level'],
  output: {
    dir: 'dist',
    // Node is ready for a CommonJS file before it has made its loader of modules and their views of its own libraries:
    // 10 of the 50 ms that a small trace takes.
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    cleanDir: true,
    minify: true,
    // Each file that is opened takes a millisecond: what every command needs is one, what reads the logs another. What
    // they import goes with them, so no chunk waits for one that waits for it.
    codeSplitting: {
      groups: [
        { name: 'base', priority: 2, test: inSource(BASE) },
        { name: 'core', priority: 1, test: inSource(CORE) },
      ],
    },
  },
  // Files that are read at run time, by their `new URL(..., import.meta.url)`.
  experimental: { resolveNewUrlToAsset: true },
  plugins: [licences()],
});

/** The licences of what is bundled go with it. */
function licences() {
  return {
    name: 'licences',
    /** @this {import('rolldown').PluginContext} */
    generateBundle() {
      const folders = [...this.getModuleIds()]
        .map((id) => /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1])
        .filter((folder) => folder !== undefined);
      const source = [...new Set(folders)].sort().map(notice).join(`\n${'-'.repeat(78)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY.txt', source });
    },
  };
}

/** @param {string} folder of a package. */
function notice(folder) {
  const { name, version, license, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((entry) => /^licen[cs]e/i.test(entry));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0) texts.push(whereabouts(name, license, repository?.url ?? repository));
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}

/** Some packages come without the text: it is said where it stands, and where the source is (MPL 2.0, 3.2). */
function whereabouts(name, license, repository) {
  if (!license || !repository) throw new Error(`${name} does not say under which licence it is`);
  return `Its licence: https://spdx.org/licenses/${license}.html\nIts source: ${repository}`;
}
