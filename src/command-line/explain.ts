import { type Command, Option } from 'commander';
import type { CommandLine } from './command-line.ts';
import { FORMATS, printing } from './options.ts';

export function defineExplain(program: Command, { run }: CommandLine): void {
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
    .action(run(async () => (await import('../commands/explain.ts')).explainTexts));
}
