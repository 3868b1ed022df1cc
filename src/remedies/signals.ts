import type { Facts } from './facts.ts';

/** One thing that speaks for or against a sender. */
export interface Signal {
  /** Stable: it stands in the JSON. */
  id: string;
  /** Natural log of the odds: 1 makes "wanted" 2.7 times as likely, -1 makes it so much less likely. */
  weight: number;
  holds: (facts: Facts) => boolean;
  text: (facts: Facts) => string;
}

/** Before anything is known: nearly all refused mail is unwanted. */
export const PRIOR = -3;

/** From this score on a sender counts as wanted. */
export const THRESHOLD = 0.5;

/**
 * So much against a sender that nothing for it can outweigh it: a test adds up the others. What our own users and
 * passwords prove weighs most; what a stranger can arrange alone (names, retries) is never enough against an offence.
 */
const NEVER = -20;

/** Different recipients that do not exist, from one client: a typing error or two are human. */
const DICTIONARY = 3;
/** Sender domains of one client. A customer's own server sends for few, a hosting company's relay has a history. */
const MANY_DOMAINS = 4;
const MANY_HELO_NAMES = 3;
/** Of a client's first eight recipients those that get no other mail: real senders write to people who get mail. */
const MANY_STRANGERS = 5;
/** Unrelated networks that try to send for one domain. */
const MANY_NETWORKS = 5;

/** The table of signals: all of them, each with its weight. */
export const signals: readonly Signal[] = [
  {
    id: 'user-wrote-to-address',
    weight: 4,
    holds: ({ wroteToAddress }) => wroteToAddress > 0,
    text: ({ sender }) => `a user of ours, logged in, wrote to ${sender}`,
  },
  {
    id: 'user-wrote-to-domain',
    weight: 1.5,
    holds: ({ wroteToAddress, wroteToDomain, tied }) => wroteToAddress === 0 && wroteToDomain > 0 && tied,
    text: ({ domain }) => `users of ours, logged in, wrote to ${domain}`,
  },
  {
    id: 'accepted-from-client',
    weight: 4,
    holds: ({ acceptedFromClient }) => acceptedFromClient > 0,
    text: ({ domain, acceptedFromClient }) =>
      `accepted mails of ${domain} from this client: ${acceptedFromClient}`,
  },
  {
    id: 'accepted-from-network',
    weight: 3,
    holds: ({ acceptedFromClient, acceptedFromNetwork }) =>
      acceptedFromClient === 0 && acceptedFromNetwork > 0,
    text: ({ domain, acceptedFromNetwork }) =>
      `accepted mails of ${domain} from the same network: ${acceptedFromNetwork}`,
  },
  {
    id: 'client-accepted',
    weight: 0.5,
    holds: ({ acceptedOfClient, acceptedFromClient }) => acceptedFromClient === 0 && acceptedOfClient > 0,
    text: ({ acceptedOfClient }) => `accepted mails of others from this client: ${acceptedOfClient}`,
  },
  {
    id: 'same-organisation',
    weight: 2,
    holds: ({ sameOrganisation }) => sameOrganisation,
    text: ({ reverseName, domain }) =>
      `the client's confirmed name ${reverseName} and ${domain} are one organisation`,
  },
  {
    id: 'reverse-name',
    weight: 1,
    holds: ({ reverseName, genericName }) => reverseName !== null && !genericName,
    text: ({ reverseName }) => `the client has a confirmed name of its own, ${reverseName}`,
  },
  {
    id: 'helo-matches',
    weight: 0.5,
    holds: ({ heloMatches }) => heloMatches,
    text: ({ heloName, reverseName }) => `HELO ${heloName ?? reverseName} belongs to that name`,
  },
  {
    id: 'retries',
    weight: 1,
    holds: ({ retries }) => retries,
    text: ({ attempts }) => `it came back as a real mail server does (${attempts} tries)`,
  },
  {
    id: 'recipients-known',
    weight: 0.5,
    holds: ({ recipientKnown }) => recipientKnown,
    text: () => 'the recipient gets other mail here',
  },
  {
    id: 'fault-elsewhere',
    weight: 1,
    holds: ({ faultElsewhere }) => faultElsewhere,
    text: () => 'nobody said that the sender does not exist: the check itself failed',
  },
  {
    id: 'address-refused',
    weight: -1,
    holds: ({ faultElsewhere }) => !faultElsewhere,
    text: () => "the sender's own domain disowns the address",
  },
  {
    id: 'unrelated-client',
    weight: -1,
    holds: ({ tied }) => !tied,
    text: ({ domain }) => `nothing ties this client to ${domain}`,
  },
  {
    id: 'no-reverse-name',
    weight: -2,
    holds: ({ reverseName }) => reverseName === null,
    text: () => 'the client has no confirmed name in DNS',
  },
  {
    id: 'generic-name',
    weight: -3,
    holds: ({ genericName }) => genericName,
    text: ({ reverseName }) => `${reverseName} looks like a dial-up or rented address`,
  },
  {
    id: 'helo-bogus',
    weight: -1,
    holds: ({ heloBogus }) => heloBogus,
    text: ({ heloName }) => `HELO ${heloName} is no host name`,
  },
  {
    id: 'helo-changes',
    weight: -3,
    holds: ({ heloNames }) => heloNames >= MANY_HELO_NAMES,
    text: ({ heloNames }) => `it calls itself by ${heloNames} different names or more`,
  },
  {
    id: 'asked-itself',
    weight: -3,
    holds: ({ askedItself }) => askedItself,
    text: () => 'the server that receives mail for the sender is the client itself, as with throw-away hosts',
  },
  {
    id: 'many-sender-domains',
    weight: -4,
    holds: ({ senderDomains }) => senderDomains >= MANY_DOMAINS,
    text: ({ senderDomains }) => `${senderDomains} sender domains or more were refused from this client`,
  },
  {
    id: 'many-names',
    weight: -4,
    holds: ({ domainsSharing, acceptedFromNetwork }) =>
      domainsSharing >= MANY_DOMAINS && acceptedFromNetwork === 0,
    text: ({ domainsSharing }) =>
      `its network sends for ${domainsSharing} domains or more whose mail one server receives, and all were refused`,
  },
  {
    id: 'many-networks',
    weight: -2,
    holds: ({ networks, tied }) => networks >= MANY_NETWORKS && !tied,
    text: ({ networks, domain }) =>
      `${networks} networks or more tried to send for ${domain} in vain: it is being forged`,
  },
  {
    id: 'unknown-recipients',
    weight: -1,
    holds: ({ unknownRecipients }) => unknownRecipients > 0 && unknownRecipients < DICTIONARY,
    text: ({ unknownRecipients }) => `recipients that do not exist: ${unknownRecipients}`,
  },
  {
    id: 'strange-recipients',
    weight: -4,
    holds: ({ strangeRecipients }) => strangeRecipients >= MANY_STRANGERS,
    text: ({ strangeRecipients }) => `recipients that get no other mail here: ${strangeRecipients} or more`,
  },
  {
    id: 'dictionary',
    weight: NEVER,
    holds: ({ unknownRecipients, offences }) => unknownRecipients >= DICTIONARY || offences.dictionary > 0,
    text: () => 'the client guesses recipients',
  },
  {
    id: 'blocklisted',
    weight: NEVER,
    holds: ({ offences }) => offences.blocklisted > 0,
    text: ({ offences }) => `refusals because the client is on a blocklist: ${offences.blocklisted}`,
  },
  {
    id: 'malware',
    weight: NEVER,
    holds: ({ offences }) => offences.malware > 0,
    text: ({ offences }) => `messages with malware: ${offences.malware}`,
  },
  {
    id: 'forged-local',
    weight: NEVER,
    holds: ({ forgedLocal }) => forgedLocal,
    text: ({ domain }) => `a stranger sends as ${domain}, which is hosted here`,
  },
  {
    id: 'auth-failures',
    weight: -6,
    holds: ({ offences }) => offences.authFailures > 0,
    text: ({ offences }) => `wrong passwords: ${offences.authFailures}`,
  },
  {
    id: 'spam',
    weight: -5,
    holds: ({ offences }) => offences.spam > 0,
    text: ({ offences }) => `messages refused as spam: ${offences.spam}`,
  },
  {
    id: 'mostly-spam',
    weight: NEVER,
    holds: ({ offences, acceptedOfClient }) => offences.spam > 1 && offences.spam >= acceptedOfClient,
    text: ({ acceptedOfClient }) =>
      `no fewer messages of this client were spam than were accepted (${acceptedOfClient})`,
  },
  {
    id: 'spoofing',
    weight: -4,
    holds: ({ offences }) => offences.spoofing > 0,
    text: ({ offences }) => `refusals by SPF or DMARC: ${offences.spoofing}`,
  },
  {
    id: 'relay-attempts',
    weight: -4,
    holds: ({ offences }) => offences.relayAttempts > 0,
    text: ({ offences }) => `attempts to relay: ${offences.relayAttempts}`,
  },
];

export interface Found {
  id: string;
  weight: number;
  text: string;
}

/** How likely the mail is wanted, and why. */
export interface Wanted {
  /** 0 to 1; two decimals. */
  score: number;
  signals: Found[];
}

/** Adds the weights up and turns the odds into a probability (logistic function). */
export function wantedOf(facts: Facts): Wanted {
  const found = signals.filter(({ holds }) => holds(facts));
  const sum = found.reduce((total, { weight }) => total + weight, PRIOR);
  return {
    score: Math.round(100 / (1 + Math.exp(-sum))) / 100,
    signals: found.map(({ id, weight, text }) => ({ id, weight, text: text(facts) })),
  };
}
