import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressLines } from '../../src/sources/address-lines.ts';
import { MAX_LINE } from '../../src/sources/lines.ts';

const ADDRESS = 'bob@hosted.example';

/** The lines that were found, when the text comes in blocks of this size. */
function found(text: string, size: number, address = ADDRESS): string[] {
  const lines: string[] = [];
  const search = new AddressLines(address, (block, start, end) =>
    lines.push(block.toString('latin1', start, end)),
  );
  const bytes = Buffer.from(text, 'latin1');
  // One buffer for all blocks, as the reader of files has.
  const block = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size)
    search.push(block.subarray(0, bytes.copy(block, 0, at, at + size)));
  search.drain();
  return lines;
}

const word = fc.constantFrom(
  ADDRESS,
  'BOB@Hosted.Example',
  'xbob@hosted.example',
  'bob@',
  '@',
  '@@',
  'hosted.example',
  ' ',
  '\0',
  '\r',
  'é',
);
const line = fc.array(word, { maxLength: 4 }).map((words) => words.join(''));

describe('the lines that hold an address', () => {
  it('are found in blocks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 60 }),
        (lines, ends, size) => {
          const text = lines.join('\n') + (ends ? '\n' : '');
          expect(found(text, size)).toEqual(lines.filter((one) => one.toLowerCase().includes(ADDRESS)));
        },
      ),
      { numRuns: fc.readConfigureGlobal()?.numRuns ?? 2000 },
    );
  });

  it('are found by a domain too', () => {
    expect(found('a@hosted.example\nbob@x.example\n', 7, '@hosted.example')).toEqual(['a@hosted.example']);
  });

  it('are found at the end of a line that is longer than what is kept of one', () => {
    const long = `${'x'.repeat(MAX_LINE + 10)}${ADDRESS}`;
    const next = `${ADDRESS} again`;
    expect(found(`${long}\n${next}\n`, 4096)).toEqual([next]);
    expect(found(`${ADDRESS} ${long}\n${next}\n`, 4096)).toEqual([
      `${ADDRESS} ${long}`.slice(0, MAX_LINE),
      next,
    ]);
  });
});
