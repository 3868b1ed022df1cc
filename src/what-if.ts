import type { Attempt } from './attempt.ts';
import { type CauseId, causeOf } from './causes/index.ts';
import { isVerification } from './class.ts';
import { isBogusHelo } from './helo.ts';
import { domainOf } from './model/address.ts';
import type { LogRecord } from './model/record.ts';
import { organisationOf } from './organisation.ts';

/** Clients, organisations and sender domains that are told apart; the rest of a flood is left out and said so. */
const MOST_KEYS = 100_000;

/** What else the log says against a client that sender verification refused, the strongest first. */
export type Sign = 'refused-otherwise' | 'no-reverse-name' | 'bogus-helo' | 'none';

const SIGNS: readonly Sign[] = ['refused-otherwise', 'no-reverse-name', 'bogus-helo', 'none'];

interface Seen {
  permanent: number;
  temporary: number;
  otherwise: boolean;
  noName: boolean;
  bogusHelo: boolean;
}

/** Refusals by sender verification of clients with one sign. */
export interface Caught {
  sign: Sign;
  clients: number;
  permanent: number;
  temporary: number;
}

/** Callouts to the servers of one organisation. */
export interface Asked {
  organisation: string;
  callouts: number;
  /** Nobody answered, or it was refused before the address was named. */
  failed: number;
}

export interface WhatIfFacts {
  caught: Caught[];
  asked: Asked[];
  callouts: number;
  /** Whether the log has the callouts that went well: Postfix's has, Exim's has not. */
  complete: boolean;
  /** Senders that look made for one mail, by domain, the most first. */
  verp: { domain: string; senders: number }[];
  /** What warn_if_reject says would be refused. */
  warned: { cause: CauseId; lines: number }[];
  /** Some were left out. */
  bounded: boolean;
}

/** What sender verification does for this server, and what it costs: the material for a decision about the setting. */
export class WhatIf {
  readonly #clients = new Map<string, Seen>();
  readonly #asked = new Map<string, { callouts: number; failed: number }>();
  readonly #verp = new Map<string, Set<string>>();
  readonly #warned = new Map<CauseId, number>();
  #callouts = 0;
  #complete = false;
  #bounded = false;

  /** Takes each line of the window. */
  record(record: LogRecord, cause: CauseId | null): void {
    if (record.kind === 'warning' && cause !== null) {
      this.#warned.set(cause, (this.#warned.get(cause) ?? 0) + record.times);
    } else if (isProbe(record)) {
      this.#probed(record);
    }
  }

  /** Takes each refusal of others' mail. */
  refused({ client, cause, permanent }: Attempt): void {
    if (!client?.ip || !this.#mayGrow(this.#clients, client.ip)) return;
    const seen = this.#clients.get(client.ip) ?? newClient();
    this.#clients.set(client.ip, seen);
    seen.noName ||= client.reverseName === null;
    seen.bogusHelo ||= client.heloName !== null && isBogusHelo(client.heloName);
    if (!isVerification(causeOf(cause))) seen.otherwise = true;
    else if (permanent) seen.permanent++;
    else seen.temporary++;
  }

  facts(): WhatIfFacts {
    return {
      caught: this.#caught(),
      asked: [...this.#asked]
        .map(([organisation, counts]) => ({ organisation, ...counts }))
        .sort((a, b) => b.callouts - a.callouts || (a.organisation < b.organisation ? -1 : 1)),
      callouts: this.#callouts,
      complete: this.#complete,
      verp: [...this.#verp]
        .map(([domain, senders]) => ({ domain, senders: senders.size }))
        .sort((a, b) => b.senders - a.senders || (a.domain < b.domain ? -1 : 1)),
      warned: [...this.#warned].map(([cause, lines]) => ({ cause, lines })).sort((a, b) => b.lines - a.lines),
      bounded: this.#bounded,
    };
  }

  #probed(record: LogRecord): void {
    const { callout, sender, kind, context } = record;
    if (record.mta === 'postfix') this.#complete = true;
    this.#noteVerp(sender);
    if (!callout) return;
    this.#callouts++;
    const organisation = organisationOf(callout.host) ?? callout.host ?? `[${callout.ip}]`;
    if (!this.#mayGrow(this.#asked, organisation)) return;
    const counts = this.#asked.get(organisation) ?? { callouts: 0, failed: 0 };
    this.#asked.set(organisation, counts);
    counts.callouts++;
    if (kind === 'sender-verify' && context !== 'callout-rcpt') counts.failed++;
  }

  #noteVerp(sender: string | null): void {
    const domain = domainOf(sender);
    if (!sender || domain === null || !isVerp(sender) || !this.#mayGrow(this.#verp, domain)) return;
    const senders = this.#verp.get(domain) ?? new Set();
    this.#verp.set(domain, senders);
    // Enough to tell that a domain does it.
    if (senders.size < 1000) senders.add(sender);
  }

  #mayGrow(map: ReadonlyMap<string, unknown>, key: string): boolean {
    const room = map.size < MOST_KEYS || map.has(key);
    this.#bounded ||= !room;
    return room;
  }

  #caught(): Caught[] {
    const caught = new Map<Sign, Caught>(
      SIGNS.map((sign) => [sign, { sign, clients: 0, permanent: 0, temporary: 0 }]),
    );
    for (const seen of this.#clients.values()) {
      const row = caught.get(signOf(seen));
      if (!row || seen.permanent + seen.temporary === 0) continue;
      row.clients++;
      row.permanent += seen.permanent;
      row.temporary += seen.temporary;
    }
    return [...caught.values()];
  }
}

function newClient(): Seen {
  return { permanent: 0, temporary: 0, otherwise: false, noName: false, bogusHelo: false };
}

function signOf({ otherwise, noName, bogusHelo }: Seen): Sign {
  if (otherwise) return 'refused-otherwise';
  if (noName) return 'no-reverse-name';
  return bogusHelo ? 'bogus-helo' : 'none';
}

/** A line for each callout: Exim's that failed, and all of Postfix's. */
function isProbe({ kind, mta, sender, recipient, callout, queueId }: LogRecord): boolean {
  if (kind === 'sender-verify') return true;
  return (
    mta === 'postfix' &&
    kind === 'other' &&
    callout !== null &&
    sender !== null &&
    recipient === null &&
    queueId !== null
  );
}

/**
 * A sender that is made for one mail or one recipient: VERP, SRS, BATV. Nobody sees it twice, so a callout learns nothing
 * for the next mail.
 *
 *     bounce-1234-bob=hosted.example@list.example   SRS0=aB3=x=hosted.example=bob@fwd.example   prvs=123abc=bob@x.example
 */
export function isVerp(address: string): boolean {
  const local = address.slice(0, address.lastIndexOf('@'));
  return (
    /^(?:prvs\d?|msprvs\d|btv\d=|srs[01])[=+-]/i.test(local) ||
    /^(?:[a-z0-9.]+[-_.+])?bounces?[-_+=.][^@]{0,200}\d/i.test(local) ||
    /=[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(local)
  );
}
