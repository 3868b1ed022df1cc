import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ending } from '../../src/sources/ending.ts';

it('keeps the last bytes, however they come', () => {
  const blocks = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 12 });
  fc.assert(
    fc.property(blocks, fc.integer({ min: 1, max: 40 }), (blocks, length) => {
      const ending = new Ending(length);
      let all = Buffer.alloc(0);
      for (const block of blocks) {
        const reused = Buffer.from(block);
        ending.push(reused);
        reused.fill(0xff);
        all = Buffer.concat([all, block]);
        const { bytes } = ending;
        ending.push(Buffer.alloc(0));
        expect(bytes).toEqual(all.subarray(-length));
      }
    }),
  );
});
