import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FilterMaker, filterLength, fingerprint, MOST_TEXTS, mayHold } from '../../src/side-index/filter.ts';

function filterOf(texts: readonly string[]): { texts: number; bytes: Buffer } {
  const maker = new FilterMaker();
  for (const text of texts) {
    const bytes = Buffer.from(text);
    maker.add(bytes, 0, bytes.length);
  }
  return maker.take();
}

describe('the filter of a part', () => {
  it('holds each text that it was given, in whatever case and place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii' }), { maxLength: 300 }),
        fc.nat({ max: 9 }),
        (texts, before) => {
          const { texts: count, bytes } = filterOf(texts);
          expect(bytes).toHaveLength(filterLength(count));
          const placed = Buffer.concat([Buffer.alloc(before, 0xff), bytes]);
          for (const text of texts)
            expect(mayHold(placed, before, count, [fingerprint(text.toUpperCase())])).toBe(true);
        },
      ),
    );
  });

  it('is small, and hardly ever takes another text for one of them', () => {
    const { texts, bytes } = filterOf(Array.from({ length: 5000 }, (_, n) => `bob${n}@x.example`));
    expect(texts).toBe(5000);
    expect((bytes.length * 8) / texts).toBeLessThan(18.1);
    let wrong = 0;
    for (let n = 0; n < 100_000; n++)
      if (mayHold(bytes, 0, texts, [fingerprint(`ann${n}@x.example`)])) wrong++;
    expect(wrong).toBeLessThan(30);
  });

  it('of nothing holds nothing', () => {
    const { texts, bytes } = filterOf([]);
    expect([texts, bytes.length, mayHold(bytes, 0, texts, [fingerprint('a')])]).toEqual([0, 0, false]);
  });

  it('is not made for more than it can number', () => {
    const { texts, bytes } = filterOf(Array.from({ length: MOST_TEXTS + 1 }, (_, n) => `${n}`));
    expect([texts > MOST_TEXTS, bytes.length]).toEqual([true, 0]);
  });
});
