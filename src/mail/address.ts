import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { UsageError } from '../errors.ts';

/**
 * A mailbox that every sendmail takes as it is: a dot-string (RFC 5321 §4.1.2) in ASCII without the characters that
 * mean a pipe, a file or a route to some MTA (`|`, `/`, `!`, `%`), with a domain or, as in cron's MAILTO, without.
 */
const MAILBOX = /^[a-z0-9_][a-z0-9_+=~.-]{0,63}(?:@(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)?$/i;

/** @throws UsageError for what is no plain address. */
export function checkedAddress(text: string): string {
  if (MAILBOX.test(text) && !/\.\.|\.@|\.$/.test(text)) return text;
  throw new UsageError(
    `${JSON.stringify(text)} is no mail address`,
    'name one like admin@example.com, or a user of this machine like root',
  );
}

/** Gives an address without a domain the one of this machine, for the headers. */
export function qualified(address: string): string {
  return address.includes('@') ? address : `${address}@${machineName()}`;
}

/** Whose mail it is when nobody says: the user that runs the command, as cron does. */
export function ownAddress(): string {
  return qualified(userInfo().username);
}

/** The machine's full name; where the kernel knows only the short one, Debian's mail name. */
export function machineName(): string {
  const name = hostname();
  if (name.includes('.')) return name;
  try {
    return readFileSync('/etc/mailname', 'utf8').trim() || name;
  } catch {
    // Only Debian has that file.
    return name;
  }
}
