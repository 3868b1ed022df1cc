import { type Accounts, readAccounts } from './accounts.ts';
import type { Attempt } from './attempt.ts';
import { UsageError } from './errors.ts';
import { domainOf } from './model/address.ts';

/** cPanel's main domain of each account, `domain: user`; a part of what /etc/userdomains has. */
const TRUEUSERDOMAINS = '/etc/trueuserdomains';
/** cPanel's reseller of each account, `user: owner`. */
const TRUEUSEROWNERS = '/etc/trueuserowners';

/** By what a report can be split. */
export const splits = ['account', 'reseller'] as const;
export type SplitBy = (typeof splits)[number];

/** The paths that the user named; the others are cPanel's own. */
export interface OwnerFiles {
  userdomains?: string;
  trueuserdomains?: string;
  trueuserowners?: string;
}

/** Tells in whose report a refusal belongs. */
export class Owners {
  /** From domain to account. */
  readonly #accounts: Accounts;
  /** From account to the owner of the report: itself, or its reseller. */
  readonly #owners: ReadonlyMap<string, string>;

  constructor(accounts: Accounts, owners: ReadonlyMap<string, string>) {
    this.#accounts = accounts;
    this.#owners = owners;
  }

  /** All of them, also those who have nothing to be told. */
  names(): string[] {
    return [...new Set(this.#owners.values())].sort();
  }

  /** The domains of one owner, with their accounts. */
  accountsOf(owner: string): Accounts {
    return new Map([...this.#accounts].filter(([, account]) => this.#owners.get(account) === owner));
  }

  /**
   * The owner of the recipient; of our own mail and of what our own users hand in, that of the sender. A login says more
   * than the sender, which anybody may write: where it belongs to no account, nobody is told.
   *
   * @returns null where that is nobody here.
   */
  ownerOf({ direction, submission, sender, recipient, authenticatedAs }: Attempt): string | null {
    if (direction === 'inbound' && !submission) return this.#ownerOfAddress(recipient);
    if (authenticatedAs === null) return this.#ownerOfAddress(sender);
    return this.#owners.get(authenticatedAs.toLowerCase()) ?? this.#ownerOfAddress(authenticatedAs);
  }

  #ownerOfAddress(address: string | null): string | null {
    return this.#owners.get(this.#accounts.get(domainOf(address) ?? '') ?? '') ?? null;
  }
}

/** @throws UsageError where the maps are not there, or name nobody. */
export function readOwners(by: SplitBy, files: OwnerFiles): Owners {
  const { userdomains, trueuserdomains } = files;
  // Maps of two machines are not mixed.
  const main = userdomains === undefined || trueuserdomains !== undefined;
  const accounts = new Map([
    ...(main ? readAccounts(trueuserdomains, TRUEUSERDOMAINS) : []),
    ...readAccounts(userdomains),
  ]);
  if (accounts.size === 0) {
    throw new UsageError('this machine has no map of accounts', 'name one with --userdomains FILE');
  }
  const names = new Set(accounts.values());
  if (by === 'account') return new Owners(accounts, new Map([...names].map((name) => [name, name])));
  const owners = readAccounts(files.trueuserowners, TRUEUSEROWNERS);
  if (owners.size === 0) {
    throw new UsageError('this machine has no map of resellers', 'name one with --trueuserowners FILE');
  }
  // An account that nobody owns is told by itself.
  return new Owners(
    accounts,
    new Map([...names].map((name) => [name, owners.get(name.toLowerCase()) ?? name])),
  );
}
