import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from './errors.ts';

/** As a whole, or piece by piece. */
type Text = string | Uint8Array | Iterable<string>;

type Owner = Pick<Stats, 'mode' | 'uid' | 'gid'>;

/**
 * Puts a text in the place of a file so that a kill or a full disk at any moment leaves the old file or the new one,
 * whole: rename(2) takes the name only when all of the text is on the disk.
 *
 * @param owner the mode, owner and group of the new file; without it, readable by nobody else (0600).
 * @throws what the system call threw; nothing has changed then.
 */
export function replaceFile(path: string, text: Text, owner?: Owner): void {
  const part = `${path}.part`;
  try {
    writeOut(part, text, owner);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  syncFolder(path);
}

/**
 * Puts a text in a new file, which a kill or a full disk at any moment leaves whole or not there: link(2) gives the name
 * only when all of the text is on the disk.
 *
 * @throws what the system call threw; EEXIST where something has the name, which stays as it is.
 */
export function createFile(path: string, text: string): void {
  const part = `${path}.part`;
  try {
    writeOut(part, text, { mode: 0o666 & ~process.umask() });
    linkSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
  syncFolder(path);
}

function writeOut(part: string, text: Text, owner: Partial<Owner> = {}): void {
  const { mode = 0o600, uid, gid } = owner;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const fd = openSync(part, flags, 0o600);
  try {
    if (uid !== undefined && gid !== undefined) fchownSync(fd, uid, gid);
    fchmodSync(fd, mode & 0o7777);
    const pieces = typeof text === 'string' || text instanceof Uint8Array ? [text] : text;
    for (const piece of pieces) writeFileSync(fd, piece);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes a rename in the folder of this file last through a power cut. */
export function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Takes a lock: a symbolic link whose target says who made it, so that it is made in one step and no kill leaves the lock
 * of nobody. The lock of a process that was killed is taken over.
 *
 * @returns false where a running process holds it.
 * @throws what the system call threw where the file cannot be made.
 */
export function takeLock(lock: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      symlinkSync(ownerText(process.pid), lock);
      return true;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (!removeStale(lock)) return false;
  }
  return false;
}

export function releaseLock(lock: string): void {
  rmSync(lock, { force: true });
}

/** Two may find the same dead lock: each moves it away first, and puts back what turns out to be a new one. */
function removeStale(lock: string): boolean {
  const owner = ownerOf(lock);
  if (owner === null) return true;
  if (isAlive(owner)) return false;
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  if (ownerOf(aside) !== owner) {
    renameSync(aside, lock);
    return false;
  }
  rmSync(aside, { force: true });
  return true;
}

function ownerOf(lock: string): string | null {
  try {
    return readlinkSync(lock);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(owner: string): boolean {
  const [pidText, start] = owner.split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return !start || ownerText(pid) === owner;
}

/** The pid alone does not do: after a reboot another process may have it. proc(5) tells when this one started. */
function ownerText(pid: number): string {
  const stat = readOrNull(`/proc/${pid}/stat`);
  // `4242 (name of the program) S 1 ...`: the 22nd field is the start, the third stands behind the last bracket.
  const start = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${start}`;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
