import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { exiwhy } from '../cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'exiwhy-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));

const EXIM = 'fixtures/cpanel-exim-4.96.log';
const TEXT = readFileSync(EXIM, 'utf8');
/** Some blocks long. */
const LONG = join(folder, 'long');
writeFileSync(LONG, TEXT.repeat(20));
const ZIPPED = join(folder, 'long.gz');
writeFileSync(ZIPPED, gzipSync(TEXT.repeat(200), { level: 1 }));

/** Runs the command while the kernel answers its system calls as strace(1) is told to by `-e inject`. */
function injected(injection: string, paths: readonly string[], args: readonly string[]) {
  return spawnSync(
    'strace',
    [
      ...['-f', '-qq', '-o', join(folder, 'calls'), '-e', `trace=${injection.split(':')[0]}`],
      ...['-e', `inject=${injection}`, ...paths.flatMap((path) => ['-P', path])],
      ...[process.execPath, 'bin/exiwhy.js', ...args],
    ],
    { env: { PATH: process.env['PATH'], TZ: 'UTC' }, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
}

const wasInjected = (): boolean => readFileSync(join(folder, 'calls'), 'utf8').includes('INJECTED');

describe('a disk that fails in the middle of a log', () => {
  it.each([
    [LONG, 'EIO', 'the disk reported an error'],
    [ZIPPED, 'EIO', 'the disk reported an error'],
    [LONG, 'ESTALE', 'the network file system lost it'],
  ])('%s: %s', (path, code, said) => {
    for (const command of ['report', 'trace']) {
      const args = [command, '--format', 'json', path, EXIM];
      const { status, stdout, stderr } = injected(`read:error=${code}:when=6+`, [path], args);
      expect(wasInjected()).toBe(true);
      expect([status, stderr]).toEqual([2, expect.stringContaining(`reason: ${said}`)]);
      const { lines, files } = JSON.parse(stdout).books;
      expect(files).toHaveLength(2);
      expect(lines).toBeGreaterThan(TEXT.split('\n').length);
    }
  });
});

describe('a kill at each step of writing', () => {
  const STEPS = ['openat', 'fchmod', 'write', 'fsync', 'rename'] as const;

  /** Kills the command when it takes this step towards a new file. */
  function killedAt(step: string, path: string, args: readonly string[]): void {
    const { signal, status } = injected(`${step}:signal=SIGKILL:when=1`, [path, `${path}.part`], args);
    expect([signal, status]).toEqual(['SIGKILL', null]);
  }

  it.each(STEPS)('leaves the old file of -o or the new one: %s', (step) => {
    const path = join(folder, 'report.json');
    writeFileSync(path, '"old"\n');
    killedAt(step, path, ['report', '-o', path, EXIM]);
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    expect(found === 'old' || (typeof found === 'object' && found !== null && 'byCause' in found)).toBe(true);
    expect(exiwhy(['report', '-o', path, EXIM]).status).toBe(0);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it.each(STEPS)('leaves the old state or the new one, and each line counts once: %s', (step) => {
    const [log, state] = [join(folder, `${step}.log`), join(folder, `${step}.state`)];
    const half = TEXT.indexOf('\n', TEXT.length / 2) + 1;
    const args = ['report', '--format', 'json', '--state', state, log];
    writeFileSync(log, TEXT.slice(0, half));
    expect(exiwhy(args).status).toBe(0);
    writeFileSync(log, TEXT);
    const before = readFileSync(state, 'utf8');
    killedAt(step, state, args);
    const isOld = readFileSync(state, 'utf8') === before;
    const { status, stdout, stderr } = exiwhy(args);
    expect([status, stderr]).toEqual([0, '']);
    const rest = TEXT.slice(half).split('\n').length - 1;
    expect(JSON.parse(stdout).books.lines).toBe(isOld ? rest : 0);
  });
});
