import { type CauseId, findCause } from './causes/index.ts';
import type { LogRecord } from './model/record.ts';

/** A line that refuses something, and why. */
export interface Classified {
  record: LogRecord;
  cause: CauseId;
}

/** Gives a parsed line its meaning; null where the line refuses nothing. */
export function classify(record: LogRecord): CauseId | null {
  const { context, permanent, subject } = record;
  return context === null ? null : findCause({ context, permanent, subject });
}
