import { InputError } from '../errors.ts';
import { findMachineLog, rotatedSet } from '../sources/discover.ts';
import { inspect, type LogFile } from '../sources/open.ts';
import type { CommonOptions, Context } from './context.ts';

/** The same files, with what --index knows of them. Its code is loaded where it is asked for. */
export async function withIndex(
  files: readonly LogFile[],
  { index }: CommonOptions,
  { now, warn }: Context,
): Promise<readonly LogFile[]> {
  if (index === undefined) return files;
  const { IndexFolder } = await import('../side-index/folder.ts');
  return new IndexFolder(index, now, warn).withParts(files);
}

/**
 * Makes with --index what is missing there of the logs and of what was rotated beside them, for the next trace.
 *
 * @param logs as the user named them; none: this machine's.
 */
export async function indexRotated(
  logs: readonly string[],
  options: CommonOptions,
  context: Context,
): Promise<void> {
  if (options.index === undefined) return;
  try {
    const live = logs.length > 0 ? logs.filter((name) => name !== '-') : [findMachineLog().name];
    // What cannot be read was told when it was.
    const files = live.flatMap((name) => [...rotatedSet(name, () => {}), inspect(name)]);
    await withIndex(files, options, context);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
}
