import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, messageOf, UsageError } from '../errors.ts';
import { checkedAddress } from './address.ts';

/** cPanel's file of each account, `KEY=value` a line. */
export const CPANEL_USERS = '/var/cpanel/users';

/**
 * Finds the contact address of an account or reseller: `CONTACTEMAIL=` in its file.
 *
 * @param name a plain one: it becomes the name of a file.
 * @returns null where there is none.
 * @throws UsageError where the file cannot be read, or what stands there is no address.
 */
export function contactAddress(folder: string, name: string): string | null {
  const address = /^CONTACTEMAIL=(.*)$/m.exec(userFile(join(folder, name)))?.[1]?.trim() ?? '';
  return address === '' ? null : checkedAddress(address);
}

function userFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // root, who owns accounts, is none.
    if (codeOf(error) === 'ENOENT') return '';
    throw new UsageError(`cannot read the contact address in ${path}: ${messageOf(error)}`);
  }
}
