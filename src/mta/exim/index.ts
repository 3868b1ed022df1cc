import type { LogLine, LogRecord } from '../../model/record.ts';
import type { StampClock } from '../../time/zone.ts';
import { emptyRecord, type Parsed } from '../parsed.ts';
import { arrowKind, readArrival, readDelivery } from './delivery.ts';
import { isStamp, readHead } from './head.ts';
import { readClientLine, readFields, readRefusal } from './rejection.ts';
import { readSentence } from './sentence.ts';

/** Parses one line of an Exim main or reject log (4.50-4.99). Never throws. */
export function parseLine(line: LogLine, clock: StampClock): Parsed {
  if (isStamp(line.text, 0)) return parseStamped(line, clock);
  return isContinuation(line.text) ? 'continuation' : 'unknown';
}

/** The same for a line whose stamp is known to be one. */
export function parseStamped(line: LogLine, clock: StampClock): Parsed {
  const { text } = line;
  const head = readHead(text, 19);
  const at = clock.read(text, 0, head.millis, head.zone);
  if (Number.isNaN(at)) return 'unknown';
  const record = emptyRecord('exim', line, at, clock.offset);
  record.pid = head.pid;
  record.queueId = head.queueId;
  return parseText(record, text, head.text);
}

/** Parses what stands behind the prefix; also used for syslog lines, whose prefix is another. */
export function parseText(record: LogRecord, text: string, start: number): Parsed {
  if (record.queueId !== null) return messageLine(record, text, start);
  const client = clientAt(text, start);
  if (client !== -1) {
    if (readClientLine(record, text, client)) return record;
  } else if (text.startsWith('F=', start)) {
    // F=<a@example> rejected by non-SMTP ACL: text
    if (readRefusal(record, text, readFields(record, text, start))) return record;
  }
  const read = readSentence(record, text.slice(start));
  return read === 'event' ? record : read;
}

/** Where the line's client stands, or -1: behind a second space with +dnssec, ` DSH=mail.example [203.0.113.5] F=...`. */
function clientAt(text: string, start: number): number {
  const at = text.startsWith(' DSH=', start) ? start + 1 : start;
  return text.startsWith('H=', at) || text.startsWith('U=', at) || text.startsWith('DSH=', at) ? at : -1;
}

/** Lines that belong to a message: its arrival, its deliveries, or its refusal after DATA. */
function messageLine(record: LogRecord, text: string, start: number): Parsed {
  if (text.startsWith('<= ', start) || text.startsWith('(= ', start)) {
    readArrival(record, text, start + 3);
    return record;
  }
  const arrow = arrowKind(text, start);
  if (arrow) {
    readDelivery(record, arrow, text, start + 3);
    return record;
  }
  if (text.startsWith('Completed', start)) {
    record.kind = 'completed';
    return record;
  }
  // `id H=mx.example [198.51.100.9] Connection refused` names the target of a delivery, not a client.
  const client = clientAt(text, start);
  if (client !== -1 && readClientLine(record, text, client)) return record;
  const refused = text.startsWith('F=', start) && readRefusal(record, text, readFields(record, text, start));
  if (refused || readSentence(record, text.slice(start)) === 'event') return record;
  record.kind = 'other';
  record.reason = text.slice(start);
  return record;
}

/** Header dumps of a reject log, and the indented second line of a warning. */
function isContinuation(text: string): boolean {
  return /^(?:Envelope-(?:from|to): |[A-Z*] {1,2}\S|\s|\*\*\* truncated|$)/.test(text);
}
