import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { codeOf, messageOf, UsageError } from '../errors.ts';

const BYTES = 32;
/** For the owner alone: with the key anybody can try which address a pseudonym stands for. */
const MODE = 0o600;

/**
 * Reads the key of the pseudonyms, or makes one where there is no such file.
 *
 * @param path undefined: a key that is forgotten at the end.
 * @throws UsageError where the file is no key, others may read it, or it cannot be made.
 */
export function redactionKey(path: string | undefined): Buffer {
  if (path === undefined) return randomBytes(BYTES);
  try {
    return madeKey(path) ?? readKey(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read or make the key ${path}: ${messageOf(error)}`);
  }
}

/** @returns null where the file is there already. */
function madeKey(path: string): Buffer | null {
  const key = randomBytes(BYTES);
  try {
    writeFileSync(path, `${key.toString('hex')}\n`, { flag: 'wx', mode: MODE });
    return key;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  }
}

function readKey(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    if ((fstatSync(fd).mode & 0o077) !== 0) {
      throw new UsageError(`others may read the key ${path}`, `chmod 600 ${path}`);
    }
    const text = readFileSync(fd, 'utf8').trim();
    if (!/^[0-9a-f]{64}$/.test(text)) {
      throw new UsageError(
        `${path} is no key of exiwhy`,
        'name a file that is not there yet: it will be made',
      );
    }
    return Buffer.from(text, 'hex');
  } finally {
    closeSync(fd);
  }
}
