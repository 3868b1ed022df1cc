import { isIP } from 'node:net';
import type { Pseudonyms } from './pseudonyms.ts';
import { vocabulary } from './vocabulary.ts';

/** What stands for words that are not told. */
const HIDDEN = '***';

const LOCAL = String.raw`(?:"(?:[^"\\]|\\.){0,128}"|[^\s<>()[\]"',;:@]{1,320})`;
const LABEL = String.raw`[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,126}[\p{L}\p{N}_])?`;
/** Each alternative is one kind of token; of two that begin at one place the first wins. */
const TOKEN = new RegExp(
  [
    String.raw`(?<url>(?:https?|ftp|mailto|sip):[^\s<>"'()[\]{}\\]+)`,
    String.raw`(?<address>${LOCAL}?@(?:\[[^\]\s]{1,64}\]|${LABEL}(?:\.${LABEL}){0,64}))`,
    String.raw`(?<domain>(?<![\p{L}\p{N}_-])(?:${LABEL}\.){1,64}(?:xn--[a-z0-9-]+|\p{L}{1,63})(?![\p{L}\p{N}_-]))`,
    String.raw`(?<ipv4>(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d))`,
    String.raw`(?<colons>(?<![\p{L}\p{N}])[0-9a-f]{0,4}:[0-9a-f:.]{1,64}(?![\p{L}\p{N}@_-]))`,
  ].join('|'),
  'giu',
);

/** `sasl_username=bob@x.example`: the field's name is no part of the address. */
const FIELD = /^(?:sasl_username|set_id|orig_to|from|to|user|helo|client|sender|for|id)=/i;

/** Replaces whatever has the shape of an address, a host, a link or an IP; all other words stay. */
export function hideTokens(text: string, pseudonyms: Pseudonyms): string {
  return rewrite(text, pseudonyms, (between) => between);
}

/** Exchanges the tokens for pseudonyms, and what stands between them for what is made of it. */
function rewrite(text: string, pseudonyms: Pseudonyms, change: (between: string) => string): string {
  // A new line is two characters in the log, and its letter no part of the word behind it.
  return text
    .split(/(\\[nrt])/)
    .map((line, index) => (index % 2 === 1 ? line : rewriteLine(line, pseudonyms, change)))
    .join('');
}

function rewriteLine(text: string, pseudonyms: Pseudonyms, change: (between: string) => string): string {
  let result = '';
  let done = 0;
  for (const { 0: found, index, groups = {} } of text.matchAll(TOKEN)) {
    result += change(text.slice(done, index)) + pseudonymOf(found, groups, pseudonyms);
    done = index + found.length;
  }
  return result + change(text.slice(done));
}

type Groups = Readonly<Record<string, string | undefined>>;

function pseudonymOf(found: string, groups: Groups, pseudonyms: Pseudonyms): string {
  if (groups['url'] !== undefined) return hiddenUrl(found, pseudonyms);
  if (groups['domain'] !== undefined) return pseudonyms.domain(found);
  if (groups['ipv4'] !== undefined) return isIP(found) === 0 ? found : pseudonyms.ip(found);
  if (groups['colons'] !== undefined) return hiddenColons(found, pseudonyms);
  const field = FIELD.exec(found)?.[0] ?? '';
  return field + pseudonyms.address(found.slice(field.length));
}

/** An IPv6 address, with the mark of a sentence behind it; a time or a port with an IPv4 address; a hardware address. */
function hiddenColons(found: string, pseudonyms: Pseudonyms): string {
  for (const address of [found, found.slice(0, -1)])
    if (isIP(address) !== 0) return pseudonyms.ip(address) + found.slice(address.length);
  if (found.split(':').length > 4) return pseudonyms.name(found);
  return found.replace(/\d{1,3}(?:\.\d{1,3}){3}/g, (ip) => pseudonyms.ip(ip));
}

/** A link's path may name the person that it is for. */
function hiddenUrl(found: string, pseudonyms: Pseudonyms): string {
  const [, scheme = '', host = ''] = /^([a-z]+:\/*)(?:[^/?#]*@)?([^/?#:]*)/i.exec(found) ?? [];
  if (found.includes('@')) return `${scheme}${pseudonyms.address(found.slice(scheme.length))}`;
  return `${scheme}${pseudonyms.domain(host)}/`;
}

/** Stays in a free text: our pseudonyms, a date, the ids of messages. */
const KEPT =
  /(?:user|name|host|dom)-[a-z2-7]{8}(?:\.dom-[a-z2-7]{8})?(?:\.invalid)?|\d{4}-\d\d-\d\d(?:T(?=\d))?|\b[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})\b/;

/** `\320\277\321\200` is a word as Exim writes it. Longer numbers than a port may be somebody's. */
const WORD = new RegExp(String.raw`(${KEPT.source})|(?:\\\d{3}|\\x[0-9a-f]{2}|[\p{L}\p{M}\p{N}_'’])+`, 'giu');

/** What one line calls its client and its users, and the pseudonyms of these names. */
export type Names = ReadonlyMap<string, string>;

/** The same in a sentence of ours: our words stay, and these names, which may be any word, go as well. */
export function hideNames(text: string, pseudonyms: Pseudonyms, names: Names): string {
  return hideTokens(replaceNames(text, names), pseudonyms);
}

/** Fields whose value may be any word: what the client calls itself, and who logged in. */
const HOST_FIELDS = [/\bH=(?:\S{1,255} )?\(([^()]{1,255})\)/g, /\bhelo=<([^<>]{1,255})>/g];
const USER_FIELDS = [
  /\b(?:U|set_id|sasl_username|user)=([^\s,;()<>]{1,255})/g,
  /\bA=\w{1,64}:([^\s,;()]{1,255})/g,
];

/** A line has one or two; each is looked for in all of it, so a stranger who writes thousands gets no more of it. */
const MOST_NAMES = 16;

/**
 * The names in the fields of a line.
 *
 *     1xUm33-0000Et-1u <= bob@x.example H=(laptop) [192.0.2.1] P=esmtpsa A=dovecot_login:bob S=900
 *     NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 450 4.7.1 ...; from=<> to=<a@x.example> proto=ESMTP helo=<laptop>
 */
function namesIn(text: string, pseudonyms: Pseudonyms): [string, string][] {
  const valuesOf = (fields: readonly RegExp[]): string[] =>
    fields.flatMap((field) => [...text.matchAll(field)].slice(0, MOST_NAMES).map(([, value = '']) => value));
  return [
    ...valuesOf(HOST_FIELDS).map((name): [string, string] => [name, pseudonyms.domain(name)]),
    ...valuesOf(USER_FIELDS).map((name): [string, string] => [name, pseudonyms.address(name)]),
  ];
}

/**
 * Redacts a text that a stranger may have written: nothing is left of it but pseudonyms, small numbers, punctuation and
 * the words that the tables of causes know.
 */
export function hideFreeText(text: string, pseudonyms: Pseudonyms, names: Names = new Map()): string {
  const withoutSubject = text.replace(/\bT="(?:[^"\\]|\\.)*"/g, `T="${HIDDEN}"`);
  const named = replaceNames(withoutSubject, new Map([...names, ...namesIn(withoutSubject, pseudonyms)]));
  return rewrite(named, pseudonyms, knownWords).replace(/\*{3}(?:[\s\p{P}]?\*{3})+/gu, HIDDEN);
}

function knownWords(text: string): string {
  const known = vocabulary();
  const isKept = (word: string): boolean =>
    /^(?:\d{1,6}|\p{L})$/u.test(word) || known.has(word.toLowerCase());
  return text.replace(WORD, (word: string, kept: string | undefined) =>
    kept !== undefined || isKept(word) ? word : HIDDEN,
  );
}

/** The longest first: it may hold the others. */
function replaceNames(text: string, names: Names): string {
  return [...names]
    .filter(([name]) => name.length > 1)
    .sort(([a], [b]) => b.length - a.length)
    .reduce((result, [name, pseudonym]) => replaceWord(result, name, pseudonym), text);
}

const BEFORE = /[\p{L}\p{N}_.@-]$/u;
const BEHIND = /^(?:[\p{L}\p{N}_@-]|\.\p{L})/u;

/** Only where it stands alone: `mail` is not replaced in `mailbox`, nor in `mail.example`. */
function replaceWord(text: string, word: string, by: string): string {
  let result = '';
  let done = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
    const end = at + word.length;
    if (BEFORE.test(text.slice(Math.max(0, at - 2), at)) || BEHIND.test(text.slice(end, end + 3))) continue;
    result += text.slice(done, at) + by;
    done = end;
  }
  return result + text.slice(done);
}
