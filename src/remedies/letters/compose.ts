import { utcStamp } from '../../time/iso.ts';
import type { Contact } from '../contacts.ts';
import { isSenderEntry } from '../lists.ts';
import { english } from './english.ts';
import { russian } from './russian.ts';
import { fill, type Letter } from './template.ts';
import type { Words } from './words.ts';

const languages = { en: english, ru: russian } as const satisfies Readonly<Record<string, Words>>;
export type Language = keyof typeof languages;

/** Who writes. */
export interface Us {
  name: string;
  /** From which our server asked. */
  address: string | null;
  contact: string;
}

/** Addresses that a letter names. */
const NAMED = 5;

/**
 * Writes the letter to a postmaster, or the plain words for our own customer.
 *
 * @param own a template of the site's own, instead of the language's.
 * @throws TemplateError where the site's own template cannot be filled in.
 */
export function letterOf(
  contact: Contact,
  audience: 'postmaster' | 'customer',
  language: Language,
  us: Us,
  own: string | null,
): Letter {
  const words: Words = languages[language];
  const { problem, request, customer } = words.requests[contact.request];
  const template = own ?? (audience === 'customer' ? words.customer : words.letter);
  const { domain, cases } = contact;
  const period = {
    first: utcStamp(Math.min(...cases.map(({ first }) => first))),
    last: utcStamp(Math.max(...cases.map(({ last }) => last))),
  };
  // What a customer gets holds neither addresses of machines nor lines of the log, even by a template of the site.
  if (audience === 'customer')
    return fill(template, { domain, ...period, customer, ourName: us.name, ourContact: us.contact });
  return fill(template, {
    ...factsOf(contact, words),
    ourServer: us.address === null ? us.name : `${us.name} [${us.address}]`,
    ...period,
    problem,
    request,
    customer,
    ourName: us.name,
    ourContact: us.contact,
  });
}

function factsOf({ domain, cases, specimen, request }: Contact, words: Words): Record<string, string> {
  const callout = specimen?.callout ?? null;
  const [{ client, callout: asked }] = cases;
  const host = callout?.host ?? asked.name;
  const ip = callout?.ip ?? asked.ip;
  return {
    domain,
    host: oneLine(host ?? ''),
    senders: named(cases.flatMap(({ senders }) => senders)),
    recipients: named(cases.flatMap(({ recipients }) => recipients)),
    client: oneLine(`${client.name ?? ''} [${client.ip}]`.trim()),
    attempts: String(cases.reduce((sum, { attempts }) => sum + attempts, 0)),
    asked: host === null ? '' : oneLine(`${host} [${ip}]`),
    command: oneLine(callout?.command ?? ''),
    reply: oneLine(callout?.text ?? specimen?.reason ?? words.noReply),
    lines: (specimen?.lines ?? [])
      .map(({ at, text }) => `  ${utcStamp(at)} ${oneLine(withoutStamp(text))}`)
      .join('\n'),
    test: testOf(request, domain, specimen?.sender ?? cases[0].senders[0] ?? '', host),
  };
}

function named(addresses: readonly string[]): string {
  const all = [...new Set(addresses)];
  const more = all.length > NAMED ? ` (+${all.length - NAMED})` : '';
  return oneLine(all.slice(0, NAMED).join(', ')) + more;
}

/** A stranger's text: control characters would let it imitate lines of the letter. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

/** `2008-11-17 15:02:27 [30121] `: the letter gives the moment in UTC instead. */
function withoutStamp(text: string): string {
  return text.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})?(?: [+-]\d{4})?(?: \[\d+\])? /, '');
}

const HOST_NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i;

/** A command for the reader's shell: only of words that mean nothing to a shell. */
function testOf(request: Contact['request'], domain: string, sender: string, host: string | null): string {
  if (request === 'repair-dns' || request === 'null-mx')
    return HOST_NAME.test(domain) ? `dig MX ${domain}` : '';
  if (host === null || !HOST_NAME.test(host) || !isSenderEntry(sender.toLowerCase())) return '';
  return `swaks --from '<>' --to ${sender} --server ${host} --quit-after RCPT`;
}
