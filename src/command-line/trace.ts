import type { Command } from 'commander';
import type { CommandLine } from './command-line.ts';
import { common, FORMATS, index, query, retryWindow } from './options.ts';

export function defineTrace(program: Command, { run }: CommandLine): void {
  common(
    query(program.command('trace'))
      .argument(
        '[words...]',
        '[WHO] [LOG...]: an address, domain, local part, IP, CIDR, host name or account; log files',
      )
      .usage('[options] [WHO] [LOG...]')
      .description(
        'every refused mail that concerns WHO: when, from, to, by which host, why, what became of it',
      )
      .addOption(retryWindow())
      .addOption(index())
      .option('--each', 'print each try by itself')
      .option('--raw', 'print the original log lines of each attempt, a blank line between'),
    [...FORMATS, 'html'],
  )
    .addHelpText(
      'after',
      `
Examples:
  exiwhy trace chris@pim-uk.example                     this machine's log
  exiwhy trace chris@pim-uk.example --since -7d         and its rotated logs
  exiwhy trace 203.0.113.0/24 exim_mainlog exim_mainlog-20261115.gz
  exiwhy trace --account chris --format csv -o refused.csv
Exit status: 0 something was found, 1 nothing was found, 2 an error.`,
    )
    .action(run(async () => (await import('../commands/trace.ts')).trace));
}
