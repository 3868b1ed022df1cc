import { domainsOf, readAccounts } from '../accounts.ts';
import type { Query } from '../who.ts';
import type { CommonOptions } from './context.ts';

/** The options that choose whose mail is told of. */
export interface QueryOptions extends CommonOptions {
  sender?: string;
  recipient?: string;
  host?: string;
  account?: string;
}

/** @throws UsageError for an account or a map of accounts that is not there. */
export function queryOf(who: string | undefined, options: QueryOptions): Query {
  const { sender, recipient, host, account: user, userdomains } = options;
  const asked = { who, sender, recipient, host };
  if (user !== undefined) {
    return { ...asked, account: { user, domains: domainsOf(readAccounts(userdomains), user, userdomains) } };
  }
  // A bare word may be the login of a cPanel account.
  const accounts =
    who !== undefined && /^[a-z][a-z0-9_-]*$/i.test(who) ? readAccounts(userdomains) : new Map();
  return { ...asked, accounts };
}
