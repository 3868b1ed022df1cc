import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harmIn } from '../harmless.ts';
import { differences, type TruthRow, writeTruth } from '../truth.ts';
import type { Scenario } from './model.ts';
import { type MailServer, outboundOf, playAll } from './run.ts';
import type { Seen } from './session.ts';
import { exiwhy, strangeLines, told, toldDeliveries } from './told.ts';
import { surprises, truthOf } from './verdict.ts';
import { openWorld, type Placed, place } from './world.ts';

/** A real mail server in one of its forms. */
export interface Subject {
  name: string;
  start(placed: readonly Placed[]): Promise<MailServer>;
  /** The name of the capture of its log under `fixtures/`. */
  fixture?: string | undefined;
  /** It logs neither why a sender could not be verified, nor these scenarios at all. */
  blindTo?: readonly string[] | undefined;
  /** Strangers wrote into its log what acts upon whoever shows it. */
  hostile?: true;
}

/** Whether the logs are written to `fixtures/`, with their truth. */
export const capturing = process.env['EXIWHY_LAB'] === 'capture';

/** How a log is told to people and to other programs. */
const TOLD: readonly (readonly [command: string, format: string])[] = [
  ...['text', 'csv', 'markdown', 'html', 'ndjson'].map((format) => ['trace', format] as const),
  ...['text', 'csv', 'markdown', 'html', 'json', 'prometheus'].map((format) => ['report', format] as const),
  ...['text', 'csv', 'markdown'].map((format) => ['whitelist', format] as const),
  ...['text', 'csv', 'markdown'].map((format) => ['contacts', format] as const),
  ['events', 'ndjson'],
];

/** Tests that exiwhy understands what a real server logs of the scenarios. */
export function isUnderstood(
  { name, start, fixture, blindTo, hostile }: Subject,
  scenarios: readonly Scenario[],
): void {
  describe.skipIf(capturing && !fixture)(name, () => {
    const placed = place(scenarios);
    const close: (() => Promise<void>)[] = [];
    let seen: Seen[] = [];
    let truth: TruthRow[] = [];
    let logs: string[] = [];

    beforeAll(async () => {
      close.push(await openWorld(placed));
      const server = await start(placed);
      close.push(server.stop);
      logs = server.logs;
      seen = await playAll(placed, server);
      truth = truthOf(seen);
    });
    afterAll(async () => {
      for (const one of close.reverse()) await one();
    });

    it('does what the scenarios are made for', () => expect(surprises(seen)).toEqual([]));

    it.runIf(capturing)('is captured', () => {
      writeFileSync(`fixtures/${fixture}.log`, Buffer.concat(logs.map((log) => readFileSync(log))));
      writeTruth(`fixtures/${fixture}.truth.tsv`, truth);
    });

    it('is told as the clients saw it, and nothing is invented', async () => {
      const logged = truth.filter(
        ({ scenario, verdict }) => verdict === 'accepted' || !blindTo?.includes(scenario),
      );
      const unlogged = blindTo ? ['verify-reason-unlogged'] : [];
      expect(differences(logged, await told(logs), unlogged)).toEqual([]);
    });

    it('is read to its last line', async () => expect(await strangeLines(logs)).toEqual([]));

    if (hostile)
      it.each(TOLD)('is told by %s as %s without anything that acts', async (command, format) => {
        expect(harmIn(format, await exiwhy([command, '--format', format, ...logs]))).toEqual([]);
      });

    it('is told what became of the mail that it sent on', async () => {
      const deliveries = await toldDeliveries(logs);
      for (const { recipient, kind } of outboundOf(placed))
        expect(deliveries.get(recipient), recipient).toBe(kind);
    });
  });
}
