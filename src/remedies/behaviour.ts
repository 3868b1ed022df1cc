import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import { IntColumn } from '../int-column.ts';
import { Interner } from '../interner.ts';
import { domainOf } from '../model/address.ts';
import { addressDomain } from '../mta/exim/plain.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import { put, Span } from '../span.ts';
import { hashOf, hashOfBytes } from './hash.ts';
import { neighbourhood } from './network.ts';

/** What refusals say against a client, whatever they were refused for. */
export interface Offences {
  blocklisted: number;
  malware: number;
  spam: number;
  dictionary: number;
  authFailures: number;
  relayAttempts: number;
  spoofing: number;
}

const OFFENCES: Readonly<Partial<Record<CauseId, keyof Offences>>> = {
  'dnsbl-listed': 'blocklisted',
  'client-blocked': 'blocklisted',
  'content-malware': 'malware',
  'content-spam': 'spam',
  'dictionary-attack': 'dictionary',
  'auth-failed': 'authFailures',
  'relay-denied': 'relayAttempts',
  'spf-fail': 'spoofing',
  'dmarc-fail': 'spoofing',
};

const KEYS: readonly (keyof Offences)[] = [
  'blocklisted',
  'malware',
  'spam',
  'dictionary',
  'authFailures',
  'relayAttempts',
  'spoofing',
];

/** Columns behind the offences. Sketches count different values up to a few dozen. */
const UNKNOWN_RECIPIENTS = KEYS.length;
const SENDER_DOMAINS = KEYS.length + 1;
const HELO_NAMES = KEYS.length + 2;
/** The number of the last HELO name, plus 1. */
const HELO = KEYS.length + 3;
/** The hash of the client's network. */
const NETWORK = KEYS.length + 4;
/** The hashes of the first recipients. */
const RECIPIENTS = KEYS.length + 5;
const KEPT_RECIPIENTS = 8;
const WIDTH = RECIPIENTS + KEPT_RECIPIENTS;

/** How the refused clients behaved: some eighty bytes a client, so that a million bots do no harm. */
export class Behaviour {
  readonly #ips = new Interner();
  readonly #columns = new IntColumn();
  readonly #heloNames = new Interner();
  readonly #domains = new Interner();
  /** For each sender domain the sketch of the networks that it was refused from. */
  readonly #networks = new IntColumn();
  readonly #routes = new Interner();
  /** For each network and server that was asked the sketch of the sender domains that were refused. */
  readonly #sharing = new IntColumn();

  refused({ client, sender, recipient, cause, callout, submission }: Attempt): void {
    if (submission || !client?.ip) return;
    const { ip, heloName } = client;
    const base = this.#baseOf(ip);
    this.#refused(base, cause, recipient === null ? null : hashOf(recipient));
    if (heloName !== null) this.#greeted(base, hashOf(heloName), this.#heloNames.number(heloName));
    const domain = domainOf(sender);
    if (domain === null) return;
    this.#sentFor(base, hashOf(domain), this.#domains.number(domain));
    if (callout?.ip)
      mark(
        this.#sharing,
        slotOf(this.#routes, this.#sharing, `${neighbourhood(ip)} ${callout.ip}`),
        hashOf(domain),
      );
  }

  /** The same of a refusal that is still bytes. */
  refusedPlain({ block, client: { ip, heloName }, sender, recipient }: PlainRefusal, cause: CauseId): void {
    const base = this.#base(this.#ips.numberOf(block, ip.start, ip.end));
    this.#refused(base, cause, recipient === null ? null : hashOfBytes(block, recipient));
    const { start, end } = heloName;
    if (start < end)
      this.#greeted(base, hashOfBytes(block, heloName), this.#heloNames.numberOf(block, start, end));
    const at = sender === null ? -1 : addressDomain(block, sender);
    if (sender === null || at === -1) return;
    put(domainSpan, at, sender.end);
    this.#sentFor(base, hashOfBytes(block, domainSpan), this.#domains.numberOf(block, at, sender.end));
  }

  /** @param recipient its hash. */
  #refused(base: number, cause: CauseId, recipient: number | null): void {
    const offence = OFFENCES[cause];
    if (offence) this.#add(base + KEYS.indexOf(offence));
    if (recipient === null) return;
    if (cause === 'recipient-unknown') mark(this.#columns, base + UNKNOWN_RECIPIENTS, recipient);
    this.#keep(base + RECIPIENTS, recipient);
  }

  /** @param number of the HELO name. */
  #greeted(base: number, hash: number, number: number): void {
    mark(this.#columns, base + HELO_NAMES, hash);
    this.#columns.set(base + HELO, number + 1);
  }

  /** @param number of the sender domain. */
  #sentFor(base: number, hash: number, number: number): void {
    mark(this.#columns, base + SENDER_DOMAINS, hash);
    if (number === this.#networks.length) this.#networks.push(0);
    mark(this.#networks, number, this.#columns.get(base + NETWORK));
  }

  offencesOf(ip: string): Offences {
    const base = this.#baseOf(ip);
    const count = (key: keyof Offences): number => this.#columns.get(base + KEYS.indexOf(key));
    return {
      blocklisted: count('blocklisted'),
      malware: count('malware'),
      spam: count('spam'),
      dictionary: count('dictionary'),
      authFailures: count('authFailures'),
      relayAttempts: count('relayAttempts'),
      spoofing: count('spoofing'),
    };
  }

  /** At least so many different recipients that do not exist were tried. */
  unknownRecipientsOf(ip: string): number {
    return ones(this.#columns.get(this.#baseOf(ip) + UNKNOWN_RECIPIENTS));
  }

  /** At least so many sender domains were refused from this client. */
  senderDomainsOf(ip: string): number {
    return ones(this.#columns.get(this.#baseOf(ip) + SENDER_DOMAINS));
  }

  /** At least so many different names were given in HELO. */
  heloNamesOf(ip: string): number {
    return ones(this.#columns.get(this.#baseOf(ip) + HELO_NAMES));
  }

  /** The hashes (hashOf) of the first recipients that it tried in vain, some at most. */
  firstRecipientsOf(ip: string): number[] {
    const base = this.#baseOf(ip) + RECIPIENTS;
    const kept = Array.from({ length: KEPT_RECIPIENTS }, (_, at) => this.#columns.get(base + at));
    return kept.filter((hash) => hash !== 0);
  }

  lastHeloOf(ip: string): string | null {
    return this.#heloNames.text(this.#columns.get(this.#baseOf(ip) + HELO) - 1);
  }

  /** At least so many networks tried to send for this domain in vain. */
  networksOf(domain: string): number {
    return ones(this.#networks.get(slotOf(this.#domains, this.#networks, domain)));
  }

  /** At least so many sender domains were refused from the client's network whose mail that one server receives. */
  domainsSharing(ip: string, calloutIp: string): number {
    return ones(this.#sharing.get(slotOf(this.#routes, this.#sharing, `${neighbourhood(ip)} ${calloutIp}`)));
  }

  /** Where the numbers of a client begin; they are made when it is first asked for. */
  #baseOf(ip: string): number {
    return this.#base(this.#ips.number(ip));
  }

  #base(client: number): number {
    const base = client * WIDTH;
    if (base < this.#columns.length) return base;
    for (let i = 0; i < WIDTH; i++) this.#columns.push(0);
    this.#columns.set(base + NETWORK, hashOf(neighbourhood(this.#ips.text(client) ?? '')));
    return base;
  }

  #add(index: number): void {
    this.#columns.set(index, this.#columns.get(index) + 1);
  }

  /** Puts a hash into the first free place of a client's, unless it is there. */
  #keep(base: number, hash: number): void {
    for (let index = base; index < base + KEPT_RECIPIENTS; index++) {
      const kept = this.#columns.get(index);
      if (kept === hash) return;
      if (kept !== 0) continue;
      this.#columns.set(index, hash);
      return;
    }
  }
}

/** Used again for each line. */
const domainSpan = new Span();

/** The place of a name's sketch in its column. */
function slotOf(names: Interner, sketches: IntColumn, name: string): number {
  const number = names.number(name);
  if (number === sketches.length) sketches.push(0);
  return number;
}

/** Sets one of 32 bits by a text's hash: the bits that are set are at most as many as there were texts. */
function mark(sketches: IntColumn, index: number, hash: number): void {
  sketches.set(index, sketches.get(index) | (1 << (hash & 31)));
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
