import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DaySnapshot, EMPTY } from '../../src/history/snapshot.ts';
import { History } from '../../src/history/store.ts';
import { firstState, readState, writeState } from '../../src/state/state.ts';
import { exiwhy } from '../cli.ts';
import { canMount, smallDisk } from '../small-disk.ts';
import { tempFolder } from '../sources/temp.ts';
import { eximLog, type Happening, happening, lastWord } from '../state/exim-log.ts';
import { play, type Step, step } from '../state/machine.ts';
import { type ReportJson, runReport } from '../state/runs.ts';

/** The tables of a report that a history can tell, without the order of equal rows. */
function tables(json: ReportJson): unknown {
  const told = json as unknown as Record<string, unknown>;
  const sorted = (rows: unknown): unknown => (rows as object[]).map((row) => JSON.stringify(row)).sort();
  const names = ['byCause', 'byClient', 'byNetwork', 'bySenderDomain', 'byRecipientDomain'];
  const { problems: _, problemCount: __, ...outbound } = (told['outbound'] ?? {}) as Record<string, unknown>;
  return {
    ...Object.fromEntries(names.map((name) => [name, sorted(told[name])])),
    byHour: told['byHour'],
    outcomes: told['outcomes'],
    window: json.window,
    problemCount: told['problemCount'],
    outbound: Object.entries(outbound).map(([name, value]) => [
      name,
      Array.isArray(value) ? sorted(value) : value,
    ]),
  };
}

async function whole(text: string): Promise<ReportJson> {
  const folder = mkdtempSync(join(tmpdir(), 'exiwhy-'));
  writeFileSync(join(folder, 'exim_mainlog'), text);
  const { json } = await runReport([join(folder, 'exim_mainlog')], { top: '10000', detail: 'high' });
  rmSync(folder, { recursive: true });
  return json;
}

const fromHistory = async (history: string): Promise<ReportJson> =>
  (await runReport([], { fromHistory: true, history, top: '10000', detail: 'high' })).json;

describe('a history', () => {
  it('tells what one report of all the logs tells, whatever happened to them and to the runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 1, maxLength: 60 }),
        fc.array(step, { maxLength: 20 }),
        (happenings: Happening[], steps: Step[]) =>
          play(happenings, steps, true, async ({ history }, text) =>
            expect(tables(await fromHistory(history ?? ''))).toEqual(tables(await whole(text))),
          ),
      ),
      { numRuns: Number(process.env['RUNS'] ?? 15) },
    );
  }, 900_000);

  it('counts once what the first report told, though it was killed before its state was written', async () => {
    const [sample = []] = fc.sample(fc.array(happening, { minLength: 50, maxLength: 50 }), {
      numRuns: 1,
      seed: 7,
    });
    const folder = tempFolder();
    const [log, state, history] = ['exim_mainlog', 'state', 'history'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const args = ['report', '--timezone', 'UTC', '--state', state, '--history', history, log];
    const lines = eximLog([...sample, lastWord(sample)]);
    writeFileSync(log, lines.slice(0, 100).join(''));
    expect(exiwhy(args).status).toBe(0);
    // What stands there when the history is written: who counts, and that nothing was told yet.
    const told = readState(state) ?? firstState();
    writeState(state, { ...told, run: 0, end: null, positions: [], arrivals: [], carried: [] });
    writeFileSync(log, lines.join(''));
    expect(exiwhy(args).status).toBe(0);
    expect(tables(await fromHistory(history))).toEqual(tables(await whole(lines.join(''))));
  });

  it('survives a kill at any moment', async () => {
    const sample =
      fc.sample(fc.array(happening, { minLength: 200, maxLength: 200 }), { numRuns: 1, seed: 7 })[0] ?? [];
    const lines = eximLog([...sample, lastWord(sample)]);
    const folder = tempFolder();
    const [log, state, history] = ['exim_mainlog', 'state', 'history'].map((name) => join(folder, name));
    const args = [
      'report',
      '--timezone',
      'UTC',
      '--state',
      state ?? '',
      '--history',
      history ?? '',
      log ?? '',
    ];
    writeFileSync(log ?? '', '');
    for (let round = 0; round < 12; round++) {
      appendFileSync(log ?? '', lines.splice(0, 15).join(''));
      const child = spawn(process.execPath, ['bin/exiwhy.js', ...args], { stdio: 'ignore' });
      const timer = setTimeout(() => child.kill('SIGKILL'), 200 + round * 30);
      await new Promise((resolve) => child.on('close', resolve));
      clearTimeout(timer);
    }
    appendFileSync(log ?? '', lines.join(''));
    expect(exiwhy(args).status).toBe(0);
    expect(tables(await fromHistory(history ?? ''))).toEqual(
      tables(await whole(readFileSync(log ?? '', 'utf8'))),
    );
  });
});

describe('who was accepted for days and fails now', () => {
  /** Three correspondents write each day and are accepted; on the last day the host that vouches for them is dead. */
  function night(day: number): string {
    const stamp = (minute: number): string => `2026-11-1${day} 09:4${minute}:00`;
    const names = ['ann@x.example', 'ben@x.example', '"c d"@y.example'];
    if (day < 4) {
      const told = day === 1 ? names.slice(0, 1) : names;
      return told
        .map(
          (name, at) =>
            `${stamp(at)} 1xUa0${at}-00003u-2F <= ${name} H=mx.x.example [203.0.113.5] P=esmtp S=9\n`,
        )
        .join('');
    }
    const late = 'Could not complete sender verify callout';
    return [...names, 'eve@z.example']
      .map((name, at) => {
        const host = `${stamp(at)} H=mx.x.example [203.0.113.5]`;
        return (
          `${host} sender verify defer for <${name}>: ${late}: mx.x.example [198.51.100.7] : Connection timed out\n` +
          `${host} F=<${name}> temporarily rejected RCPT <r${at % 2}@hosted${at % 2}.example>: ${late}\n`
        );
      })
      .join('');
  }

  it('is told first, with the days', () => {
    const folder = tempFolder();
    const [log, state, history] = [join(folder, 'mainlog'), join(folder, 'state'), join(folder, 'history')];
    const args = ['report', '--timezone', 'UTC', '--state', state, '--history', history, log];
    let said = '';
    for (const day of [1, 2, 3, 4]) {
      appendFileSync(log, night(day));
      const { status, stdout, stderr } = exiwhy(args);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      said = stdout.replace(/\s+/g, ' ');
    }
    const sentence =
      'New: mail from 4 senders to 2 accounts or domains, 3 of them accepted before (the steadiest on 3 of the 3 earlier days that are known) ' +
      'and none stopped, fails since 2026-11-14 09:40:00, all at mx.x.example [198.51.100.7] (callout-connect-timeout).';
    expect(said).toContain(sentence);
    const { stdout } = exiwhy([
      'report',
      '--from-history',
      '--history',
      history,
      '--since',
      '2026-11-14',
      '--timezone',
      'UTC',
    ]);
    expect(stdout.replace(/\s+/g, ' ')).toContain(sentence);
  });
});

describe('a full disk', () => {
  it.skipIf(!canMount)(
    'leaves history and state as they were, and nothing is lost or counted twice',
    async () => {
      const small = smallDisk('512k');
      const sample =
        fc.sample(fc.array(happening, { minLength: 900, maxLength: 900 }), { numRuns: 1, seed: 9 })[0] ?? [];
      const lines = eximLog([...sample, lastWord(sample)]);
      const folder = tempFolder();
      const [log, state, history] = [
        join(folder, 'exim_mainlog'),
        join(folder, 'state'),
        join(small, 'history'),
      ];
      const args = ['report', '--timezone', 'UTC', '--state', state, '--history', history, log];
      writeFileSync(log, lines.slice(0, 100).join(''));
      expect(exiwhy(args).status).toBe(0);
      const before = readFileSync(state, 'utf8');
      appendFileSync(log, lines.slice(100).join(''));
      spawnSync('dd', ['if=/dev/zero', `of=${small}/filler`, 'bs=1k']);
      const { status, stderr } = exiwhy(args);
      expect(status).toBe(2);
      expect(stderr).toContain('history');
      expect(readFileSync(state, 'utf8')).toBe(before);
      rmSync(`${small}/filler`);
      expect(exiwhy(args).status).toBe(0);
      expect(tables(await fromHistory(history))).toEqual(tables(await whole(readFileSync(log, 'utf8'))));
    },
  );
});

const FIRST = { at: Date.parse('2026-11-20T09:00:00Z'), offset: 0 };

/** A day on which mail of one sender domain was refused so many times. */
function day(attempts: number): DaySnapshot {
  const cells = {
    attempts,
    permanent: attempts,
    fail: 0,
    defer: 0,
    connect: 0,
    other: attempts,
    neverAccepted: attempts,
    acceptedLater: 0,
    retrying: 0,
    first: FIRST.at,
    last: FIRST.at,
  };
  const tables = {
    ...EMPTY.tables,
    total: new Map([['total', cells]]),
    byCause: new Map([['relay-denied', cells]]),
    bySenderDomain: new Map([['a.example', cells]]),
  };
  return {
    inbound: { tables, names: new Map(), calloutNames: new Map(), first: FIRST, last: FIRST },
    outbound: EMPTY,
    accepted: '',
  };
}

async function opened<T>(path: string, work: (history: History) => Promise<T>): Promise<T> {
  const history = await History.open(path, { create: true });
  try {
    return await work(history);
  } finally {
    await history.close();
  }
}

const countsIn = async (history: History): Promise<(string | number | undefined)[][]> =>
  (await history.days()).map(({ day, counts }) => [day, counts.inbound.tables.total.get('total')?.attempts]);

describe('the store', () => {
  it('replaces what a run added that comes again, and adds what the next one brings', async () => {
    await opened(join(tempFolder(), 'h'), async (history) => {
      await history.add('a', 1, new Map([['2026-11-20', day(5)]]), 90);
      await history.add('a', 1, new Map([['2026-11-20', day(7)]]), 90);
      expect(await countsIn(history)).toEqual([['2026-11-20', 7]]);
      await history.add(
        'a',
        2,
        new Map([
          ['2026-11-20', day(2)],
          ['2026-11-21', day(1)],
        ]),
        90,
      );
      expect(await countsIn(history)).toEqual([
        ['2026-11-20', 9],
        ['2026-11-21', 1],
      ]);
    });
  });

  it('keeps the states apart', async () => {
    await opened(join(tempFolder(), 'h'), async (history) => {
      await history.add('a', 1, new Map([['2026-11-20', day(5)]]), 90);
      await history.add('b', 1, new Map([['2026-11-20', day(7)]]), 90);
      await history.add('b', 2, new Map(), 90);
      expect(await countsIn(history)).toEqual([
        ['2026-11-20', 5],
        ['2026-11-20', 7],
      ]);
    });
  });

  it('lets go of the days that are too old', async () => {
    await opened(join(tempFolder(), 'h'), async (history) => {
      const days = ['2026-08-20', '2026-08-22', '2026-08-23', '2026-11-20'];
      await history.add('a', 1, new Map(days.map((one) => [one, day(1)])), 90);
      await history.add('a', 2, new Map([['2026-11-20', day(1)]]), 90);
      await history.add('a', 3, new Map(), 90);
      expect((await history.days()).map(({ day }) => day)).toEqual(['2026-08-23', '2026-11-20']);
    });
  });

  it('refuses a state that is older than what it knows', async () => {
    await opened(join(tempFolder(), 'h'), async (history) => {
      await history.add('a', 3, new Map(), 90);
      await expect(history.add('a', 2, new Map(), 90)).rejects.toThrow('the history knows report 3');
    });
  });

  it('of another version is refused', async () => {
    const path = join(tempFolder(), 'h');
    const level = new ClassicLevel(path);
    await level.put('schema', '999');
    await level.close();
    await expect(History.open(path, { create: true })).rejects.toThrow('of another version');
  });

  it('is for one at a time', async () => {
    const path = join(tempFolder(), 'h');
    await opened(path, async () => {
      const { status, stderr } = exiwhy(['report', '--from-history', '--history', path]);
      expect(status).toBe(2);
      expect(stderr).toContain('another exiwhy is at work');
    });
  });

  it('is not made by who only reads it', () => {
    const { status, stderr } = exiwhy(['report', '--from-history', '--history', join(tempFolder(), 'none')]);
    expect(status).toBe(2);
    expect(stderr).toContain('cannot open the history');
  });

  it.each([
    [['--history', 'h', 'x'], 'needs --state'],
    [['--history', 'h', '--since', '-1d', 'x'], 'do not go with it'],
    [['--from-history', '--state', 's'], 'nothing to remember'],
    [['--from-history', 'h'], 'name the folder with --history'],
    [['--from-history', '--cause', 'relay-denied'], 'leave out --cause'],
    [['--state', 's', '--history', 'h', '--keep', '1h', 'x'], 'one day or more'],
  ])('goes not with %j', (args, message) => {
    const { status, stderr } = exiwhy(['report', ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('exiwhy merge', () => {
  async function exported(server: string, counts: Record<string, number>): Promise<string> {
    const folder = tempFolder();
    const path = join(folder, 'history');
    const days = new Map(Object.entries(counts).map(([name, count]) => [name, day(count)]));
    await opened(path, (history) => history.add(server, 1, days, 90));
    const { stdout, status } = exiwhy(['merge', '--format', 'ndjson', path]);
    expect(status).toBe(0);
    const file = join(folder, `${server}.ndjson`);
    writeFileSync(file, stdout.replace(/"server":"[^"]*"/g, `"server":"${server}"`));
    return file;
  }

  it('adds several servers up and tells on how many of them', async () => {
    const one = await exported('mx1', { '2026-11-19': 2, '2026-11-20': 3 });
    const two = await exported('mx2', { '2026-11-20': 10 });
    const three = await exported('mx3', {});
    const { stdout } = exiwhy(['merge', '--format', 'json', one, two, three, one]);
    const json = JSON.parse(stdout);
    expect(json.attempts).toBe(15);
    expect(json.fleet.servers).toEqual(['mx1', 'mx2']);
    expect(json.fleet.bySenderDomain).toEqual([{ key: 'a.example', attempts: 15, servers: 2 }]);
    const late = exiwhy(['merge', '--since', '2026-11-20', '--format', 'json', one]);
    expect(JSON.parse(late.stdout).attempts).toBe(3);
    expect(exiwhy(['merge', one, two]).stdout).toMatch(/a\.example +15 +2 of 2/);
  });

  it('tells of a source that is none, and reads the others', async () => {
    const one = await exported('mx1', { '2026-11-20': 3 });
    const other = join(tempFolder(), 'x');
    writeFileSync(other, '{"type":"day"}\n');
    const { status, stdout, stderr } = exiwhy(['merge', '--format', 'json', other, one]);
    expect(status).toBe(2);
    expect(stderr).toContain('line 1 is no day of counts');
    expect(JSON.parse(stdout).attempts).toBe(3);
  });
});
