import { availableParallelism } from 'node:os';
import { keyOfAddress } from '../address-bytes.ts';
import { InputError } from '../errors.ts';
import type { LogFile } from '../sources/open.ts';
import type { SecondThread } from '../two-threads/second-thread.ts';

/** Bytes: with less, two threads take as long as one (measured). */
const LEAST = 500e6;
/** What a compressed byte counts: it takes so much longer. */
const COMPRESSED = 5;

/**
 * A second thread for the search of an address, where it is worth its start. Its code is loaded where it is wanted.
 *
 * @param files regular ones; those that have an index are not counted.
 */
export async function secondThreadFor(
  files: readonly LogFile[],
  address: string,
): Promise<SecondThread | null> {
  const bytes = files.reduce((sum, file) => sum + weightOf(file), 0);
  if (bytes < LEAST || availableParallelism() < 2 || keyOfAddress(address) === null) return null;
  const { SecondThread } = await import('../two-threads/second-thread.ts');
  try {
    return new SecondThread(files);
  } catch (error) {
    // It is told when it is read.
    if (error instanceof InputError) return null;
    throw error;
  }
}

function weightOf({ size, compression, parts }: LogFile): number {
  return parts ? 0 : (size ?? 0) * (compression === null ? 1 : COMPRESSED);
}
