import type { Attempt } from '../attempt.ts';
import { type CauseId, causeOf } from '../causes/index.ts';
import { isVerification } from '../class.ts';
import { domainOf } from '../model/address.ts';
import type { Callout } from '../model/record.ts';
import { organisationOf } from '../organisation.ts';
import { RecentMap } from '../recent-map.ts';
import type { Case } from './cases.ts';
import { type RequestKind, requestOf, UNREACHABLE } from './letters/requests.ts';
import { isOutage, type OurFault } from './ours.ts';
import { offeredIn } from './reply-contacts.ts';
import { THRESHOLD } from './signals.ts';

/** A line of the log for a letter, with the moment that it speaks of. */
export interface EvidenceLine {
  /** Epoch ms. */
  at: number;
  text: string;
}

/** The last refusals of one sender domain for one cause, word for word. */
export interface Specimen {
  /** Of whom the answer speaks. */
  sender: string;
  callout: Callout | null;
  reason: string | null;
  lines: EvidenceLine[];
}

/** In a letter. */
const LINES = 3;
/** Sender domains whose words are remembered: the ones that go on failing stay. */
const REMEMBERED = 10_000;

/** Keeps the words of the log for the letters. */
export class Specimens {
  readonly #byKey = new RecentMap<Specimen>(REMEMBERED);

  add({ sender, cause, callout, reason, evidence, lines, at, submission }: Attempt): void {
    const domain = domainOf(sender);
    if (!sender || domain === null || submission || !isVerification(causeOf(cause))) return;
    const key = `${cause} ${domain}`;
    const known = this.#byKey.get(key);
    // Lines that rest on a cached answer do not show it.
    if (known && evidence !== 'logged') return;
    const before = known?.lines ?? [];
    // Copies: a part of a line keeps the whole block in memory.
    const fresh = lines.map(({ text }) => ({ at, text: Buffer.from(text).toString() }));
    this.#byKey.set(key, { sender, callout, reason, lines: [...before, ...fresh].slice(-LINES) });
  }

  get(domain: string, cause: CauseId): Specimen | null {
    return this.#byKey.get(`${cause} ${domain}`) ?? null;
  }
}

/** Whom to write to about one sender domain, and about what. */
export interface Contact {
  domain: string;
  cause: CauseId;
  request: RequestKind;
  /** Best first; never at a domain that cannot receive mail. */
  to: string[];
  /** Pages that the remote reply itself names. */
  links: string[];
  /** What to do where a mail will hardly arrive. */
  instead: string | null;
  cases: readonly [Case, ...Case[]];
  specimen: Specimen | null;
}

/** One contact for each failing sender domain that looks wanted, the likeliest first. */
export function contactsOf(
  cases: Iterable<Case>,
  specimens: Specimens,
  ours: readonly OurFault[],
): Contact[] {
  const byDomain = new Map<string, [Case, ...Case[]]>();
  for (const one of cases) {
    if (one.submission || one.unaccepted === 0 || one.wanted.score < THRESHOLD) continue;
    if (ours.some((fault) => isOutage(fault, one.causes, one.first, one.last))) continue;
    const known = byDomain.get(one.domain);
    if (known) known.push(one);
    else byDomain.set(one.domain, [one]);
  }
  const contacts = [...byDomain].flatMap(([domain, its]) => contactOf(domain, its, specimens) ?? []);
  return contacts.sort((a, b) => scoreOf(b) - scoreOf(a) || (a.domain < b.domain ? -1 : 1));
}

function scoreOf({ cases }: Contact): number {
  return cases.reduce((most, { wanted }) => Math.max(most, wanted.score), 0);
}

function contactOf(domain: string, cases: readonly [Case, ...Case[]], specimens: Specimens): Contact | null {
  const cause = cases.flatMap(({ causes }) => causes).find((id) => requestOf[id] !== undefined);
  const request = cause && requestOf[cause];
  if (!cause || !request) return null;
  const specimen = specimens.get(domain, cause);
  const senders = cases.flatMap((one) => one.senders);
  const offered = offeredIn(specimen?.callout?.text ?? null, senders);
  const organisation = organisationOf(domain);
  const host = organisationOf(specimen?.callout?.host ?? cases[0].callout.name);
  const dead = UNREACHABLE.has(request) ? domain : null;
  const postmasters = [organisation, host].flatMap((one) =>
    one === null || one === dead ? [] : [`postmaster@${one}`],
  );
  const alive = offered.addresses.filter((address) => domainOf(address) !== dead);
  return {
    domain,
    cause,
    request,
    to: [...new Set([...postmasters, ...alive])],
    links: offered.links,
    instead: insteadOf(request, domain, cases[0]),
    cases,
    specimen,
  };
}

function insteadOf(request: RequestKind, domain: string, { client }: Case): string | null {
  if (request === 'unblock') {
    return 'Their server refuses ours, so this letter may be refused as well: send it from another server, or use the page that the answer names.';
  }
  if (!UNREACHABLE.has(request)) return null;
  return `Mail to ${domain} itself goes nowhere: telephone, use the form on its web site, ask whoever wrote to pass it on, or write to the abuse contact of the network that sent it (whois ${client.ip}).`;
}
