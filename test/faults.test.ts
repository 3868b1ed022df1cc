import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readState } from '../src/state/state.ts';
import { exiwhy } from './cli.ts';
import { canMount, smallDisk } from './small-disk.ts';
import { tempFolder } from './sources/temp.ts';
import { type ReportJson, totalsOf } from './state/runs.ts';

const LOG = 'fixtures/cpanel-exim-4.96.log';
/** Each command that reads a log, in each way of printing. */
const COMMANDS: readonly (readonly string[])[] = [
  ['report'],
  ['report', '--format', 'html'],
  ['report', '--format', 'eml'],
  ['report', '--format', 'json'],
  ['trace'],
  ['trace', '--raw'],
  ['trace', '--format', 'ndjson'],
  ['events'],
  ['events', '--format', 'json'],
  ['whitelist', '--all'],
  ['contacts'],
  ['follow', '-'],
];
const named = COMMANDS.map((args) => [args.join(' '), args] as const);

/** Runs a command in a shell, where `EXIWHY` stands for it. @returns its own exit status. */
function inShell(args: readonly string[], line: string): { status: number | null; stderr: string } {
  const words = [process.execPath, 'bin/exiwhy.js', ...args, ...(args.includes('-') ? [] : [LOG])];
  const command = words.map((word) => `'${word}'`).join(' ');
  const { status, stderr } = spawnSync('bash', ['-c', line.replace('EXIWHY', command)], {
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe('who reads the answer', () => {
  it.each(named)('may leave: %s', (_, args) => {
    const line = `EXIWHY < ${LOG} | head -c 1 > /dev/null; exit \${PIPESTATUS[0]}`;
    expect(inShell(args, line)).toMatchObject({ status: 0 });
  });

  it.skipIf(!existsSync('/dev/full')).each(named)('has no room for it: %s', (_, args) => {
    const { status, stderr } = inShell(args, `EXIWHY < ${LOG} > /dev/full`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^exiwhy: error: cannot write standard output: ENOSPC.*\n$/m);
    expect(stderr).not.toMatch(/ at |node:/);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'has no room for it, and the state does not say that it was told',
    () => {
      const state = join(tempFolder(), 'state');
      expect(inShell(['report', '--state', state], 'EXIWHY > /dev/full').status).toBe(2);
      expect(existsSync(state)).toBe(false);
    },
  );
});

describe.skipIf(!canMount)('a full disk', () => {
  it.each([
    ['report', 'r.html'],
    ['report', 'r.eml'],
    ['trace', 't.json'],
    ['whitelist --all', 'w.txt'],
    ['contacts', 'c.md'],
  ])('leaves what %s wrote before: %s', (command, name) => {
    const small = smallDisk('16k');
    writeFileSync(join(small, name), 'old\n');
    spawnSync('dd', ['if=/dev/zero', `of=${small}/filler`, 'bs=1k']);
    const { status, stderr } = exiwhy([...command.split(' '), '-o', join(small, name), LOG]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^exiwhy: error: cannot write .*ENOSPC.*\n$/),
    ]);
    expect(readFileSync(join(small, name), 'utf8')).toBe('old\n');
    expect(readdirSync(small).sort()).toEqual(['filler', name].sort());
  });

  it('is told by a command that writes as it reads', () => {
    const small = smallDisk('16k');
    const { status, stderr } = exiwhy(['events', '-o', join(small, 'e.ndjson'), LOG]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^exiwhy: error: cannot write .*ENOSPC.*\n$/),
    ]);
  });

  it('leaves whole drafts only, and the others are written when there is room', () => {
    const small = smallDisk('16k');
    const drafts = join(small, 'drafts');
    const args = ['contacts', '--format', 'eml', '-o', drafts, LOG];
    const { status, stderr } = exiwhy(args);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^exiwhy: error: cannot write .*ENOSPC.*\n$/),
    ]);
    const whole = join(tempFolder(), 'drafts');
    expect(exiwhy([...args.slice(0, 4), whole, LOG]).status).toBe(0);
    const bodyOf = (path: string): string =>
      readFileSync(path, 'utf8').replace(/^(?:Message-ID|Date):.*$/gm, '');
    for (const name of readdirSync(drafts))
      expect(bodyOf(join(drafts, name))).toBe(bodyOf(join(whole, name)));
  });
});

/** Starts the command, stops it by a signal after some milliseconds, and waits for its end. */
async function stopped(args: readonly string[], signal: NodeJS.Signals, after: number): Promise<void> {
  const child = spawn(process.execPath, ['bin/exiwhy.js', ...args], { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill(signal), after);
  await once(child, 'close');
  clearTimeout(timer);
}

describe.each(['SIGKILL', 'SIGINT'] as const)('%s at any moment', (signal) => {
  it('leaves the old file of -o or the new one, whole', async () => {
    const path = join(tempFolder(), 'report.json');
    for (let round = 0; round < 6; round++) {
      writeFileSync(path, '{"old":1}\n');
      await stopped(['report', '-o', path, LOG], signal, 60 + round * 60);
      expect(() => JSON.parse(readFileSync(path, 'utf8'))).not.toThrow();
    }
    expect(exiwhy(['report', '-o', path, LOG]).status).toBe(0);
  });

  it('leaves whole drafts only', async () => {
    const whole = join(tempFolder(), 'drafts');
    expect(exiwhy(['contacts', '--format', 'eml', '-o', whole, LOG]).status).toBe(0);
    const sizes = new Map(readdirSync(whole).map((name) => [name, readFileSync(join(whole, name)).length]));
    for (let round = 0; round < 8; round++) {
      const folder = join(tempFolder(), 'drafts');
      mkdirSync(folder);
      await stopped(['contacts', '--format', 'eml', '-o', folder, LOG], signal, 180 + round * 30);
      for (const name of readdirSync(folder).filter((name) => name.endsWith('.eml')))
        expect(readFileSync(join(folder, name)).length, name).toBe(sizes.get(name));
    }
  });

  it('counts nothing twice', async () => {
    const folder = tempFolder();
    const [log, state] = [join(folder, 'exim_mainlog'), join(folder, 'state')];
    const lines = readFileSync(LOG, 'utf8').split(/(?<=\n)/);
    const reports: ReportJson[] = [];
    writeFileSync(log, '');
    for (let round = 0; round < 8; round++) {
      appendFileSync(log, lines.slice(round * 90, (round + 1) * 90).join(''));
      await stopped(['report', '--state', state, '-o', join(folder, 'r.json'), log], signal, 80 + round * 40);
      const told = readState(state)?.run ?? 0;
      if (told > reports.length) reports.push(JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')));
    }
    appendFileSync(log, lines.slice(720).join(''));
    const { status, stdout } = exiwhy(['report', '--state', state, '--format', 'json', log]);
    expect(status).toBe(0);
    const whole: ReportJson = JSON.parse(exiwhy(['report', '--format', 'json', log]).stdout);
    expect(totalsOf([...reports, JSON.parse(stdout)])).toEqual(totalsOf([whole]));
  });
});

describe('runs at the same time', () => {
  it('with one state and one history: some are turned away, each line counts once', async () => {
    const folder = tempFolder();
    const [log, state, history] = [
      join(folder, 'exim_mainlog'),
      join(folder, 'state'),
      join(folder, 'history'),
    ];
    const lines = readFileSync(LOG, 'utf8').split(/(?<=\n)/);
    const told: ReportJson[] = [];
    const run = async (): Promise<void> => {
      const args = [
        'bin/exiwhy.js',
        'report',
        '--format',
        'json',
        '--state',
        state,
        '--history',
        history,
        log,
      ];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const [out, said] = ['', ''].map(() => [] as Buffer[]) as [Buffer[], Buffer[]];
      child.stdout.on('data', (part: Buffer) => out.push(part));
      child.stderr.on('data', (part: Buffer) => said.push(part));
      const [status] = await once(child, 'close');
      if (status === 0) told.push(JSON.parse(Buffer.concat(out).toString()));
      else
        expect([status, String(Buffer.concat(said))]).toEqual([2, expect.stringContaining('another exiwhy')]);
    };
    writeFileSync(log, '');
    for (let round = 0; round < 3; round++) {
      appendFileSync(log, lines.slice(round * 260, (round + 1) * 260).join(''));
      await Promise.all([1, 2, 3, 4].map(run));
    }
    await run();
    const whole: ReportJson = JSON.parse(exiwhy(['report', '--format', 'json', log]).stdout);
    expect(totalsOf(told)).toEqual(totalsOf([whole]));
    const kept: ReportJson = JSON.parse(
      exiwhy(['report', '--format', 'json', '--from-history', '--history', history]).stdout,
    );
    expect(kept.byCause.length).toBe(whole.byCause.length);
  });
});
