import type { Attempt } from '../attempt.ts';
import { type CauseId, causeOf } from '../causes/index.ts';
import { isVerification } from '../class.ts';
import { domainOf } from '../model/address.ts';
import { organisationOf } from '../organisation.ts';
import { isOurs } from './fault.ts';
import { neighbourhood } from './network.ts';
import { blocklistIn } from './reply-contacts.ts';

/** Something on our side that stopped mail: the cure is here, and no list of senders helps. */
export interface OurFault {
  /** A cause, or what many of them at once mean. */
  id: CauseId | 'outage-dns' | 'outage-connect';
  /** Who refuses us, or what is down: a blocklist, a host, a resolver. */
  what: string;
  attempts: number;
  /** Sender domains that it stopped, at least. */
  domains: number;
  /** Epoch ms. */
  first: number;
  last: number;
  /** What was answered, as logged. */
  reply: string | null;
  advice: string;
}

/** Long enough to see that strangers fail together, short enough to say when. */
const SPAN_MS = 300_000;
/** Unrelated targets that fail in one span: fewer are their own trouble. */
const MANY = 10;
/** Spans between which an outage may go on although few tried to send: what is further apart are two outages. */
const SPANS_BETWEEN = 3;
/** And so many times more than usual: some servers of spam domains are always dead. */
const TIMES_USUAL = 3;
/** Hosts and lists that are told apart; a flood of forged names cannot take more memory. */
const KEPT = 1000;
const KEPT_A_SPAN = 100;

/** What a span without a network or a resolver looks like, one refusal at a time. */
const UNREACHED: ReadonlySet<CauseId> = new Set([
  'callout-connect-timeout',
  'callout-connect-unreachable',
  'callout-smtp-timeout',
]);

interface Span {
  /** Networks that were not reached, and domains whose DNS did not answer. */
  networks: Set<string>;
  domains: Set<string>;
  /** Refusals by a check in which the other side did answer. */
  answered: number;
}

const OUTAGE_CAUSES: Readonly<Record<'outage-connect' | 'outage-dns', ReadonlySet<CauseId>>> = {
  'outage-connect': UNREACHED,
  'outage-dns': new Set<CauseId>(['sender-domain-dns-temporary']),
};

/** Whether these refusals only happened because our own network or resolver was down. */
export function isOutage(fault: OurFault, causes: readonly CauseId[], first: number, last: number): boolean {
  if (fault.id !== 'outage-connect' && fault.id !== 'outage-dns') return false;
  const explained = OUTAGE_CAUSES[fault.id];
  return first >= fault.first && last <= fault.last && causes.every((cause) => explained.has(cause));
}

/** Watches for what is our own fault, while the log is read. */
export class OurFaults {
  readonly #faults = new Map<string, OurFault & { seen: Set<string> }>();
  readonly #spans = new Map<number, Span>();

  add(attempt: Attempt): void {
    const cause = causeOf(attempt.cause);
    if (!isVerification(cause)) return;
    if (isOurs(attempt.cause)) this.#count(attempt);
    const number = Math.floor(attempt.at / SPAN_MS);
    const span = this.#spans.get(number) ?? { networks: new Set(), domains: new Set(), answered: 0 };
    this.#spans.set(number, span);
    if (UNREACHED.has(attempt.cause)) {
      if (attempt.callout?.ip && span.networks.size < KEPT_A_SPAN)
        span.networks.add(neighbourhood(attempt.callout.ip));
    } else if (attempt.cause === 'sender-domain-dns-temporary') {
      const domain = organisationOf(domainOf(attempt.sender));
      if (domain !== null && span.domains.size < KEPT_A_SPAN) span.domains.add(domain);
    } else {
      span.answered++;
    }
  }

  /** The worst first. */
  found(): OurFault[] {
    const counted = [...this.#faults.values()].map(({ seen, ...fault }) => ({
      ...fault,
      domains: seen.size,
    }));
    return [...this.#outages(), ...counted.sort((a, b) => b.domains - a.domains || b.attempts - a.attempts)];
  }

  #count({ cause, callout, reason, at, sender }: Attempt): void {
    const reply = callout?.text ?? reason;
    const list = cause === 'callout-server-blocklisted' ? blocklistIn(reply) : null;
    const domain = domainOf(sender);
    const what =
      list ?? callout?.host ?? (cause === 'sender-domain-mx-is-us' ? domain : null) ?? 'this server';
    const key = `${cause} ${what}`;
    let fault = this.#faults.get(key);
    if (!fault) {
      if (this.#faults.size >= KEPT) return;
      const { advice } = causeOf(cause);
      fault = {
        id: cause,
        what,
        attempts: 0,
        domains: 0,
        first: at,
        last: at,
        reply,
        advice,
        seen: new Set(),
      };
      this.#faults.set(key, fault);
    }
    fault.attempts++;
    fault.last = Math.max(fault.last, at);
    if (domain !== null && fault.seen.size < KEPT) fault.seen.add(domain);
  }

  #outages(): OurFault[] {
    return [
      ...this.#outage('outage-connect', ({ networks }) => networks.size, {
        what: 'connections from this server to many unrelated mail servers',
        advice:
          "Check this server's route and firewall, and whether the provider blocks outgoing port 25; the senders are not to blame.",
      }),
      ...this.#outage('outage-dns', ({ domains }) => domains.size, {
        what: 'DNS lookups of many unrelated domains',
        advice: "Check this server's resolver (/etc/resolv.conf); the senders are not to blame.",
      }),
    ];
  }

  #outage(
    id: 'outage-dns' | 'outage-connect',
    sizeOf: (span: Span) => number,
    words: Pick<OurFault, 'what' | 'advice'>,
  ): OurFault[] {
    const spans = [...this.#spans].map(([number, span]) => ({
      number,
      size: sizeOf(span),
      answered: span.answered,
    }));
    const sizes = spans.map(({ size }) => size).sort((a, b) => a - b);
    // One span of an outage is no usual one: with few spans the least of them is taken.
    const usual =
      sizes.length < 3 ? (sizes.length === 1 ? 0 : (sizes[0] ?? 0)) : (sizes[sizes.length >> 1] ?? 0);
    const bad = spans
      .filter(({ size, answered }) => size >= MANY && size > usual * TIMES_USUAL && size >= answered)
      .sort((a, b) => a.number - b.number);
    const runs: (typeof bad)[] = [];
    for (const span of bad) {
      const run = runs.at(-1);
      const last = run?.at(-1);
      if (run && last && span.number - last.number <= SPANS_BETWEEN) run.push(span);
      else runs.push([span]);
    }
    return runs.map((run) => ({
      id,
      attempts: run.reduce((sum, { size }) => sum + size, 0),
      domains: Math.max(...run.map(({ size }) => size)),
      first: (run[0]?.number ?? 0) * SPAN_MS,
      last: ((run.at(-1)?.number ?? 0) + 1) * SPAN_MS,
      reply: null,
      ...words,
    }));
  }
}
