import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndexFolder } from '../../src/side-index/folder.ts';
import { inspect, type LogFile } from '../../src/sources/open.ts';
import { exiwhy } from '../cli.ts';
import { ofOthers } from '../odd-log.ts';
import { canMount, smallDisk } from '../small-disk.ts';
import { tempFolder } from '../sources/temp.ts';
import { eximLog, happening, lastWord } from '../state/exim-log.ts';

/** A log of some thousand lines, the same each time. */
const happenings =
  fc.sample(fc.array(happening, { minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 11 })[0] ?? [];
const LINES = eximLog([...happenings, lastWord(happenings)]);
const TEXT = LINES.map((lines, n) => lines + ofOthers(n)).join('');
const WHO = 's0@from0.example';
const HOUR = 3_600_000;

interface Machine {
  log: string;
  folder: string;
  /** What trace says without an index. */
  said: string;
}

function machine(content: string | Buffer = gzipSync(TEXT), folder = join(tempFolder(), 'index')): Machine {
  const log = join(tempFolder(), 'exim_mainlog-20261121');
  writeFileSync(log, content);
  return { log, folder, said: exiwhy(['trace', WHO, log]).stdout };
}

function traced({ log, folder }: Machine): { status: number | null; stdout: string; stderr: string } {
  return exiwhy(['trace', WHO, '--index', folder, log]);
}

/** The log with its index, if it has one. */
async function lookedAt(
  { log, folder }: Machine,
  now = Date.now(),
): Promise<{ file: LogFile; said: string[] }> {
  const said: string[] = [];
  const [file] = await new IndexFolder(folder, now, (text) => said.push(text)).withParts([inspect(log)]);
  return { file: file ?? inspect(log), said };
}

describe('trace --index', () => {
  it('says to the byte what it says without, when it makes the index and when it has it', () => {
    const one = machine();
    expect(one.said).toContain('refused');
    expect(traced(one)).toEqual({ status: 0, stdout: one.said, stderr: '' });
    const [name = '', ...others] = readdirSync(one.folder);
    expect(others).toEqual([]);
    const made = readFileSync(join(one.folder, name));
    expect(statSync(one.folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(one.folder, name)).mode & 0o777).toBe(0o600);
    expect(traced(one)).toEqual({ status: 0, stdout: one.said, stderr: '' });
    expect(readFileSync(join(one.folder, name)).equals(made)).toBe(true);
  });

  it.each(['json', 'ndjson', 'csv', 'markdown', 'html'])('also as %s', (format) => {
    const { log, folder } = machine();
    const args = ['trace', WHO, '--format', format, log];
    const { stdout } = exiwhy(args);
    for (let run = 0; run < 2; run++) expect(exiwhy([...args, '--index', folder]).stdout).toBe(stdout);
  });

  it.each(['bzip2', 'xz'])('also of a log that %s has compressed', (program) => {
    const { stdout, status } = spawnSync(program, ['-c'], { input: TEXT, maxBuffer: 1 << 26 });
    expect(status).toBe(0);
    const one = machine(stdout);
    for (let run = 0; run < 2; run++)
      expect(traced(one)).toEqual({ status: 0, stdout: one.said, stderr: '' });
    expect(readdirSync(one.folder)).toHaveLength(1);
  });

  it('knows nothing of lines of Postfix', () => {
    const one = machine();
    const args = ['trace', WHO, '--mta', 'postfix', one.log];
    const plain = exiwhy(args);
    expect(plain.status).toBe(2);
    expect(exiwhy([...args, '--index', one.folder])).toEqual(plain);
  });

  it('finds what report --index has made', () => {
    const one = machine();
    const plain = exiwhy(['report', one.log]);
    expect(exiwhy(['report', '--index', one.folder, one.log])).toEqual(plain);
    expect(readdirSync(one.folder)).toHaveLength(1);
    expect(traced(one).stdout).toBe(one.said);
  });

  it('finds what the nightly report has made of all that was rotated', () => {
    const one = machine();
    const live = join(dirname(one.log), 'exim_mainlog');
    writeFileSync(live, TEXT);
    const state = join(tempFolder(), 'state');
    for (const _ of [1, 2]) {
      expect(exiwhy(['report', '--state', state, '--index', one.folder, live]).status).toBe(0);
      expect(readdirSync(one.folder)).toEqual([`${statSync(one.log).dev}-${statSync(one.log).ino}`]);
    }
  });

  it('goes on without where the folder cannot be one, and says so in one line', () => {
    const one = machine();
    writeFileSync(one.folder, 'a file');
    const { status, stdout, stderr } = traced(one);
    expect([status, stdout]).toEqual([0, one.said]);
    expect(stderr).toMatch(/^exiwhy: no index is kept in .*: EEXIST.*\n$/);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  it('does not trust a folder to which others may write', () => {
    const one = machine();
    mkdirSync(one.folder);
    chmodSync(one.folder, 0o777);
    const { status, stdout, stderr } = traced(one);
    expect([status, stdout]).toEqual([0, one.said]);
    expect(stderr).toMatch(/others may write to it\n$/);
    expect(readdirSync(one.folder)).toEqual([]);
  });

  it.skipIf(!canMount)('goes on without where the disk is full, and leaves no half index', () => {
    const many = Array.from({ length: 200 }, (_, n) => ofOthers(n).replaceAll(/<y@/g, `<y${n}@`));
    const one = machine(gzipSync(TEXT + many.join('').repeat(3)), join(smallDisk('4k'), 'index'));
    const { status, stdout, stderr } = traced(one);
    expect([status, stdout]).toEqual([0, one.said]);
    expect(stderr).toMatch(/^exiwhy: no index is kept in .*: ENOSPC.*\n$/);
    expect(readdirSync(one.folder)).toEqual([]);
  });

  it('tells a damaged log as it does without', () => {
    const gz = gzipSync(TEXT);
    const one = machine(gz.subarray(0, gz.length - 100));
    const plain = exiwhy(['trace', WHO, one.log]);
    expect(plain.status).toBe(2);
    for (let run = 0; run < 2; run++) expect(traced(one)).toEqual(plain);
    expect(readdirSync(one.folder)).toEqual([]);
  });
});

describe('an index', () => {
  it('is of rotated logs, not of one that is written', async () => {
    const one = machine(TEXT);
    expect((await lookedAt(one)).file.parts).toBeUndefined();
    expect(existsSync(one.folder)).toBe(false);
    expect((await lookedAt(one, Date.now() + 2 * HOUR)).file.parts).toBeDefined();
  });

  it('is made anew when the log has grown', async () => {
    const one = machine(TEXT);
    const later = Date.now() / 1000 - 7200;
    utimesSync(one.log, later, later);
    expect(traced(one).stdout).toBe(one.said);
    appendFileSync(one.log, TEXT.replaceAll('2026-11-', '2026-12-'));
    utimesSync(one.log, later, later);
    const { stdout } = exiwhy(['trace', WHO, one.log]);
    expect(stdout).not.toBe(one.said);
    for (let run = 0; run < 2; run++) expect(traced(one).stdout).toBe(stdout);
    expect(readdirSync(one.folder)).toHaveLength(1);
  });

  it('that nobody has used for long is removed, and nothing else', async () => {
    const one = machine();
    mkdirSync(one.folder, { mode: 0o700 });
    const old = new Date(Date.now() - 101 * 24 * HOUR);
    for (const name of ['1-2', '1-2.part', '3-4', 'notes']) {
      writeFileSync(join(one.folder, name), '');
      if (name !== '3-4') utimesSync(join(one.folder, name), old, old);
    }
    const { file, said } = await lookedAt(one);
    expect([file.parts === undefined, said]).toEqual([false, []]);
    expect(readdirSync(one.folder).filter((name) => !name.startsWith(`${statSync(one.log).dev}-`))).toEqual([
      '3-4',
      'notes',
    ]);
  });

  it('stays that of its log when that is renamed', async () => {
    const one = machine();
    await lookedAt(one);
    const [name = ''] = readdirSync(one.folder);
    const { mtimeNs } = statSync(join(one.folder, name), { bigint: true });
    const moved = { ...one, log: `${one.log}.gz` };
    renameSync(one.log, moved.log);
    expect((await lookedAt(moved)).file.parts).toBeDefined();
    expect(statSync(join(one.folder, name), { bigint: true }).mtimeNs).toBe(mtimeNs);
  });
});

describe('the making of an index', () => {
  /** It takes a moment. */
  const large = gzipSync(TEXT.repeat(12));

  /** Runs trace. @param kill after so many ms. @returns what it says. */
  function run({ log, folder }: Machine, kill?: number): Promise<string> {
    const args = ['bin/exiwhy.js', 'trace', WHO, '--index', folder, log];
    const env = { PATH: process.env['PATH'], TZ: 'UTC', NO_COLOR: '1' };
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
    const timer = kill === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), kill);
    let text = '';
    child.stdout.on('data', (part) => {
      text += part;
    });
    return new Promise((resolve) =>
      child.on('close', () => {
        clearTimeout(timer);
        resolve(text);
      }),
    );
  }

  it('may be killed at any moment', async () => {
    const one = machine(large);
    for (let after = 60; after < 900; after += 70) {
      await run(one, after);
      const names = existsSync(one.folder) ? readdirSync(one.folder) : [];
      for (const name of names) expect(name).toMatch(/^\d+-\d+(?:\.part|\.lock)?$/);
    }
    expect(await run(one)).toBe(one.said);
    // A kill may leave what a later run takes over or removes.
    expect(readdirSync(one.folder).filter((name) => !/\.(?:part|lock)$/.test(name))).toHaveLength(1);
    expect((await lookedAt(one)).file.parts).toBeDefined();
  });

  it('may happen twice at once', async () => {
    const one = machine(large);
    expect(await Promise.all([run(one), run(one), run(one)])).toEqual([one.said, one.said, one.said]);
    expect(readdirSync(one.folder)).toHaveLength(1);
    expect(await run(one)).toBe(one.said);
  });
});
