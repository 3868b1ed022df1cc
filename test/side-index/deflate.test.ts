import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlockStart, blockStarts } from '../../src/side-index/deflate.ts';
import { inflateFrom } from '../../src/side-index/restart.ts';
import { tempFolder } from '../sources/temp.ts';

const runs = { numRuns: fc.readConfigureGlobal()?.numRuns ?? 200 };

function startsIn(path: string): BlockStart[] {
  const fd = openSync(path, 'r');
  try {
    return [...blockStarts(fd)];
  } finally {
    closeSync(fd);
  }
}

/** Text that repeats itself as a log does, and bytes that never do. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '2026-11-21 04:43:00 [105] H=mx.x.example [203.0.113.5] F=<',
        '@x.example>\n',
        'a'.repeat(600),
      ),
      fc.uint8Array({ maxLength: 700 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    ),
    { maxLength: 60 },
  )
  .map((words) => Buffer.from(words.join(''), 'latin1'));

/** A low memLevel makes short blocks; the strategies make fixed codes, literals only, matches of distance one. */
const member = fc.record({
  text,
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FIXED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
  ),
});

describe('the blocks of a gzip file', () => {
  it('are found, and each is where decompressing may begin', () => {
    const path = join(tempFolder(), 'log.gz');
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 3 }), fc.nat({ max: 3 }), (members, zeros) => {
        const packed = members.map(({ text, ...options }) => gzipSync(text, options));
        const gz = Buffer.concat([...packed, Buffer.alloc(zeros)]);
        const whole = Buffer.concat(members.map(({ text }) => text));
        writeFileSync(path, gz);
        const starts = startsIn(path);
        expect(starts.filter(({ first }) => first)).toHaveLength(members.length);
        for (const [n, { bit, text }] of starts.entries()) {
          const next = starts[n + 1] ?? { bit: gz.length * 8, text: whole.length };
          const window = whole.subarray(Math.max(0, text - 32768), text);
          const compressed = gz.subarray(Math.floor(bit / 8), Math.ceil(next.bit / 8));
          const got = inflateFrom(compressed, bit % 8, window, next.text - text);
          expect(got.equals(whole.subarray(text, next.text))).toBe(true);
        }
      }),
      runs,
    );
  });

  it('are found behind the name, the comment and the rest of a header', () => {
    const plain = gzipSync('a line\n');
    const header = Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 7, 7]);
    const path = join(tempFolder(), 'log.gz');
    writeFileSync(path, Buffer.concat([header, Buffer.from('name\0said\0xx'), plain.subarray(10)]));
    expect(startsIn(path)).toEqual([{ bit: (header.length + 12) * 8, text: 0, first: true }]);
  });

  it('end in an error where the file is damaged, and never in a loop', () => {
    const path = join(tempFolder(), 'log.gz');
    const whole = gzipSync(Buffer.from('2026-11-21 04:43:00 a line of a log\n'.repeat(200)), { memLevel: 1 });
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.uint8Array({ maxLength: 9 }), (at, bytes) => {
        writeFileSync(path, Buffer.concat([whole.subarray(0, at), bytes]));
        try {
          expect(startsIn(path).length).toBeLessThan(1000);
        } catch (error) {
          expect(String(error)).toMatch(/^Error: /);
        }
      }),
      runs,
    );
  });
});
