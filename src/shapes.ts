import { adviceOf } from './advice.ts';
import type { Attempt } from './attempt.ts';
import type { CauseId } from './causes/index.ts';
import type { Moment } from './model/moment.ts';
import type { LogRecord } from './model/record.ts';
import type { Outcome } from './outcome.ts';
import { isoWithOffset } from './time/iso.ts';

/** The `schema` number of every JSON object: it changes when a field is renamed or dropped. */
export const SCHEMA = 1;

type Json = Readonly<Record<string, unknown>>;

/**
 * One classified log line, as `exiwhy events` prints it. What is undefined is left out of JSON; a spread for it would
 * make the object slow to write (measured: a seventh of the time of `events`).
 */
export function eventJson(record: LogRecord, cause: CauseId | null): Json {
  return {
    schema: SCHEMA,
    type: 'event',
    file: record.file,
    line: record.line,
    time: isoWithOffset(record.at, record.offset),
    mta: record.mta,
    kind: record.kind,
    verdict: record.verdict,
    cause,
    sender: record.sender,
    recipient: record.recipient,
    client: record.client,
    callout: isDelivery(record) ? null : record.callout,
    remote: isDelivery(record) ? record.callout : undefined,
    stage: record.stage,
    permanent: record.permanent,
    authenticatedAs: record.authenticatedAs,
    queueId: record.queueId,
    pid: record.pid,
    reason: record.reason,
    truncated: record.truncated || undefined,
    times: record.times > 1 ? record.times : undefined,
  };
}

/** The other host of a delivery is no callout host. */
function isDelivery({ kind }: LogRecord): boolean {
  return kind === 'delivery' || kind === 'deferral' || kind === 'bounce';
}

/** What became of an attempt; it is known only when the whole log was read. */
export interface Ending {
  outcome: Outcome;
  acceptance: Moment | undefined;
  tries: number;
}

/**
 * One refused attempt, as `exiwhy trace` prints it.
 *
 * @param wanted the score and its signals; null where there is nobody to score.
 */
export function attemptJson(attempt: Attempt, ending: Ending, wanted: object | null): Json {
  const { inferredFrom } = attempt;
  const { acceptance } = ending;
  return {
    schema: SCHEMA,
    type: 'attempt',
    time: isoWithOffset(attempt.at, attempt.offset),
    mta: attempt.mta,
    direction: attempt.direction,
    queueId: attempt.queueId,
    sender: attempt.sender,
    recipient: attempt.recipient,
    client: attempt.client,
    callout: attempt.direction === 'inbound' ? attempt.callout : null,
    remote: attempt.direction === 'outbound' ? attempt.callout : null,
    stage: attempt.stage,
    permanent: attempt.permanent,
    clientReply: attempt.told,
    cause: attempt.cause,
    evidence: attempt.evidence,
    inferredFrom: inferredFrom && {
      file: inferredFrom.file,
      line: inferredFrom.line,
      time: isoWithOffset(inferredFrom.at, inferredFrom.offset),
    },
    fault: attempt.fault,
    outcome: ending.outcome,
    acceptedTime: acceptance ? isoWithOffset(acceptance.at, acceptance.offset) : null,
    tries: ending.tries,
    submission: attempt.submission,
    authenticatedAs: attempt.authenticatedAs,
    wanted,
    reply: replyOf(attempt),
    reason: attempt.reason,
    advice: adviceOf(attempt),
    lines: attempt.lines.map(({ file, line }) => ({ file, line })),
  };
}

/** The SMTP reply that the cause rests on: the callout host's, or the one that a site's own rule begins with. */
function replyOf(attempt: Attempt): { code: number; enhanced: string | null; text: string } | null {
  const { callout, reason } = attempt;
  if (callout?.code != null)
    return { code: callout.code, enhanced: callout.enhanced, text: callout.text ?? '' };
  const own = /^"?([45]\d\d)[ -](?:([245]\.\d{1,3}\.\d{1,3}) )?/.exec(reason ?? '');
  return own && reason ? { code: Number(own[1]), enhanced: own[2] ?? null, text: reason } : null;
}
