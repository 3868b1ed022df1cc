import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt } from '../attempt.ts';
import { messageOf, UsageError } from '../errors.ts';
import type { Document } from '../model/document.ts';
import type { Outcomes } from '../outcome.ts';
import type { Owners, SplitBy } from '../owners.ts';
import type { Redactor } from '../redact/openly.ts';
import { endingOf, type Format, isFormat, rendererOf } from '../render/index.ts';
import { replaceWhole } from '../replace-file.ts';
import type { CommonOptions, Context } from './context.ts';
import { type DeliveryOptions, send } from './output.ts';
import { type Frame, Part } from './report-part.ts';
import { noun } from './words.ts';

/** A report for each account or reseller, counted side by side while the log is read once. */
export class Split {
  readonly #by: SplitBy;
  readonly #owners: Owners;
  readonly #outcomes: Outcomes;
  readonly #redactor: Redactor;
  readonly #parts = new Map<string, Part>();

  constructor(by: SplitBy, owners: Owners, outcomes: Outcomes, redactor: Redactor) {
    this.#by = by;
    this.#owners = owners;
    this.#outcomes = outcomes;
    this.#redactor = redactor;
  }

  add(attempt: Attempt, series: number): void {
    const owner = this.#owners.ownerOf(attempt);
    if (owner === null) return;
    const part = this.#parts.get(owner) ?? this.#empty();
    this.#parts.set(owner, part);
    part.add(attempt, series);
  }

  /** One for each owner, made when it is asked for; also for those who have nothing to be told. */
  *documents(frame: Frame): Generator<{ owner: string; document: Document }> {
    for (const owner of this.#owners.names()) {
      // Neither whose the other domains are, nor lines that may speak of others.
      const accounts = this.#owners.accountsOf(owner);
      const books = { ...frame.books, samples: [] };
      const name = this.#redactor.who(owner) ?? owner;
      const part = this.#parts.get(owner) ?? this.#empty();
      yield { owner, document: part.document({ ...frame, accounts, books }, [], { by: this.#by, name }) };
    }
  }

  #empty(): Part {
    return new Part(this.#outcomes, null, null, this.#redactor);
  }
}

/** Whether each owner gets the report by mail. */
export interface SplitOptions extends DeliveryOptions {
  mailOwners?: boolean;
  cpanelUsers?: string;
}

/** Where the reports go, and in which format. */
export interface ReportFolder {
  path: string;
  format: Format;
}

/** @throws UsageError where no folder is named, it cannot be made, or the format is none for a person. */
export function reportFolder({ output, format = 'text' }: CommonOptions): ReportFolder {
  if (output === undefined || output === '-') {
    throw new UsageError('the reports are files, one for each', 'name a folder for them with -o FOLDER');
  }
  if (!isFormat(format) || format === 'prometheus') {
    throw new UsageError(`--split-by has no format ${format}`);
  }
  try {
    // It holds what customers may not see of each other.
    mkdirSync(output, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UsageError(`cannot make the folder ${output}: ${messageOf(error)}`);
  }
  return { path: output, format };
}

/** What a name may be that becomes the name of a file: no path, no hidden file, nothing that a shell reads. */
const PLAIN_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/;

/** A report, and whose it is. */
interface Owned {
  owner: string;
  document: Document;
}

/**
 * Writes each report to its file, and mails it to its owner where that was asked for and there is something to tell.
 *
 * @returns false where some could not be sent; the others are.
 */
export async function deliverReports(
  folder: ReportFolder,
  documents: Iterable<Owned>,
  options: SplitOptions,
  context: Context,
): Promise<boolean> {
  const renderer = await rendererOf(folder.format);
  let written = 0;
  let sent = 0;
  let complete = true;
  for (const { owner, document } of documents) {
    if (!PLAIN_NAME.test(owner)) {
      context.warn(`exiwhy: no report for an account with an unusual name: ${JSON.stringify(owner)}`);
      continue;
    }
    const told = context.redactor.document(document);
    writeReport(join(folder.path, owner + endingOf(folder.format)), renderer(told, context));
    written++;
    if (!options.mailOwners || document.nothingToDo) continue;
    try {
      if (await mailToOwner(owner, told, options, context)) sent++;
    } catch (error) {
      complete = false;
      context.warn(`exiwhy: error: ${messageOf(error)}`);
    }
  }
  const mails = sent === 0 ? 'nothing was sent' : `${sent} ${noun(sent, 'mail')} sent`;
  context.warn(`exiwhy: ${written} ${noun(written, 'report')} in ${folder.path}; ${mails}`);
  return complete;
}

function writeReport(path: string, text: string): void {
  try {
    // A link that somebody put there is replaced, not followed.
    replaceWhole({ path, stats: undefined }, text, 0o600);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`);
  }
}

/** @returns false where no address is known. */
async function mailToOwner(
  owner: string,
  document: Document,
  options: SplitOptions,
  context: Context,
): Promise<boolean> {
  const { CPANEL_USERS, contactAddress } = await import('../mail/owner.ts');
  const address = contactAddress(options.cpanelUsers ?? CPANEL_USERS, owner);
  if (address === null) {
    context.warn(`exiwhy: no contact address of ${owner} is known`);
    return false;
  }
  await send(document, { ...options, mailTo: [address] }, context);
  return true;
}
