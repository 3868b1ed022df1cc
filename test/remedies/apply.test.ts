import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { appended, changeList, undoChange } from '../../src/remedies/apply.ts';
import { exiwhy } from '../cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'exiwhy-apply-'));
afterAll(() => rmSync(folder, { recursive: true }));
const FOUNDING = 'fixtures/founding-case.log';
/** Each takes half a second. */
const KILLS = 30;
let count = 0;

function list(content: string): string {
  const path = join(mkdtempSync(join(folder, `${count++}-`)), 'list');
  writeFileSync(path, content);
  return path;
}

describe('a change of a list', () => {
  it.each([
    ['', ['a'], 'a\n'],
    ['x\n', ['a', 'b'], 'x\na\nb\n'],
    ['x', ['a'], 'x\na\n'],
  ])('appends to %j', (before, lines, after) => expect(appended(before, lines)).toBe(after));

  it('keeps the mode, and the old text beside it until it is undone', () => {
    const path = list('192.0.2.1\n');
    chmodSync(path, 0o640);
    const backup = changeList(path, (before) => `${before}192.0.2.2\n`);
    expect(readFileSync(path, 'utf8')).toBe('192.0.2.1\n192.0.2.2\n');
    expect(readFileSync(backup, 'utf8')).toBe('192.0.2.1\n');
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(statSync(backup).mode & 0o7777).toBe(0o640);
    undoChange(path);
    expect(readFileSync(path, 'utf8')).toBe('192.0.2.1\n');
    expect(readdirSync(join(path, '..'))).toEqual(['list']);
  });

  it.runIf(process.getuid?.() === 0)('keeps owner and group', () => {
    const path = list('1\n');
    chownSync(path, 1234, 5678);
    const backup = changeList(path, (before) => `${before}2\n`);
    for (const one of [path, backup]) expect(statSync(one)).toMatchObject({ uid: 1234, gid: 5678 });
  });

  it('undoes several changes one by one, and none of somebody else', () => {
    const path = list('1\n');
    changeList(path, (before) => `${before}2\n`);
    changeList(path, (before) => `${before}3\n`);
    undoChange(path);
    expect(readFileSync(path, 'utf8')).toBe('1\n2\n');
    writeFileSync(path, '1\n2\nby hand\n');
    expect(() => undoChange(path)).toThrow('not as exiwhy left it');
    expect(readFileSync(path, 'utf8')).toBe('1\n2\nby hand\n');
  });

  it('leaves the list alone when the change fails', () => {
    const path = list('1\n');
    expect(() =>
      changeList(path, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(readFileSync(path, 'utf8')).toBe('1\n');
    expect(readdirSync(join(path, '..'))).toEqual(['list']);
  });

  it('sees that somebody else changed the list meanwhile', () => {
    const path = list('1\n');
    const change = (before: string): string => {
      writeFileSync(path, 'by hand, longer\n');
      return `${before}2\n`;
    };
    expect(() => changeList(path, change)).toThrow('changed by somebody else');
    expect(readFileSync(path, 'utf8')).toBe('by hand, longer\n');
  });

  it('waits for nobody, and takes over the lock of the dead', () => {
    const path = list('1\n');
    symlinkSync(String(process.pid), `${path}.exiwhy-lock`);
    expect(() => changeList(path, (before) => before)).toThrow('another exiwhy');
    rmSync(`${path}.exiwhy-lock`);
    symlinkSync('999999999', `${path}.exiwhy-lock`);
    changeList(path, (before) => `${before}2\n`);
    expect(readFileSync(path, 'utf8')).toBe('1\n2\n');
  });

  it('creates no list and replaces no link', () => {
    const path = list('1\n');
    symlinkSync(path, `${path}-link`);
    expect(() => changeList(`${path}-link`, () => '2\n')).toThrow('symbolic link');
    expect(() => changeList(`${path}-none`, () => '2\n')).toThrow('does not exist');
    expect(() => changeList(join(path, '..'), () => '2\n')).toThrow('no regular file');
    expect(readFileSync(path, 'utf8')).toBe('1\n');
  });
});

describe('exiwhy whitelist --apply', () => {
  it('adds the entry once, and takes it back', () => {
    const path = list('192.0.2.1');
    const first = exiwhy(['whitelist', '--apply', '--file', path, FOUNDING]);
    expect(first.status).toBe(0);
    expect(first.stderr).toContain(`added 1 entry to ${path}`);
    const after = readFileSync(path, 'utf8');
    expect(after).toMatch(/^192\.0\.2\.1\n67\.26\.151\.59 # 2008-11-17 .*\n$/);
    const second = exiwhy(['whitelist', '--apply', '--file', path, FOUNDING]);
    expect(second.stderr).toContain('nothing to add');
    expect(second.stdout).toContain('in the list already');
    expect(readFileSync(path, 'utf8')).toBe(after);
    expect(exiwhy(['whitelist', '--undo', '--file', path]).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('192.0.2.1');
  });

  it('writes into no file that is not a list, and says nothing about a log that it could not read', () => {
    const path = list('begin acl\n');
    const acl = exiwhy(['whitelist', '--apply', '--target', 'exim-acl', '--file', path, FOUNDING]);
    expect(acl).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('paste them') });
    expect(readFileSync(path, 'utf8')).toBe('begin acl\n');
    for (const command of ['whitelist', 'contacts'])
      expect(exiwhy([command, 'no-such.log'])).toMatchObject({ status: 2, stdout: '' });
  });

  it('knows an entry that a network of the list covers', () => {
    const path = list('67.26.151.0/24\n');
    expect(exiwhy(['whitelist', '--file', path, FOUNDING]).stdout).not.toMatch(/^67/m);
  });

  it.each([
    ['an entry that lets everybody in', '203.0.113.5/\n', 'dangerous'],
    ['a NUL byte, behind which the server is blind', '192.0.2.1\n\0\n', 'swallow the new lines'],
  ])('touches no list with %s', (_, content, message) => {
    const path = list(content);
    const run = exiwhy(['whitelist', '--apply', '--file', path, FOUNDING]);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(message);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('leaves the list alone when there is no room for another', () => {
    const before = '192.0.2.1\n'.repeat(20_000);
    const path = list(before);
    // No file may grow beyond 8 KiB: as a full disk.
    const run = spawnSync(
      'bash',
      [
        '-c',
        'ulimit -f 8 && exec "$@"',
        'bash',
        process.execPath,
        'bin/exiwhy.js',
        'whitelist',
        '--apply',
        '--file',
        path,
        FOUNDING,
      ],
      { cwd: resolve(import.meta.dirname, '../..'), encoding: 'utf8' },
    );
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('nothing was changed');
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(dirname(path))).toEqual(['list']);
  });

  describe('killed at any moment', () => {
    const before = `${Array.from({ length: 20_000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`).join('\n')}\n`;
    const after = new RegExp(`^[\\d.\\n]{${before.length}}67\\.26\\.151\\.59 # [^\\n]*\\n$`);
    const path = list(before);
    const stateOf = (): string => {
      const now = readFileSync(path, 'utf8');
      return now === before ? 'old' : after.test(now) ? 'new' : 'broken';
    };

    /**
     * Applies, and kills `delay` ms after the start or after the list was locked.
     * @returns the ms from the start, and from the lock, to the end
     */
    async function applyKilled(
      delay: number,
      from: 'start' | 'lock',
    ): Promise<{ run: number; work: number }> {
      const begun = performance.now();
      let locked = Number.NaN;
      const child = spawn(
        process.execPath,
        ['bin/exiwhy.js', 'whitelist', '--apply', '--file', path, FOUNDING],
        { cwd: resolve(import.meta.dirname, '../..'), stdio: 'ignore' },
      );
      const kill = (): void => {
        setTimeout(() => child.kill('SIGKILL'), delay).unref();
      };
      const watcher = watch(dirname(path), (_, name) => {
        if (!Number.isNaN(locked) || !name?.endsWith('-lock')) return;
        locked = performance.now();
        if (from === 'lock') kill();
      });
      if (from === 'start') kill();
      await new Promise((done) => child.on('close', done));
      watcher.close();
      const end = performance.now();
      return { run: end - begun, work: end - locked };
    }

    it('leaves the old list or the new one, whole, and the next run works', async () => {
      const whole = await applyKilled(60_000, 'lock');
      expect(stateOf()).toBe('new');
      const seen = new Set<string>();
      for (let round = 0; round < KILLS; round++) {
        // What the killed runs left beside the list stays there.
        writeFileSync(path, before);
        const from = round % 3 === 0 ? 'start' : 'lock';
        const span = from === 'start' ? whole.run : whole.work;
        // Beyond the usual end too: a busy machine is slower the next time.
        await applyKilled(Math.random() * span * 1.5, from);
        seen.add(stateOf());
      }
      expect([...seen].sort()).toEqual(['new', 'old']);
      writeFileSync(path, before);
      await applyKilled(60_000, 'start');
      expect(stateOf()).toBe('new');
    }, 120_000);
  });
});
