import { analyse, type Books } from '../src/analysis.ts';
import type { Attempt } from '../src/attempt.ts';
import { classify } from '../src/classify.ts';
import { Correlator } from '../src/correlate.ts';
import type { InputError } from '../src/errors.ts';
import { relevantToRefusals } from '../src/mta/exim/relevant.ts';
import { type Outcome, Outcomes } from '../src/outcome.ts';
import { inspect } from '../src/sources/open.ts';
import { parseAll } from './mta/parse.ts';

export interface Told {
  attempt: Attempt;
  outcome: Outcome;
  tries: number;
  acceptedAt: number | null;
}

const FOUR_DAYS = 4 * 86_400_000;

function collector(): { outcomes: Outcomes; correlator: Correlator; told: () => Told[] } {
  const outcomes = new Outcomes();
  const found: { attempt: Attempt; series: number }[] = [];
  const correlator = new Correlator((attempt) => found.push({ attempt, series: outcomes.refused(attempt) }));
  const told = (): Told[] => {
    correlator.drain();
    return found.map(({ attempt, series }) => ({
      attempt,
      outcome: outcomes.of(series, attempt.permanent, FOUR_DAYS),
      tries: outcomes.series.tries(series),
      acceptedAt: outcomes.series.acceptance(series)?.at ?? null,
    }));
  };
  return { outcomes, correlator, told };
}

/** The attempts in files, read as the commands read them. */
export async function tracedFile(
  ...names: string[]
): Promise<{ attempts: Told[]; books: Books; errors: InputError[] }> {
  const { outcomes, correlator, told } = collector();
  const errors: InputError[] = [];
  const books = await analyse({
    files: names.map((name) => inspect(name)),
    timeZone: 'UTC',
    relevant: (live) => relevantToRefusals(live ? outcomes : undefined, null),
    onError: (error) => errors.push(error),
    onRecord: (record, cause) => (cause === null ? outcomes.passed(record) : correlator.push(record, cause)),
  });
  return { attempts: told(), books, errors };
}

/** The attempts in a few lines. */
export function tracedLines(lines: readonly string[]): Told[] {
  const { outcomes, correlator, told } = collector();
  for (const record of parseAll(lines)) {
    if (typeof record === 'string') continue;
    const cause = classify(record);
    if (cause === null) outcomes.passed(record);
    else correlator.push(record, cause);
  }
  return told();
}
