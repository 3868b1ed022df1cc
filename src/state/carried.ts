import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import type { LogRecord } from '../model/record.ts';
import { emptyRecord } from '../mta/parsed.ts';
import type { Outcome } from '../outcome.ts';

/**
 * A parsed line that the next run needs: lines of the log are written down parsed, because out of its place a line may
 * be another moment (the hour that comes twice), another year (syslog) or half an entry.
 */
export interface CarriedLine {
  kind: 'line';
  /** Without the fields that are null. */
  record: Partial<LogRecord>;
  cause: CauseId | null;
  /** Whether a report told it; else it still waits for its other half. */
  told: boolean;
  /** Nobody came for it: it was told by itself, and nobody may come for it now. */
  alone?: boolean;
}

/** Refusals of one mail that were told and whose end is still open. */
export interface CarriedRefusal {
  kind: 'refusal';
  /** The first of them, as far as outcomes and counts need it, without the fields that are null. */
  attempt: Partial<Attempt>;
  count: number;
  /** Epoch ms of the last one. */
  last: number;
  /** What the last report told of them. */
  outcome: Outcome;
}

/** In the order of the log: what stood before the bytes that the next run reads, as far as it matters to them. */
export type Carried = CarriedLine | CarriedRefusal;

export function packRecord(record: LogRecord): Partial<LogRecord> {
  return withoutNulls(record);
}

function withoutNulls<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null)) as Partial<T>;
}

export function unpackRecord(record: Partial<LogRecord>): LogRecord {
  return { ...emptyRecord('exim', { text: record.raw ?? '', file: '', line: 0 }, 0, 0), ...record };
}

/** What is written down of an attempt: who, whom, when and why, but neither its lines nor its texts. */
export function packAttempt(attempt: Attempt): Partial<Attempt> {
  const { callout, lines: _, told: __, inferredFrom: ___, reason: ____, evidence: _____, ...rest } = attempt;
  const host = callout && { ...callout, command: null, code: null, enhanced: null, text: null };
  return withoutNulls({ ...rest, callout: host });
}

export function unpackAttempt(attempt: Partial<Attempt>): Attempt {
  return { ...NOTHING, ...attempt };
}

const NOTHING: Attempt = {
  mta: 'exim',
  direction: 'inbound',
  queueId: null,
  at: 0,
  offset: 0,
  sender: null,
  recipient: null,
  client: null,
  callout: null,
  stage: null,
  permanent: null,
  told: null,
  cause: 'unclassified',
  fault: 'unknown',
  evidence: 'none',
  inferredFrom: null,
  submission: false,
  authenticatedAs: null,
  reason: null,
  lines: [],
};
