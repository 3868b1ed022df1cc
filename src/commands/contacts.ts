import { mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createFile } from '../durable.ts';
import { codeOf, messageOf, UsageError } from '../errors.ts';
import type { Document } from '../model/document.ts';
import { contactsOf, Specimens } from '../remedies/contacts.ts';
import { type Language, letterOf } from '../remedies/letters/compose.ts';
import { TemplateError } from '../remedies/letters/template.ts';
import { OurFaults } from '../remedies/ours.ts';
import { SCHEMA } from '../shapes.ts';
import { contactBlocks, contactJson, contactTitle, type Written } from './contacts-text.ts';
import { type CommonOptions, type Context, type ExitStatus, isRedacted } from './context.ts';
import { gather } from './gather.ts';
import { ourJson } from './ours-text.ts';
import { print } from './output.ts';
import { noun } from './words.ts';

export interface ContactsOptions extends CommonOptions {
  for: 'postmaster' | 'customer';
  language: Language;
  template?: string;
  ourName?: string;
  ourAddress?: string;
  ourContact?: string;
}

/** `exiwhy contacts [LOG...]`: whom to write to for each failing domain that looks wanted, and what. */
export async function contacts(
  logs: string[],
  options: ContactsOptions,
  context: Context,
): Promise<ExitStatus> {
  const { ourAddress } = options;
  if (ourAddress !== undefined && isIP(ourAddress) === 0)
    throw new UsageError(`--our-address ${ourAddress} is no IP address`);
  const us = {
    name: options.ourName ?? hostname(),
    address: ourAddress ?? null,
    contact: options.ourContact ?? `postmaster@${hostname()}`,
  };
  const template = options.template === undefined ? null : readTemplate(options.template);
  if (options.format === 'eml' && isRedacted(options)) {
    throw new UsageError('a draft is for the real addresses', 'leave --redact out, or choose another format');
  }
  const drafts = options.format === 'eml' ? draftsFolder(options.output) : null;
  const { redactor } = context;
  const specimens = new Specimens();
  const faults = new OurFaults();
  const gathered = await gather(logs, options, context, {
    attempt: (attempt) => {
      specimens.add(attempt);
      faults.add(attempt);
    },
  });
  const { books, aggregate } = gathered;
  // Nothing was read: that there is nobody to write to would be a guess.
  if (gathered.failed && books.lines === 0) return 2;
  const faultsFound = faults.found();
  const ours = faultsFound.map(redactor.fault);
  const written: Written[] = contactsOf(gathered.cases(), specimens, faultsFound).map((one) => {
    const contact = redactor.contact(one);
    return { contact, letter: guarded(() => letterOf(contact, options.for, options.language, us, template)) };
  });
  if (drafts !== null) {
    await writeDrafts(drafts, written, options, context);
  } else {
    const records = written.map((one) => contactJson(one, aggregate.offset, options.for));
    const document: Document = {
      title: contactTitle(written),
      blocks: contactBlocks(written, ours, aggregate.offset, books, options.for),
      json: {
        schema: SCHEMA,
        type: 'contacts',
        ours: ours.map((one) => ourJson(one, aggregate.offset)),
        contacts: records,
        books,
      },
      records,
    };
    // A letter is in a language, whatever the alphabet of this terminal.
    await print(document, options, { ...context, unicode: options.language !== 'en' || context.unicode });
  }
  return gathered.failed ? 2 : 0;
}

/** One file a domain. A domain is letters, digits, hyphens and dots (it has a registered domain), so it is no path. */
async function writeDrafts(
  folder: string,
  written: readonly Written[],
  options: ContactsOptions,
  context: Context,
): Promise<void> {
  const { emlOf } = await import('../remedies/letters/eml.ts');
  for (const { contact, letter } of written) {
    if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(contact.domain)) {
      context.warn(
        `exiwhy: no draft for a domain with unusual characters: ${JSON.stringify(contact.domain)}`,
      );
      continue;
    }
    // The customer is not named: the admin knows who asked.
    const to = options.for === 'customer' ? [] : contact.to;
    const path = join(folder, `${contact.domain}.eml`);
    const text = await emlOf(letter, options.ourContact ?? null, to);
    try {
      createFile(path, text);
    } catch (error) {
      throw new UsageError(
        `cannot write ${path}: ${messageOf(error)}`,
        codeOf(error) === 'EEXIST'
          ? 'a draft that is there already is never overwritten: name another folder with -o'
          : undefined,
      );
    }
  }
  context.warn(`exiwhy: ${written.length} ${noun(written.length, 'draft')} in ${folder}; nothing was sent`);
}

function draftsFolder(output: string | undefined): string {
  if (output === undefined || output === '-') {
    throw new UsageError('drafts are files, one a domain', 'name a folder for them with -o FOLDER');
  }
  try {
    mkdirSync(output, { recursive: true });
  } catch (error) {
    throw new UsageError(`cannot make the folder ${output}: ${messageOf(error)}`);
  }
  return output;
}

function readTemplate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the template ${path}: ${messageOf(error)}`);
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError) throw new UsageError(`the template does not fit: ${error.message}`);
    throw error;
  }
}
