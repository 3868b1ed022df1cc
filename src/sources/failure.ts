import { codeOf, InputError, messageOf } from '../errors.ts';

/** What the operating system's refusal means, and what to do about it. */
interface Words {
  reason: string;
  help?: string;
}

const MEANINGS: Readonly<Record<string, Words>> = {
  ENOENT: { reason: 'there is no such file' },
  ENOTDIR: { reason: 'a part of the path is not a directory' },
  EISDIR: { reason: 'it is a directory', help: 'name the log files in it' },
  EACCES: {
    reason: 'permission denied',
    help: 'run as root, or as a member of the group that owns the log (mail on cPanel, adm on Debian)',
  },
  ELOOP: { reason: 'the symbolic links go in a circle' },
  ENAMETOOLONG: { reason: 'the name is too long' },
  EMFILE: { reason: 'too many files are open', help: 'raise the limit with ulimit -n' },
  EIO: { reason: 'the disk reported an error', help: 'see dmesg, and read a copy from a backup' },
  // ESTALE of Linux, which Node has no name for
  'Unknown system error -116': { reason: 'the network file system lost it', help: 'mount it again' },
};

/** @returns the failure of a system call in plain words; an InputError is returned as it is. */
export function inputError(name: string, failure: unknown): InputError {
  if (failure instanceof InputError) return failure;
  const { reason, help } = wordsOf(failure);
  return new InputError(name, reason, help);
}

function wordsOf(failure: unknown): Words {
  const code = codeOf(failure);
  const known = MEANINGS[code === 'EPERM' ? 'EACCES' : code];
  if (known) return known;
  const message = messageOf(failure);
  // Node writes `EBUSY: resource busy or locked, open '/var/log/...'`; the name is already known.
  return { reason: /^[A-Z0-9]+: ([^,]+),/.exec(message)?.[1] ?? message };
}
