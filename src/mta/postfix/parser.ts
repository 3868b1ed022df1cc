import type { Client, LogLine, LogRecord } from '../../model/record.ts';
import { RecentMap } from '../../recent-map.ts';
import type { StampClock } from '../../time/zone.ts';
import { emptyRecord, type Parsed } from '../parsed.ts';
import { angleEnd } from '../scan.ts';
import type { SyslogHead } from '../syslog.ts';
import { readClient } from './client.ts';
import { type Daemon, daemonOf } from './daemons.ts';
import { readDelivery } from './delivery.ts';
import { readQueueId, readRepeat } from './head.ts';
import { readProxy } from './proxy.ts';
import { readAccess, refuse } from './refusal.ts';
import { readSession } from './session.ts';

/** Parses the lines of one file, in their order. */
export interface PostfixParser {
  /** @returns null when the line is none of Postfix's. Never throws. */
  parse(line: LogLine, head: SyslogHead): Parsed | null;
}

/** Processes of smtpd(8) whose lines may still come. */
const OPEN_CONNECTIONS = 10_000;
/** Messages whose lines may still come. */
const OPEN_MESSAGES = 20_000;

/**
 * Parses what Postfix (2.0-3.10) writes through syslog or postlogd(8).
 *
 * The queue manager logs a message each time that it becomes active. Only the first time is its arrival, and a probe, which
 * no client brought, never arrives.
 */
export function createPostfixParser(clock: StampClock): PostfixParser {
  const origins = new RecentMap<'client' | 'active'>(OPEN_MESSAGES);
  /** Of each process, which serves one at a time. */
  const clients = new RecentMap<Client>(OPEN_CONNECTIONS);

  function follow(record: LogRecord): LogRecord {
    const { queueId, kind, sender, pid } = record;
    if (pid !== null && kind === 'connection' && record.client) clients.set(String(pid), record.client);
    const known = pid !== null && kind === 'rejection' ? clients.get(String(pid)) : undefined;
    if (known && !record.client?.ip)
      record.client = { ...known, heloName: record.client?.heloName ?? known.heloName };
    if (queueId === null) return record;
    if (kind === 'connection') origins.set(queueId, 'client');
    if (kind !== 'arrival') return record;
    const origin = origins.get(queueId);
    if (origin === 'active' || (origin === undefined && isProbe(sender))) record.kind = 'other';
    origins.set(queueId, 'active');
    return record;
  }

  return {
    parse: (line, head) => {
      const daemon = daemonOf(head.program);
      if (!daemon) return null;
      const at =
        head.form === 'iso' ? clock.readIso(line.text, head.stamp) : clock.readSyslog(line.text, head.stamp);
      if (Number.isNaN(at)) return 'unknown';
      const record = emptyRecord('postfix', line, at, clock.offset);
      record.pid = head.pid;
      // The RFC 5424 template of rsyslog leaves a second space before the text.
      const { text, times } = readRepeat(line.text.slice(head.text).trimStart());
      record.times = times;
      const parsed = parseText(record, text, daemon);
      return typeof parsed === 'string' ? parsed : follow(parsed);
    },
  };
}

/** address_verify_sender, with address_verify_sender_ttl (2.9+) a number behind it: `double-bounce@`, `double-bounce1a2b@`. */
function isProbe(sender: string | null): boolean {
  return sender !== null && /^double-bounce[0-9a-z]{0,12}@/i.test(sender);
}

function parseText(record: LogRecord, text: string, daemon: Daemon): Parsed {
  const { queueId, queued, text: start } = readQueueId(text);
  record.queueId = queueId;
  if (readProxy(record, text, start)) return record;
  if (!queued) return readSession(record, text) || readWarning(record, text) ? record : 'remark';
  const access = readAccess(record, text, start, daemon.submission);
  if (access !== null) return access ? record : 'unknown';
  if (queueId === null) return readSession(record, text.slice(start)) ? record : 'remark';
  return messageLine(record, text, start, daemon);
}

/** Lines that belong to a message; what they are about is told by the first word, not by the daemon. */
function messageLine(record: LogRecord, text: string, start: number, daemon: Daemon): Parsed {
  if (text.startsWith('to=<', start))
    return readDelivery(record, text, start, daemon.name) ? record : 'unknown';
  if (text.startsWith('client=', start)) return readOrigin(record, text, start + 7);
  if (text.startsWith('uid=', start)) return readPickup(record, text, start);
  if (text.startsWith('from=<', start)) return readActive(record, text, start + 5);
  if (text === `${record.queueId}: removed`) {
    record.kind = 'completed';
    return record;
  }
  record.reason = text.slice(start);
  return record;
}

/**
 * smtpd.c, when the first recipient was accepted:
 *
 *     client=mx.example[203.0.113.5], sasl_method=PLAIN, sasl_username=bob@hosted.example
 */
function readOrigin(record: LogRecord, text: string, start: number): Parsed {
  const item = readClient(text, start);
  if (!item) return 'unknown';
  record.kind = 'connection';
  record.client = item.client;
  // smtpd.c puts the login behind `sasl_method=`, and may add `sasl_sender=`, `orig_queue_id=`, `orig_client=`
  const login =
    /^(?:, sasl_method=[^,]*)?, sasl_username=(.*?)(?:, (?:sasl_sender|orig_queue_id|orig_client)=.*)?$/s;
  record.authenticatedAs = login.exec(text.slice(item.end))?.[1] ?? null;
  return record;
}

/** What smtpd(8) and cleanup(8) warn of where they refuse the message, and what they answer. */
const WARNINGS: readonly (readonly [warning: RegExp, permanent: boolean, answer: string])[] = [
  [/^queue file size limit exceeded$/, true, 'message size exceeds limit'],
  [/^BDAT request from \S+ exceeds message size limit$/, true, 'message size exceeds limit'],
  [/^message rejected: hopcount exceeded$/, true, 'Error: too many hops'],
  [
    / map lookup problem(?: for .*)? -- message not accepted, try again later$/,
    false,
    'Temporary lookup failure',
  ],
  [/^write queue file: /, false, 'Error: queue file write error'],
];

/**
 * The answer to the end of the data, in a line that names the message alone:
 *
 *     warning: 4jWwmT5rl8zV2: queue file size limit exceeded
 */
function readWarning(record: LogRecord, text: string): boolean {
  const [, id, reason = ''] = /^warning: ([0-9A-Za-z]{5,20}): (.*)$/s.exec(text) ?? [];
  const found = WARNINGS.find(([warning]) => warning.test(reason));
  if (id === undefined || !found) return false;
  record.queueId = id === 'NOQUEUE' ? null : id;
  refuse(record, 'data', reason);
  record.permanent = found[1];
  record.subject = found[2];
  return true;
}

/** pickup(8), a message of a local program: `uid=33 from=<www-data>`. */
function readPickup(record: LogRecord, text: string, start: number): Parsed {
  record.localUser = /^uid=\d+/.exec(text.slice(start, start + 20))?.[0] ?? null;
  record.reason = text.slice(start);
  return record;
}

/**
 * qmgr(8), each time that the message becomes active, and at the end of its life:
 *
 *     from=<a@x.example>, size=234, nrcpt=1 (queue active)
 *     from=<a@x.example>, status=expired, returned to sender
 */
function readActive(record: LogRecord, text: string, start: number): Parsed {
  const close = angleEnd(text, start);
  if (close === -1) return 'unknown';
  record.sender = text.slice(start + 1, close);
  const rest = text.slice(close + 1);
  if (rest.startsWith(', size=')) {
    record.kind = 'arrival';
  } else {
    record.kind = rest.startsWith(', status=') ? 'bounce' : 'other';
    record.permanent = record.kind === 'bounce' ? true : null;
    record.reason = rest.replace(/^, /, '');
  }
  return record;
}
