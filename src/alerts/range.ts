import { UsageError } from '../errors.ts';

/** A threshold of a monitoring plugin: which values raise the alarm. */
export interface Range {
  /** As it was written: performance data repeats it. */
  text: string;
  alerts: (value: number) => boolean;
}

const RANGE = /^(@)?(?:(~|-?\d+(?:\.\d+)?)?:)?(-?\d+(?:\.\d+)?)?$/;

/**
 * Parses a range of the Monitoring Plugins Development Guidelines ("Threshold and Ranges"): `10` alerts outside 0 to
 * 10, `10:` below 10, `~:10` above 10, `10:20` outside of these, `@10:20` inside. The ends belong to the range.
 *
 * @throws UsageError for anything else.
 */
export function parseRange(text: string): Range {
  const match = RANGE.exec(text);
  const [, inside, from, to] = match ?? [];
  const start = from === '~' ? Number.NEGATIVE_INFINITY : Number(from ?? 0);
  const end = Number(to ?? Number.POSITIVE_INFINITY);
  if (!match || (from === undefined && to === undefined) || start > end) {
    throw new UsageError(
      `${JSON.stringify(text)} is no range`,
      '10 alerts above 10 (or below 0), 10: below 10, ~:10 above 10, 10:20 outside of these, @10:20 inside',
    );
  }
  const holds = (value: number): boolean => value >= start && value <= end;
  return { text, alerts: inside ? holds : (value) => !holds(value) };
}
