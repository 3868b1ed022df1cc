import type { LogRecord, Stage } from '../../model/record.ts';
import { refuse, withoutCodes } from './refusal.ts';
import { findTrailer } from './trailer.ts';

const STAGES: Readonly<Record<string, Stage>> = {
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
  'END-OF-MESSAGE': 'data',
};

const AT_END = /^proxy-(reject|accept): END-OF-MESSAGE: /;
const COMMAND =
  /^warning: proxy \S{1,300} rejected "(MAIL|RCPT|DATA)(?: (?:FROM|TO):<(.{0,320}?)>[^"]{0,300})?": "(.*)"$/s;

/**
 * A filter before the queue (smtpd_proxy_filter) answers in the place of Postfix: smtpd_proxy.c, smtpd.c (Postfix 2.0-3.10).
 * Neither line names the client, which the connection of the same process does.
 *
 *     proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=01-05 - SPAM; from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<mx>
 *     warning: proxy 127.0.0.1:10026 rejected "RCPT TO:<b@y.example>": "550 5.1.1 no such user"
 *
 * @returns whether the line was such an answer; the record is filled in.
 */
export function readProxy(record: LogRecord, text: string, start: number): boolean {
  if (!text.startsWith('proxy-', start) && !text.startsWith('warning: proxy ', start)) return false;
  const rest = text.slice(start);
  const end = AT_END.exec(rest);
  if (end) {
    const trailer = findTrailer(rest, end[0].length);
    record.sender = trailer?.sender ?? null;
    record.recipient = trailer?.recipient ?? null;
    record.authenticatedAs = trailer?.authenticatedAs ?? null;
    const heloName = trailer?.heloName ?? null;
    if (heloName !== null) record.client = { ip: null, port: null, reverseName: null, heloName };
    if (end[1] === 'reject') tell(record, 'data', rest.slice(end[0].length, trailer?.start));
    return true;
  }
  const command = COMMAND.exec(rest);
  if (!command) return false;
  const [, verb = '', address, reply = ''] = command;
  if (verb === 'MAIL') record.sender = address ?? null;
  if (verb === 'RCPT') record.recipient = address ?? null;
  tell(record, STAGES[verb] ?? 'other', reply);
  return true;
}

function tell(record: LogRecord, stage: Stage, reply: string): void {
  refuse(record, stage, reply);
  record.subject = withoutCodes(reply);
}
