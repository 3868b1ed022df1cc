import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import {
  findMachineLog,
  rotatedSet,
  selectForWindow,
  USUAL_LOGS,
  withoutCopies,
} from '../../src/sources/discover.ts';
import { inspect, type LogFile, readHead } from '../../src/sources/open.ts';
import { tempFolder } from './temp.ts';

/** A folder with these files; each holds its own name unless it says otherwise. */
function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = tempFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content || name);
  }
  return folder;
}

const named = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, '']));
const namesOf = (files: readonly LogFile[]): string[] => files.map(({ name }) => basename(name));
const inspectAll = (folder: string, ...names: string[]): LogFile[] =>
  names.map((name) => inspect(join(folder, name)));

describe('findMachineLog', () => {
  it.each(USUAL_LOGS)('finds $path', ({ path }) => {
    const root = folderOf(named(path.slice(1)));
    expect(findMachineLog(root).path).toBe(join(root, path));
  });

  it('prefers what stands first', () => {
    const root = folderOf(named(...USUAL_LOGS.map(({ path }) => path.slice(1))));
    expect(findMachineLog(root).path).toBe(join(root, '/var/log/exim_mainlog'));
  });

  it('passes by a folder of that name', () => {
    const root = folderOf(named('var/log/exim_mainlog/old', 'var/log/exim4/mainlog'));
    expect(findMachineLog(root).path).toBe(join(root, '/var/log/exim4/mainlog'));
  });

  it('lists the places it looked at when there is none', () => {
    try {
      findMachineLog(tempFolder());
      expect.unreachable();
    } catch (failure) {
      if (!(failure instanceof InputError)) throw failure;
      expect(failure.message).toBe(
        'cannot read the mail log of this machine: it is in none of the usual places',
      );
      for (const { path, label } of USUAL_LOGS) expect(failure.help).toContain(`${path}  (${label})`);
    }
  });
});

describe('rotatedSet', () => {
  it.each([
    ['exim_mainlog', 'exim_mainlog-20261115'],
    ['exim_mainlog', 'exim_mainlog-20261115.gz'],
    ['exim_mainlog', 'exim_mainlog-20261115.bz2'],
    ['exim_mainlog', 'exim_mainlog-20261115.xz'],
    ['exim_mainlog', 'exim_mainlog-20261115.zst'],
    ['exim_mainlog', 'exim_mainlog-2026111503'],
    ['exim_mainlog', 'exim_mainlog-20261115-1794700800.gz'],
    ['exim_mainlog', 'exim_mainlog-2026-11-15'],
    ['exim_mainlog', 'exim_mainlog.20261115'],
    ['mainlog', 'mainlog.1'],
    ['mainlog', 'mainlog.0'],
    ['mainlog', 'mainlog.10.gz'],
    ['mainlog', 'mainlog.01'],
    ['main.log', 'main.log-20261115'],
    ['main.log', 'main.log-20261115.gz'],
    ['main.log', 'main.log.1'],
    ['main.log', 'main-20261115.log'],
    ['main.log', 'main-20261115.log.gz'],
    ['main.log', 'main.1.log.gz'],
  ])('of %s has %s', (live, rotated) => {
    const folder = folderOf({ [live]: '', [rotated]: gzipSync('x') });
    expect(namesOf(rotatedSet(join(folder, live)))).toEqual([rotated]);
  });

  it.each([
    ['exim_mainlog', 'exim_mainlog.bak'],
    ['exim_mainlog', 'exim_mainlog~'],
    ['exim_mainlog', 'exim_mainlog-20261115.swp'],
    ['exim_mainlog', 'exim_mainlog.offset'],
    ['exim_mainlog', 'exim_mainlog-2026'],
    ['exim_mainlog', 'old_exim_mainlog-20261115'],
    ['exim_mainlog', 'exim_rejectlog-20261115'],
    ['exim_mainlog', 'exim_paniclog.1'],
    ['mainlog', 'mainlog2.1'],
    ['main.log', 'mainxlog.1'],
    ['main.log', 'main-20261115'],
    ['main.log', 'main.1.log.old'],
  ])('of %s has not %s', (live, other) => {
    expect(rotatedSet(join(folderOf(named(live, other)), live))).toEqual([]);
  });

  it('has a rotation once that is being compressed', () => {
    const folder = folderOf(named('log', 'log.1', 'log.1.gz', 'log-20261115.gz', 'log-20261115', 'log.2.xz'));
    expect(namesOf(rotatedSet(join(folder, 'log'))).sort()).toEqual(['log-20261115', 'log.1', 'log.2.xz']);
  });

  it('tells the older ones first', () => {
    const names = ['log.1', 'log.2.xz', 'log.9.gz', 'log.10.gz', 'log.100.gz'];
    const folder = folderOf(Object.fromEntries(names.map((name) => [name, `${name}\n`])));
    expect(namesOf(rotatedSet(join(folder, 'log')))).toEqual([...names].reverse());
  });

  it('needs no live log, and names the files as the user would', () => {
    const folder = folderOf(named('mainlog.1'));
    expect(rotatedSet(`${folder}/./mainlog`).map(({ name }) => name)).toEqual([`${folder}/./mainlog.1`]);
  });

  it('tells of siblings that cannot be read', () => {
    const folder = folderOf(named('mainlog.1', 'mainlog.3/x'));
    writeFileSync(join(folder, 'mainlog.2.gz'), '');
    const errors: InputError[] = [];
    expect(namesOf(rotatedSet(join(folder, 'mainlog'), (error) => errors.push(error)))).toEqual([
      'mainlog.1',
    ]);
    expect(errors.map(({ reason }) => reason)).toEqual([
      'it is a directory',
      'it is empty, not even a compressed file',
    ]);
    expect(() => rotatedSet(join(folder, 'mainlog'))).toThrow(InputError);
    expect(() => rotatedSet(join(folder, 'nowhere', 'mainlog'))).toThrow('there is no such file');
  });
});

describe('withoutCopies', () => {
  it('takes a file once, by whatever name', async () => {
    const folder = folderOf(named('mainlog', 'other'));
    symlinkSync('mainlog', join(folder, 'symbolic'));
    linkSync(join(folder, 'mainlog'), join(folder, 'hard'));
    const files = inspectAll(folder, 'symbolic', 'mainlog', 'hard', 'other', `../${basename(folder)}/other`);
    const copies: string[] = [];
    const kept = await withoutCopies([inspect('-'), ...files, inspect('-')], (copy) =>
      copies.push(copy.name),
    );
    expect(namesOf(kept)).toEqual(['-', 'symbolic', 'other']);
    expect(copies).toHaveLength(4);
  });

  it('prefers the uncompressed one of a rotation', async () => {
    const text = '2026-11-15 00:00:01 Completed\n'.repeat(500);
    const folder = folderOf({
      'log.1.gz': gzipSync(text).subarray(0, -10),
      'log.1': text,
      'log.2.gz': gzipSync(text),
    });
    const told: string[][] = [];
    const files = inspectAll(folder, 'log.1.gz', 'log.2.gz', 'log.1');
    const kept = await withoutCopies(files, (copy, other) => told.push(namesOf([copy, other])));
    expect(namesOf(kept)).toEqual(['log.1', 'log.2.gz']);
    expect(told).toEqual([['log.1.gz', 'log.1']]);
  });

  it('keeps what only begins alike', async () => {
    const folder = folderOf({
      mainlog: 'line 1\nline 2\n',
      rejectlog: 'line 1\n',
      copy: 'line 1\n',
      same: 'line 2\n',
    });
    const kept = await withoutCopies(inspectAll(folder, 'mainlog', 'rejectlog', 'copy', 'same'));
    expect(namesOf(kept)).toEqual(['mainlog', 'rejectlog', 'same']);
  });

  it('keeps empty files and those that cannot be looked at', async () => {
    const folder = folderOf({ 'a.gz': gzipSync('').subarray(0, 5), a: 'a' });
    writeFileSync(join(folder, 'b'), '');
    writeFileSync(join(folder, 'c'), '');
    const kept = await withoutCopies(inspectAll(folder, 'a.gz', 'a', 'b', 'c'));
    expect(namesOf(kept)).toEqual(['a.gz', 'a', 'b', 'c']);
  });
});

describe('selectForWindow', () => {
  /** The files of these tests begin with their time as a number. */
  const firstStampOf = async (file: LogFile): Promise<number | null> => {
    const text = (await readHead(file, 100)).toString();
    return /^\d/.test(text) ? Number.parseInt(text, 10) : null;
  };
  const folder = (): string =>
    folderOf({
      'mainlog.3.gz': gzipSync('100 a'),
      'mainlog-20200101': '200 b',
      'mainlog.1': '300 c',
      'mainlog.0': '300 d twice',
      mainlog: '400 e',
      strange: 'no time',
      stranger: 'none either',
    });
  const all = [
    'strange',
    'mainlog',
    'mainlog.1',
    'mainlog.0',
    'stranger',
    'mainlog-20200101',
    'mainlog.3.gz',
  ];
  const undated = ['strange', 'stranger'];

  it.each([
    [null, ['mainlog.3.gz', 'mainlog-20200101', 'mainlog.1', 'mainlog.0', 'mainlog']],
    [50, ['mainlog.3.gz', 'mainlog-20200101', 'mainlog.1', 'mainlog.0', 'mainlog']],
    [200, ['mainlog.3.gz', 'mainlog-20200101', 'mainlog.1', 'mainlog.0', 'mainlog']],
    [201, ['mainlog-20200101', 'mainlog.1', 'mainlog.0', 'mainlog']],
    [350, ['mainlog.1', 'mainlog.0', 'mainlog']],
    [9999, ['mainlog']],
  ])('orders by the first time inside, since %s', async (since, dated) => {
    const files = await selectForWindow(inspectAll(folder(), ...all), firstStampOf, since);
    expect(namesOf(files)).toEqual([...dated, ...undated]);
  });

  it('asks no pipe for its time', async () => {
    expect(namesOf(await selectForWindow([inspect('-')], firstStampOf, 5))).toEqual(['-']);
  });
});
