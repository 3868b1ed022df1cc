import { type Command, Option } from 'commander';
import { type CommandLine, toFolder } from './command-line.ts';
import { common, FORMATS, logs, retryWindow, userdomains } from './options.ts';

export function defineContacts(program: Command, { finish, contextFor }: CommandLine): void {
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
      const { contacts } = await import('../commands/contacts.ts');
      const context = await contextFor(options.format === 'eml' ? toFolder(options) : options, 'whole');
      finish(await contacts(logs, options, context));
    });
}
