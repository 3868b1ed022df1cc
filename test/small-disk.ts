import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { tempFolder } from './sources/temp.ts';

/** Only root may mount, and not in every container: elsewhere such a test is shown as skipped. */
export const canMount =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

/** A disk of its own that is soon full, until the test is over. @param size `16k` */
export function smallDisk(size: string): string {
  const folder = tempFolder();
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder]);
  if (status !== 0) throw new Error(`mount: ${stderr}`);
  onTestFinished(() => {
    spawnSync('umount', [folder]);
  });
  return folder;
}
