import { type Command, Option } from 'commander';
import type { CommandLine } from './command-line.ts';
import { common, FORMATS, userdomains } from './options.ts';

export function defineMerge(program: Command, { run }: CommandLine): void {
  common(
    program
      .command('merge')
      .argument('<histories...>', 'folders of --history, or files that merge --format ndjson has written')
      .usage('[options] HISTORY...')
      .description('one report of several servers: what is refused, and on how many of them')
      .option('--top <n>', 'rows of each table', '10')
      .addOption(
        new Option('--detail <level>', 'how many tables').choices(['low', 'med', 'high']).default('med'),
      )
      .addOption(userdomains()),
    FORMATS,
  )
    .addHelpText(
      'after',
      `
Examples:
  exiwhy merge --format ndjson /var/lib/exiwhy/history > mx1.ndjson     on each server
  exiwhy merge --since -7d mx1.ndjson mx2.ndjson                        then together
Exit status: 0 all the input was read, 2 some was not.`,
    )
    .action(run(async () => (await import('../commands/merge.ts')).merge));
}
