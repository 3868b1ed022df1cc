import { closeSync, fstatSync, openSync } from 'node:fs';
import { bytesAt, digestOf, FINGERPRINT } from '../state/position.ts';

/** By this a log is known to be the one that was read, and not to have changed since. */
export interface Identity {
  dev: string;
  ino: string;
  size: number;
  /** Ns since the epoch. */
  modified: string;
  /** Of the first and of the last bytes on the disk. */
  head: string;
  tail: string;
}

/** @throws what the system call threw. */
export function identityOf(fd: number): Identity {
  const { dev, ino, size, mtimeNs } = fstatSync(fd, { bigint: true });
  const length = Number(size);
  return {
    dev: String(dev),
    ino: String(ino),
    size: length,
    modified: String(mtimeNs),
    head: digestOf(bytesAt(fd, 0, FINGERPRINT)).sha256,
    tail: digestOf(bytesAt(fd, Math.max(0, length - FINGERPRINT), FINGERPRINT)).sha256,
  };
}

/** @throws what the system call threw. */
export function identityAt(path: string): Identity {
  const fd = openSync(path, 'r');
  try {
    return identityOf(fd);
  } finally {
    closeSync(fd);
  }
}

export function isSame(one: Identity, other: Identity): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
