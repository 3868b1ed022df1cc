import { OneAddress } from '../src/address-bytes.ts';
import { analyse, type Books } from '../src/analysis.ts';
import type { Attempt } from '../src/attempt.ts';
import { type Circle, circleOf } from '../src/circle.ts';
import { Join } from '../src/join.ts';
import { relevantToRefusals } from '../src/mta/exim/relevant.ts';
import { sought } from '../src/mta/exim/search.ts';
import { Outcomes } from '../src/outcome.ts';
import type { LogFile } from '../src/sources/open.ts';
import type { Parts } from '../src/sources/parts.ts';
import { matcherOf } from '../src/who.ts';

/** The attempts in these files that concern one address, and what became of them. */
export interface Found {
  attempts: { attempt: Attempt; outcome: string; tries: number; acceptedAt: number | null }[];
  books: Books;
  /** Epoch ms of the log's end. */
  end: number | null;
}

/** @param circle of the address; null: every line that may matter to anybody is read. */
export async function found(files: readonly LogFile[], who: string, circle: Circle | null): Promise<Found> {
  const outcomes = new Outcomes();
  const matches = matcherOf({ who });
  const told: { attempt: Attempt; series: number }[] = [];
  const join = new Join(outcomes, (attempt) => {
    if (matches(attempt)) told.push({ attempt, series: outcomes.refused(attempt) });
  });
  let end: number | null = null;
  const books = await analyse({
    files,
    timeZone: 'UTC',
    mta: 'auto',
    look: (when) =>
      relevantToRefusals(when === 'now' ? join : undefined, sought(new OneAddress(who), circle)),
    onError: (error) => {
      throw error;
    },
    onRecord: (record, cause) => join.push(record, cause),
    onEnd: (at) => {
      end = Math.max(at, end ?? at);
    },
  });
  join.drain();
  outcomes.reached(end);
  const attempts = told.map(({ attempt, series }) => ({
    attempt,
    outcome: outcomes.of(series, attempt.permanent, 4 * 86_400_000),
    tries: outcomes.series.tries(series),
    acceptedAt: outcomes.series.acceptance(series)?.at ?? null,
  }));
  return { attempts, books, end };
}

export interface Searched extends Found {
  /** Lines of parts that were passed over. */
  skipped: number;
}

/**
 * What trace finds in these files of an address.
 *
 * @param concerning the files that are read with the circle, where they are others.
 */
export async function search(
  files: readonly LogFile[],
  who: string,
  concerning: (circle: Circle) => readonly LogFile[] | Promise<readonly LogFile[]> = () => files,
): Promise<Searched> {
  const circle = await circleOf(files, who, 'UTC');
  const keys = circle.keys();
  let skipped = 0;
  const counted = (await concerning(circle)).map((file): LogFile => {
    const { parts } = file;
    if (!parts || keys === null) return { ...file };
    const read: Parts['read'] = (keys, reader) =>
      parts.read(keys, {
        ...reader,
        passOver: (lines, overlong) => {
          skipped += lines;
          reader.passOver(lines, overlong);
        },
      });
    const counting: Parts = {
      get end() {
        return parts.end;
      },
      read,
    };
    return { ...file, keys, parts: counting };
  });
  return { ...(await found(counted, who, circle)), skipped };
}
