import { readFileSync } from 'node:fs';
import { messageOf, UsageError } from './errors.ts';

/** cPanel's map from domain to account. */
const USERDOMAINS = '/etc/userdomains';

/** Which account each hosted domain belongs to. */
export type Accounts = ReadonlyMap<string, string>;

/**
 * Parses /etc/userdomains (cPanel 11.120: `domain: user` a line, `#` comments, `*: nobody` for all others), and the maps
 * of the same form beside it.
 */
function parseUserdomains(text: string): Accounts {
  const accounts = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([^#\s:*][^\s:]*)\s*:\s*(\S+)/.exec(line);
    if (match?.[1] && match[2]) accounts.set(match[1].toLowerCase(), match[2]);
  }
  return accounts;
}

/**
 * Reads the map; an absent default file means a machine without accounts.
 *
 * @param usual where it is, if no path is named.
 * @throws UsageError when the one that is named is unreadable.
 */
export function readAccounts(path: string | undefined, usual: string = USERDOMAINS): Accounts {
  try {
    return parseUserdomains(readFileSync(path ?? usual, 'utf8'));
  } catch (error) {
    if (path === undefined) return new Map();
    throw new UsageError(`cannot read the account map ${path}: ${messageOf(error)}`);
  }
}

/** The domains of one account. @throws UsageError when the map does not know the account. */
export function domainsOf(accounts: Accounts, user: string, path: string | undefined): ReadonlySet<string> {
  const domains = [...accounts].filter(([, owner]) => owner === user).map(([domain]) => domain);
  if (domains.length === 0) {
    throw new UsageError(
      `no domain belongs to the account ${user} in ${path ?? USERDOMAINS}`,
      'name another map with --userdomains FILE',
    );
  }
  return new Set(domains);
}
