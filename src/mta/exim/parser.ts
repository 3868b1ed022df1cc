import type { LogLine } from '../../model/record.ts';
import type { StampClock } from '../../time/zone.ts';
import { emptyRecord, type Parsed } from '../parsed.ts';
import { PieceJoiner, readSyslogHead, TwinFilter } from '../syslog.ts';
import { isStamp, readHead } from './head.ts';
import { parseLine, parseStamped, parseText } from './index.ts';

/** Parses the lines of one file, in their order. */
export interface Parser {
  parse(line: LogLine): Parsed;
}

/**
 * @param clock reads the stamps of this file; of its own, because it remembers where the file is in the hour that is
 *   repeated in autumn.
 */
export function createParser(clock: StampClock): Parser {
  const pieces = new PieceJoiner();
  const twins = new TwinFilter();
  let program: string | null = null;

  /**
   *     Nov 21 04:36:40 srv1 exim[149]: 2026-11-21 04:36:40 [149] H=... rejected RCPT ...
   *
   * Exim's own stamp and pid stand behind syslog's unless syslog_timestamp or syslog_pid are off. It may go by any name
   * (syslog_processname), and other programs stamp their lines, too: who logs a mail event in Exim's form is Exim.
   */
  function parseSyslog(line: LogLine): Parsed | null {
    const head = readSyslogHead(line.text);
    if (!head) return null;
    const stamped =
      isStamp(line.text, head.text) || /^\[\d+[/\\]\d+\] \d{4}-\d\d-\d\d /.test(line.text.slice(head.text));
    const isExim = head.program === program || /^exim/i.test(head.program);
    if (!stamped && !isExim) return 'foreign';
    const text = pieces.push(head.pid, line.text.slice(head.text));
    if (text === null) return 'continuation';
    const entry = { ...line, text };
    const parsed = isStamp(text, 0) ? parseLine(entry, clock) : parseBare(entry, head, line.text);
    if (!isExim && (typeof parsed === 'string' || parsed.kind === 'other')) return 'foreign';
    if (typeof parsed === 'string') return parsed;
    program = head.program;
    parsed.pid ??= head.pid;
    const isRefusal =
      parsed.kind === 'sender-verify' || parsed.kind === 'rejection' || parsed.kind === 'auth-failure';
    return isRefusal && twins.isTwin(parsed.pid, text) ? 'continuation' : parsed;
  }

  function parseBare(line: LogLine, head: { stamp: number; form: 'classic' | 'iso' }, whole: string): Parsed {
    const at = head.form === 'iso' ? clock.readIso(whole, head.stamp) : clock.readSyslog(whole, head.stamp);
    if (Number.isNaN(at)) return 'unknown';
    const record = emptyRecord('exim', line, at, clock.offset);
    const rest = readHead(line.text, 0);
    record.pid = rest.pid;
    record.queueId = rest.queueId;
    return parseText(record, line.text, rest.text);
  }

  return {
    parse: (line) =>
      isStamp(line.text, 0) ? parseStamped(line, clock) : (parseSyslog(line) ?? parseLine(line, clock)),
  };
}
