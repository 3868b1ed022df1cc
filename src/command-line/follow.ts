import type { Command } from 'commander';
import type { CommandLine } from './command-line.ts';
import { common, query } from './options.ts';

export function defineFollow(program: Command, { run }: CommandLine): void {
  common(
    query(program.command('follow'))
      .argument('[log]', "the log to follow, - for stdin; none: this machine's log")
      .usage('[options] [LOG]')
      .description('live: each refused mail with its reason as it happens, through rotation'),
    ['text', 'ndjson'],
  )
    .addHelpText(
      'after',
      `
Examples:
  exiwhy follow --recipient chris@pim-uk.example
  exiwhy follow --since -1h --format ndjson /var/log/exim_mainlog
Ctrl-C ends it and prints what was counted.`,
    )
    .action(run(async () => (await import('../commands/follow.ts')).follow, 'stream'));
}
