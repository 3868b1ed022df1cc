import type { Blocks } from './decompress.ts';

/** Reads of a file only the parts that may hold what is looked for. */
export interface Parts {
  /** The stamp of the last line of all, or what else lastStamp() finds; `''` where there is none. */
  readonly end: string;
  /**
   * Whole lines, in blocks as readBlocks() has them.
   *
   * @param keys texts of which a part has to hold one; more may be added while the file is read.
   * @param onSkip is told how many lines are passed over.
   * @param named only lines that name a key are wanted, none of those that matter whatever is looked for.
   */
  read(keys: readonly string[], onSkip: (lines: number) => void, named?: boolean): Blocks;
}
