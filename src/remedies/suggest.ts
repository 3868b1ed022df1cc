import { type CauseId, causeOf } from '../causes/index.ts';
import { organisationOf } from '../organisation.ts';
import type { Case } from './cases.ts';
import { isOurs } from './fault.ts';
import { foldNetworks } from './fold.ts';
import { isSenderEntry, type ListEntry } from './lists.ts';
import { clientNetwork, covers, formatNetwork, type Network, parseNetwork } from './network.ts';
import { isOutage, type OurFault } from './ours.ts';
import { isPublicDomain, poolOf } from './providers.ts';
import { THRESHOLD } from './signals.ts';
import type { Target } from './targets.ts';

/** An entry that would let wanted mail in. */
export interface Suggestion {
  /** A network or a sender, in the form in which it was validated. */
  entry: string;
  /** The cases that it cures, the likeliest first. */
  cases: readonly [Case, ...Case[]];
  because: CauseId[];
  caution: string | null;
  alreadyListed: boolean;
  replay: Replay;
}

/** Attempts of the log that the entry would have let past the check. */
export interface Replay {
  wantedLetIn: number;
  unwantedLetIn: number;
}

/** A case without an entry, and why. */
export interface Refusal {
  case: Case;
  reason: string;
}

export interface Suggestions {
  suggestions: Suggestion[];
  refusals: Refusal[];
}

/** Why a case gets no entry; the first one that holds is told. */
interface Gate {
  holds: (one: Case, target: Target, ours: readonly OurFault[]) => boolean;
  text: (one: Case, target: Target) => string;
}

const gates: readonly Gate[] = [
  {
    holds: ({ submission }) => submission,
    text: () => 'our own user or machine was the client: the cure is at home',
  },
  { holds: ({ unaccepted }) => unaccepted === 0, text: () => 'it got through by itself' },
  {
    holds: ({ domain }) => domain === '',
    text: () => 'the sender has no domain, as a bounce: it is not verified by a callout',
  },
  {
    holds: ({ client }) => clientNetwork(client.ip) === null,
    text: () => "the client's address can be no entry",
  },
  {
    holds: ({ causes, first, last }, _, ours) => ours.some((fault) => isOutage(fault, causes, first, last)),
    text: () => 'it is us: this server reached nobody at that time',
  },
  { holds: (one, target) => helped(one, target).length === 0, text: whyNotHelped },
  {
    holds: ({ wanted }) => wanted.signals.some(({ id }) => id === 'forged-local'),
    text: ({ domain }) => `${domain} is hosted here: an entry would let strangers send in its name`,
  },
  {
    holds: ({ client }, { key }) => key === 'client' && poolOf(client.name) !== null,
    text: ({ client, domain }) =>
      `the client is one of a shared pool (${poolOf(client.name)}): its next mail comes from another address; ` +
      `list the sender ${domain} instead (--target exim4-sender or postfix-sender-access), or write to its postmaster`,
  },
  {
    holds: ({ wanted }) => wanted.score < THRESHOLD,
    text: ({ wanted }) => `it does not look wanted (score ${wanted.score.toFixed(2)})`,
  },
  {
    holds: ({ tied }, { key }) => key === 'client' && !tied,
    text: ({ domain }) =>
      `nothing that cannot be forged ties the client to ${domain}: ask the sender which servers send its mail`,
  },
  {
    holds: ({ tied, heloMatches }, { key }) => key === 'sender' && !tied && !heloMatches,
    text: ({ domain }) =>
      `nothing ties the client to ${domain}, and it calls itself by a name that is not its own: it may be a forger`,
  },
  {
    holds: (one, { key }) => key === 'sender' && senderEntries(one).length === 0,
    text: () => 'the sender can be no entry: it holds characters that a list gives a meaning',
  },
];

/** The causes of a case for which skipping the check helps, and does no harm. */
function helped({ causes }: Case, target: Target): CauseId[] {
  return causes.filter((id) => whyNot(id, target) === null);
}

/** @returns null where an entry of this target helps against this cause. */
function whyNot(id: CauseId, target: Target): string | null {
  const { skips, caution, fault } = causeOf(id);
  if (!target.skips.includes(skips)) return `${target.id} does not skip the check that refused it`;
  if (caution !== undefined) return caution;
  if (isOurs(id)) return 'it is us: the cure is on this server, not in a list';
  if (fault === 'sender')
    return "the sender's own server or DNS disowns it: write to the sender (exiwhy contacts)";
  if (id === 'verify-reason-unlogged') return 'the log does not hold the cause';
  return null;
}

function whyNotHelped({ causes }: Case, target: Target): string {
  const [cause] = causes;
  return (cause && whyNot(cause, target)) ?? 'no cause is known';
}

/**
 * Finds the least entries that let the wanted mail in.
 *
 * @param listed the entries of the list as it stands.
 * @param ours what stopped mail on our own side.
 * @param wantAll keep every refusal; else only those of mail that looks wanted.
 */
export function suggest(
  cases: Iterable<Case>,
  target: Target,
  listed: readonly ListEntry[],
  ours: readonly OurFault[],
  wantAll: boolean,
): Suggestions {
  const passed: Case[] = [];
  const refusals: Refusal[] = [];
  const crowd = new Crowd(target.key);
  for (const one of cases) {
    crowd.add(one);
    const gate = gates.find(({ holds }) => holds(one, target, ours));
    if (!gate) passed.push(one);
    else if (wantAll || one.wanted.score >= THRESHOLD)
      refusals.push({ case: one, reason: gate.text(one, target) });
  }
  const found = target.key === 'client' ? clientSuggestions(passed, crowd) : senderSuggestions(passed);
  const suggestions: Suggestion[] = [];
  for (const { entry, cases: cured } of found) {
    const replay = crowd.replay(entry);
    if (replay.unwantedLetIn > replay.wantedLetIn) {
      const reason = `it would let ${replay.unwantedLetIn} unwanted attempts past the check, and ${replay.wantedLetIn} wanted ones`;
      refusals.push(...cured.map((one) => ({ case: one, reason })));
      continue;
    }
    suggestions.push({
      entry,
      cases: cured,
      because: [...new Set(cured.flatMap((one) => helped(one, target)))],
      caution: cautionOf(cured, target),
      alreadyListed: isListed(entry, listed),
      replay,
    });
  }
  return {
    suggestions: suggestions.sort((a, b) => b.cases[0].wanted.score - a.cases[0].wanted.score),
    refusals: refusals.sort((a, b) => b.case.wanted.score - a.case.wanted.score),
  };
}

export const NEW_HERE =
  'The log holds no mail from or to this sender that got through: make sure that you expect it.';

/** Only names and manners speak for it, which an ambitious spammer can arrange. */
export function isNewHere(cases: readonly Case[]): boolean {
  return cases.every(({ unknownHere }) => unknownHere);
}

function cautionOf(cases: readonly Case[], { caution }: Target): string | null {
  const parts = caution === undefined ? [] : [caution];
  if (isNewHere(cases)) parts.push(NEW_HERE);
  return parts.length > 0 ? parts.join(' ') : null;
}

interface Entry {
  entry: string;
  cases: readonly [Case, ...Case[]];
}

/** One entry for each client, folded where the evidence covers a network. */
function clientSuggestions(cases: readonly Case[], crowd: Crowd): Entry[] {
  const networks = cases.flatMap((one) => {
    const network = clientNetwork(one.client.ip);
    return network ? [{ network, organisation: organisationOf(one.client.name) }] : [];
  });
  return foldNetworks(networks, (network) => crowd.hasStranger(network)).flatMap((network) => {
    const [first, ...more] = byScore(cases.filter(({ client }) => within(network, client.ip)));
    return first ? [{ entry: formatNetwork(network), cases: [first, ...more] as const }] : [];
  });
}

/** Senders of one domain that each mail comes from another address of (VERP): one entry for the domain. */
const MANY_SENDERS = 3;

function senderEntries({ senders, domain }: Case): string[] {
  const lower = [...new Set(senders.map((sender) => sender.toLowerCase()))];
  const whole = lower.length >= MANY_SENDERS && !isPublicDomain(domain) ? [domain] : lower;
  return whole.filter(isSenderEntry);
}

function senderSuggestions(cases: readonly Case[]): Entry[] {
  const byEntry = new Map<string, Case[]>();
  for (const one of cases) {
    for (const entry of senderEntries(one)) byEntry.set(entry, [...(byEntry.get(entry) ?? []), one]);
  }
  return [...byEntry].flatMap(([entry, its]) => {
    const [first, ...more] = byScore(its);
    return first ? [{ entry, cases: [first, ...more] as const }] : [];
  });
}

function byScore(cases: readonly Case[]): Case[] {
  return [...cases].sort((a, b) => b.wanted.score - a.wanted.score);
}

function within(network: Network, ip: string | null): boolean {
  const client = clientNetwork(ip);
  return client !== null && covers(network, client);
}

/** Whether the list lets the whole entry in already. */
export function isListed(entry: string, listed: readonly ListEntry[]): boolean {
  const network = parseNetwork(entry);
  return listed.some((line) => {
    if (network) return line.network !== null && covers(line.network, network);
    return line.sender !== null && (line.sender === entry || entry.endsWith(`@${line.sender}`));
  });
}

/** Everybody whom sender verification stopped: what an entry would let past. */
class Crowd {
  readonly #key: Target['key'];
  /** By the client's address, or by the sender's domain. */
  readonly #counts = new Map<string, Replay>();

  constructor(key: Target['key']) {
    this.#key = key;
  }

  add({ client, domain, attempts, wanted, submission }: Case): void {
    const key = this.#key === 'client' ? client.ip : domain;
    if (key === null || submission) return;
    const counts = this.#counts.get(key) ?? { wantedLetIn: 0, unwantedLetIn: 0 };
    if (wanted.score >= THRESHOLD) counts.wantedLetIn += attempts;
    else counts.unwantedLetIn += attempts;
    this.#counts.set(key, counts);
  }

  /** An address entry is reckoned as its whole domain: rather too much than too little. */
  replay(entry: string): Replay {
    const network = parseNetwork(entry);
    const counts = network
      ? this.#within(network)
      : [this.#counts.get(entry.slice(entry.lastIndexOf('@') + 1))];
    const total = { wantedLetIn: 0, unwantedLetIn: 0 };
    for (const one of counts) {
      total.wantedLetIn += one?.wantedLetIn ?? 0;
      total.unwantedLetIn += one?.unwantedLetIn ?? 0;
    }
    return total;
  }

  /** Whether somebody in this network sent what does not look wanted. */
  hasStranger(network: Network): boolean {
    return this.#within(network).some(({ unwantedLetIn }) => unwantedLetIn > 0);
  }

  #within(network: Network): Replay[] {
    const single = this.#counts.get(formatNetwork(network));
    if (single) return [single];
    return [...this.#counts].filter(([ip]) => within(network, ip)).map(([, counts]) => counts);
  }
}
