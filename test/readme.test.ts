import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { causes } from '../src/causes/index.ts';
import { exiwhy } from './cli.ts';

const PATH = resolve(import.meta.dirname, '../README.md');
const text = readFileSync(PATH, 'utf8');
/** With UPDATE=1 the README is made anew from what the command prints; the diff is for a person to read. */
const update = process.env['UPDATE'] === '1';
let updated = text;

/** `$ exiwhy a "b c"` as the shell would cut it. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

const blocks = [...text.matchAll(/```console\n\$ exiwhy (.*)\n([\s\S]*?)```/g)];

describe('the README', () => {
  afterAll(() => {
    if (update) writeFileSync(PATH, updated);
  });

  it('has console blocks', () => expect(blocks.length).toBeGreaterThanOrEqual(4));

  it.each(
    blocks.map(([block, command = '', shown = '']) => [command, shown, block] as const),
  )('shows what `exiwhy %s` prints', (command, shown, block) => {
    const { stdout, stderr } = exiwhy(wordsOf(command));
    expect(stderr).toBe('');
    if (update) updated = updated.replace(block, () => `\`\`\`console\n$ exiwhy ${command}\n${stdout}\`\`\``);
    else expect(shown).toBe(stdout);
  });

  it('has the table of causes', () => {
    const rows = causes.map(
      ({ id, title, advice }) =>
        `| \`${id}\` | ${title.replace(/</g, '&lt;')} | ${advice.replace(/</g, '&lt;')} |`,
    );
    const table = `| cause | what happened | what to do |\n|---|---|---|\n${rows.join('\n')}\n`;
    const part = /(<!-- causes:.*-->\n)[\s\S]*(<!-- end of causes -->)/;
    if (update)
      updated = updated.replace(part, (_, before: string, after: string) => `${before}${table}${after}`);
    else expect(part.exec(text)?.[0]).toContain(table);
  });

  it('names the two commands that .ci/run runs', () => {
    const script = readFileSync(resolve(import.meta.dirname, '../.ci/run'), 'utf8');
    const commands = [...text.matchAll(/```sh\n(npm .*)\n```/g)].map(([, command]) => command ?? '');
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(script).toContain(command);
  });
});
