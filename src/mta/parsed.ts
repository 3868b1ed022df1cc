import type { LogLine, LogRecord } from '../model/record.ts';

/**
 * What became of a line. `remark`: known, but no mail event. `continuation`: the second and later physical lines of an
 * entry (header dumps of a reject log, long warnings). `foreign`: of a program that is not read here. `unknown`: not
 * understood; the books count and show it.
 */
export type Parsed = LogRecord | 'remark' | 'continuation' | 'foreign' | 'unknown';

/**
 * The record of a line of which nothing but its stamp was read.
 *
 * @param at epoch ms.
 * @param offset of the log's clock, minutes east of UTC.
 */
export function emptyRecord(mta: LogRecord['mta'], line: LogLine, at: number, offset: number): LogRecord {
  return {
    file: line.file,
    line: line.line,
    raw: line.text,
    mta,
    times: 1,
    at,
    offset,
    kind: 'other',
    verdict: null,
    stage: null,
    permanent: null,
    sender: null,
    recipient: null,
    client: null,
    callout: null,
    authenticatedAs: null,
    queueId: null,
    pid: null,
    reason: null,
    truncated: false,
    context: null,
    subject: '',
    verifyFailure: null,
    localUser: null,
    connectionId: null,
    recipients: null,
    byMilter: false,
  };
}
