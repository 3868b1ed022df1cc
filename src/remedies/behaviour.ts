import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import { IntColumn } from '../int-column.ts';
import { Interner } from '../interner.ts';
import { domainOf } from '../model/address.ts';
import { hashOf } from './hash.ts';
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
/** The hashes of the first recipients. */
const RECIPIENTS = KEYS.length + 4;
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
    const base = this.#baseOf(client.ip);
    const offence = OFFENCES[cause];
    if (offence) this.#add(base + KEYS.indexOf(offence));
    if (cause === 'recipient-unknown' && recipient) this.#mark(base + UNKNOWN_RECIPIENTS, recipient);
    if (recipient !== null) this.#keep(base + RECIPIENTS, hashOf(recipient));
    if (client.heloName !== null) {
      this.#mark(base + HELO_NAMES, client.heloName);
      this.#columns.set(base + HELO, this.#heloNames.number(client.heloName) + 1);
    }
    const domain = domainOf(sender);
    if (domain === null) return;
    this.#mark(base + SENDER_DOMAINS, domain);
    const network = neighbourhood(client.ip);
    mark(this.#networks, slotOf(this.#domains, this.#networks, domain), network);
    if (callout?.ip)
      mark(this.#sharing, slotOf(this.#routes, this.#sharing, `${network} ${callout.ip}`), domain);
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
    const base = this.#ips.number(ip) * WIDTH;
    if (base === this.#columns.length) for (let i = 0; i < WIDTH; i++) this.#columns.push(0);
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

  #mark(index: number, value: string): void {
    mark(this.#columns, index, value);
  }
}

/** The place of a name's sketch in its column. */
function slotOf(names: Interner, sketches: IntColumn, name: string): number {
  const number = names.number(name);
  if (number === sketches.length) sketches.push(0);
  return number;
}

function mark(sketches: IntColumn, index: number, value: string): void {
  sketches.set(index, sketches.get(index) | bitOf(value));
}

/** One of 32 bits by the text's hash: the bits that are set are at most as many as there were texts. */
function bitOf(text: string): number {
  return 1 << (hashOf(text) & 31);
}

function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
