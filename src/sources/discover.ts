import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, InputError } from '../errors.ts';
import { SUFFIXES } from './decompress.ts';
import { inputError } from './failure.ts';
import { inspect, type LogFile, readHead } from './open.ts';

/** A place where a distribution or a control panel has its mail log. */
interface UsualLog {
  path: string;
  label: string;
}

/** In the order in which they are tried: Exim's own logs, then those of the whole mail system. */
export const USUAL_LOGS: readonly UsualLog[] = [
  { path: '/var/log/exim_mainlog', label: 'cPanel' },
  { path: '/var/log/exim4/mainlog', label: 'Debian, Ubuntu' },
  { path: '/var/log/exim/main.log', label: 'RHEL, AlmaLinux, Fedora' },
  { path: '/var/log/exim/mainlog', label: 'DirectAdmin, FreeBSD, Alpine' },
  { path: '/var/log/exim/exim_main.log', label: 'Gentoo' },
  { path: '/var/spool/exim/log/mainlog', label: 'Exim built from source' },
  { path: '/var/log/mail.log', label: 'Postfix or syslog on Debian, Ubuntu' },
  { path: '/var/log/maillog', label: 'Postfix or syslog on RHEL, FreeBSD' },
];

/**
 * The live log of this machine's mail server: the first of the usual places that is there.
 *
 * @param root stands for `/`.
 * @throws InputError if there is none, or it may not be read.
 */
export function findMachineLog(root = '/'): LogFile {
  const found = USUAL_LOGS.map(({ path }) => join(root, path)).find(isThere);
  if (found !== undefined) return inspect(found);
  const places = USUAL_LOGS.map(({ path, label }) => `  ${path}  (${label})`).join('\n');
  throw new InputError(
    'the mail log of this machine',
    'it is in none of the usual places',
    `name the file, or - for standard input; exim -bP log_file_path and postconf maillog_file tell where the two write. Looked at:\n${places}`,
  );
}

/** A folder that may not be entered, as Debian's is, counts as a find: reading then says what is missing. */
function isThere(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch (failure) {
    return codeOf(failure) === 'EACCES';
  }
}

/** `20261115`, `2026-11-15`, each with an hour, a time or an epoch behind it, as logrotate's dateformat makes them. */
const DATE = String.raw`\d{4}-?\d\d-?\d\d(?:[-_T]?\d{2,10})?`;
const NUMBER = String.raw`\d{1,4}`;

/**
 * The rotated siblings of a live log in the same folder, dated or numbered, compressed or not; by their names the oldest
 * come first. A rotation that is being compressed at this moment is there twice and is returned once, uncompressed: that
 * one is whole.
 *
 * @param path of the live log, which need not exist.
 * @param onUnreadable is told of each sibling that cannot be read; without it the first such is thrown.
 * @throws InputError if the folder cannot be read.
 */
export function rotatedSet(path: string, onUnreadable: (error: InputError) => void = raise): LogFile[] {
  const live = basename(path);
  const rotation = rotationPattern(live);
  const files: LogFile[] = [];
  const names = onePerRotation(namesIn(dirname(path)).filter((name) => rotation.test(name)));
  for (const name of names.sort(olderFirst)) {
    // As the user wrote it: join() would turn ./mainlog into mainlog.
    const sibling = path.slice(0, path.length - live.length) + name;
    try {
      files.push(inspect(sibling));
    } catch (failure) {
      onUnreadable(inputError(sibling, failure));
    }
  }
  return files;
}

function raise(error: InputError): never {
  throw error;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (failure) {
    throw inputError(folder, failure);
  }
}

/** `main.log` rotates to `main.log-DATE` and `main.log.N`, with logrotate's `extension` to `main-DATE.log`, `main.N.log`. */
function rotationPattern(live: string): RegExp {
  const dot = live.lastIndexOf('.');
  const stem = dot > 0 ? live.slice(0, dot) : live;
  const ending = live.slice(stem.length);
  const mark = `(?:[-._]${DATE}|\\.${NUMBER})`;
  const forms = [`${literal(live)}${mark}`, `${literal(stem)}${mark}${literal(ending)}`];
  return new RegExp(`^(?:${forms.join('|')})(?:${SUFFIXES.map(literal).join('|')})?$`);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** `X` before `X.gz`: the compressed one may be half written, and `X` goes only when it is done. */
function onePerRotation(names: readonly string[]): string[] {
  const present = new Set(names);
  const chosen = new Map<string, string>();
  for (const name of names) {
    const plain = withoutSuffix(name);
    if (!chosen.has(plain)) chosen.set(plain, present.has(plain) ? plain : name);
  }
  return [...chosen.values()];
}

/** `log.10` before `log.9`; those with a date as they stand. */
function olderFirst(a: string, b: string): number {
  return numberIn(b) - numberIn(a);
}

function numberIn(name: string): number {
  return Number(/\.(\d{1,4})(?:\.[a-z]+)?$/.exec(withoutSuffix(name))?.[1] ?? 0);
}

function withoutSuffix(name: string): string {
  const suffix = SUFFIXES.find((candidate) => name.endsWith(candidate));
  return suffix === undefined ? name : name.slice(0, -suffix.length);
}

/** Each line begins with its time, so 4 KiB tell two logs apart. */
const HEAD = 4096;

/**
 * Leaves out what would be counted twice: a file named twice, by whatever path; an exact copy; and the compressed one
 * of `X` and `X.gz`, where a glob caught the compressing in the act. Pipes are never looked into.
 *
 * @param onCopy is told of each file that was left out.
 * @returns the others, in their order.
 */
export async function withoutCopies(
  files: readonly LogFile[],
  onCopy: (copy: LogFile, kept: LogFile) => void = () => {},
): Promise<LogFile[]> {
  const kept: LogFile[] = [];
  for (const file of withoutRepeats(files, onCopy)) {
    const at = await indexOfCopy(kept, file);
    const other = kept[at];
    if (!other) {
      kept.push(file);
    } else if (other.compression !== null && file.compression === null) {
      kept[at] = file;
      onCopy(other, file);
    } else {
      onCopy(file, other);
    }
  }
  return kept;
}

function withoutRepeats(
  files: readonly LogFile[],
  onCopy: (copy: LogFile, kept: LogFile) => void,
): Iterable<LogFile> {
  const seen = new Map<string, LogFile>();
  for (const file of files) {
    const key = identity(file);
    const first = seen.get(key);
    if (first) onCopy(file, first);
    else seen.set(key, file);
  }
  return seen.values();
}

/** The same for all the names, links and hard links of one file. */
function identity({ path }: LogFile): string {
  if (path === null) return '-';
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return path;
  }
}

async function indexOfCopy(kept: readonly LogFile[], file: LogFile): Promise<number> {
  for (const [index, other] of kept.entries()) {
    if (mayBeCopies(file, other) && (await beginAlike(file, other))) return index;
  }
  return -1;
}

/** A main log and its reject log may begin alike and are no copies. */
function mayBeCopies(a: LogFile, b: LogFile): boolean {
  if (a.size === null || b.size === null) return false;
  if (withoutSuffix(a.name) === withoutSuffix(b.name)) return true;
  return a.size > 0 && a.size === b.size && a.compression === b.compression;
}

async function beginAlike(a: LogFile, b: LogFile): Promise<boolean> {
  try {
    return (await readHead(a, HEAD)).equals(await readHead(b, HEAD));
  } catch (failure) {
    // What cannot be looked at is nobody's copy; reading it will say why.
    if (failure instanceof InputError) return false;
    throw failure;
  }
}

/**
 * Puts the files of ONE rotated set in the order of their contents and leaves out those that end before the window:
 * a file ends where the next one begins, which is not so for the logs of different machines.
 *
 * @param firstStampOf the time of a file's first line, in epoch milliseconds; null if it has none. Not asked for pipes.
 * @param since the beginning of the window in epoch milliseconds; null keeps all.
 * @returns oldest first, files without a time last in the given order, copies left out.
 */
export async function selectForWindow(
  files: readonly LogFile[],
  firstStampOf: (file: LogFile) => Promise<number | null>,
  since: number | null,
): Promise<LogFile[]> {
  const dated: { file: LogFile; first: number }[] = [];
  const undated: LogFile[] = [];
  for (const file of await withoutCopies(files)) {
    const first = file.size === null ? null : await firstStampOf(file);
    if (first === null) undated.push(file);
    else dated.push({ file, first });
  }
  dated.sort((a, b) => a.first - b.first);
  const reaches = ({ first }: { first: number }): boolean => {
    // Files that begin in the same second may end anywhere.
    const next = dated.find((other) => other.first > first);
    return since === null || next === undefined || next.first >= since;
  };
  return [...dated.filter(reaches).map(({ file }) => file), ...undated];
}
