import { formatNetwork, type Network, networkOf, parseAddress, parseNetwork, widthOf } from './network.ts';

/** One line of a list that the mail server takes for an entry. */
export interface ListEntry {
  /** 1-based. */
  line: number;
  /** The line as it stands. */
  text: string;
  /** What it matches: a network, or a sender address or domain; null where it matches nothing. */
  network: Network | null;
  sender: string | null;
  /** Why it does not do what whoever wrote it seems to have meant. */
  problem: string | null;
}

/** How a list is read by its server, and how one of our entries is written into it. */
export interface ListSyntax {
  parse: (text: string) => ListEntry[];
  /** @param entry a network in the form of formatNetwork(), or a sender that isSenderEntry() accepts. */
  write: (entry: string, comment: string) => string;
}

/**
 * Exim's net-iplsearch (lookups/lsearch.c, 4.50-4.99; each rule here was measured on 4.96): the key ends at white space
 * or at a colon, so IPv6 stands in quotes; a line that begins with white space continues the one before; `#` begins a
 * comment only at the line's start, but what stands behind the key is data that nobody reads.
 */
export const netIplsearch: ListSyntax = {
  parse: (text) => entriesOf(text, iplsearchEntry, true),
  write: (entry, comment) => `${entry.includes(':') ? `"${entry}"` : entry} # ${comment}`,
};

/**
 * A host list in a file (`hosts = /path`, Exim match.c): an item a line, `#` begins a comment anywhere. A list whose
 * last item is an exception (`!192.0.2.1`) lets everybody else in, as if `*` stood behind it.
 */
export const eximHostList: ListSyntax = {
  parse: (text) => {
    const entries = entriesOf(text, hostListEntry);
    const last = entries.at(-1);
    if (!last) return [];
    // `*` is both families; entriesOf() knows only one network a line.
    const open = /^\s*!/.test(last.text)
      ? [
          ...entries.slice(0, -1),
          { ...last, ...everything(`${last.text.trim()}, an exception as the last item,`, 4) },
        ]
      : entries;
    return open.flatMap((entry) =>
      entry.network?.bits === 0 && !entry.text.includes('/')
        ? [entry, { ...entry, ...everything(entry.text.trim(), 6) }]
        : [entry],
    );
  },
  write: (entry, comment) => `${entry} # ${comment}`,
};

/** Postfix cidr_table(5): a comment stands on a line of its own, for all behind the network is the action. */
export const cidrTable: ListSyntax = {
  parse: (text) => entriesOf(text, cidrEntry),
  write: (entry, comment) => `# ${comment}\n${entry} OK`,
};

/** Conditions of an ACL statement, which may be given many times: all of them must hold (Exim specification, ACLs). */
export const aclConditions: ListSyntax = {
  parse: (text) => entriesOf(text, aclEntry),
  write: (entry, comment) => `# ${comment}\n    !hosts = <; ${entry}`,
};

/** Envelope senders: Exim's address list in a file (`bare`), or a Postfix access(5) table whose action is OK. */
export function senderTable(form: 'bare' | 'ok'): ListSyntax {
  return {
    parse: (text) => entriesOf(text, senderEntry),
    // Exim takes a bare domain for the domain of any sender, as Postfix does.
    write: (entry, comment) => (form === 'ok' ? `# ${comment}\n${entry} OK` : `${entry} # ${comment}`),
  };
}

type Reader = (text: string) => Pick<ListEntry, 'network' | 'sender' | 'problem'> | null;

/** @param swallows the newline behind a NUL byte is not seen, so that the next line is lost: lsearch.c, fgets(). */
function entriesOf(text: string, read: Reader, swallows = false): ListEntry[] {
  const entries: ListEntry[] = [];
  let lost = false;
  for (const [index, line] of text.split('\n').entries()) {
    // The server reads C strings: a NUL byte ends the line.
    const nul = line.indexOf('\0');
    const found = lost
      ? nothing('the line above holds a NUL byte: the server does not see this one')
      : read((nul === -1 ? line : line.slice(0, nul)).replace(/\r$/, ''));
    lost = swallows && nul !== -1;
    if (found) entries.push({ line: index + 1, text: line, ...found });
  }
  return entries;
}

const nothing = (problem: string): ReturnType<Reader> => ({ network: null, sender: null, problem });

function iplsearchEntry(line: string): ReturnType<Reader> {
  if (line === '' || line.startsWith('#')) return null;
  if (/^\s/.test(line)) {
    return /^\s*(?:#|$)/.test(line) ? null : nothing('it begins with a space: it continues the line above');
  }
  const quoted = /^"((?:[^"\\]|\\.)*)"?/.exec(line);
  const key = quoted ? (quoted[1] ?? '') : (/^[^\s:]*/.exec(line)?.[0] ?? '');
  if (!quoted && parseAddress(line.split(/[\s/]/)[0] ?? '')?.family === 6) {
    return nothing('an IPv6 address needs double quotes, for the first colon ends the key');
  }
  return networkEntry(key) ?? nothing('it is no address, and this list never looks at names');
}

function hostListEntry(line: string): ReturnType<Reader> {
  const item = (line.split('#')[0] ?? '').trim();
  if (item === '') return null;
  if (item === '*') return everything(item, 4);
  if (item.startsWith('!')) return nothing('it is an exception: it keeps a host out of the list');
  return (
    networkEntry(item) ??
    nothing('it is a name: it needs DNS at each connection, and hides what follows when DNS fails')
  );
}

/** `    !hosts = <; 192.0.2.1`: `<;` keeps the colons of IPv6 from separating items. */
function aclEntry(line: string): ReturnType<Reader> {
  const item = /^\s*!hosts = <; (\S+)$/.exec(line)?.[1];
  return item === undefined ? null : (networkEntry(item) ?? nothing('it is no address'));
}

function cidrEntry(line: string): ReturnType<Reader> {
  if (/^\s*(?:#|$)/.test(line)) return null;
  if (/^\s/.test(line)) return nothing('it begins with a space: it continues the line above');
  const [bracketed = '', action = ''] = line.split(/\s+/);
  const pattern = bracketed.replace(/^\[([^\]]*)\]/, '$1');
  const network = parseNetwork(pattern);
  if (!network) return nothing('its pattern is no network');
  const address = parseAddress(pattern.split('/')[0] ?? '');
  if (address && address.value !== network.base)
    return nothing('host bits are set: Postfix skips such a line');
  if (!/^(?:OK|PERMIT|DUNNO)$/i.test(action)) return nothing(`its action is ${action || 'missing'}, not OK`);
  return judged(network);
}

function senderEntry(line: string): ReturnType<Reader> {
  const [key = ''] = line.replace(/\s#.*/s, '').trim().split(/\s+/);
  if (key === '' || key.startsWith('#')) return null;
  const sender = key.replace(/^\*?@/, '').toLowerCase();
  return isSenderEntry(sender)
    ? { network: null, sender, problem: null }
    : nothing('it is neither an address nor a domain that can be compared here');
}

/**
 * A key as host.c and lsearch.c read it: an address, and a mask that is more forgiving than anybody would think.
 *
 *     203.0.113.5/33   as /32        203.0.113.5/08   as /8
 *     203.0.113.5/     as /0: every IPv4 address
 *     203.0.113.5/abc  nothing
 *
 * @returns null where no address stands.
 */
function networkEntry(key: string): ReturnType<Reader> {
  const slash = key.indexOf('/');
  const address = parseAddress(slash === -1 ? key : key.slice(0, slash));
  if (!address) return null;
  const width = widthOf(address.family);
  if (slash === -1) return judged(networkOf(address.family, address.value, width));
  const mask = key.slice(slash + 1);
  if (mask === '') return everything(key, address.family);
  if (!/^\d+$/.test(mask)) return nothing('its mask is no number');
  return judged(networkOf(address.family, address.value, Math.min(Number(mask), width)));
}

/** An organisation that has more than that would not be one correspondent. */
const HUGE = { 4: 16, 6: 32 } as const;

function judged(network: Network): ReturnType<Reader> {
  if (network.bits === 0) return everything(formatNetwork(network), network.family);
  const huge = network.bits < HUGE[network.family];
  return {
    network,
    sender: null,
    problem: huge ? 'it opens the check to a large part of the internet' : null,
  };
}

function everything(text: string, family: 4 | 6): NonNullable<ReturnType<Reader>> {
  return {
    network: { family, base: 0n, bits: 0 },
    sender: null,
    problem: `DANGER: ${text} matches every IPv${family} address`,
  };
}

const SENDER_ENTRY =
  /^(?:[a-z0-9][a-z0-9._+=-]{0,63}@)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

/** Whether a text is a plain address or domain, in lower case, without anything that a list gives a meaning. */
export function isSenderEntry(text: string): boolean {
  return text.length <= 254 && SENDER_ENTRY.test(text);
}
