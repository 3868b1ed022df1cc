import { accessSync, constants, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from './durable.ts';

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
 * the new one. The file keeps its owner where this process may give it to him.
 *
 * @param mode of a file that is new, before the umask.
 */
export function replaceWhole({ path, stats }: Replaceable, text: string, mode = 0o666): void {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const mayKeep = stats !== undefined && (uid === 0 || stats.uid === uid);
  const mine = { mode: stats?.mode ?? mode & ~process.umask(), uid, gid };
  replaceFile(path, text, mayKeep ? stats : mine);
}
