import { readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences, type TruthRow } from '../truth.ts';
import { Clock } from './clock.ts';
import { startExim } from './exim.ts';
import { accepted, deferred, type Expected, once, rejected, type Scenario } from './model.ts';
import { play, type Seen } from './session.ts';
import { exiwhy, told } from './told.ts';
import { surprises, truthOf } from './verdict.ts';
import { openWorld, place } from './world.ts';

const ZONE = 'Europe/Berlin';
/** Local midnight two days before the hour from two to three comes twice. */
const START = Date.parse('2025-10-23T22:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAYS = 5;

interface Visit {
  at: number;
  id: string;
  expected: Expected;
}

/** A client that keeps trying, ever more seldom, for four days. */
const BACKOFF_HOURS = [0, 0.25, 0.5, 1, 2, 4, 8, 16, 28, 40, 52, 64, 76, 88];
/** First tries of greylisted mail: in the hour that comes twice, before and after a rotation, and at other times. */
const GREYLISTED_HOURS = [3, 21.9, 24.05, 48.5, 49.8, 50.2, 50.8, 51.3, 71.95, 100];

const visits: readonly Visit[] = [
  ...Array.from({ length: DAYS * 8 }, (_, index) => visit('steady', index * 3 + 0.1, accepted)),
  ...Array.from({ length: DAYS * 6 }, (_, index) =>
    visit('nobody', index * 4 + 0.2, rejected('callout-mailbox-unknown')),
  ),
  ...BACKOFF_HOURS.map((hours) => visit('dead', 2 + hours, deferred('callout-connect-refused'))),
  ...BACKOFF_HOURS.map((hours) => visit('unroutable', 30 + hours, deferred('sender-domain-dns-temporary'))),
  ...GREYLISTED_HOURS.flatMap((hours, index) => [
    visit(`grey${index}`, hours, deferred('callout-greylisted')),
    visit(`grey${index}`, hours + 0.3, accepted),
  ]),
].sort((a, b) => a.at - b.at);

const senders: readonly Scenario[] = [
  { id: 'steady', title: 'accepted at all times', sessions: [] },
  {
    id: 'nobody',
    title: 'does not exist; the answer is cached for two hours',
    targets: [{ rcpt: '550 5.1.1 unknown' }],
    sessions: [],
  },
  { id: 'dead', title: 'the server is down for good', targets: ['refused'], sessions: [] },
  {
    id: 'unroutable',
    title: 'DNS is broken for good',
    zone: { 'unroutable.example': 'servfail' },
    sessions: [],
  },
  ...GREYLISTED_HOURS.map((_, index) => ({
    id: `grey${index}`,
    title: 'greylisted once',
    targets: [{ rcpt: ['450 4.2.0 Greylisted', '250 OK'] }],
    sessions: [],
  })),
];

function visit(id: string, hours: number, expected: Expected): Visit {
  return { at: START + hours * HOUR, id, expected };
}

describe.each([
  { name: 'with the zone in each stamp', options: 'log_timezone = true' },
  { name: 'in local time, which shows one hour twice', options: '' },
])('five days of Exim, rotated, $name', ({ name, options }) => {
  const placed = place(senders);
  const close: (() => Promise<void> | void)[] = [];
  const seen: Seen[] = [];
  let log = '';

  beforeAll(async () => {
    close.push(await openWorld(placed));
    const clock = new Clock();
    close.push(() => clock.stop());
    clock.set(new Date(START));
    const exim = await startExim(placed, { name, options, timeZone: ZONE });
    close.push(exim.stop);
    log = exim.logs[0] ?? '';
    let day = 0;
    for (const { at, id, expected } of visits) {
      for (; at >= START + (day + 1) * 24 * HOUR; day++) {
        // cron's report comes now before the rotation, now after it.
        if (day % 2 === 0) await nightly(log);
        rotate(log, day);
        if (day % 2 === 1) await nightly(log);
      }
      clock.set(new Date(at));
      const one = placed.find(({ scenario }) => scenario.id === id);
      if (!one) throw new Error(`no sender ${id}`);
      for (const row of await play(one, once(expected)))
        seen.push({ ...row, reply: { ...row.reply, time: clock.at(row.reply.time) } });
      // The delivery's lines are of the same moment.
      if (expected.verdict === 'accepted') await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  afterAll(async () => {
    for (const one of close.reverse()) await one();
  });

  it('does what the senders are made for', () => expect(surprises(seen)).toEqual([]));

  it('is told as the clients saw it, from all the rotated files', async () => {
    const since = new Date(START - HOUR).toISOString();
    asThisMachinesLog(log);
    const attempts = await told(['--since', since, '--timezone', ZONE]);
    expect(differences(truthOf(seen), attempts)).toEqual([]);
  });

  it('has the numbers of the truth on each day, asked for one by one', async () => {
    const logs = readdirSync(dirname(log)).filter((name) => name.startsWith('exim_mainlog'));
    const paths = logs.map((name) => `${dirname(log)}/${name}`);
    for (const [day, numbers] of numbersByDay(truthOf(seen))) {
      expect([day, await numbersOf([...windowOf(day), ...paths])]).toEqual([day, numbers]);
    }
  });

  it('has the numbers of the truth on each day in the history that the nightly reports kept', async () => {
    await nightly(log);
    const kept = ['--from-history', '--history', `${dirname(log)}/report.history`];
    for (const [day, numbers] of numbersByDay(truthOf(seen))) {
      expect([day, await numbersOf([...windowOf(day), ...kept])]).toEqual([day, numbers]);
    }
  });
});

/** The report that cron makes: each line once. */
async function nightly(log: string): Promise<void> {
  const kept = ['--state', `${dirname(log)}/report.state`, '--history', `${dirname(log)}/report.history`];
  await exiwhy(['report', '--timezone', ZONE, ...kept, log]);
}

interface Numbers {
  attempts: number;
  permanent: number;
  acceptedLater: number;
}

/** What was refused on each calendar day. */
function numbersByDay(truth: readonly TruthRow[]): Map<string, Numbers> {
  const days = new Map<string, Numbers>();
  for (const { verdict, time, permanent, final } of truth) {
    if (verdict === 'accepted') continue;
    const day = new Date(time).toLocaleDateString('sv', { timeZone: ZONE });
    const {
      attempts,
      permanent: forGood,
      acceptedLater,
    } = days.get(day) ?? {
      attempts: 0,
      permanent: 0,
      acceptedLater: 0,
    };
    days.set(day, {
      attempts: attempts + 1,
      permanent: forGood + Number(permanent),
      acceptedLater: acceptedLater + Number(final !== 'lost'),
    });
  }
  return days;
}

/** One calendar day, as one asks for it. */
function windowOf(day: string): string[] {
  const next = new Date(Date.parse(day) + 24 * HOUR).toISOString().slice(0, 10);
  return ['--timezone', ZONE, '--since', day, '--until', next];
}

async function numbersOf(args: readonly string[]): Promise<Numbers> {
  const { attempts, permanent, acceptedLater } = JSON.parse(
    await exiwhy(['report', '--format', 'json', ...args]),
  );
  return { attempts, permanent, acceptedLater };
}

/** Puts a log with its rotated files where cPanel has them, and exiwhy finds them by itself. */
function asThisMachinesLog(log: string): void {
  for (const name of readdirSync('/var/log')) if (name.startsWith('exim_mainlog')) rmSync(`/var/log/${name}`);
  for (const name of readdirSync(dirname(log)))
    if (name.startsWith('exim_mainlog')) symlinkSync(`${dirname(log)}/${name}`, `/var/log/${name}`);
}

/** As logrotate does with dateext and delaycompress: yesterday's is renamed, the one before is compressed. */
function rotate(log: string, day: number): void {
  const name = (number: number): string => {
    const date = new Date(START + (number * 24 + 27) * HOUR).toISOString().slice(0, 10);
    return `${log}-${date.replaceAll('-', '')}`;
  };
  if (day > 0) {
    writeFileSync(`${name(day - 1)}.gz`, gzipSync(readFileSync(name(day - 1))));
    rmSync(name(day - 1));
  }
  renameSync(log, name(day));
}
