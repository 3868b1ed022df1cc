/**
 * The command as few files: Node takes longer to find and open 200 modules than to run a small trace. What is always
 * used is bundled; dynamic imports stay files of their own, so no command pays for another.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: 'src/cli.ts',
  platform: 'node',
  output: { dir: 'dist', format: 'esm', cleanDir: true },
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
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
