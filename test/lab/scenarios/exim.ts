import type { Scenario } from '../model.ts';
import { callouts } from './callout.ts';
import { dns } from './dns.ts';
import { outbound } from './outbound.ts';
import { refusals } from './refusals.ts';
import { sequences } from './sequences.ts';

/** All that can happen to a mail at an Exim. */
export const eximScenarios: readonly Scenario[] = [
  ...dns,
  ...callouts,
  ...sequences,
  ...refusals,
  ...outbound,
];
