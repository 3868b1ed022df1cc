import type { Books } from '../analysis.ts';
import type { Attempt } from '../attempt.ts';
import type { Document } from '../model/document.ts';
import type { LogRecord } from '../model/record.ts';
import type { Contact } from '../remedies/contacts.ts';
import type { Explanation } from '../remedies/explain.ts';
import type { OurFault } from '../remedies/ours.ts';
import type { Wanted } from '../remedies/signals.ts';
import type { Summary } from '../summary.ts';

/**
 * Takes the people out of what a command is about to say. What stands in the log is replaced field by field, before a
 * document is made of it; the document then is looked over once more for anything that has the shape of an address, a
 * host or an IP, whoever put it there.
 */
export interface Redactor {
  attempt(attempt: Attempt): Attempt;
  record(record: LogRecord): LogRecord;
  /** @param attempt whose names may stand in the signals. */
  wanted(wanted: Wanted, attempt: Attempt): Wanted;
  summary(summary: Summary): Summary;
  fault(fault: OurFault): OurFault;
  contact(contact: Contact): Contact;
  explanation(explanation: Explanation): Explanation;
  books(books: Books): Books;
  /** What the user asked for: an address, a domain, an IP, a name. */
  who(who: string | undefined): string | undefined;
  document(document: Document): Document;
  /** A message for people that may quote the log. */
  message(text: string): string;
}

const same = <T>(value: T): T => value;

/** Without --redact. */
export const openly: Redactor = {
  attempt: same,
  record: same,
  wanted: same,
  summary: same,
  fault: same,
  contact: same,
  explanation: same,
  books: same,
  who: same,
  document: same,
  message: same,
};
