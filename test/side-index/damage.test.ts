import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../src/sources/open.ts';
import { search } from '../found.ts';
import { ofOthers } from '../odd-log.ts';
import { tempFolder } from '../sources/temp.ts';
import { eximLog, happening, lastWord } from '../state/exim-log.ts';
import { gzipInPieces, indexed, withIndex } from './searched.ts';

const runs = { numRuns: fc.readConfigureGlobal()?.numRuns ?? 150 };

/** A log of some hundred lines, the same each time. */
const happenings =
  fc.sample(fc.array(happening, { minLength: 200, maxLength: 200 }), { numRuns: 1, seed: 7 })[0] ?? [];
const LINES = eximLog([...happenings, lastWord(happenings)]);
/** Between them, lines of others: what an index is for. */
const TEXT = LINES.map((lines, n) => (n % 40 === 0 ? lines + ofOthers(n) : lines)).join('');
const WHO = 's0@from0.example';

/** What a disk, a copy, or somebody may do to a file. */
const damage = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => (bytes: Buffer) => {
    const copy = Buffer.from(bytes);
    copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ mask;
    return copy;
  }),
  fc.nat().map((length) => (bytes: Buffer) => bytes.subarray(0, length % bytes.length)),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 40 })).map(([at, more]) => (bytes: Buffer) => {
    const place = at % bytes.length;
    return Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
  }),
  fc.tuple(fc.nat(), fc.nat({ max: 600 })).map(([at, length]) => (bytes: Buffer) => {
    const place = at % bytes.length;
    return Buffer.from(bytes).fill(0, place, Math.min(bytes.length, place + length));
  }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => () => Buffer.from(bytes)),
  // It begins as one of this format.
  fc
    .uint8Array({ maxLength: 200 })
    .map((more) => (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 16), more])),
);

describe.each([
  ['plain', (text: string) => Buffer.from(text)],
  ['gzip', gzipInPieces],
])('an index that is damaged: %s', (_, packed) => {
  it('changes nothing about what is found', async () => {
    const folder = tempFolder();
    const [log, index] = [join(folder, 'exim_mainlog.1'), join(folder, 'index')];
    writeFileSync(log, packed(TEXT));
    expect(await indexed(log, index, 1500)).toBe(true);
    const whole = readFileSync(index);
    const { skipped: _none, ...without } = await search([inspect(log)], WHO);
    const { skipped, ...within } = await search([withIndex(log, index)], WHO);
    expect(within).toEqual(without);
    expect(without.attempts.length).toBeGreaterThan(5);
    expect(skipped).toBeGreaterThan(20);
    await fc.assert(
      fc.asyncProperty(damage, fc.boolean(), async (hurt, later) => {
        writeFileSync(index, whole);
        const before = withIndex(log, index);
        writeFileSync(index, hurt(whole));
        // Also where it happens after somebody has looked at it.
        const file = later ? before : withIndex(log, index);
        const { skipped: _, ...found } = await search([file], WHO);
        expect(found).toEqual(without);
      }),
      runs,
    );
  });

  it('is not used for a log that has changed', async () => {
    const folder = tempFolder();
    const [log, index] = [join(folder, 'exim_mainlog.1'), join(folder, 'index')];
    writeFileSync(log, packed(TEXT));
    await indexed(log, index, 1500);
    const before = withIndex(log, index);
    expect(before.parts).toBeDefined();
    const other = TEXT.replaceAll('r0@hosted', 'r1@hosted');
    writeFileSync(log, packed(other));
    expect(withIndex(log, index).parts).toBeUndefined();
    // It changes between two looks at it: the one who reads meets the new one.
    const { skipped, ...found } = await search([before], WHO);
    const { skipped: _, ...without } = await search([inspect(log)], WHO);
    expect(found).toEqual(without);
    expect(skipped).toBe(0);
  });

  it('is not used further where a part is another than it was, though nothing else tells', async () => {
    const folder = tempFolder();
    const [log, index] = [join(folder, 'exim_mainlog.1'), join(folder, 'index')];
    writeFileSync(log, packed(TEXT.replace('00:01', '00:02')));
    await indexed(log, index, 1500);
    const bytes = readFileSync(index);
    // The digest of the last part, in the table; the checksum is made to fit.
    const hurt = withOtherDigests(bytes);
    writeFileSync(index, hurt);
    const file = withIndex(log, index);
    expect(file.parts).toBeDefined();
    const { skipped, ...found } = await search([file], WHO);
    const { skipped: _, ...without } = await search([inspect(log)], WHO);
    expect(found).toEqual(without);
    expect(skipped).toBe(0);
    expect(withIndex(log, index).parts).toBeUndefined();
  });
});

/** The same index, with a checksum that fits, for another text. */
function withOtherDigests(index: Buffer): Buffer {
  const bytes = Buffer.from(index);
  const head = bytes.readUInt32LE(48);
  const table = bytes.readUInt32LE(52);
  bytes.writeDoubleLE(4711, 56 + head + 3 * 8);
  const checksum = createHash('sha256')
    .update(bytes.subarray(48, 56 + head + table))
    .digest();
  checksum.copy(bytes, 16);
  return bytes;
}
