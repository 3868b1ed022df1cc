import { OneAddress } from '../address-bytes.ts';
import { Circle, type Members } from '../circle.ts';
import type { Look } from '../model/look.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { isFailedRecipient, sought } from '../mta/exim/search.ts';
import { AddressLines } from '../sources/address-lines.ts';
import { foreignEncoding, withoutMark } from '../sources/encoding.ts';
import { Ending } from '../sources/ending.ts';
import { LineSplitter } from '../sources/lines.ts';
import { Kept } from './kept.ts';
import { blocksOf, type Piece } from './pieces.ts';

/** Which lines of a log matter: those that the circle of an address is made of, or, of a whole circle, its own. */
export interface Search {
  address: string;
  members: Members | null;
}

/** The lines of a piece that matter: who asked reads them as if it had found them itself. */
export interface Found {
  /** Whole lines. */
  text: Uint8Array<ArrayBuffer>;
  /** How many others stand before the first ones, the length of these, and so on. */
  runs: Uint32Array;
  /** Lines behind the last of them. */
  behind: number;
  /** Lines of all that are longer than is read of one. */
  overlong: number;
  /** The end of the piece. */
  ending: Uint8Array;
}

/** Takes the blocks of a piece. */
interface Reader {
  push(block: Buffer): void;
  /** @returns how many lines were overlong. */
  drain(): number;
}

/**
 * Finds the lines of a piece that matter.
 *
 * @param room bytes that they may take.
 * @returns null where the piece has to be read as a whole: there are too many of them, or the reader of the log has to
 *   decide what the bytes are.
 * @throws InputError as readBlocks() does.
 */
export async function find(piece: Piece, { address, members }: Search, room: number): Promise<Found | null> {
  const kept = new Kept(room);
  const reader = members ? concerning(address, members, kept) : naming(address, kept);
  const ending = new Ending();
  for await (const block of blocksOf(piece)) {
    if (isOdd(block)) return null;
    reader.push(block);
    ending.push(block);
    if (kept.isFull) return null;
  }
  const overlong = reader.drain();
  return kept.isFull ? null : { ...kept.taken(), overlong, ending: ending.bytes };
}

/** Zeros, a byte order mark, or no newline. */
function isOdd(block: Buffer): boolean {
  return block.includes(0) || withoutMark(block) !== block || foreignEncoding(block) !== null;
}

function naming(address: string, kept: Kept): Reader {
  const lines = new AddressLines(address, (...line) => kept.add(...line), isFailedRecipient);
  return {
    push: (block) => lines.push(block),
    drain: () => {
      lines.drain();
      return 0;
    },
  };
}

function concerning(address: string, members: Members, kept: Kept): Reader {
  const look = relevantToRefusals(undefined, sought(new OneAddress(address), Circle.of(address, members)));
  const keep: Look = (block, start, end) => {
    if (look(block, start, end) === 'ignored') kept.pass();
    else kept.add(block, start, end);
    return 'ignored';
  };
  const lines = new LineSplitter('', keep);
  const nobody = (): void => {};
  return {
    push: (block) => lines.push(block, nobody),
    drain: () => {
      lines.drain(nobody);
      return lines.overlong;
    },
  };
}
