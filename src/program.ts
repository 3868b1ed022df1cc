import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { type CommonOptions, type Context, type ExitStatus, isRedacted } from './commands/context.ts';
import { UnknownState, UsageError } from './errors.ts';
import { splits } from './owners.ts';
import { openly, type Redactor } from './redact/openly.ts';
import { targetIds } from './remedies/targets.ts';
import { colorModes } from './render/options.ts';

/** How a command writes: all at the end, or as it goes. */
export type Manner = 'whole' | 'stream';

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** What most commands can print, the usual format first. */
const FORMATS = ['text', 'json', 'ndjson', 'csv', 'markdown'];

const userdomains = (): Option =>
  new Option('--userdomains <file>', 'the map from domain to account (default: /etc/userdomains)');
const retryWindow = (): Option =>
  new Option(
    '--retry-window <span>',
    'how long after its last try a deferred mail counts as still retrying (default: 4d)',
  );

const index = (): Option =>
  new Option(
    '--index <folder>',
    'keep there where the lines of each rotated log stand: the next search for an address opens only what matters',
  );

/** Options of every command that reads a log. */
function reading(command: Command): Command {
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
    .option('--cause <id>', 'only this cause; may be given several times', collect)
    .addOption(
      new Option('--mta <mta>', 'whose log it is').choices(['auto', 'exim', 'postfix']).default('auto'),
    )
    .option('-q, --quiet', 'no progress line');
}

/** Options of every command that prints a document. @param formats the usual one first. */
function printing(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(new Option('--format <format>', `output format (default: ${formats[0]})`).choices(formats))
    .option('-o, --output <file>', 'write to this file; the ending chooses the format')
    .option('--redact', 'pseudonyms for addresses, hosts, IPs and all else that may name somebody')
    .option(
      '--redact-key <file>',
      'the same pseudonyms each time: the key is in this file, which is made if it is missing',
    )
    .addOption(new Option('--color <when>', 'colors').choices(colorModes).default('auto'));
}

/** Options of every command that tells what a log says. */
function common(command: Command, formats: readonly string[]): Command {
  return printing(reading(command), formats);
}

/** Takes whole logs. */
function logs(command: Command): Command {
  return command
    .argument('[logs...]', "log files, - for stdin; none: this machine's log")
    .usage('[options] [LOG...]');
}

/** Options that choose whose mail is told of. */
function query(command: Command): Command {
  return command
    .option('--sender <who>', 'only this envelope sender (address, domain or local part)')
    .option('--recipient <who>', 'only this recipient (address, domain or local part)')
    .option('--host <host>', 'only this client or callout host (IP, CIDR or name)')
    .option('--account <user>', "only mail of this cPanel account's domains")
    .addOption(userdomains());
}

type Run<Subject, Options> = (subject: Subject, options: Options, context: Context) => Promise<ExitStatus>;

/**
 * The command line. It validates and says which command is to run; it reads and prints nothing itself.
 *
 * @param contextFor is called with the options of the chosen command.
 */
export function createProgram(
  contextFor: (options: CommonOptions, manner: Manner) => Omit<Context, 'redactor'>,
  finish: (status: ExitStatus) => void,
): Command {
  const makeContext = async (options: CommonOptions, manner: Manner): Promise<Context> => {
    const context = contextFor(options, manner);
    const redactor = await redactorFor(options);
    return { ...context, redactor, warn: (text) => context.warn(redactor.message(text)) };
  };

  /** A command's code is loaded when it is asked for. */
  const run =
    <Subject, Options extends CommonOptions>(
      load: () => Promise<Run<Subject, Options>>,
      manner: Manner = 'whole',
    ) =>
    async (subject: Subject, options: Options): Promise<void> => {
      const command = await load();
      finish(await command(subject, options, await makeContext(options, manner)));
    };

  const program = new Command('exiwhy')
    .description("Tells why mail was refused, from the mail server's log alone, and what to do about it.")
    .version(version(), '-V, --version')
    .exitOverride();

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
    .action(run(async () => (await import('./commands/trace.ts')).trace));

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
      const { report } = await import('./commands/report.ts');
      finish(
        await report(
          logs,
          options,
          await makeContext(options.splitBy ? toFolder(options) : options, 'whole'),
        ),
      );
    });

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
    .action(run(async () => (await import('./commands/check.ts')).check));

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
    .action(run(async () => (await import('./commands/merge.ts')).merge));

  common(
    logs(program.command('events')).description('the classified events, one JSON object for each log line'),
    ['ndjson', 'json'],
  )
    .addHelpText(
      'after',
      '\nExample:\n  exiwhy events exim_mainlog | jq -r \'select(.kind == "sender-verify") | .cause\' | sort | uniq -c',
    )
    .action(run(async () => (await import('./commands/events.ts')).events, 'stream'));

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
    .action(run(async () => (await import('./commands/follow.ts')).follow, 'stream'));

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
    .action(run(async () => (await import('./commands/whitelist.ts')).whitelist));

  common(
    logs(program.command('contacts'))
      .description(
        'whom to write to for each failing domain that looks wanted, with the letter; nothing is sent',
      )
      .addOption(
        new Option('--for <whom>', 'the letter to the postmaster, or plain words for our own customer')
          .choices(['postmaster', 'customer'])
          .default('postmaster'),
      )
      .addOption(new Option('--language <code>', 'of the letter').choices(['en', 'ru']).default('en'))
      .option(
        '--template <file>',
        'a letter of your own: "Subject: ...", an empty line, text with {{domain}}',
      )
      .option('--our-name <name>', "who signs (default: this machine's name)")
      .option('--our-address <ip>', 'from which our server asks: by it they find us in their logs')
      .option('--our-contact <address>', 'where the answer is to go')
      .addOption(userdomains())
      .addOption(retryWindow()),
    [...FORMATS, 'eml'],
  )
    .addHelpText(
      'after',
      `
Examples:
  exiwhy contacts --since -7d                           whom to write to, and what
  exiwhy contacts --format eml -o drafts exim_mainlog   one draft a domain, for your mail program
  exiwhy contacts --for customer --language ru exim_mainlog
Exit status: 0 all the input was read, 2 some was not.`,
    )
    .action(async (logs: string[], options) => {
      const { contacts } = await import('./commands/contacts.ts');
      const context = await makeContext(options.format === 'eml' ? toFolder(options) : options, 'whole');
      finish(await contacts(logs, options, context));
    });

  printing(program.command('explain'), FORMATS)
    .argument('[text...]', 'a log line, a bounce, an SMTP reply, or the id of a cause; none: stdin')
    .usage('[options] [TEXT...]')
    .description('what one line, bounce or reply means, and whose job the cure is; offline')
    .addOption(
      new Option('--context <who>', 'whom a bare reply answered: our own mail, or our check of a sender')
        .choices(['delivery', 'callout'])
        .default('delivery'),
    )
    .addHelpText(
      'after',
      `
Examples:
  exiwhy explain '550 5.1.1 User unknown'
  grep chris exim_mainlog | exiwhy explain
  exiwhy explain callout-null-sender-refused`,
    )
    .action(run(async () => (await import('./commands/explain.ts')).explainTexts));

  for (const command of program.commands) {
    command.showHelpAfterError('(exiwhy COMMAND --help shows the options)');
  }
  return program;
}

/** Made only where it is asked for: it needs the words of all the tables. */
async function redactorFor(options: CommonOptions & { state?: string }): Promise<Redactor> {
  if (!isRedacted(options)) return openly;
  const { redactKey, state } = options;
  const { redactionKey } = await import('./redact/key.ts');
  const { redactorOf } = await import('./redact/redactor.ts');
  // From one nightly report to the next the pseudonyms stay the same.
  return redactorOf(redactionKey(redactKey ?? (state && `${state}.key`)));
}

/** Where the output is a folder, which the command makes itself. */
function toFolder({ output: _, ...options }: CommonOptions): CommonOptions {
  return options;
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
