import {
  chmodSync,
  chownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceable, replaceWhole } from '../src/replace-file.ts';
import { exiwhy } from './cli.ts';
import { tempFile, tempFolder } from './sources/temp.ts';

function replace(path: string, text: string): void {
  const place = replaceable(path);
  if (place === null) throw new Error('no file');
  replaceWhole(place, text);
}

describe('replacing a file', () => {
  it('makes one, and nothing beside it', () => {
    const path = join(tempFolder(), 'new');
    replace(path, 'text');
    expect(readFileSync(path, 'utf8')).toBe('text');
    expect(readdirSync(join(path, '..'))).toEqual(['new']);
  });

  it('puts another one in its place, with its mode', () => {
    const path = tempFile('old', 'before');
    chmodSync(path, 0o640);
    const { ino } = statSync(path);
    replace(path, 'after');
    expect(readFileSync(path, 'utf8')).toBe('after');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(path).ino).not.toBe(ino);
  });

  it.skipIf(process.getuid?.() !== 0)('leaves the owner as it was', () => {
    const path = tempFile('old', 'before');
    chownSync(path, 65534, 65534);
    replace(path, 'after');
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65534 });
  });

  it('follows a link', () => {
    const path = tempFile('file', 'before');
    const link = join(path, '..', 'link');
    symlinkSync(path, link);
    replace(link, 'after');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('after');
  });

  it('leaves alone what is no file', () => {
    expect(replaceable('/dev/null')).toBeNull();
    expect(() => replaceable(tempFolder())).toThrow('folder');
    expect(() => replaceable(join(tempFolder(), 'no', 'such'))).toThrow('ENOENT');
  });
});

describe('-o FILE', () => {
  it('is the old text until the new one is whole', () => {
    const path = tempFile('report.prom', 'old\n');
    expect(exiwhy(['report', '--top', 'x', '-o', path, 'fixtures/founding-case.log']).status).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('old\n');
    expect(exiwhy(['report', '-o', path, 'fixtures/founding-case.log']).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toMatch(/^# HELP /);
    expect(readdirSync(join(path, '..'))).toEqual(['report.prom']);
  });

  it('may be a link or a device', () => {
    const path = tempFile('a.json', '');
    const link = join(path, '..', 'b.json');
    symlinkSync(path, link);
    writeFileSync(path, 'x');
    expect(exiwhy(['report', '-o', link, 'fixtures/founding-case.log']).status).toBe(0);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ type: 'report' });
    expect(exiwhy(['report', '-o', '/dev/null', 'fixtures/founding-case.log']).status).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});
