import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../src/sources/open.ts';
import { search } from '../found.ts';
import { oddLog } from '../odd-log.ts';
import { tempFolder } from '../sources/temp.ts';
import { ADDRESSES } from '../state/exim-log.ts';
import { gzipInPieces, indexed, withIndex } from './searched.ts';

const runs = { numRuns: fc.readConfigureGlobal()?.numRuns ?? 40 };

/** These cannot be looked up. */
const UNKEYED = ['@from0.example', '"a b"@x.example'];

describe('a search with an index', () => {
  it.each([
    ['plain', (text: string) => Buffer.from(text, 'latin1')],
    ['gzip', (text: string) => gzipInPieces(text)],
    [
      'gzip in two members',
      (text: string) =>
        Buffer.concat([
          gzipInPieces(text.slice(0, text.length / 3)),
          gzipInPieces(text.slice(text.length / 3)),
        ]),
    ],
  ])('finds to the byte what one without it finds: %s', async (_, packed) => {
    const folder = tempFolder();
    const paths = ['exim_mainlog.2', 'exim_mainlog.1'].map((name) => join(folder, name));
    let passedOver = 0;
    await fc.assert(
      fc.asyncProperty(
        oddLog,
        oddLog,
        fc.constantFrom(...ADDRESSES, ...UNKEYED),
        fc.integer({ min: 100, max: 3000 }),
        async (one, two, who, size) => {
          for (const [n, text] of [one, two].entries()) {
            writeFileSync(paths[n] ?? '', packed(text));
            const made = await indexed(paths[n] ?? '', `${paths[n]}.index`, size);
            expect(made).toBe(!text.includes('\x00'));
            if (!made) return;
          }
          const without = await search(
            paths.map((path) => inspect(path)),
            who,
          );
          const files = paths.map((path) => withIndex(path, `${path}.index`));
          expect(files.every(({ parts }) => parts !== undefined)).toBe(true);
          const { skipped, ...found } = await search(files, who);
          expect({ ...found, skipped: 0 }).toEqual(without);
          passedOver += skipped;
          // Nothing was found to be damaged.
          for (const path of paths) expect(withIndex(path, `${path}.index`).parts).toBeDefined();
        },
      ),
      runs,
    );
    expect(passedOver).toBeGreaterThan(1000);
  });
});
