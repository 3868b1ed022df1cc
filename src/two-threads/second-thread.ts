import { Worker } from 'node:worker_threads';
import type { Circle } from '../circle.ts';
import type { LogFile } from '../sources/open.ts';
import type { Found, Search } from './find.ts';
import { closePieces, type Piece, piecesOf } from './pieces.ts';
import { type Other, SharedParts } from './shared-parts.ts';
import { type Answer, claim, createClaims, FIRST, SECOND, type Work } from './work.ts';

/** Bytes of a piece: at the end, the first thread may have to wait for the second one for so long. */
const LENGTH = 8 * 1024 * 1024;

/** It stands beside this file when the command is built. */
const THREAD = 'thread.cjs';

/**
 * Looks for an address in large logs together with the thread that asks: that one reads from the first piece on, this
 * one from the last, until they meet. Which lines matter depends on nothing but themselves and the circle: what this one
 * finds is read by the other in its place, as if it had found it itself.
 */
export class SecondThread implements Other {
  readonly #files: readonly LogFile[];
  /** Of each file. */
  readonly #pieces: readonly (readonly Piece[])[];
  readonly #worker: Worker;
  /** What it has found, by the piece's number. */
  readonly #found = new Map<number, Found | null>();
  #claims = createClaims(0);
  #round = 0;
  #gone = false;
  #wake = (): void => {};

  /**
   * @param files regular ones; those that have an index are read by that.
   * @throws InputError where one cannot be opened.
   */
  constructor(files: readonly LogFile[], script = new URL(THREAD, import.meta.url), length = LENGTH) {
    this.#files = files;
    this.#pieces = cut(files, length);
    this.#worker = new Worker(script);
    this.#worker.on('message', ({ round, piece, found }: Answer) => {
      if (round === this.#round) this.#found.set(piece, found);
      this.#wake();
    });
    // What it was to read is read by the first one.
    for (const event of ['error', 'exit']) {
      this.#worker.on(event, () => {
        this.#gone = true;
        this.#wake();
      });
    }
  }

  /** The same files, read for the lines that the circle of an address is made of. */
  naming(address: string): LogFile[] {
    return this.#search({ address, members: null });
  }

  /** The same files, read for the lines that matter to a circle. */
  concerning(address: string, circle: Circle): LogFile[] {
    return this.#search({ address, members: circle.members() });
  }

  /** Is called when all has been read, or nobody wants more. */
  async close(): Promise<void> {
    await this.#worker.terminate();
    for (const pieces of this.#pieces) closePieces(pieces);
  }

  #search(search: Search): LogFile[] {
    // Of an earlier search nothing is wanted any more.
    this.#claims.fill(FIRST);
    this.#found.clear();
    const pieces = this.#pieces.flat();
    this.#claims = createClaims(pieces.length);
    this.#worker.postMessage({ round: ++this.#round, search, pieces, claims: this.#claims } satisfies Work);
    let first = 0;
    return this.#files.map((file, n) => {
      const own = this.#pieces[n] ?? [];
      if (own.length === 0) return file;
      const parts = new SharedParts(own, first, this);
      first += own.length;
      return { ...file, parts };
    });
  }

  hasTaken(piece: number): boolean {
    return Atomics.load(this.#claims, piece) === SECOND;
  }

  async foundIn(piece: number): Promise<Found | null> {
    if (claim(this.#claims, piece, FIRST)) return null;
    while (!this.#found.has(piece) && !this.#gone)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const found = this.#found.get(piece) ?? null;
    this.#found.delete(piece);
    return found;
  }
}

/** @throws InputError where a file cannot be opened; then none is left open. */
function cut(files: readonly LogFile[], length: number): Piece[][] {
  const pieces: Piece[][] = [];
  try {
    for (const file of files) pieces.push(file.parts ? [] : piecesOf(file, length));
    return pieces;
  } catch (error) {
    pieces.forEach(closePieces);
    throw error;
  }
}
