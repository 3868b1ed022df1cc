import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import type { CommonOptions, Context, ExitStatus } from './commands/context.ts';
import { UsageError } from './errors.ts';

/** Why the program stops before a command has run. */
export type Stop = { status: ExitStatus };

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Options that every command knows. */
function common(command: Command, formats: readonly string[], usual: string): Command {
  return command
    .option(
      '--since <time>',
      'from this moment on: 2026-11-20, "2026-11-20 18:00", -2h, "2 days ago", yesterday',
    )
    .option('--until <time>', 'before this moment; the same forms')
    .option(
      '--timezone <zone>',
      "the zone of the log's clock, where the log carries none (default: this machine's)",
    )
    .addOption(new Option('--format <format>', `output format (default: ${usual})`).choices(formats))
    .option('-o, --output <file>', 'write to this file; the ending chooses the format')
    .option('--cause <id>', 'only this cause; may be given several times', collect)
    .addOption(new Option('--color <when>', 'colors').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(
      new Option('--mta <mta>', 'whose log it is').choices(['auto', 'exim', 'postfix']).default('auto'),
    )
    .option('-q, --quiet', 'no progress line')
    .showHelpAfterError('(exiwhy COMMAND --help shows the options)');
}

const RETRY_WINDOW = 'how long after its last try a deferred mail counts as still retrying (default: 4d)';
const USERDOMAINS = 'the map from domain to account (default: /etc/userdomains)';

/**
 * The command line. It validates and says which command is to run; it reads and prints nothing itself.
 *
 * @param makeContext is called with the options of the chosen command.
 */
export function createProgram(
  makeContext: (options: CommonOptions) => Context,
  finish: (status: ExitStatus) => void,
): Command {
  const program = new Command('exiwhy')
    .description("Tells why mail was refused, from the mail server's log alone, and what to do about it.")
    .version(version(), '-V, --version')
    .exitOverride();

  common(
    program
      .command('trace')
      .argument(
        '[words...]',
        '[WHO] [LOG...]: an address, domain, local part, IP, CIDR, host name or account; log files',
      )
      .usage('[options] [WHO] [LOG...]')
      .description(
        'every refused mail that concerns WHO: when, from, to, by which host, why, what became of it',
      )
      .option('--sender <who>', 'only this envelope sender (address, domain or local part)')
      .option('--recipient <who>', 'only this recipient (address, domain or local part)')
      .option('--host <host>', 'only this client or callout host (IP, CIDR or name)')
      .option('--account <user>', "only mail of this cPanel account's domains")
      .option('--userdomains <file>', USERDOMAINS)
      .option('--retry-window <span>', RETRY_WINDOW)
      .option('--each', 'print each try by itself')
      .option('--raw', 'print the original log lines of each attempt, a blank line between'),
    ['text', 'json', 'ndjson', 'csv', 'markdown', 'html'],
    'text',
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
    .action(async (words: string[], options) => {
      const { trace } = await import('./commands/trace.ts');
      finish(await trace(words, options, makeContext(options)));
    });

  common(
    program
      .command('report')
      .argument('[logs...]', "log files, - for stdin; none: this machine's log")
      .usage('[options] [LOG...]')
      .description('the whole server: what was stopped and why, problems first')
      .option('--top <n>', 'rows of each table', '10')
      .addOption(
        new Option('--detail <level>', 'how many tables').choices(['low', 'med', 'high']).default('med'),
      )
      .option('--userdomains <file>', USERDOMAINS)
      .option('--retry-window <span>', RETRY_WINDOW)
      .option('--quiet-if-empty', 'print and send nothing when there is nothing to act on')
      .option('--mail-to <address>', 'send it by mail, text and HTML; may be given several times', collect)
      .option('--mail-from <address>', 'the sender of that mail (default: the user who runs this)')
      .option('--sendmail <file>', 'the program that sends it (default: /usr/sbin/sendmail)'),
    ['text', 'json', 'ndjson', 'csv', 'markdown', 'html', 'eml'],
    'text',
  )
    .addHelpText(
      'after',
      `
Examples:
  exiwhy report                                         this machine's log
  exiwhy report --since yesterday | mail -s "refused mail" root
  exiwhy report --since yesterday --quiet-if-empty --mail-to admin@example.com
  exiwhy report --detail high --top 50 -o report.html exim_mainlog
Exit status: 0 all the input was read, 2 some was not.`,
    )
    .action(async (logs: string[], options) => {
      const { report } = await import('./commands/report.ts');
      finish(await report(logs, options, makeContext(options)));
    });

  common(
    program
      .command('events')
      .argument('[logs...]', "log files, - for stdin; none: this machine's log")
      .usage('[options] [LOG...]')
      .description('the classified events, one JSON object for each log line'),
    ['ndjson', 'json'],
    'ndjson',
  )
    .addHelpText(
      'after',
      '\nExample:\n  exiwhy events exim_mainlog | jq -r \'select(.kind == "sender-verify") | .cause\' | sort | uniq -c',
    )
    .action(async (logs: string[], options) => {
      const { events } = await import('./commands/events.ts');
      finish(await events(logs, options, makeContext(options)));
    });

  for (const command of program.commands) command.exitOverride();
  return program;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

/** commander's own errors become ours; help and version are no errors. @returns null for those. */
export function asUsageError(error: unknown): UsageError | null | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return error.exitCode === 0 ? null : new UsageError(error.message);
}
