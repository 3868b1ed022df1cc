import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrowdRow, groupBy, writeCrowd } from '../crowd.ts';
import { Clock } from './clock.ts';
import { heldOut, tuning } from './crowd/manners.ts';
import { kindsOf, planOf, playCrowd } from './crowd/play.ts';
import { startExim } from './exim.ts';
import { exiwhy } from './told.ts';
import { capturing } from './understood.ts';
import { openNetwork } from './world.ts';

/** Actors of each kind. */
const EACH = 6;
/** Hours that are taken as one. */
const STEP = 0.25;

// A part takes ten minutes or more, so what the tests everywhere read is captured seldom.
describe.skipIf(!capturing).each([
  { name: 'tuning', manners: tuning },
  { name: 'held-out', manners: heldOut },
])('three days of a crowd, $name', ({ name, manners }) => {
  const close: (() => Promise<void> | void)[] = [];
  let rows: CrowdRow[] = [];
  let log = '';

  beforeAll(async () => {
    const plan = planOf(manners, EACH);
    close.push(await openNetwork(plan));
    const clock = new Clock();
    close.push(() => clock.stop());
    const exim = await startExim([]);
    close.push(exim.stop);
    log = exim.logs[0] ?? '';
    rows = await playCrowd(plan, clock, STEP);
  }, 1_200_000);
  afterAll(async () => {
    for (const one of close.reverse()) await one();
  });

  it.each(
    kindsOf(manners).map(({ id, remedy }) => [id, remedy] as const),
  )('%s does what it is made for', (id, remedy) => {
    const its = rows.filter(({ kind }) => kind === id);
    expect(its.length).toBeGreaterThanOrEqual(EACH);
    // Mail that needs a remedy was refused, and mail that needs none got through.
    for (const [actor, tried] of groupBy(its, ({ actor }) => actor)) {
      if (remedy === 'none')
        expect(
          tried.some(({ accepted }) => accepted > 0),
          actor,
        ).toBe(true);
      else
        expect(
          tried.some(({ refused }) => refused > 0),
          actor,
        ).toBe(true);
    }
  });

  it('has no unwanted sender suggested', async () => {
    const json = await exiwhy(['whitelist', '--format', 'json', log]);
    const suggestions: { entry: string; client: { ip: string } }[] = JSON.parse(json).suggestions;
    expect(suggestions.length).toBeGreaterThan(0);
    const shown = kindsOf(manners).filter(({ wanted, alike, heldOut }) => !wanted && !alike && !heldOut);
    for (const { entry, client } of suggestions) {
      const kind = rows.find((row) => row.client === client.ip)?.kind;
      expect(
        shown.map(({ id }) => id),
        entry,
      ).not.toContain(kind);
    }
  });

  it('is captured', () => {
    writeFileSync(`fixtures/crowd-${name}.log.gz`, gzipSync(readFileSync(log), { level: 9 }));
    writeCrowd(`fixtures/crowd-${name}.truth.tsv`, rows);
  });
});
