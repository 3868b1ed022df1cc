import type { LogRecord } from '../../src/model/record.ts';
import { createParser, type MtaChoice } from '../../src/mta/parser.ts';
import { createStampClock } from '../../src/time/zone.ts';

/** Parses lines of one file in UTC. */
export function parseAll(lines: readonly string[], choice?: MtaChoice): (LogRecord | string)[] {
  const parser = createParser(createStampClock('UTC', Date.UTC(2026, 11, 1)), choice);
  return lines.map((text, index) => parser.parse({ text, file: 'mainlog', line: index + 1 }));
}

/** Parses one line that has to be understood. */
export function parseOne(line: string): LogRecord {
  const [record] = parseAll([line]);
  if (record === undefined || typeof record === 'string') throw new Error(`${record}: ${line}`);
  return record;
}

/** A stamp in front of a text. */
export const stamped = (text: string): string => `2026-11-21 04:43:00 ${text}`;
