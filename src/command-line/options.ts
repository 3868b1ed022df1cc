/** Options that several commands have. */
import { type Command, Option } from 'commander';
import { colorModes } from '../render/options.ts';

export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** What most commands can print, the usual format first. */
export const FORMATS = ['text', 'json', 'ndjson', 'csv', 'markdown'];

export const userdomains = (): Option =>
  new Option('--userdomains <file>', 'the map from domain to account (default: /etc/userdomains)');
export const retryWindow = (): Option =>
  new Option(
    '--retry-window <span>',
    'how long after its last try a deferred mail counts as still retrying (default: 4d)',
  );

export const index = (): Option =>
  new Option(
    '--index <folder>',
    'keep there where the lines of each rotated log stand: the next search for an address opens only what matters',
  );

/** Options of every command that reads a log. */
export function reading(command: Command): Command {
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
export function printing(command: Command, formats: readonly string[]): Command {
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
export function common(command: Command, formats: readonly string[]): Command {
  return printing(reading(command), formats);
}

/** Takes whole logs. */
export function logs(command: Command): Command {
  return command
    .argument('[logs...]', "log files, - for stdin; none: this machine's log")
    .usage('[options] [LOG...]');
}

/** Options that choose whose mail is told of. */
export function query(command: Command): Command {
  return command
    .option('--sender <who>', 'only this envelope sender (address, domain or local part)')
    .option('--recipient <who>', 'only this recipient (address, domain or local part)')
    .option('--host <host>', 'only this client or callout host (IP, CIDR or name)')
    .option('--account <user>', "only mail of this cPanel account's domains")
    .addOption(userdomains());
}
