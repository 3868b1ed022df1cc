import { isIPv6 } from 'node:net';
import { type AttemptJson, trace } from './told.ts';

/** The lists of the tested servers, by the names of `exiwhy whitelist --target`. */
export type ListTarget = 'whm-sender-verify-bypass' | 'postfix-client-access';

/**
 * The lines that would let the deferred clients of a log in, for one server's list.
 *
 * This is the place of `exiwhy whitelist`: until it exists the lines are made here of what `exiwhy trace` tells.
 */
export async function suggestedEntries(logs: readonly string[], target: ListTarget): Promise<string> {
  const deferred = (await trace(logs)).filter(isOurTimeout);
  const addresses = new Set(deferred.map(({ client }) => client?.ip ?? ''));
  return [...addresses].map((ip) => `${entry(ip, target)}\n`).join('');
}

function isOurTimeout({ cause, permanent }: AttemptJson): boolean {
  return permanent === false && cause === 'callout-connect-timeout';
}

/** A colon would end the key of Exim's list, so an IPv6 address stands in quotes there. */
export function entry(range: string, target: ListTarget): string {
  if (target === 'postfix-client-access') return `${range} OK`;
  return isIPv6(range.split('/')[0] ?? '') ? `"${range}"` : range;
}
