import { latin1 } from '../bytes.ts';
import { HashIndex } from '../hash-index.ts';
import { domainOf } from '../model/address.ts';
import type { LogRecord } from '../model/record.ts';
import { addressDomain } from '../mta/exim/plain.ts';
import type { PlainArrival } from '../mta/exim/plain-arrival.ts';
import type { PlainDelivery } from '../mta/exim/plain-delivery.ts';
import { userOf } from '../mta/exim/rejection.ts';
import { RecentMap } from '../recent-map.ts';
import type { Span } from '../span.ts';
import { isLoopback, isOurs } from '../submission.ts';
import { type Hash, hashTexts } from '../text-hash.ts';
import { hashOf, hashOfBytes } from './hash.ts';
import { neighbourhood } from './network.ts';

/** What is counted, by the kind of its key. */
const CLIENT = 0;
const CLIENT_DOMAIN = 1;
const NETWORK_DOMAIN = 2;
const WROTE_TO_ADDRESS = 3;
const WROTE_TO_DOMAIN = 4;

/** Messages of our users between their arrival and their first delivery. */
const PENDING = 50_000;

/**
 * What the log says of mail that got through: who was accepted, and to whom our users wrote. Counted by hashes, about
 * 25 bytes each, so that the whole log may be remembered.
 */
export class History {
  readonly #counts = new HashIndex();
  /** Messages of our users whose recipients only their delivery lines will tell. */
  readonly #ownMessages = new RecentMap<true>(PENDING);
  readonly #ownDomains = new Set<string>();
  /** Hashes: there are as many as people who get mail here. */
  readonly #recipients = new Set<number>();

  /** Takes arrivals and deliveries, before or after the refusals that they are compared with. */
  passed(record: LogRecord): void {
    if (record.kind === 'arrival') this.#arrived(record);
    else if (record.kind === 'delivery') this.#delivered(record);
  }

  /** The same of an arrival that is still bytes. */
  arrivedPlain({ block, sender, client, login, recipients, recipientCount }: PlainArrival): void {
    const user = login.start === login.end ? null : userOf(latin1(block, login.start, login.end));
    if (user !== null) {
      this.#ownDomains.add(domainOf(user) ?? '');
      for (const recipient of recipients.slice(0, recipientCount)) this.#wrotePlain(block, recipient);
    } else if (sender.start < sender.end && client !== null) {
      const ip = latin1(block, client.ip.start, client.ip.end);
      if (!isLoopback(ip)) this.#accepted(ip, domainIn(block, sender));
    }
  }

  /** The same of a delivery that is still bytes. */
  deliveredPlain({ block, id, recipient }: PlainDelivery): void {
    this.#recipients.add(hashOfBytes(block, recipient));
    if (this.#ownMessages.size > 0 && this.#ownMessages.get(latin1(block, id.start, id.end)))
      this.#wrotePlain(block, recipient);
  }

  #wrotePlain(block: Buffer, { start, end }: Span): void {
    this.#wrote(latin1(block, start, end));
  }

  acceptedFromClient(ip: string, domain: string): number {
    return this.#get(CLIENT_DOMAIN, ip, domain);
  }

  acceptedFromNetwork(ip: string, domain: string): number {
    return this.#get(NETWORK_DOMAIN, neighbourhood(ip), domain);
  }

  acceptedOfClient(ip: string): number {
    return this.#get(CLIENT, ip, '');
  }

  wroteToAddress(address: string): number {
    return this.#get(WROTE_TO_ADDRESS, address, '');
  }

  wroteToDomain(domain: string): number {
    return this.#get(WROTE_TO_DOMAIN, domain, '');
  }

  hasDeliveredTo(recipient: string): boolean {
    return this.hasDeliveredToHash(hashOf(recipient));
  }

  /** The same by the recipient's hash. */
  hasDeliveredToHash(hash: number): boolean {
    return this.#recipients.has(hash);
  }

  /** Domains in which users of ours have logged in. A stranger cannot add one: it takes a password. */
  isOwnDomain(domain: string): boolean {
    return this.#ownDomains.has(domain);
  }

  #arrived(record: LogRecord): void {
    const { sender, client, recipients, authenticatedAs, queueId } = record;
    if (authenticatedAs !== null) {
      // Only what needed a password: a stranger can make our autoresponders and web forms write to anybody.
      this.#ownDomains.add(domainOf(authenticatedAs) ?? '');
      if (recipients) for (const recipient of recipients) this.#wrote(recipient);
      else if (queueId !== null) this.#ownMessages.set(queueId, true);
    } else if (sender && client?.ip && !isOurs(record)) {
      this.#accepted(client.ip, domainOf(sender) ?? '');
    }
  }

  #accepted(ip: string, domain: string): void {
    this.#add(CLIENT, ip, '');
    this.#add(CLIENT_DOMAIN, ip, domain);
    this.#add(NETWORK_DOMAIN, neighbourhood(ip), domain);
  }

  #delivered({ recipient, queueId }: LogRecord): void {
    if (recipient === null) return;
    this.#recipients.add(hashOf(recipient));
    if (queueId !== null && this.#ownMessages.get(queueId)) this.#wrote(recipient);
  }

  #wrote(recipient: string): void {
    this.#add(WROTE_TO_ADDRESS, recipient, '');
    this.#add(WROTE_TO_DOMAIN, domainOf(recipient) ?? '', '');
  }

  #add(kind: number, one: string, other: string): void {
    hashTexts(key, one, other, kind);
    const place = this.#counts.placeOf(key);
    this.#counts.set(place, key, Math.max(0, this.#counts.get(place)) + 1);
  }

  #get(kind: number, one: string, other: string): number {
    return Math.max(0, this.#counts.get(this.#counts.placeOf(hashTexts(key, one, other, kind))));
  }
}

/** @returns the domain of an address as it stands there; empty where there is none. */
function domainIn(block: Buffer, address: Span): string {
  const start = addressDomain(block, address);
  return start === -1 ? '' : latin1(block, start, address.end);
}

/** Used again for each key: it is read before the next is made. */
const key: Hash = { low: 0, high: 0 };
