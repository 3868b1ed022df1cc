/** Hands a message to the machine's own mail server, as cron does. */
import { accessSync, constants } from 'node:fs';
import { createTransport } from 'nodemailer';
import { messageOf, UsageError } from '../errors.ts';

/** Where every MTA on Linux puts its sendmail (FHS 3.0 §3.16). */
export const SENDMAIL = '/usr/sbin/sendmail';

/** @throws UsageError where there is no such program: said before the log is read, not after. */
export function checkSendmail(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new UsageError(`cannot send mail: there is no program ${path}`, 'name it with --sendmail FILE');
  }
}

/**
 * Runs `sendmail -i -- RECIPIENT...` without a shell, the message on its stdin. The envelope sender is the user who
 * runs it, which sendmail knows better than we do.
 * @param to addresses that `checkedAddress` let pass
 * @throws UsageError when the program cannot be run or says no
 */
export async function sendMessage(message: Buffer, to: readonly string[], path: string): Promise<void> {
  const transport = createTransport({ sendmail: true, path, args: ['--'], newline: 'unix' });
  try {
    await transport.sendMail({ envelope: { to: [...to] }, raw: message });
  } catch (error) {
    throw new UsageError(`cannot send mail to ${to.join(', ')} by ${path}: ${messageOf(error)}`);
  }
}
