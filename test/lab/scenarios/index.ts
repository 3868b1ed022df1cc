import type { Scenario } from '../model.ts';
import { callouts } from './callout.ts';
import { dns } from './dns.ts';
import { outbound } from './outbound.ts';
import { refusals } from './refusals.ts';
import { sequences } from './sequences.ts';

/** All that can happen to a mail, in the order in which addresses are given out: append rather than insert. */
export const scenarios: readonly Scenario[] = [...dns, ...callouts, ...sequences, ...refusals, ...outbound];
