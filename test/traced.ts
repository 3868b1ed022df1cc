import { analyse, type Books } from '../src/analysis.ts';
import type { Attempt } from '../src/attempt.ts';
import { classify } from '../src/classify.ts';
import type { InputError } from '../src/errors.ts';
import { Join } from '../src/join.ts';
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

function collector(): { join: Join; told: () => Told[] } {
  const outcomes = new Outcomes();
  const found: { attempt: Attempt; series: number }[] = [];
  const join = new Join(outcomes, (attempt) => found.push({ attempt, series: outcomes.refused(attempt) }));
  const told = (): Told[] => {
    join.drain();
    return found.map(({ attempt, series }) => ({
      attempt,
      outcome: outcomes.of(series, attempt.permanent, FOUR_DAYS),
      tries: outcomes.series.tries(series),
      acceptedAt: outcomes.series.acceptance(series)?.at ?? null,
    }));
  };
  return { join, told };
}

/** The attempts in files, read as the commands read them. */
export async function tracedFile(
  ...names: string[]
): Promise<{ attempts: Told[]; books: Books; errors: InputError[] }> {
  const { join, told } = collector();
  const errors: InputError[] = [];
  const books = await analyse({
    files: names.map((name) => inspect(name)),
    timeZone: 'UTC',
    mta: 'auto',
    look: (when) => relevantToRefusals(when === 'now' ? join : undefined, null),
    onError: (error) => errors.push(error),
    onRecord: (record, cause) => join.push(record, cause),
  });
  return { attempts: told(), books, errors };
}

/** The attempts in a few lines. */
export function tracedLines(lines: readonly string[]): Told[] {
  const { join, told } = collector();
  for (const record of parseAll(lines)) {
    if (typeof record === 'string') continue;
    join.push(record, classify(record));
  }
  return told();
}
