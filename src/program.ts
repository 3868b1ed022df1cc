import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { defineCheck } from './command-line/check.ts';
import type { CommandLine, Manner } from './command-line/command-line.ts';
import { defineContacts } from './command-line/contacts.ts';
import { defineEvents } from './command-line/events.ts';
import { defineExplain } from './command-line/explain.ts';
import { defineFollow } from './command-line/follow.ts';
import { defineMerge } from './command-line/merge.ts';
import { defineReport } from './command-line/report.ts';
import { defineTrace } from './command-line/trace.ts';
import { defineWhitelist } from './command-line/whitelist.ts';
import { type CommonOptions, type Context, type ExitStatus, isRedacted } from './commands/context.ts';
import { UsageError } from './errors.ts';
import { openly, type Redactor } from './redact/openly.ts';

/** In the order of the help. */
const COMMANDS: readonly ((program: Command, commandLine: CommandLine) => void)[] = [
  defineTrace,
  defineReport,
  defineCheck,
  defineMerge,
  defineEvents,
  defineFollow,
  defineWhitelist,
  defineContacts,
  defineExplain,
];

/**
 * The command line. It validates and says which command is to run; it reads and prints nothing itself.
 *
 * @param openContext is called with the options of the chosen command.
 */
export function createProgram(
  openContext: (options: CommonOptions, manner: Manner) => Omit<Context, 'redactor'>,
  finish: (status: ExitStatus) => void,
): Command {
  const contextFor = async (options: CommonOptions, manner: Manner): Promise<Context> => {
    const context = openContext(options, manner);
    const redactor = await redactorFor(options);
    return { ...context, redactor, warn: (text) => context.warn(redactor.message(text)) };
  };
  const run: CommandLine['run'] =
    (load, manner = 'whole') =>
    async (subject, options) => {
      const command = await load();
      finish(await command(subject, options, await contextFor(options, manner)));
    };
  const program = new Command('exiwhy')
    .description("Tells why mail was refused, from the mail server's log alone, and what to do about it.")
    .version(version(), '-V, --version')
    .exitOverride();
  for (const define of COMMANDS) define(program, { contextFor, finish, run });
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

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

/** commander's own errors become ours; help and version are no errors. @returns null for those. */
export function asUsageError(error: unknown): UsageError | null | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return error.exitCode === 0 ? null : new UsageError(error.message);
}
