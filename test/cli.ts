import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

export interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command in the project's folder, in UTC, without a terminal. */
export function exiwhy(args: readonly string[], input?: string | Buffer, env: NodeJS.ProcessEnv = {}): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/exiwhy.js', ...args], {
    cwd: ROOT,
    input: input ?? '',
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TZ: 'UTC', NO_COLOR: '1', ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}
