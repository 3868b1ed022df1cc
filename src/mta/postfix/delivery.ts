import { domainOf } from '../../model/address.ts';
import type { Context, LogRecord } from '../../model/record.ts';
import { outboundContext } from '../outbound.ts';
import { angleEnd } from '../scan.ts';
import { readRemote } from './remote.ts';
import { bannerOrHelo } from './verification.ts';

/** A line of a delivery agent, cut into its fields. */
interface Fields {
  to: string;
  origTo: string | null;
  relay: string | null;
  dsn: string | null;
  status: string;
  reason: string;
}

/** Fields between `to=` and the status: log_adhoc.c. 3.12 puts `tls=` before `dsn=`, so their order is left open. */
const FIELD = /^(relay|conn_use|delay|delays|tls|dsn)=([^,]*), /;

/**
 * Reads what log_adhoc() prints (Postfix 2.3-3.12):
 *
 *     to=<b@y.example>, orig_to=<c@z.example>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)
 *
 * The reason in the parentheses is a stranger's; everything before it is Postfix's.
 */
function readFields(text: string, start: number): Fields | null {
  const close = angleEnd(text, start + 3);
  if (close === -1 || !text.startsWith(', ', close + 1)) return null;
  const fields: Fields = {
    to: text.slice(start + 4, close),
    origTo: null,
    relay: null,
    dsn: null,
    status: '',
    reason: '',
  };
  let at = close + 3;
  if (text.startsWith('orig_to=<', at)) {
    const end = angleEnd(text, at + 8);
    if (end === -1 || !text.startsWith(', ', end + 1)) return null;
    fields.origTo = text.slice(at + 9, end);
    at = end + 3;
  }
  for (;;) {
    const field = FIELD.exec(text.slice(at, at + 400));
    if (!field) break;
    const [all, name, value = ''] = field;
    if (name === 'relay') fields.relay = value;
    if (name === 'dsn') fields.dsn = value;
    at += all.length;
  }
  const status = /^status=([A-Za-z-]+)(?: \((.*)\)| (.*)|)$/s.exec(text.slice(at));
  if (!status) return null;
  fields.status = status[1] ?? '';
  fields.reason = status[2] ?? status[3] ?? '';
  return fields;
}

/** @returns whether the line was understood; the record is filled in. */
export function readDelivery(record: LogRecord, text: string, start: number, agent: string | null): boolean {
  const fields = readFields(text, start);
  if (!fields) return false;
  record.recipient = fields.origTo ?? fields.to;
  record.reason = fields.reason === '' ? null : fields.reason;
  record.callout = relayOf(fields.relay);
  switch (fields.status) {
    case 'sent':
      record.kind = 'delivery';
      return true;
    case 'deferred':
    case 'bounced':
    case 'expired':
    case 'SOFTBOUNCE':
      readFailure(record, fields, agent);
      return true;
    default:
      return readProbe(record, fields);
  }
}

function readFailure(record: LogRecord, { status, reason, to }: Fields, agent: string | null): void {
  record.kind = status === 'bounced' || status === 'expired' ? 'bounce' : 'deferral';
  record.permanent = record.kind === 'bounce';
  const { callout, context, subject } = readRemote(reason, domainOf(to));
  if (callout) record.callout = callout;
  if (context === null) record.context = localContext(agent);
  else record.context = isHere(record.callout) ? 'local-delivery' : outboundContext(context);
  record.subject = subject;
}

/** A mailbox server or a content filter of this machine, by its socket or by a loopback address. */
function isHere(callout: LogRecord['callout']): boolean {
  return callout !== null && (callout.ip === null || /^(?:127\.|::1$)/.test(callout.ip));
}

/** error(8) and retry(8) tell what transport(5) or the queue manager says: no agent was asked. */
const ELSEWHERE: ReadonlySet<string | null> = new Set(['smtp', 'error', 'retry', null]);

/** The other agents hand a message to a program or a mailbox of this server. */
function localContext(agent: string | null): Context {
  return ELSEWHERE.has(agent) ? 'remote-route' : 'local-delivery';
}

/** verify(8) prints these two statuses only; a temporary failure is `undeliverable` with a DSN of 4. */
const PROBED = /^(?:un)?deliverable(?:-but-not-cached)?$/;

/**
 * A probe is no mail: `to=` is the address under test. Whether that is a sender or a recipient the line does not say.
 */
function readProbe(record: LogRecord, { status, reason, to, dsn }: Fields): boolean {
  if (!PROBED.test(status)) return false;
  record.sender = to;
  record.recipient = null;
  if (status.startsWith('deliverable')) {
    record.kind = 'other';
    return true;
  }
  const permanent = !dsn?.startsWith('4');
  const { callout, context, subject } = readRemote(reason, domainOf(to));
  record.kind = 'sender-verify';
  record.verdict = permanent ? 'fail' : 'defer';
  record.permanent = permanent;
  record.callout = callout ?? record.callout;
  record.context = bannerOrHelo(context ?? 'verify-route', permanent, callout);
  record.subject = subject;
  return true;
}

/** `mx.example[192.0.2.10]:25`, `none`, `virtual` */
function relayOf(relay: string | null): LogRecord['callout'] {
  const found = /^(\S+)\[([^[\]/]+)\](?::\d+)?$/.exec(relay ?? '');
  if (!found) return null;
  return {
    host: found[1] ?? null,
    ip: found[2] ?? null,
    command: null,
    code: null,
    enhanced: null,
    text: null,
  };
}
