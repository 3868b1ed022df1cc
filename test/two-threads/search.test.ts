import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { inspect, type LogFile } from '../../src/sources/open.ts';
import { find, type Search } from '../../src/two-threads/find.ts';
import { bytesOf, closePieces, type Piece, piecesOf } from '../../src/two-threads/pieces.ts';
import { SecondThread } from '../../src/two-threads/second-thread.ts';
import { SharedParts } from '../../src/two-threads/shared-parts.ts';
import { type Searched, search } from '../found.ts';
import { oddLog, ofOthers } from '../odd-log.ts';
import { tempFile, tempFolder } from '../sources/temp.ts';
import { ADDRESSES } from '../state/exim-log.ts';

/** Says which thread meets the next piece, and how many bytes the second one may keep of it. */
interface Chance {
  isSecond: () => boolean;
  room: number;
}

/** Files as two threads read them, and what has to be closed behind them. */
function shared(files: readonly LogFile[], length: number, wanted: Search, { isSecond, room }: Chance) {
  const pieces = files.map((file) => piecesOf(file, length));
  const logs = files.map((file, n): LogFile => {
    const own = pieces[n] ?? [];
    const foundIn = async (number: number) => {
      const piece = own[number];
      // What goes from one thread to the other is copied.
      return piece && isSecond()
        ? structuredClone(await find(structuredClone(piece), structuredClone(wanted), room))
        : null;
    };
    return { ...file, parts: new SharedParts(own, 0, { foundIn, hasTaken: () => false }) };
  });
  return { logs, close: () => pieces.forEach(closePieces) };
}

const LONGEST_LINE = 400;
/** Of UTF-8. */
const MARK = '\xef\xbb\xbf';

describe('a search by two threads', () => {
  it.each([
    ['plain', 100, (text: string) => Buffer.from(text, 'latin1')],
    ['gzip', 20, (text: string) => gzipSync(Buffer.from(text, 'latin1'))],
  ])('finds to the byte what one alone finds: %s', async (_, numRuns, packed) => {
    const folder = tempFolder();
    const paths = ['exim_mainlog.1', 'exim_mainlog'].map((name) => join(folder, name));
    let skipped = 0;
    await fc.assert(
      fc.asyncProperty(
        oddLog,
        oddLog,
        fc.constantFrom(...ADDRESSES),
        fc.integer({ min: 50, max: 3000 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(200, 2000, 1e6),
        fc.boolean(),
        async (one, two, who, length, turns, room, mark) => {
          // What a log is, its first 64 KiB tell: a real piece is longer.
          fc.pre([one, two].every((text) => !text.slice(0, length + LONGEST_LINE).includes('\0')));
          for (const [n, text] of [one, two].entries())
            writeFileSync(paths[n] ?? '', packed(mark && n === 1 ? MARK + text : text));
          const files = paths.map((path) => inspect(path));
          let turn = 0;
          const chance: Chance = { isSecond: () => turns[turn++ % turns.length] ?? false, room };
          const naming = shared(files, length, { address: who, members: null }, chance);
          let close = naming.close;
          const found = await search(naming.logs, who, (circle) => {
            naming.close();
            const concerning = shared(files, length, { address: who, members: circle.members() }, chance);
            close = concerning.close;
            return concerning.logs;
          });
          close();
          expect({ ...found, skipped: 0 }).toEqual(await search(files, who));
          skipped += found.skipped;
        },
      ),
      { numRuns: fc.readConfigureGlobal()?.numRuns ?? numRuns },
    );
    expect(skipped).toBeGreaterThan(numRuns);
  });
});

it('a hole that a crash has left in a log is none at its beginning', async () => {
  const whole = ofOthers(1);
  const log = tempFile('exim_mainlog', `${whole}${'\0'.repeat(200_000)}${ofOthers(0)}`);
  const files = [inspect(log)];
  // The second piece begins with the hole.
  const length = whole.length - 10;
  let piece = 0;
  const chance: Chance = { isSecond: () => piece++ === 0, room: 1e6 };
  const naming = shared(files, length, { address: WHO, members: null }, chance);
  const found = await search(naming.logs, WHO, (circle) => {
    piece = 0;
    return shared(files, length, { address: WHO, members: circle.members() }, chance).logs;
  });
  expect({ ...found, skipped: 0 }).toEqual(await search(files, WHO));
  expect(found.attempts.length).toBe(1);
});

const BUILT = new URL('../../dist/thread.cjs', import.meta.url);
const WHO = 'x7919@other.example';
const TEXT = Array.from({ length: 50 }, (_, n) => ofOthers(n % 20)).join('');

/** @param wait ms, so long the first thread does nothing before each pass. */
async function searchWith(log: string, script: URL, wait: number): Promise<Searched> {
  const second = new SecondThread([inspect(log)], script, 1000);
  try {
    const naming = second.naming(WHO);
    await setTimeout(wait);
    return await search(naming, WHO, async (circle) => {
      const concerning = second.concerning(WHO, circle);
      await setTimeout(wait);
      return concerning;
    });
  } finally {
    await second.close();
  }
}

describe('the second thread', () => {
  it('is counted in when it is told how much is done', async () => {
    const pieces = piecesOf(inspect(tempFile('exim_mainlog', TEXT)), 1000);
    const hasTaken = (n: number): boolean => n >= pieces.length - 3;
    const foundIn = async (n: number) => {
      const piece = pieces[n];
      return piece && hasTaken(n) ? find(piece, { address: WHO, members: null }, 1e6) : null;
    };
    const done: number[] = [];
    const reader = { passOver: () => {}, onProgress: (bytes: number) => done.push(bytes) };
    for await (const _ of new SharedParts(pieces, 0, { foundIn, hasTaken }).read([], reader));
    const bytes = (some: readonly Piece[]): number => some.reduce((sum, one) => sum + bytesOf(one), 0);
    expect(done[0]).toBe(bytes(pieces.slice(0, 1)) + bytes(pieces.slice(-3)));
    expect(done.slice(-4)).toEqual(Array(4).fill(TEXT.length));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    closePieces(pieces);
  });

  it('takes its part', async () => {
    const log = tempFile('exim_mainlog', TEXT);
    const { skipped: _, ...alone } = await search([inspect(log)], WHO);
    expect(alone.attempts.length).toBeGreaterThan(1);
    for (let wait = 100; ; wait *= 2) {
      const { skipped, ...found } = await searchWith(log, BUILT, wait);
      expect(found).toEqual(alone);
      // On a busy machine it may come too late.
      if (skipped > 1000) break;
    }
  });

  it.each([
    ['ends before it begins', 'process.exit()'],
    ['fails', 'throw new Error("x")'],
    [
      'dies at its work',
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', ({ claims }) => {
         claims.fill(2);
         process.exit();
       });`,
    ],
  ])('is not missed if it %s', async (_, script) => {
    const log = tempFile('exim_mainlog', TEXT);
    const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
    expect(await searchWith(log, url, 50)).toEqual(await search([inspect(log)], WHO));
  });

  it('leaves it to the first one to tell that the log became shorter', async () => {
    const log = tempFile('exim_mainlog', TEXT);
    const second = new SecondThread([inspect(log)], BUILT, 1000);
    truncateSync(log, 1000);
    try {
      const told = search(second.naming(WHO), WHO, (circle) => second.concerning(WHO, circle));
      await expect(told).rejects.toThrow(InputError);
      await expect(told).rejects.toThrow('it became shorter');
    } finally {
      await second.close();
    }
  });

  it('is not begun for a log that is not there', () => {
    const log = tempFile('exim_mainlog', TEXT);
    const file = inspect(log);
    truncateSync(log, 0);
    expect(() => new SecondThread([file], BUILT)).toThrow(InputError);
  });
});
