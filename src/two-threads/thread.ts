/** The second thread: it begins with the last piece, and ends where the first one comes to meet it. */
import { parentPort } from 'node:worker_threads';
import { InputError } from '../errors.ts';
import { type Found, find, type Search } from './find.ts';
import type { Piece } from './pieces.ts';
import { type Answer, claim, SECOND, type Work } from './work.ts';

/** Bytes of lines that may wait for the first thread: what does not fit it reads by itself. */
const ROOM = 16 * 1024 * 1024;

parentPort?.on('message', async ({ round, search, pieces, claims }: Work) => {
  let room = ROOM;
  for (const [number, piece] of [...pieces.entries()].reverse()) {
    if (!claim(claims, number, SECOND)) return;
    const found = await foundIn(piece, search, room);
    const answer: Answer = { round, piece: number, found };
    parentPort?.postMessage(answer, found ? [found.text.buffer] : []);
    if (found === null) return;
    room -= found.text.length;
  }
});

/** What cannot be read is read again by the first thread, which tells why. */
async function foundIn(piece: Piece, search: Search, room: number): Promise<Found | null> {
  try {
    return await find(piece, search, room);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
