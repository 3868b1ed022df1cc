import { redactContact } from './contact.ts';
import { redactDocument } from './document.ts';
import { Fields, maybe } from './fields.ts';
import type { Redactor } from './openly.ts';
import { redactAttempt, redactRecord } from './records.ts';
import { redactSummary } from './summary.ts';

/** @param key see key.ts: under the same one the same name gets the same pseudonym. */
export function redactorOf(key: Buffer): Redactor {
  const fields = new Fields(key);
  /** A host that a sentence of ours names, and the files that the user named. */
  const kept = new Set(['backscatterer.org']);
  /** What is said of an input may quote a line of it. */
  const message = (text: string): string =>
    text.replace(/(does not fit: )([^\n]*)/, (_, before: string, line: string) => before + fields.free(line));
  return {
    attempt: (attempt) => redactAttempt(fields, attempt),
    record: (record) => redactRecord(fields, record),
    wanted: (wanted, { sender, client }) =>
      fields.wanted(wanted, fields.names([sender], [client?.heloName, client?.reverseName])),
    summary: (summary) => redactSummary(fields, summary),
    fault: (fault) => ({
      ...fault,
      what: fields.sentence(fault.what),
      reply: maybe(fault.reply, (text) => fields.free(text)),
    }),
    contact: (contact) => redactContact(fields, contact),
    explanation: (one) => ({
      ...one,
      text: fields.free(one.text),
      contacts: one.contacts.map(fields.sentence),
    }),
    books: (books) => {
      for (const { name } of [...books.files, ...books.notRead]) kept.add(name);
      return {
        ...books,
        samples: books.samples.map((one) => ({ ...one, text: fields.free(one.text) })),
        notRead: books.notRead.map((one) => ({ ...one, reason: message(one.reason) })),
      };
    },
    who: (who) => who && whoOf(fields, who),
    document: (document) => redactDocument(fields, document, kept),
    message,
  };
}

/** An address, a CIDR, and what has the shape of a host or none. */
function whoOf({ address, ip, domain }: Fields, who: string): string {
  if (who.includes('@')) return address(who);
  const [network = '', bits] = who.split('/');
  return bits === undefined ? domain(who) : `${ip(network)}/${bits}`;
}
