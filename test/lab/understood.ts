import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences, type TruthRow, writeTruth } from '../truth.ts';
import { startExim } from './exim.ts';
import type { EximVariant } from './exim-config.ts';
import type { Scenario } from './model.ts';
import { outboundOf, playAll } from './run.ts';
import type { Seen } from './session.ts';
import { told, toldDeliveries } from './told.ts';
import { surprises, truthOf } from './verdict.ts';
import { openWorld, place } from './world.ts';

/** Whether the logs are written to `fixtures/`, with their truth. */
export const capturing = process.env['EXIWHY_LAB'] === 'capture';

/** Tests that exiwhy understands what a real Exim logs of the scenarios. */
export function eximIsUnderstood(variant: EximVariant, scenarios: readonly Scenario[]): void {
  describe(`Exim, log as ${variant.name}`, () => {
    const placed = place(scenarios.filter(({ id }) => !variant.without?.includes(id)));
    const close: (() => Promise<void>)[] = [];
    let seen: Seen[] = [];
    let truth: TruthRow[] = [];
    let logs: string[] = [];

    beforeAll(async () => {
      close.push(await openWorld(placed));
      const exim = await startExim(placed, variant);
      close.push(exim.stop);
      logs = exim.logs;
      seen = await playAll(placed, exim);
      truth = truthOf(seen);
    });
    afterAll(async () => {
      for (const one of close.reverse()) await one();
    });

    it('does what the scenarios are made for', () => expect(surprises(seen)).toEqual([]));

    it.runIf(capturing && variant.fixture)('is captured', () => {
      const path = `fixtures/${variant.fixture}`;
      writeFileSync(`${path}.log`, Buffer.concat(logs.map((log) => readFileSync(log))));
      writeTruth(`${path}.truth.tsv`, truth);
    });

    it('is told as the clients saw it, and nothing is invented', async () => {
      const { blindTo } = variant;
      const logged = truth.filter(
        ({ scenario, verdict }) => verdict === 'accepted' || !blindTo?.includes(scenario),
      );
      expect(differences(logged, await told(logs), blindTo ? ['verify-reason-unlogged'] : [])).toEqual([]);
    });

    it('is told what became of the mail that it sent on', async () => {
      const deliveries = await toldDeliveries(logs);
      for (const { recipient, kind } of outboundOf(placed))
        expect(deliveries.get(recipient), recipient).toBe(kind);
    });
  });
}
