import { InputError } from '../errors.ts';
import { dayJson, dayOfJson, type KeptDay } from './store.ts';

/** The counts of one server's day, to be taken to another machine. */
interface DayLine {
  schema: 1;
  type: 'day';
  server: string;
  /** Of the state that counted. */
  id: string;
  day: string;
  counts: ReturnType<typeof dayJson>;
}

/** One object a line: `{"schema":1,"type":"day","server":"mx1.example","id":"...","day":"2026-11-20","counts":{...}}` */
export function writeDays(kept: readonly KeptDay[]): string {
  return kept
    .map(
      ({ server, id, day, counts }): DayLine => ({
        schema: 1,
        type: 'day',
        server,
        id,
        day,
        counts: dayJson(counts),
      }),
    )
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

/** Reads what writeDays() wrote. @throws InputError for a line that is none. */
export function readDays(path: string, text: string): KeptDay[] {
  return text.split('\n').flatMap((line, index) => {
    if (line === '') return [];
    try {
      const { type, schema, server, id, day, counts } = JSON.parse(line) as DayLine;
      if (type !== 'day' || schema !== 1 || !/^\d{4}-\d\d-\d\d$/.test(day)) throw new Error('no day');
      return [{ server: String(server), id: String(id), day, counts: dayOfJson(counts) }];
    } catch {
      throw new InputError(
        path,
        `line ${index + 1} is no day of counts`,
        'name a history folder, or a file that `exiwhy merge --format ndjson FOLDER` has written',
      );
    }
  });
}

/** The same day of the same state, named twice, counts once: the copy that saw more of it. */
export function withoutRepeats(kept: readonly KeptDay[]): KeptDay[] {
  const byDay = new Map<string, KeptDay>();
  for (const one of kept) {
    const key = JSON.stringify([one.id, one.day]);
    const other = byDay.get(key);
    if (!other || seenUntil(one) > seenUntil(other)) byDay.set(key, one);
  }
  return [...byDay.values()];
}

function seenUntil({ counts: { inbound, outbound } }: KeptDay): number {
  return Math.max(inbound.last?.at ?? 0, outbound.last?.at ?? 0);
}
