/** Runs one whole process, or pipeline, and measures it from outside. */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const GNU_TIME = '/usr/bin/time';
/** Milliseconds between two looks at a process, where GNU time is not installed. */
const POLL = 10;

/**
 * @typedef {object} Run
 * @property {number} seconds
 * @property {number | null} peak Peak resident memory in bytes, of the largest process; null where nobody
 *   can tell.
 * @property {number | null} status
 * @property {string} stdout Only where it was asked for.
 * @property {string} stderr
 */

/**
 * @param {string} command for `sh -c`
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} keep Whether stdout is wanted; it is drained in any case.
 * @returns {Promise<Run>}
 */
export function measure(command, env, keep) {
  const folder = mkdtempSync(join(tmpdir(), 'exiwhy-time-'));
  const note = join(folder, 'peak');
  const timed = existsSync(GNU_TIME);
  const shell = ['sh', '-c', command];
  const [file, ...args] = timed ? [GNU_TIME, '-q', '-f', '%M', '-o', note, ...shell] : shell;
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let polled = 0;
    const timer = timed ? null : setInterval(() => (polled = Math.max(polled, highWater(child.pid))), POLL);
    /** @type {Buffer[]} */
    const stdout = [];
    let stderr = '';
    child.stdout.on('data', (chunk) => keep && stdout.push(chunk));
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (status) => {
      const seconds = (performance.now() - began) / 1000;
      if (timer) clearInterval(timer);
      const peak = timed ? Number(readFileSync(note, 'utf8')) * 1024 : polled;
      rmSync(folder, { recursive: true });
      resolve({ seconds, peak: peak || null, status, stdout: Buffer.concat(stdout).toString(), stderr });
    });
  });
}

/**
 * Linux only: the most memory that a living process has held. The processes of a pipeline are not seen here.
 *
 * @param {number | undefined} pid
 */
function highWater(pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    // It has ended, or this is no Linux.
    return 0;
  }
}
