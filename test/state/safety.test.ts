import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readState } from '../../src/state/state.ts';
import { exiwhy } from '../cli.ts';
import { canMount, smallDisk } from '../small-disk.ts';
import { tempFolder } from '../sources/temp.ts';
import { eximLog, happening, lastWord } from './exim-log.ts';
import { type ReportJson, runReport, totalsOf } from './runs.ts';

/** A log of some hundred lines, the same each time. */
const happenings =
  fc.sample(fc.array(happening, { minLength: 400, maxLength: 400 }), { numRuns: 1, seed: 5 })[0] ?? [];
const TEXT = eximLog([...happenings, lastWord(happenings)]).join('');
const LINES = TEXT.split(/(?<=\n)/);

function machine(text = TEXT): { log: string; state: string } {
  const folder = tempFolder();
  const log = join(folder, 'exim_mainlog');
  writeFileSync(log, text);
  return { log, state: join(folder, 'state') };
}

function reportOf(log: string, state: string): ReportJson {
  const { status, stdout, stderr } = exiwhy(['report', '--format', 'json', '--state', state, log]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

const runOf = (state: string): number => readState(state)?.run ?? 0;

/** Runs the command and kills it after some milliseconds. @returns what it has printed. */
function killed(args: readonly string[], after: number): Promise<string> {
  const child = spawn(process.execPath, ['bin/exiwhy.js', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), after);
  return new Promise((resolve) =>
    child.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    }),
  );
}

describe('a run that is killed', () => {
  it('leaves the old state or the new one, and the reports still add up', async () => {
    const { log, state } = machine('');
    const reports: ReportJson[] = [];
    for (let round = 0; round < 14; round++) {
      appendFileSync(log, LINES.slice(round * 30, (round + 1) * 30).join(''));
      const before = runOf(state);
      const text = await killed(['report', '--format', 'json', '--state', state, log], 150 + round * 25);
      // A state that says that it was told is right only if it was.
      if (runOf(state) > before) reports.push(JSON.parse(text));
    }
    appendFileSync(log, LINES.slice(14 * 30).join(''));
    reports.push(reportOf(log, state));
    const { json } = await runReport([log]);
    expect(totalsOf(reports)).toEqual(totalsOf([json]));
    expect(readdirSync(dirname(state)).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});

describe('the state', () => {
  it.skipIf(!canMount)(
    'stays as it was where the disk is full, and the next report tells the same again',
    () => {
      const { log } = machine();
      const small = smallDisk('16k');
      const state = join(small, 'state');
      const { status, stdout, stderr } = exiwhy(['report', '--format', 'json', '--state', state, log]);
      expect(status).toBe(2);
      expect(stderr).toContain('the report is out, but the state');
      expect(stderr).toContain('no space left on device');
      expect(readdirSync(small)).toEqual([]);
      const { byCause }: ReportJson = JSON.parse(stdout);
      expect(reportOf(log, `${log}.state`).byCause).toEqual(byCause);
    },
  );

  it('is not written where the reader of the report has gone', async () => {
    const { log, state } = machine();
    const shell = `"${process.execPath}" bin/exiwhy.js report --format json --state "${state}" "${log}" | true`;
    spawnSync('sh', ['-c', shell]);
    expect(existsSync(state)).toBe(false);
    expect(reportOf(log, state).sinceLastReport?.run).toBe(0);
  });

  it('is written only when the mail is on its way', () => {
    const { log, state } = machine();
    const mailed = (sendmail: string): number | null =>
      exiwhy(['report', '--state', state, '--mail-to', 'root@example.com', '--sendmail', sendmail, log])
        .status;
    const [refusing, taking] = ['exit 75', 'cat > /dev/null'].map((body) => {
      const path = join(tempFolder(), 'sendmail');
      writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      return path;
    });
    expect(mailed(refusing ?? '')).toBe(2);
    expect(existsSync(state)).toBe(false);
    expect(mailed(taking ?? '')).toBe(0);
    expect(runOf(state)).toBe(1);
  });

  it('keeps two runs apart, with a message', () => {
    const { log, state } = machine();
    symlinkSync(String(process.pid), `${state}.lock`);
    const { status, stdout, stderr } = exiwhy(['report', '--state', state, log]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('another exiwhy is at work on');
  });

  it('is readable by nobody else: it holds addresses', () => {
    const { log, state } = machine();
    reportOf(log, state);
    expect(spawnSync('stat', ['-c', '%a', state], { encoding: 'utf8' }).stdout.trim()).toBe('600');
  });

  it.each([
    ['a file that is none of ours', (state: string) => writeFileSync(state, 'hello\n'), [], 'is no state'],
    [
      'a state of a later version',
      (state: string) => writeFileSync(state, '{"schema":999}'),
      [],
      'is no state',
    ],
    ['a folder', (state: string) => mkdirSync(state), [], 'cannot read the state'],
    ['a window', () => {}, ['--since', 'yesterday'], '--since, --until and --cause'],
    ['a pipe', () => {}, ['-'], 'cannot remember how far - was read'],
    ['a reject log', () => {}, ['exim_rejectlog'], 'reads main logs'],
  ])('refuses %s', (_, make, more, message) => {
    const { log, state } = machine();
    make(state);
    const { status, stderr } = exiwhy(['report', '--state', state, ...more, log]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(`${state}.lock`)).toBe(false);
  });
});

describe('a log that changes under the state', () => {
  it('is read from its beginning when it was replaced, and what cannot be found is told', async () => {
    const { log, state } = machine(LINES.slice(0, 50).join(''));
    await runReport([log], { state });
    rmSync(log);
    writeFileSync(log, LINES.slice(60, 80).join(''));
    const { json } = await runReport([log], { state });
    expect(json.books.lines).toBe(20);
    expect(json.sinceLastReport?.notes.join()).toContain('behind its line 50 is missing');
    const { json: next } = await runReport([log], { state });
    expect(next.sinceLastReport?.notes).toEqual([]);
  });

  it('is not read again when it was cut', async () => {
    const { log, state } = machine(LINES.slice(0, 50).join(''));
    await runReport([log], { state });
    writeFileSync(log, LINES.slice(0, 30).join(''));
    const { json } = await runReport([log], { state });
    expect(json.books.lines).toBe(0);
    expect(json.sinceLastReport?.notes.join()).toContain('changed by somebody');
    appendFileSync(log, LINES.slice(50, 60).join(''));
    expect((await runReport([log], { state })).json.books.lines).toBe(10);
  });

  it('leaves a half-written line for the next report', async () => {
    const [first = '', second = ''] = LINES;
    const { log, state } = machine(first + second.slice(0, 40));
    expect((await runReport([log], { state })).json.books.lines).toBe(1);
    appendFileSync(log, second.slice(40));
    expect((await runReport([log], { state })).json.books.lines).toBe(1);
  });

  it.each([
    'gzip',
    'bzip2',
    'xz',
    'zstd',
  ])('is found again behind %s, though its inode is another one', async (program) => {
    const { log, state } = machine(LINES.slice(0, 50).join(''));
    await runReport([log], { state });
    appendFileSync(log, LINES.slice(50, 60).join(''));
    renameSync(log, `${log}.1`);
    spawnSync(program, ['-q', ...(program === 'zstd' ? ['--rm'] : []), `${log}.1`]);
    writeFileSync(log, LINES.slice(60, 63).join(''));
    const { json } = await runReport([log], { state });
    expect(json.books.lines).toBe(13);
    expect((await runReport([log], { state })).json.books.lines).toBe(0);
  });

  it('is read where it was when the first report came, and not in what was rotated before', async () => {
    const { log, state } = machine(LINES.slice(20, 30).join(''));
    writeFileSync(`${log}.1`, LINES.slice(0, 20).join(''));
    expect((await runReport([log], { state })).json.books.lines).toBe(10);
    renameSync(`${log}.1`, `${log}.2`);
    spawnSync('gzip', [`${log}.2`]);
    renameSync(log, `${log}.1`);
    writeFileSync(log, LINES.slice(30, 33).join(''));
    expect((await runReport([log], { state })).json.books.lines).toBe(3);
  });
});

describe('our own mail', () => {
  it('has its sender when it is put off, though it came in long before the last report', async () => {
    const arrival =
      '2026-11-20 23:50:00 [1] 1xUcAH-00003u-2F <= ann@hosted.example H=(pc) [203.0.113.1]:999 P=esmtpsa A=plain:ann S=900 for rita@far.example\n';
    const noise = '2026-11-20 23:51:00 [2] cwd=/var/spool/exim 3 args: exim -Mc 1xUcAH-00003u-2F\n';
    const { log, state } = machine(arrival + noise.repeat(40_000));
    await runReport([log], { state });
    appendFileSync(
      log,
      '2026-11-21 00:20:00 [3] 1xUcAH-00003u-2F == rita@far.example R=dnslookup T=remote_smtp defer (-44) H=mx.far.example [192.0.2.9]: SMTP error from remote mail server after RCPT TO:<rita@far.example>: 451 4.7.1 Greylisted\n',
    );
    const { json } = await runReport([log], { state });
    expect(json.outbound).toMatchObject({ bySenderDomain: [{ domain: 'hosted.example', attempts: 1 }] });
  });
});

describe('a mail that an earlier report told as refused', () => {
  const refused =
    '2026-11-20 23:50:00 [1] H=mx.a.example [203.0.113.1]:999 F=<ann@a.example> temporarily rejected RCPT <bob@hosted.example>: greylisted\n';
  const accepted =
    '2026-11-21 00:20:00 [2] 1xUcAH-00003u-2F <= ann@a.example H=mx.a.example [203.0.113.1]:999 P=esmtp S=900 for bob@hosted.example\n';

  it('is told as accepted by the report that sees it come in', async () => {
    const { log, state } = machine(refused);
    await runReport([log], { state });
    appendFileSync(log, accepted);
    const { json } = await runReport([log], { state });
    expect(json.byCause).toEqual([]);
    expect(json.sinceLastReport?.acceptedLater).toBe(1);
    expect(json.sinceLastReport?.accepted[0]).toMatchObject({
      sender: 'ann@a.example',
      recipient: 'bob@hosted.example',
      acceptedTime: '2026-11-21T00:20:00+00:00',
    });
    expect((await runReport([log], { state })).json.sinceLastReport?.acceptedLater).toBe(0);
  });

  it('is given up when nobody has tried again within the retry window', async () => {
    const { log, state } = machine(refused);
    const { json: first } = await runReport([log], { state });
    expect(first.byCause[0]?.retrying).toBe(1);
    appendFileSync(log, accepted.replaceAll('ann@', 'eve@').replace('2026-11-21', '2026-11-26'));
    appendFileSync(log, refused.replaceAll('ann@', 'eve@').replace('2026-11-20', '2026-11-26'));
    const { json } = await runReport([log], { state });
    expect(json.sinceLastReport?.corrections).toMatchObject([
      { from: 'retrying', to: 'never-accepted', attempts: 1 },
    ]);
  });
});
