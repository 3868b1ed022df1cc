import { BlockList, isIP } from 'node:net';
import type { Attempt } from './attempt.ts';
import { domainOf } from './model/address.ts';

/** Decides whether an attempt concerns the person or machine that the user asked for. */
export type Matcher = (attempt: Attempt) => boolean;

/** What the user asked for, each on its own field; `who` on all of them. */
export interface Query {
  who?: string | undefined;
  sender?: string | undefined;
  recipient?: string | undefined;
  host?: string | undefined;
  /** The account's login and the domains that belong to it. */
  account?: { user: string; domains: ReadonlySet<string> } | undefined;
  /** Which account each hosted domain belongs to, for a `who` that is a login. */
  accounts?: ReadonlyMap<string, string> | undefined;
}

/** All the conditions of the query; the empty query matches everything. */
export function matcherOf(query: Query): Matcher {
  const conditions: Matcher[] = [];
  const { who, sender, recipient, host, account } = query;
  if (who !== undefined) conditions.push(anywhere(who, query.accounts ?? new Map()));
  if (sender !== undefined) {
    const matches = addressMatcher(sender);
    conditions.push((attempt) => matches(attempt.sender));
  }
  if (recipient !== undefined) {
    const matches = addressMatcher(recipient);
    conditions.push((attempt) => matches(attempt.recipient));
  }
  if (host !== undefined) conditions.push(hostMatcher(host));
  if (account !== undefined) conditions.push(accountMatcher(account.user, account.domains));
  return (attempt) => conditions.every((condition) => condition(attempt));
}

/**
 * A text in lower case that stands in every refusal which the query asks for and in all tries of the same mail; null
 * where no text surely does: hosts have several names, and a mail may be tried by another one.
 */
export function needleOf({ who, sender, recipient }: Query): string | null {
  const address = [who, sender, recipient].find((asked) => asked?.includes('@'));
  return address !== undefined && ASCII.test(address) ? withoutAngles(address).toLowerCase() : null;
}

/** With more texts than this it is faster to read the line than to look for them. */
const MOST_TEXTS = 8;

/**
 * Texts in lower case of which one stands in each line about a refusal that the query asks for, as far as the line itself
 * names whom; null where no text surely does.
 */
export function textsOf({ who, sender, recipient, host, account, accounts }: Query): string[] | null {
  const asked = [
    who === undefined ? null : textsOfAnybody(who, accounts),
    textOfAddress(sender),
    textOfAddress(recipient),
    textOfHost(host),
    account ? [account.user, ...account.domains] : null,
  ];
  const texts = asked.find((texts) => texts !== null && texts.length <= MOST_TEXTS && texts.every(isText));
  return texts?.map((text) => text.toLowerCase()) ?? null;
}

function textsOfAnybody(who: string, accounts: Query['accounts']): string[] | null {
  if (isAddressRange(who)) return textOfHost(who);
  return [withoutAngles(who), ...domainsOfAccount(who, accounts)];
}

function textOfAddress(asked: string | undefined): string[] | null {
  return asked === undefined ? null : [withoutAngles(asked)];
}

/** An IPv6 address may be written in several forms, and a range holds many. */
function textOfHost(asked: string | undefined): string[] | null {
  return asked === undefined || (isAddressRange(asked) && isIP(asked) !== 4) ? null : [asked];
}

function domainsOfAccount(user: string, accounts: Query['accounts']): string[] {
  return [...(accounts ?? [])].filter(([, owner]) => owner === user).map(([domain]) => domain);
}

function isText(text: string): boolean {
  return ASCII.test(text);
}

/** Whether the tries of a mail all match or none does: where a host is asked for, another one may have made some. */
export function isOfAddresses({ who, host }: Query): boolean {
  return host === undefined && (who === undefined || who.includes('@'));
}

const ASCII = /^[\x21-\x7e]+$/;

function withoutAngles(address: string): string {
  return address.replace(/^<(.*)>$/, '$1');
}

function anywhere(who: string, accounts: ReadonlyMap<string, string>): Matcher {
  if (isAddressRange(who)) return hostMatcher(who);
  const address = addressMatcher(who);
  const byAddress: Matcher = ({ sender, recipient, authenticatedAs }) =>
    address(sender) || address(recipient) || address(authenticatedAs);
  if (who.includes('@')) return byAddress;
  const byHost = hostMatcher(who);
  const byAccount = accountMatcher(who, new Set(domainsOfAccount(who, accounts)));
  return (attempt) => byAddress(attempt) || byHost(attempt) || byAccount(attempt);
}

/**
 * `bob@x.example` is that address, `@x.example` and `x.example` that domain without its subdomains, `bob` the local
 * part of any domain, `<>` the null reverse-path. Case is ignored, as every mailbox provider does.
 */
function addressMatcher(asked: string): (address: string | null) => boolean {
  const wanted = withoutAngles(asked).toLowerCase();
  if (wanted === '') return (address) => address === '';
  if (wanted.startsWith('@')) return (address) => domainOf(address) === wanted.slice(1);
  if (wanted.includes('@')) return (address) => address?.toLowerCase() === wanted;
  return (address) => domainOf(address) === wanted || localPartOf(address) === wanted;
}

function localPartOf(address: string | null): string | null {
  if (!address) return null;
  const at = address.lastIndexOf('@');
  return (at === -1 ? address : address.slice(0, at)).toLowerCase();
}

/** An address or CIDR, IPv4 or IPv6. */
export function isAddressRange(text: string): boolean {
  // isIP() takes 13 ms to find out for the first time that a name is none (Node 20).
  if (!/^[\da-f.:%/]+$/i.test(text)) return false;
  const [address = '', bits, more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** The client or the callout host, by address, by CIDR or by any of its names. */
function hostMatcher(asked: string): Matcher {
  if (isAddressRange(asked)) {
    const list = new BlockList();
    const [address = '', bits] = asked.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(address, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
    const matches = (ip: string | null | undefined): boolean => {
      const version = isIP(ip ?? '');
      return version !== 0 && list.check(ip ?? '', version === 4 ? 'ipv4' : 'ipv6');
    };
    return ({ client, callout }) => matches(client?.ip) || matches(callout?.ip);
  }
  const wanted = asked.toLowerCase();
  return ({ client, callout }) =>
    [client?.reverseName, client?.heloName, callout?.host].some((name) => name?.toLowerCase() === wanted);
}

function accountMatcher(user: string, domains: ReadonlySet<string>): Matcher {
  return ({ sender, recipient, authenticatedAs }) =>
    [sender, recipient, authenticatedAs].some((address) => domains.has(domainOf(address) ?? '')) ||
    authenticatedAs === user;
}
