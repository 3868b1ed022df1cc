import type { Case } from '../remedies/cases.ts';
import type { Contact, Specimen } from '../remedies/contacts.ts';
import { type Fields, maybe } from './fields.ts';
import type { Names } from './text.ts';

/** Whom to write to: the letter is then written with the pseudonyms. */
export function redactContact(fields: Fields, contact: Contact): Contact {
  const [first, ...rest] = contact.cases;
  const { senders, recipients, heloName, client } = first;
  const asked = contact.specimen?.sender;
  const names = fields.names([...senders, ...recipients, asked], [contact.domain, heloName, client.name]);
  return {
    ...contact,
    domain: fields.domain(contact.domain),
    to: contact.to.map(fields.address),
    links: contact.links.map(fields.sentence),
    instead: maybe(contact.instead, fields.sentence),
    cases: [redactCase(fields, first), ...rest.map((one) => redactCase(fields, one))],
    specimen: maybe(contact.specimen, (specimen) => redactSpecimen(fields, specimen, names)),
  };
}

function redactCase(fields: Fields, one: Case): Case {
  const { heloName, domain, senders, recipients } = one;
  return {
    ...one,
    client: fields.host(one.client),
    heloName: maybe(heloName, fields.domain),
    callout: fields.host(one.callout),
    domain: fields.domain(domain),
    senders: senders.map(fields.address),
    recipients: recipients.map(fields.address),
    wanted: fields.wanted(one.wanted, fields.names(senders, [heloName, domain])),
  };
}

function redactSpecimen(
  fields: Fields,
  { sender, callout, reason, lines }: Specimen,
  names: Names,
): Specimen {
  return {
    sender: fields.address(sender),
    callout: maybe(callout, (one) => fields.callout(one, names)),
    reason: maybe(reason, (text) => fields.free(text, names)),
    lines: lines.map(({ at, text }) => ({ at, text: fields.free(text, names) })),
  };
}
