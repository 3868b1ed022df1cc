import type { LogLine, LogRecord } from '../model/record.ts';
import type { StampClock } from '../time/zone.ts';
import { isStamp } from './exim/head.ts';
import { createParser as createEximParser } from './exim/parser.ts';
import type { Parsed } from './parsed.ts';
import { readBareRepeat } from './postfix/head.ts';
import { createPostfixParser } from './postfix/parser.ts';
import { readSyslogHead } from './syslog.ts';

/** Which mail server's lines are read; the others are `foreign`. */
export type MtaChoice = 'auto' | LogRecord['mta'];

/** Parses the lines of one file, in their order. */
export interface Parser {
  parse(line: LogLine): Parsed;
}

/**
 * Each line tells by itself which mail server wrote it: Exim puts its own stamp first, Postfix's daemon stands in the
 * head that syslog gives it. So a file that holds both gives both.
 *
 * @param clock reads the stamps of this file, and remembers where in it the reader is.
 */
export function createParser(clock: StampClock, choice: MtaChoice = 'auto'): Parser {
  const exim = createEximParser(clock);
  const postfix = createPostfixParser(clock);
  /** The last record, for `last message repeated`: it is meant only if no line was left out between the two. */
  let last: LogRecord | null = null;

  function parseSyslog(line: LogLine): Parsed | null {
    const head = readSyslogHead(line.text);
    if (!head) return repeated(line);
    const parsed = postfix.parse(line, head);
    if (parsed !== null) return choice === 'exim' ? 'foreign' : remember(parsed);
    return choice === 'postfix' ? 'foreign' : null;
  }

  function remember(parsed: Parsed): Parsed {
    last = typeof parsed === 'string' ? null : parsed;
    return parsed;
  }

  function repeated(line: LogLine): Parsed | null {
    const times = readBareRepeat(line.text);
    if (times === null) return null;
    if (last === null || last.line !== line.line - 1) return 'remark';
    return { ...last, line: line.line, raw: line.text, times };
  }

  return {
    parse: (line) => {
      if (isStamp(line.text, 0)) return choice === 'postfix' ? 'foreign' : exim.parse(line);
      return parseSyslog(line) ?? (choice === 'postfix' ? 'unknown' : exim.parse(line));
    },
  };
}
