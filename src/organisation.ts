import { getDomain } from 'tldts';

/**
 * The registered domain of a host or mail domain by the Public Suffix List, its private section included: two customers
 * of `github.io` are two organisations.
 *
 * @returns null for what has none: an IP address, a bare word, a public suffix itself.
 */
export function organisationOf(name: string | null): string | null {
  return name === null ? null : getDomain(name, { allowPrivateDomains: true, extractHostname: false });
}
