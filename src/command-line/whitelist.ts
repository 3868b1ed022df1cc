import { type Command, Option } from 'commander';
import { targetIds } from '../remedies/targets.ts';
import type { CommandLine } from './command-line.ts';
import { common, FORMATS, logs, retryWindow, userdomains } from './options.ts';

export function defineWhitelist(program: Command, { run }: CommandLine): void {
  common(
    logs(program.command('whitelist'))
      .description('the least entries that would let the wanted mail in, as lines for one named list')
      .addOption(
        new Option('--target <list>', "for which list (default: the usual one of the log's server)").choices(
          targetIds,
        ),
      )
      .option('--file <path>', 'the list itself, if it is not at its usual place')
      .option('--all', 'also what gets no entry, with the reason why not')
      .option('--replay', 'how much wanted and unwanted mail of the log each entry would have let in')
      .option('--apply', 'add the entries to the list of this machine; the old list is kept beside it')
      .option('--undo', 'take the last --apply back')
      .option('--audit', 'look the list over instead: dangerous, idle, double and unused entries')
      .addOption(userdomains())
      .addOption(retryWindow()),
    FORMATS,
  )
    .addHelpText(
      'after',
      `
Examples:
  exiwhy whitelist --since -7d --replay                 look first
  exiwhy whitelist --since -7d --apply                  then write
  exiwhy whitelist --all exim_mainlog                   and why the others are not listed
  exiwhy whitelist --audit exim_mainlog                 what is wrong with the list as it is
Exit status: 0 all the input was read, 2 some was not, or the list was not changed.`,
    )
    .action(run(async () => (await import('../commands/whitelist.ts')).whitelist));
}
