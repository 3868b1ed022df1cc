import type { Blocks } from './decompress.ts';

/** Whoever reads a file by its parts. */
export interface PartsReader {
  /** Some lines are passed over. @param overlong how many of the file's were cut, unseen by the reader. */
  passOver(lines: number, overlong: number): void;
  /** So many bytes of the file on disk are done. */
  onProgress(bytes: number): void;
}

/** Reads of a file only what may matter to what is looked for. */
export interface Parts {
  /** When all is read: the stamp of the last line, or what else lastStamp() finds; `''` where there is none. */
  readonly end: string;
  /**
   * Whole lines, in blocks as readBlocks() has them.
   *
   * @param keys texts of which a part has to hold one; more may be added while the file is read.
   * @param named only lines that name a key are wanted, none of those that matter whatever is looked for.
   */
  read(keys: readonly string[], reader: PartsReader, named?: boolean): Blocks;
}
