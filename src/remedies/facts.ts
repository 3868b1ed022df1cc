import type { Accounts } from '../accounts.ts';
import type { Attempt } from '../attempt.ts';
import type { Cause, CauseId } from '../causes/index.ts';
import { isBogusHelo } from '../helo.ts';
import { domainOf } from '../model/address.ts';
import type { LogRecord } from '../model/record.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import { organisationOf } from '../organisation.ts';
import type { Outcomes } from '../outcome.ts';
import type { PlainSink } from '../plain-reader.ts';
import { Behaviour, type Offences } from './behaviour.ts';
import { History } from './history.ts';

/** Tries of one sender by one client, as far as the score asks for them. */
export interface Pair {
  sender: string;
  clientIp: string;
  /** The name that DNS confirmed. */
  reverseName: string | null;
  heloName: string | null;
  calloutIp: string | null;
  recipients: readonly string[];
  cause: Cause;
  attempts: number;
  /** A temporary refusal was tried again after a while. */
  retries: boolean;
}

/** All that the log says about such a pair: what the table of signals looks at. */
export interface Facts extends Pair {
  domain: string;
  wroteToAddress: number;
  wroteToDomain: number;
  acceptedFromClient: number;
  acceptedFromNetwork: number;
  acceptedOfClient: number;
  sameOrganisation: boolean;
  /** Something that a stranger cannot forge ties the client to the sender's domain. */
  tied: boolean;
  genericName: boolean;
  heloMatches: boolean;
  heloBogus: boolean;
  heloNames: number;
  recipientKnown: boolean;
  /** Recipients of the client to whom the log holds no delivery; the first of them are counted. */
  strangeRecipients: number;
  faultElsewhere: boolean;
  askedItself: boolean;
  senderDomains: number;
  /** Sender domains that were refused from the client's network, and have the same server receive their mail. */
  domainsSharing: number;
  networks: number;
  unknownRecipients: number;
  offences: Offences;
  forgedLocal: boolean;
}

/** A queue waits at least some minutes before it tries again (RFC 5321 section 4.5.4.1 asks for 30). */
export const RETRY_AFTER_MS = 4 * 60_000;

/** Gathers from the whole log what speaks for and against each sender. */
export class Evidence {
  readonly history = new History();
  readonly behaviour = new Behaviour();
  readonly #accounts: Accounts;

  /** @param accounts the hosted domains, where the machine knows them. */
  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  refused(attempt: Attempt): void {
    this.behaviour.refused(attempt);
  }

  passed(record: LogRecord): void {
    this.history.passed(record);
  }

  /** The same of a refusal that is still bytes. */
  refusedPlain(refusal: PlainRefusal, cause: CauseId): void {
    this.behaviour.refusedPlain(refusal, cause);
  }

  /** Takes what passed as long as it is still bytes, and tells the outcomes what matters to them. */
  plain(outcomes: Outcomes): Pick<PlainSink, 'arrived' | 'delivered'> {
    return {
      arrived: (arrival, moment, concerns) => {
        if (concerns) outcomes.arrivedPlain(arrival, moment);
        outcomes.reached(moment.at);
        this.history.arrivedPlain(arrival);
      },
      delivered: (delivery, { at }) => {
        outcomes.reached(at);
        this.history.deliveredPlain(delivery);
      },
    };
  }

  /**
   * Looks a pair up; to be asked when the whole log was read. Its fields are written out: behind a spread, each of these
   * 30 fields would move the object (measured: 12 KB a pair, and a quarter of the time of `whitelist`).
   */
  factsOf(pair: Pair): Facts {
    const { sender, clientIp, reverseName, heloName, calloutIp, recipients, cause, attempts, retries } = pair;
    const { history, behaviour } = this;
    const domain = domainOf(sender) ?? '';
    const organisation = organisationOf(domain);
    const acceptedFromClient = history.acceptedFromClient(clientIp, domain);
    const acceptedFromNetwork = history.acceptedFromNetwork(clientIp, domain);
    const clientOrganisation = organisationOf(reverseName);
    const firstRecipients = behaviour.firstRecipientsOf(clientIp);
    const sameOrganisation = organisation !== null && organisation === clientOrganisation;
    return {
      sender,
      clientIp,
      reverseName,
      heloName,
      calloutIp,
      recipients,
      cause,
      attempts,
      retries,
      domain,
      wroteToAddress: history.wroteToAddress(sender),
      wroteToDomain: history.wroteToDomain(domain),
      acceptedFromClient,
      acceptedFromNetwork,
      acceptedOfClient: history.acceptedOfClient(clientIp),
      sameOrganisation,
      tied: sameOrganisation || acceptedFromNetwork > 0,
      genericName: reverseName !== null && isGeneric(reverseName, clientIp),
      // Exim leaves out a HELO name that is the confirmed one.
      heloMatches:
        clientOrganisation !== null && (heloName === null || organisationOf(heloName) === clientOrganisation),
      heloBogus: heloName !== null && isBogusHelo(heloName),
      heloNames: behaviour.heloNamesOf(clientIp),
      recipientKnown: recipients.some((recipient) => history.hasDeliveredTo(recipient)),
      strangeRecipients: firstRecipients.filter((hash) => !history.hasDeliveredToHash(hash)).length,
      faultElsewhere: cause.fault !== 'sender',
      askedItself: calloutIp === clientIp,
      senderDomains: behaviour.senderDomainsOf(clientIp),
      domainsSharing: calloutIp === null ? 0 : behaviour.domainsSharing(clientIp, calloutIp),
      networks: behaviour.networksOf(domain),
      unknownRecipients: behaviour.unknownRecipientsOf(clientIp),
      offences: behaviour.offencesOf(clientIp),
      forgedLocal: this.#isOwn(domain) || recipients.some((recipient) => domainOf(recipient) === domain),
    };
  }

  #isOwn(domain: string): boolean {
    return this.#accounts.has(domain) || this.history.isOwnDomain(domain);
  }
}

/** Words that providers put into the names of addresses that they rent out by the hour. */
const RENTED =
  /(?:^|[.\d-])(?:dyn|dynamic|dhcp|dial|dialup|dsl|adsl|xdsl|pool|ppp|pppoe|cable|broadband|client|cpe|static-ip|vps|host-?\d)(?=[.\d-]|$)/i;

/** Nobody calls a rented address so: whoever chose the name has it send mail. */
const MAIL_HOST = /^(?:mail|mta|mx|smtp|out|relay|mailgate|mailer)[\w-]*\./i;

/**
 * `host-203-0-113-7.isp.example`, `dyn7.pool.isp.example`: nobody gave this machine a name. The words count below the
 * organisation's own domain only, for a company may be called cable.example.
 */
export function isGeneric(name: string, ip: string): boolean {
  const own = name.slice(0, name.length - (organisationOf(name)?.length ?? 0));
  if (RENTED.test(own) && !MAIL_HOST.test(own)) return true;
  const octets = ip.split('.');
  if (octets.length !== 4) return false;
  const numbers: readonly string[] = name.split(/\D+/).map((digits) => digits.replace(/^0+(?=\d)/, ''));
  return octets.filter((octet) => numbers.includes(octet)).length >= 3;
}
