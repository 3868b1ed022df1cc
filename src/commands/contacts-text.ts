import type { Books } from '../analysis.ts';
import { causeOf } from '../causes/index.ts';
import type { Block, Cell } from '../model/document.ts';
import type { Contact } from '../remedies/contacts.ts';
import type { Letter } from '../remedies/letters/template.ts';
import type { OurFault } from '../remedies/ours.ts';
import { SCHEMA } from '../shapes.ts';
import { humanStamp, isoWithOffset } from '../time/iso.ts';
import { booksLine } from './books-text.ts';
import { ourBlocks } from './ours-text.ts';
import { noun } from './words.ts';

export interface Written {
  contact: Contact;
  letter: Letter;
}

type Audience = 'postmaster' | 'customer';

export function contactTitle(written: readonly Written[]): string {
  if (written.length === 0) return 'nobody to write to: no wanted mail was stopped by a fault of others';
  return `${written.length} ${noun(written.length, 'domain')} to write to`;
}

/** A card and the letter for each domain. */
export function contactBlocks(
  written: readonly Written[],
  ours: readonly OurFault[],
  offset: number,
  books: Books,
  audience: Audience,
): Block[] {
  // What a customer is told holds nothing of the server's inside.
  const letters = written.flatMap(({ contact, letter }): Block[] => [
    { type: 'heading', text: contact.domain },
    ...(audience === 'customer' ? [] : [card(contact, offset)]),
    { type: 'lines', lines: [`Subject: ${letter.subject}`, '', ...letter.text.trimEnd().split('\n')] },
  ]);
  if (audience === 'customer') return letters;
  return [...ourBlocks(ours, offset), ...letters, { type: 'text', text: booksLine(books), tone: 'dim' }];
}

function card(contact: Contact, offset: number): Block {
  const { cause: id, to, links, instead, cases } = contact;
  const cause = causeOf(id);
  const facts: [string, string | Cell][] = [['to', to.join(', ') || 'nobody who could be reached by mail']];
  if (links.length > 0) facts.push(['pages', links.join(' ')]);
  if (instead !== null) facts.push(['or', instead]);
  facts.push(
    ['why', `${cause.title} (${cause.id})`],
    [
      'wanted',
      `${cases[0].wanted.score.toFixed(2)}: ${cases[0].wanted.signals.map(({ text }) => text).join('; ')}`,
    ],
    ['seen', `${humanStamp(firstOf(contact), offset)} to ${humanStamp(lastOf(contact), offset)}`],
  );
  const attempts = attemptsOf(contact);
  return {
    type: 'card',
    head: [{ text: `${attempts} ${noun(attempts, 'try', 'tries')}`, tone: 'strong' }],
    facts,
  };
}

/** Addresses that are named in JSON. */
const NAMED = 20;

export function contactJson(
  { contact, letter }: Written,
  offset: number,
  audience: Audience,
): Readonly<Record<string, unknown>> {
  const { domain, cause, to, links, instead, cases, specimen } = contact;
  const common = { schema: SCHEMA, type: 'contact', domain, cause, letter };
  if (audience === 'customer') return common;
  return {
    ...common,
    to,
    links,
    instead,
    fault: causeOf(cause).fault,
    senders: [...new Set(cases.flatMap(({ senders }) => senders))].slice(0, NAMED),
    recipients: [...new Set(cases.flatMap(({ recipients }) => recipients))].slice(0, NAMED),
    clients: [...new Set(cases.map(({ client }) => client.ip))].slice(0, NAMED),
    callout: specimen?.callout ?? null,
    evidence: {
      attempts: attemptsOf(contact),
      firstSeen: isoWithOffset(firstOf(contact), offset),
      lastSeen: isoWithOffset(lastOf(contact), offset),
      lines: (specimen?.lines ?? []).map(({ at, text }) => ({ time: isoWithOffset(at, 0), text })),
    },
    wanted: cases[0].wanted,
  };
}

function attemptsOf({ cases }: Contact): number {
  return cases.reduce((sum, { attempts }) => sum + attempts, 0);
}

function firstOf({ cases }: Contact): number {
  return Math.min(...cases.map(({ first }) => first));
}

function lastOf({ cases }: Contact): number {
  return Math.max(...cases.map(({ last }) => last));
}
