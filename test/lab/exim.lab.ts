import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences, type TruthRow } from '../truth.ts';
import { panics, startExim } from './exim.ts';
import { playAll } from './run.ts';
import { scenarios } from './scenarios/index.ts';
import type { Seen } from './session.ts';
import { told } from './told.ts';
import { surprises, truthOf } from './verdict.ts';
import { openWorld, place } from './world.ts';

describe('real Exim', () => {
  const placed = place(scenarios.filter(({ only }) => only !== 'postfix'));
  let seen: Seen[] = [];
  let truth: TruthRow[] = [];
  let logs: string[] = [];
  const close: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    close.push(await openWorld(placed));
    const exim = await startExim(placed);
    close.push(exim.stop);
    logs = exim.logs;
    seen = await playAll(placed, exim);
    truth = truthOf(seen);
  });
  afterAll(async () => {
    for (const one of close.reverse()) await one();
  });

  it('does what the scenarios are made for', () => {
    expect(surprises(seen)).toEqual([]);
    expect(panics()).toBe('');
  });

  it('is understood: exiwhy tells each refused recipient as the client saw it, and invents none', async () => {
    expect(differences(truth, await told(logs))).toEqual([]);
  });
});
