import { type CauseId, findCause } from './causes/index.ts';
import type { LogRecord } from './model/record.ts';

/** Gives a parsed line its meaning; null where the line refuses nothing. */
export function classify(record: LogRecord): CauseId | null {
  if (record.context === null) return null;
  return findCause({
    context: record.context,
    stage: record.stage,
    permanent: record.permanent,
    subject: record.subject,
  });
}
