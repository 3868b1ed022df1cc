import { organisationOf } from '../organisation.ts';

/** What a remote reply itself offers: a stranger's text, so only what parses as a link or an address is taken. */
export interface Offered {
  /** http and https only. */
  links: string[];
  addresses: string[];
}

/** Linear: no repetition inside a repetition. */
const LINK = /(?:https?:\/\/|(?<![\w.@-])www\.)[^\s<>"'`\\]+/gi;
const ADDRESS = /(?<![\w.+-])[a-z0-9][a-z0-9._+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w@-])/gi;
/** What closes a sentence or a bracket is no part of a link. */
const TRAILING = /(?<![.,;:!?)\]}])[.,;:!?)\]}]+$/;
const LONGEST_LINK = 300;

/**
 * Finds the links and addresses in a reply as logged (`\n` stands between its lines).
 *
 * @param own addresses that the reply only repeats: the sender under test.
 */
export function offeredIn(reply: string | null, own: readonly string[]): Offered {
  const text = (reply ?? '').replace(/\\n/g, ' ');
  const known = new Set(own.map((address) => address.toLowerCase()));
  return {
    links: distinct([...text.matchAll(LINK)].flatMap(([found]) => linkOf(found.replace(TRAILING, '')))),
    addresses: distinct(
      [...text.replace(LINK, ' ').matchAll(ADDRESS)].map(([found]) => found.toLowerCase()),
    ).filter((address) => !known.has(address) && organisationOf(address.split('@')[1] ?? null) !== null),
  };
}

/** `https://help.example/?id=1`, or as people write it: `www.help.example`. */
function linkOf(found: string): string[] {
  const text = /^www\./i.test(found) ? `http://${found}` : found;
  if (text.length > LONGEST_LINK || !URL.canParse(text)) return [];
  const { username, hostname, href } = new URL(text);
  // A link with a user in it, or to a bare number, is no help page.
  return username === '' && organisationOf(hostname) !== null ? [href] : [];
}

const ZONE =
  /\b(?:using|by|at|in|on|see|via) (?:the )?(?:https?:\/\/)?((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?![\w-])/gi;

/** The blocklist that a reply names: `blocked using zen.dnsbl.example`. Null where it names none. */
export function blocklistIn(reply: string | null): string | null {
  const text = (reply ?? '').replace(/\\n/g, ' ');
  const hosts = [...text.matchAll(ZONE)].map(([, host = '']) => host.toLowerCase());
  return hosts.find((host) => organisationOf(host) !== null) ?? null;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
