import type { Attempt } from '../attempt.ts';
import { latin1 } from '../bytes.ts';
import { type CauseId, causeOf } from '../causes/index.ts';
import type { Moment } from '../model/moment.ts';
import type { LogRecord } from '../model/record.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import { emptyRecord } from '../mta/parsed.ts';
import type { Outcome } from '../outcome.ts';
import type { Span } from '../span.ts';

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

/**
 * What is kept of an attempt: who, whom, when and why, but neither its lines nor its texts. Written out field by field:
 * a million of them are made.
 */
export function condensed(attempt: Attempt): Attempt {
  const { callout } = attempt;
  return {
    mta: attempt.mta,
    direction: attempt.direction,
    queueId: attempt.queueId,
    at: attempt.at,
    offset: attempt.offset,
    sender: attempt.sender,
    recipient: attempt.recipient,
    client: attempt.client,
    callout: callout && { ...callout, command: null, code: null, enhanced: null, text: null },
    stage: attempt.stage,
    permanent: attempt.permanent,
    told: null,
    cause: attempt.cause,
    fault: attempt.fault,
    evidence: 'none',
    inferredFrom: null,
    submission: attempt.submission,
    authenticatedAs: attempt.authenticatedAs,
    reason: null,
    lines: NO_LINES,
  };
}

/** The same of a refusal that is still bytes. */
export function condensedPlain(refusal: PlainRefusal, { at, offset }: Moment, cause: CauseId): Attempt {
  const { block, client, permanent } = refusal;
  const text = ({ start, end }: Span): string => latin1(block, start, end);
  const name = (span: Span): string | null => (span.start === span.end ? null : text(span));
  return {
    ...NOTHING,
    at,
    offset,
    sender: refusal.sender && text(refusal.sender),
    recipient: refusal.recipient && text(refusal.recipient),
    client: {
      ip: text(client.ip),
      port: null,
      reverseName: name(client.reverseName),
      heloName: name(client.heloName),
    },
    permanent,
    cause,
    fault: causeOf(cause).fault,
  };
}

/** As it is written down. @param attempt condensed. */
export function packAttempt(attempt: Attempt): Partial<Attempt> {
  const { lines: _, evidence: __, ...rest } = attempt;
  return withoutNulls(rest);
}

export function unpackAttempt(attempt: Partial<Attempt>): Attempt {
  return { ...NOTHING, ...attempt };
}

const NO_LINES: Attempt['lines'] = [];

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
  lines: NO_LINES,
};
