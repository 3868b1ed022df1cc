import type { Attempt } from '../attempt.ts';
import type { LogRecord } from '../model/record.ts';
import { type Fields, maybe } from './fields.ts';
import type { Names } from './text.ts';

/** A line of the log. */
export function redactRecord(fields: Fields, record: LogRecord): LogRecord {
  const names = namesOf(fields, record, [record.localUser, ...(record.recipients ?? [])]);
  return {
    ...record,
    ...redactCommon(fields, record, names),
    localUser: maybe(record.localUser, fields.address),
    recipients: maybe(record.recipients, (recipients) => recipients.map(fields.address)),
    raw: fields.free(record.raw, names),
    subject: fields.free(record.subject, names),
  };
}

export function redactAttempt(fields: Fields, attempt: Attempt): Attempt {
  const names = namesOf(fields, attempt, []);
  return {
    ...attempt,
    ...redactCommon(fields, attempt, names),
    lines: attempt.lines.map((line) => ({ ...line, text: fields.free(line.text, names) })),
  };
}

/** What both have. */
type Common = Pick<Attempt, 'sender' | 'recipient' | 'client' | 'callout' | 'authenticatedAs' | 'reason'>;

function redactCommon(fields: Fields, one: Common, names: Names): Common {
  return {
    sender: maybe(one.sender, fields.address),
    recipient: maybe(one.recipient, fields.address),
    client: maybe(one.client, fields.client),
    callout: maybe(one.callout, (callout) => fields.callout(callout, names)),
    authenticatedAs: maybe(one.authenticatedAs, fields.address),
    reason: maybe(one.reason, (text) => fields.free(text, names)),
  };
}

function namesOf(
  fields: Fields,
  { sender, recipient, authenticatedAs, client, callout }: Common,
  users: readonly (string | null)[],
): Names {
  return fields.names(
    [sender, recipient, authenticatedAs, ...users],
    [client?.heloName, client?.reverseName, callout?.host],
  );
}
