import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A place where a text can take the place of another, whole. */
export interface Replaceable {
  /** The file itself, not a link to it. */
  path: string;
  /** What stands there now. */
  stats: Stats | undefined;
}

/**
 * Finds out whether a whole text can be put at a path.
 *
 * @returns null for what can only be written as it stands: a pipe, /dev/null, a file in a folder of others.
 * @throws Error (of node:fs) where nothing may be written.
 */
export function replaceable(path: string): Replaceable | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) throw new Error('it is a folder');
  if (stats && !stats.isFile()) return null;
  const file = stats ? realpathSync(path) : path;
  if (stats) {
    accessSync(file, constants.W_OK);
    // It may be written, but nothing may be put beside it.
    if (!isWritable(dirname(file))) return null;
  } else accessSync(dirname(file), constants.W_OK);
  return { path: file, stats };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Puts a text where another one stood, so that a reader at any moment, and a kill at any moment, finds the old one or
 * the new one: it is written beside it under a name that begins with a dot, and takes its place by rename(2).
 *
 * @param mode of a file that is new, before the umask.
 */
export function replaceFile({ path, stats }: Replaceable, text: string, mode = 0o666): void {
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    const fd = openSync(fresh, 'wx', mode);
    try {
      if (stats) {
        if (process.getuid?.() === 0) fchownSync(fd, stats.uid, stats.gid);
        fchmodSync(fd, stats.mode & 0o7777);
      }
      writeFileSync(fd, text);
    } finally {
      closeSync(fd);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
