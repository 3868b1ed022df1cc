import type { Attempt } from '../attempt.ts';
import { causes } from '../causes/index.ts';
import type { Callout, Client, LogRecord } from '../model/record.ts';
import type { Case } from '../remedies/cases.ts';
import type { Contact, Specimen } from '../remedies/contacts.ts';
import type { Wanted } from '../remedies/signals.ts';
import type { Problem, Problems } from '../summary.ts';
import type { Table } from '../tally.ts';
import { domainOf } from '../who.ts';
import type { Redactor } from './openly.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { hideFreeText, hideNames, hideTokens, type Names } from './text.ts';

/** @param key see key.ts: under the same one the same name gets the same pseudonym. */
export function redactorOf(key: Buffer): Redactor {
  const pseudonyms = new Pseudonyms(key);
  /** Words of ours and of the user's: names of files, and the host that a sentence of the report names. */
  const kept = new Set(['backscatterer.org']);
  const free = (text: string, names?: Names): string => hideFreeText(text, pseudonyms, names);
  const tokens = (text: string): string => hideTokens(text, pseudonyms);
  const address = (text: string): string => pseudonyms.address(text);
  const domain = (text: string): string => pseudonyms.domain(text);
  const ip = (text: string): string => pseudonyms.ip(text);

  const namesOf = (
    addresses: readonly (string | null)[],
    hosts: readonly (string | null | undefined)[],
  ): Names =>
    new Map([
      ...addresses.flatMap((text): [string, string][] => (text ? [[text, address(text)]] : [])),
      ...[...addresses.map((text) => domainOf(text)), ...hosts].flatMap((text): [string, string][] =>
        text ? [[text, domain(text)]] : [],
      ),
    ]);

  const client = ({ ip: number, port, reverseName, heloName }: Client): Client => ({
    ip: maybe(number, ip),
    port,
    reverseName: maybe(reverseName, domain),
    heloName: maybe(heloName, domain),
  });

  const callout = (one: Callout, names: Names): Callout => ({
    ...one,
    host: maybe(one.host, domain),
    ip: maybe(one.ip, ip),
    command: maybe(one.command, (text) => free(text, names)),
    text: maybe(one.text, (text) => free(text, names)),
  });

  const attempt = (one: Attempt): Attempt => {
    const names = namesOf(
      [one.sender, one.recipient, one.authenticatedAs],
      [one.client?.heloName, one.client?.reverseName, one.callout?.host],
    );
    return {
      ...one,
      sender: maybe(one.sender, address),
      recipient: maybe(one.recipient, address),
      client: maybe(one.client, client),
      callout: maybe(one.callout, (host) => callout(host, names)),
      authenticatedAs: maybe(one.authenticatedAs, address),
      reason: maybe(one.reason, (text) => free(text, names)),
      lines: one.lines.map((line) => ({ ...line, text: free(line.text, names) })),
    };
  };

  const record = (one: LogRecord): LogRecord => {
    const recipients = one.recipients ?? [];
    const names = namesOf(
      [one.sender, one.recipient, one.authenticatedAs, one.localUser, ...recipients],
      [one.client?.heloName, one.client?.reverseName, one.callout?.host],
    );
    return {
      ...one,
      sender: maybe(one.sender, address),
      recipient: maybe(one.recipient, address),
      client: maybe(one.client, client),
      callout: maybe(one.callout, (host) => callout(host, names)),
      authenticatedAs: maybe(one.authenticatedAs, address),
      localUser: maybe(one.localUser, address),
      recipients: one.recipients && recipients.map(address),
      reason: maybe(one.reason, (text) => free(text, names)),
      raw: free(one.raw, names),
      subject: free(one.subject, names),
    };
  };

  const host = <T extends { ip: string | null; name: string | null }>(one: T): T => ({
    ...one,
    ip: maybe(one.ip, ip),
    name: maybe(one.name, domain),
  });

  const wanted = ({ score, signals }: Wanted, names: Names): Wanted => ({
    score,
    signals: signals.map((signal) => ({ ...signal, text: hideNames(signal.text, pseudonyms, names) })),
  });

  const problem = (one: Problem): Problem => ({
    ...one,
    sender: address(one.sender),
    client: host(one.client),
    callout: host(one.callout),
    recipients: one.recipients.map(address),
  });

  const problems = (all: Problems): Problems => ({ ...all, largest: all.largest.map(problem) });

  const table = ({ rows, count }: Table, change: (key: string) => string): Table => ({
    rows: rows.map((row) => ({ ...row, key: change(row.key) })),
    count,
  });

  const domainKey = (key: string): string => (key === '<>' ? key : domain(key));

  const oneCase = (one: Case): Case => ({
    ...one,
    client: host(one.client),
    heloName: maybe(one.heloName, domain),
    callout: host(one.callout),
    domain: domain(one.domain),
    senders: one.senders.map(address),
    recipients: one.recipients.map(address),
    wanted: wanted(one.wanted, namesOf(one.senders, [one.heloName, one.domain])),
  });

  const specimen = ({ callout: asked, reason, lines }: Specimen, names: Names): Specimen => ({
    callout: maybe(asked, (one) => callout(one, names)),
    reason: maybe(reason, (text) => free(text, names)),
    lines: lines.map(({ at, text }) => ({ at, text: free(text, names) })),
  });

  const contact = (one: Contact): Contact => {
    const [first, ...rest] = one.cases;
    const { senders, recipients } = first;
    const names = namesOf([...senders, ...recipients], [one.domain, first.heloName, first.client.name]);
    return {
      ...one,
      domain: domain(one.domain),
      to: one.to.map(address),
      links: one.links.map(tokens),
      instead: maybe(one.instead, tokens),
      cases: [oneCase(first), ...rest.map(oneCase)],
      specimen: maybe(one.specimen, (words) => specimen(words, names)),
    };
  };

  return {
    attempt,
    record,
    wanted: (score, { sender, client: of }) =>
      wanted(score, namesOf([sender], [of?.heloName, of?.reverseName])),
    summary: (summary) => ({
      ...summary,
      problems: problems(summary.problems),
      submissions: problems(summary.submissions),
      byClient: table(summary.byClient, (key) => hostKey(key, domain, ip)),
      byOrganisation: table(summary.byOrganisation, domain),
      byNetwork: table(summary.byNetwork, (key) => key.replace(/^[^/]+/, ip)),
      bySenderDomain: table(summary.bySenderDomain, domainKey),
      byRecipientDomain: table(summary.byRecipientDomain, domainKey),
      byAccount: table(summary.byAccount, (key) => pseudonyms.name(key)),
      bySenderAccount: table(summary.bySenderAccount, (key) => pseudonyms.name(key)),
    }),
    fault: (fault) => ({ ...fault, what: tokens(fault.what), reply: maybe(fault.reply, free) }),
    contact,
    explanation: (one) => ({ ...one, text: free(one.text), contacts: one.contacts.map(tokens) }),
    books: (books) => {
      for (const { name } of books.files) kept.add(name);
      return { ...books, samples: books.samples.map((sample) => ({ ...sample, text: free(sample.text) })) };
    },
    who: (who) => who && whoOf(who, pseudonyms),
    document: (document) => {
      const names = between(kept);
      // Every second part is one of them.
      const change = (text: string): string =>
        text
          .split(names)
          .map((part, index) => (index % 2 === 1 ? part : tokens(part)))
          .join('');
      return mapStrings(document, (text) => (OURS.has(text) ? text : change(text)));
    },
    message: (text) =>
      text.replace(/(does not fit: )([^\n]*)/, (_, before: string, line: string) => before + free(line)),
  };
}

/** Matches any of the texts, for split(). */
function between(texts: ReadonlySet<string>): RegExp {
  return new RegExp(`(${[...texts].map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})`);
}

function maybe<T, U>(value: T | null, change: (value: T) => U): U | null {
  return value === null ? null : change(value);
}

/** `mail.x.example [192.0.2.1]`, `[192.0.2.1]` */
function hostKey(key: string, domain: (name: string) => string, ip: (text: string) => string): string {
  return key.replace(
    /^(?:(.*) )?\[(.*)\]$/,
    (_, name: string | undefined, number: string) => `${name ? `${domain(name)} ` : ''}[${ip(number)}]`,
  );
}

function whoOf(who: string, pseudonyms: Pseudonyms): string {
  if (who.includes('@')) return pseudonyms.address(who);
  const [ip = '', bits] = who.split('/');
  if (bits !== undefined) return `${pseudonyms.ip(ip)}/${bits}`;
  return pseudonyms.domain(who);
}

/** Sentences of our own, which may name a document or a file. */
const OURS: ReadonlySet<string> = new Set(
  causes.flatMap(({ title, advice, source }) => [title, advice, source]),
);

/** Every text in a value, however deep; names of fields stay. */
function mapStrings<T>(value: T, change: (text: string) => string): T {
  const map = (one: unknown): unknown => {
    if (typeof one === 'string') return change(one);
    if (Array.isArray(one)) return one.map(map);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, map(inner)]));
  };
  // The shape is kept: only texts are exchanged for texts.
  return map(value) as T;
}
