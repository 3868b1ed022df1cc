import { type Command, Option } from 'commander';
import { splits } from '../owners.ts';
import { type CommandLine, toFolder } from './command-line.ts';
import { collect, common, FORMATS, index, logs, retryWindow, userdomains } from './options.ts';

export function defineReport(program: Command, { finish, contextFor }: CommandLine): void {
  common(
    logs(program.command('report'))
      .description('the whole server: what was stopped and why, problems first')
      .option('--top <n>', 'rows of each table', '10')
      .addOption(
        new Option('--detail <level>', 'how many tables').choices(['low', 'med', 'high']).default('med'),
      )
      .option(
        '--state <file>',
        'tell only what is new since the last report with this file, and what became of the old',
      )
      .option(
        '--history <folder>',
        "with --state: keep each day's counts there, and compare with earlier days",
      )
      .option('--keep <span>', 'how long the history keeps them', '90d')
      .option(
        '--from-history',
        'tell what the history holds (default: /var/lib/exiwhy/history); reads no log',
      )
      .addOption(userdomains())
      .addOption(retryWindow())
      .addOption(index())
      .addOption(
        new Option(
          '--split-by <whom>',
          'one report for each in the folder of -o, with its own mail only',
        ).choices(splits),
      )
      .option('--trueuserdomains <file>', 'more domains of accounts (default: /etc/trueuserdomains)')
      .option('--trueuserowners <file>', 'the map from account to reseller (default: /etc/trueuserowners)')
      .option('--mail-owners', 'with --split-by: mail each report to the contact address of its account, too')
      .option('--cpanel-users <folder>', 'where these addresses are (default: /var/cpanel/users)')
      .option(
        '--fail-on <condition>',
        "exit with 3 if it is true: 'wanted>0', 'attempts>100 and neverAccepted>50'; may be given several times",
        collect,
      )
      .option('--quiet-if-empty', 'print and send nothing when there is nothing to act on')
      .option('--mail-to <address>', 'send it by mail, text and HTML; may be given several times', collect)
      .option('--mail-from <address>', 'the sender of that mail (default: the user who runs this)')
      .option('--sendmail <file>', 'the program that sends it (default: /usr/sbin/sendmail)'),
    [...FORMATS, 'html', 'eml', 'prometheus'],
  )
    .addHelpText(
      'after',
      `
Examples:
  exiwhy report                                         this machine's log
  exiwhy report --since yesterday | mail -s "refused mail" root
  exiwhy report --state /var/lib/exiwhy/state           for cron: each line once
  exiwhy report --from-history --since -30d             a month, without its logs
  exiwhy report --since yesterday --quiet-if-empty --mail-to admin@example.com
  exiwhy report --detail high --top 50 -o report.html exim_mainlog
  exiwhy report --since yesterday --split-by account -o reports
  exiwhy report --since -1h -o /var/lib/prometheus/node-exporter/exiwhy.prom
Exit status: 0 all the input was read, 2 some was not, 3 a --fail-on was true.`,
    )
    .action(async (logs: string[], options) => {
      const { report } = await import('../commands/report.ts');
      finish(
        await report(logs, options, await contextFor(options.splitBy ? toFolder(options) : options, 'whole')),
      );
    });
}
