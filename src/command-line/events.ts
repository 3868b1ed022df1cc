import type { Command } from 'commander';
import type { CommandLine } from './command-line.ts';
import { common, logs } from './options.ts';

export function defineEvents(program: Command, { run }: CommandLine): void {
  common(
    logs(program.command('events')).description('the classified events, one JSON object for each log line'),
    ['ndjson', 'json'],
  )
    .addHelpText(
      'after',
      '\nExample:\n  exiwhy events exim_mainlog | jq -r \'select(.kind == "sender-verify") | .cause\' | sort | uniq -c',
    )
    .action(run(async () => (await import('../commands/events.ts')).events, 'stream'));
}
