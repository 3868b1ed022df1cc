import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, type Stats } from 'node:fs';
import { releaseLock, replaceFile, syncFolder, takeLock } from '../durable.ts';
import { messageOf } from '../errors.ts';

/** The list was left as it was: why, and what to do. */
export class ListError extends Error {
  override name = 'ListError';
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.help = help;
  }
}

/**
 * Changes a list of this machine so that a kill at any moment leaves the old file or the new one, whole: the text goes
 * to a file beside it, with the owner, group and mode of the list, and takes its place by rename(2). The old text stays
 * beside it as a backup.
 *
 * @param change makes the new text of the old one.
 * @returns the path of the backup.
 * @throws ListError where the list is not there, is a link or no file, is being changed by somebody else, or cannot be
 *   written.
 */
export function changeList(path: string, change: (before: string) => string): string {
  return locked(path, () => {
    const stats = checkedStats(path);
    const before = readFileSync(path, 'utf8');
    const after = change(before);
    const backup = backupOf(path, after);
    writeBeside(path, backup, before, stats);
    replace(path, after, stats);
    return backup;
  });
}

/**
 * Takes the last change back, if nobody has changed the list since.
 *
 * @throws ListError where the list is not as changeList() left it.
 */
export function undoChange(path: string): string {
  return locked(path, () => {
    const stats = checkedStats(path);
    const backup = backupOf(path, readFileSync(path, 'utf8'));
    let before: string;
    try {
      before = readFileSync(backup, 'utf8');
    } catch {
      throw new ListError(
        `${path} is not as exiwhy left it, or exiwhy never changed it`,
        `compare it by hand with the backups beside it (${path}.exiwhy-*)`,
      );
    }
    replace(path, before, stats);
    rmSync(backup);
    return backup;
  });
}

/** The backup bears the digest of the text that replaced it: so undo knows its own work, and can go back many steps. */
function backupOf(path: string, after: string): string {
  return `${path}.exiwhy-${createHash('sha256').update(after).digest('hex').slice(0, 16)}`;
}

function checkedStats(path: string): Stats {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) {
    throw new ListError(
      `${path} does not exist, and exiwhy creates no list`,
      'Exim refuses all mail (421) when a list that its configuration names cannot be read: create it as your ' +
        'system does (on cPanel WHM does, owner root:mail, mode 0640), or paste the entries yourself',
    );
  }
  if (stats.isSymbolicLink()) {
    throw new ListError(
      `${path} is a symbolic link, which a rename would replace`,
      'name the file it points to with --file',
    );
  }
  if (!stats.isFile()) throw new ListError(`${path} is no regular file`);
  return stats;
}

function replace(path: string, text: string, stats: Stats): void {
  const fresh = `${path}.exiwhy-new`;
  writeBeside(path, fresh, text, stats);
  const now = lstatSync(path, { throwIfNoEntry: false });
  if (!now || now.ino !== stats.ino || now.mtimeMs !== stats.mtimeMs || now.size !== stats.size) {
    rmSync(fresh);
    throw new ListError(`${path} was changed by somebody else in this moment`, 'run the command again');
  }
  renameSync(fresh, path);
  syncFolder(path);
}

function writeBeside(path: string, name: string, text: string, stats: Stats): void {
  try {
    replaceFile(name, text, stats);
  } catch (error) {
    throw new ListError(
      `cannot write beside ${path}: ${messageOf(error)}`,
      'run it as root, with room on the disk; nothing was changed',
    );
  }
}

/** One at a time; the lock of a process that was killed is taken over. */
function locked<T>(path: string, work: () => T): T {
  // Before anything is written beside it: a wrong path leaves no trace.
  checkedStats(path);
  const lock = `${path}.exiwhy-lock`;
  if (!lockTaken(path, lock))
    throw new ListError(`${path} is being changed by another exiwhy`, `if none runs, remove ${lock}`);
  try {
    return work();
  } finally {
    releaseLock(lock);
  }
}

function lockTaken(path: string, lock: string): boolean {
  try {
    return takeLock(lock);
  } catch (error) {
    throw new ListError(`cannot lock ${path}: ${messageOf(error)}`, 'run it as root');
  }
}

/** Puts lines at the end of a list whose last line may lack its newline. */
export function appended(before: string, lines: readonly string[]): string {
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  return `${before}${gap}${lines.map((line) => `${line}\n`).join('')}`;
}
