import { closeSync } from 'node:fs';
import type { Blocks } from '../sources/decompress.ts';
import { type LogFile, readBlocks } from '../sources/open.ts';
import { bytesBetween, lineFrom, type OpenFile, openPlain } from '../sources/plain.ts';

/** What one thread reads at a time: some lines of a plain log, or a whole compressed one. */
export type Piece = Range | Compressed;

interface Range {
  file: OpenFile;
  /** Each is the beginning of a line, or the end of the log. */
  from: number;
  to: number;
}

type Compressed = Pick<LogFile, 'name' | 'path' | 'size' | 'compression' | 'modifiedAt'>;

/**
 * @param log a regular file.
 * @param length of a piece in bytes; the last one is up to twice as long.
 * @throws InputError where it cannot be opened, or is shorter than it was.
 */
export function piecesOf({ name, path, size, compression, modifiedAt }: LogFile, length: number): Piece[] {
  if (compression !== null) return [{ name, path, size, compression, modifiedAt }];
  const file = openPlain(name, path ?? name, size ?? 0);
  const count = Math.max(1, Math.floor(file.size / length));
  const pieces: Range[] = [];
  let from = 0;
  for (let n = 1; n <= count; n++) {
    // A line may be longer than many pieces: it is walked over once.
    const to = n === count ? file.size : Math.max(from, lineFrom(file, Math.max(from, n * length)));
    pieces.push({ file, from, to });
    from = to;
  }
  return pieces;
}

/** @param pieces of one log: nobody reads them any more. */
export function closePieces([first]: readonly Piece[]): void {
  if (first && 'file' in first) closeSync(first.file.fd);
}

/** The lines of a piece, as readBlocks() has them. */
export function blocksOf(piece: Piece): Blocks | Iterable<Buffer> {
  return 'file' in piece ? bytesBetween(piece.file, piece.from, piece.to) : readBlocks(piece);
}

/** Its bytes on disk. */
export function bytesOf(piece: Piece): number {
  return 'file' in piece ? piece.to - piece.from : (piece.size ?? 0);
}
