import type { Command } from 'commander';
import { UnknownState } from '../errors.ts';
import type { CommandLine } from './command-line.ts';
import { collect, logs, reading, retryWindow } from './options.ts';

export function defineCheck(program: Command, { run }: CommandLine): void {
  reading(
    logs(program.command('check'))
      .description('for Nagios and its kin: one line with performance data, exit 0, 1, 2 or 3')
      .option(
        '-w, --warning <range>',
        'warn outside this range: 5, 0:5, wanted=5, neverAccepted=100; may be given several times',
        collect,
      )
      .option('-c, --critical <range>', 'the same for critical', collect)
      .addOption(retryWindow()),
  )
    .addHelpText(
      'after',
      `
Examples:
  exiwhy check --since -1h -w 5 -c 20                   mail that may be wanted
  exiwhy check --since -1h -c outbound.byCause.remote-server-blocklisted=0
Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`,
    )
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : new UnknownState(error.message);
    })
    .action(run(async () => (await import('../commands/check.ts')).check));
}
