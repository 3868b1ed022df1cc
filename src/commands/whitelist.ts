import { readFileSync } from 'node:fs';
import { codeOf, InputError, messageOf, UsageError } from '../errors.ts';
import { appended, changeList, ListError, undoChange } from '../remedies/apply.ts';
import { audit } from '../remedies/audit.ts';
import type { ListEntry } from '../remedies/lists.ts';
import { clientNetwork, covers } from '../remedies/network.ts';
import { OurFaults } from '../remedies/ours.ts';
import { isListed, type Suggestion, suggest } from '../remedies/suggest.ts';
import { type Target, targetOf, usualTarget } from '../remedies/targets.ts';
import { findMachineLog } from '../sources/discover.ts';
import { type CommonOptions, type Context, type ExitStatus, isRedacted } from './context.ts';
import { gather } from './gather.ts';
import { formatOf, print, printText } from './output.ts';
import { auditDocument, entryLines, listText, whitelistDocument } from './whitelist-text.ts';
import { noun } from './words.ts';

export interface WhitelistOptions extends CommonOptions {
  target?: string;
  file?: string;
  all?: boolean;
  replay?: boolean;
  apply?: boolean;
  undo?: boolean;
  audit?: boolean;
}

/** `exiwhy whitelist [LOG...]`: the least entries that would let the wanted mail in. */
export async function whitelist(
  logs: string[],
  options: WhitelistOptions,
  context: Context,
): Promise<ExitStatus> {
  if (isRedacted(options)) {
    throw new UsageError(
      'an entry lets in the real address, so it cannot be redacted',
      'exiwhy report --redact and exiwhy trace --redact tell the same without names',
    );
  }
  const usual = targetOf(options.target ?? usualTarget(logs[0] ?? machineLog()));
  if (options.apply && usual.path === null) {
    throw new UsageError(`the lines of ${usual.id} belong inside a statement`, 'paste them there yourself');
  }
  if (options.undo) return undo(requirePath(options.file ?? usual.path, usual), context);
  if (options.audit)
    return auditList(requirePath(options.file ?? usual.path, usual), usual, logs, options, context);
  const faults = new OurFaults();
  const servers = new Set<string>();
  const gathered = await gather(logs, options, context, {
    attempt: (attempt) => {
      faults.add(attempt);
      servers.add(attempt.mta);
    },
  });
  // Nothing was read: that no entry is needed would be a guess.
  if (gathered.failed && gathered.books.lines === 0) return 2;
  const isPostfix = servers.has('postfix') && !servers.has('exim');
  const target = options.target === undefined && isPostfix ? targetOf('postfix-client-access') : usual;
  const path = options.file ?? target.path;
  const listed = target.syntax.parse(currentList(path, options.file !== undefined));
  refuseDanger(listed, path ?? '', options, context);
  const ours = faults.found();
  const result = {
    target,
    path,
    offset: gathered.aggregate.offset,
    books: gathered.books,
    ours,
    ...suggest(gathered.cases(), target, listed, ours, options.all === true),
  };
  if (formatOf(options) === 'text') await printText(listText(result, options), context);
  else await print(whitelistDocument(result, options.all === true), options, context);
  if (gathered.failed) return 2;
  if (options.apply) apply(result.suggestions, target, requirePath(path, target), result.offset, context);
  return 0;
}

/** The path of the log that is read where none is named; where there is none, reading will say so. */
function machineLog(): string {
  try {
    return findMachineLog().name;
  } catch (error) {
    if (error instanceof InputError) return '';
    throw error;
  }
}

/** A list that is not there is empty, unless it was named. */
function currentList(path: string | null, named: boolean): string {
  if (path === null) return '';
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!named && codeOf(error) === 'ENOENT') return '';
    throw new UsageError(`cannot read the list ${path}: ${messageOf(error)}`);
  }
}

/** An entry that lets everybody in is told each time, and nothing is added to such a list. */
function refuseDanger(
  listed: readonly ListEntry[],
  path: string,
  { apply }: WhitelistOptions,
  { warn }: Context,
): void {
  const danger = listed.find(({ network }) => network?.bits === 0);
  if (!danger) return;
  const message = `line ${danger.line} of ${path} is dangerous: ${danger.problem}`;
  const help = 'take that line out; exiwhy whitelist --audit looks the whole list over';
  if (apply) throw new UsageError(message, help);
  warn(`exiwhy: warning: ${message}\n  help: ${help}`);
}

function requirePath(path: string | null, { id }: Target): string {
  if (path === null) throw new UsageError(`${id} is no file of its own`, 'name the list with --file');
  return path;
}

/** Writes the entries into the list, and reads it again as the server will before it takes its place. */
function apply(
  suggestions: readonly Suggestion[],
  target: Target,
  path: string,
  offset: number,
  context: Context,
): void {
  const fresh = suggestions.filter(({ alreadyListed }) => !alreadyListed);
  if (fresh.length === 0) {
    context.warn(`exiwhy: nothing to add to ${path}`);
    return;
  }
  const backup = guarded(() =>
    changeList(path, (before) => {
      const after = appended(before, entryLines(fresh, target, offset, false));
      verify(before, after, fresh, target, path);
      return after;
    }),
  );
  context.warn(
    `exiwhy: added ${fresh.length} ${noun(fresh.length, 'entry', 'entries')} to ${path}; the old list is in ${backup} (--undo takes it back)`,
  );
}

/** What we are about to write must say what we mean, and nothing that stood there may change its meaning. */
function verify(
  before: string,
  after: string,
  suggestions: readonly Suggestion[],
  { syntax }: Target,
  path: string,
): void {
  const old = syntax.parse(before);
  const entries = syntax.parse(after);
  const added = entries.slice(old.length);
  const kept = old.every(({ text, network }, index) => {
    const now = entries[index];
    return now?.text === text && JSON.stringify(now.network, asText) === JSON.stringify(network, asText);
  });
  if (
    !kept ||
    added.length !== suggestions.length ||
    !suggestions.every(({ entry }) => isListed(entry, added))
  ) {
    throw new ListError(
      `the end of ${path} would swallow the new lines`,
      'look at its last line, and for bytes that are no text; exiwhy whitelist --audit shows what the server reads',
    );
  }
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function undo(path: string, context: Context): ExitStatus {
  guarded(() => undoChange(path));
  context.warn(`exiwhy: ${path} is as it was before the last --apply`);
  return 0;
}

async function auditList(
  path: string,
  target: Target,
  logs: string[],
  options: WhitelistOptions,
  context: Context,
): Promise<ExitStatus> {
  const entries = target.syntax.parse(currentList(path, true));
  const clients = new Set<string>();
  const { books, failed } = await gather(logs, options, context, {
    record: ({ client }) => client?.ip && clients.add(client.ip),
  });
  const networks = [...clients].flatMap((ip) => clientNetwork(ip) ?? []);
  const findings = audit(entries, (network) => networks.some((client) => covers(network, client)));
  await print(auditDocument(findings, path, entries.length, books), options, context);
  return failed ? 2 : 0;
}

/** Runs a change of the list. @throws UsageError for what stops it, with the help that belongs to it. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ListError) throw new UsageError(error.message, error.help);
    throw error;
  }
}
