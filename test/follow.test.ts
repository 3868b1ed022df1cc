import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { exiwhy } from './cli.ts';
import { tempFolder } from './sources/temp.ts';

const CPANEL = 'fixtures/cpanel-exim-4.96.log';
const LINES = readFileSync(CPANEL, 'utf8').split('\n');

/** The built command, which runs until it is interrupted. */
class Follower {
  stdout = '';
  stderr = '';
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #status: Promise<number | null>;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [resolve('bin/exiwhy.js'), 'follow', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], TZ: 'UTC', NO_COLOR: '1' },
    });
    this.child.stdout.on('data', (text) => {
      this.stdout += text;
    });
    this.child.stderr.on('data', (text) => {
      this.stderr += text;
    });
    this.#status = new Promise((resolve) => this.child.on('close', resolve));
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  async until(condition: () => boolean): Promise<void> {
    for (let n = 0; n < 1000 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  get attempts(): number {
    return this.stdout.split('\n').length - 1;
  }

  interrupt(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.#status;
  }
}

it('tells each refused mail as it happens, joined, through a rotation, and a summary at the end', async () => {
  const log = join(tempFolder(), 'log');
  writeFileSync(log, `${LINES.slice(0, 400).join('\n')}\n`);
  const known = exiwhy(['trace', '--format', 'ndjson', log]).stdout.split('\n').length - 1;
  const all = exiwhy(['trace', '--format', 'ndjson', CPANEL]).stdout.split('\n').length - 1;
  const follower = new Follower(['--format', 'ndjson', log]);
  await new Promise((resolve) => setTimeout(resolve, 800));
  appendFileSync(log, `${LINES.slice(400, 600).join('\n')}\n`);
  await follower.until(() => follower.attempts > 0);
  renameSync(log, `${log}.1`);
  writeFileSync(log, LINES.slice(600).join('\n'));
  await follower.until(() => follower.attempts === all - known);
  expect(await follower.interrupt()).toBe(0);
  const attempts = follower.stdout.trim().split('\n');
  expect(attempts).toHaveLength(all - known);
  const joined = attempts.map((line) => JSON.parse(line)).find(({ lines }) => lines.length === 2);
  expect(joined).toMatchObject({ type: 'attempt', lines: [{ file: log }, { file: log }] });
  expect(follower.stderr).toContain(`${all - known} refusals: `);
  expect(follower.stderr).toContain('0 not understood');
});

it('loses nothing of a burst when its reader is slow', async () => {
  const log = join(tempFolder(), 'log');
  writeFileSync(log, '');
  const follower = new Follower(['--format', 'ndjson', log]);
  follower.child.stdout.pause();
  await new Promise((resolve) => setTimeout(resolve, 800));
  const burst = Array.from(
    { length: 50_000 },
    (_, n) =>
      `2026-11-21 04:43:00 H=[203.0.113.5] F=<a${n}@x.example> rejected RCPT <b@y.example>: relay not permitted\n`,
  );
  appendFileSync(log, burst.join(''));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  follower.child.stdout.resume();
  await follower.until(() => follower.attempts === burst.length);
  expect(await follower.interrupt()).toBe(0);
  expect(follower.attempts).toBe(burst.length);
  expect(follower.stderr).toContain('50000 refusals: 50000 relay-denied');
});

it('reads a pipe to its end, and only the mail that is asked for', () => {
  const { status, stdout, stderr } = exiwhy(
    ['follow', '--recipient', 'raam@mydomain.com', '-'],
    readFileSync('fixtures/founding-case.log'),
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^2008-11-17 15:02:27 {2}deferred\n {2}administrator@customer\.example\.com -> raam@/,
  );
  expect(stdout).toContain('why:      Sender');
  expect(stderr).toContain('1 refusal: 1 callout-connect-timeout');
});

it('says what stands in its way', () => {
  expect(exiwhy(['follow', '/nowhere/log']).status).toBe(2);
  const strange = exiwhy(['follow', '-'], 'no mail log\n');
  expect(strange.status).toBe(2);
  expect(strange.stderr).toContain('line 1 does not fit: no mail log');
});
