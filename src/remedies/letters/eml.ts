import MailComposer from 'nodemailer/lib/mail-composer';
import type { Letter } from './template.ts';

/**
 * Writes a draft (RFC 5322) that a mail program opens for editing: nothing is sent. `X-Unsent` makes Outlook and others
 * open it as a draft.
 *
 * @param from null where our own address was not told: the mail program fills it in.
 */
export async function emlOf(letter: Letter, from: string | null, to: readonly string[]): Promise<string> {
  const composer = new MailComposer({
    ...(from === null ? {} : { from }),
    to: [...to],
    subject: letter.subject,
    text: letter.text,
    headers: { 'X-Unsent': '1' },
    // A template cannot make it read files or fetch links.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return (await composer.compile().build()).toString();
}
