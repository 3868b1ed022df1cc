import { constants, inflateRawSync } from 'node:zlib';

/** Bits in the order in which they are read. An empty block with the fixed codes: 10 of them. */
const EMPTY_FIXED = `0${'10'}${'0000000'}`;

/**
 * An empty block with codes of its own, 93 bits: one literal code, the end of the block, and one distance code.
 *
 *     HLIT 257, HDIST 1, HCLEN 19; in the order of RFC 1951, 3.2.7, the symbols 18 and 1 have a code of one bit;
 *     138 and 118 zeros (symbol 18), 1 (the end of the block), 1 (the distance); the end of the block
 */
const EMPTY_DYNAMIC = [
  '0',
  '01',
  '00000',
  '00000',
  '1111',
  '000000100',
  '000'.repeat(14),
  '100000',
  '11111111',
  '11101011',
  '0',
  '0',
  '0',
].join('');

/** Empty blocks that end so many bits behind a whole byte. */
const PREFIXES = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => {
  let prefix = bits % 2 === 0 ? '' : EMPTY_DYNAMIC;
  while (prefix.length % 8 !== bits) prefix += EMPTY_FIXED;
  return prefix;
});

/**
 * Decompresses from the middle of a deflate stream. Blocks may begin at any bit, and zlib can be told so (inflatePrime()),
 * but Node does not pass it on: empty blocks in front of the first make up for the bits.
 *
 * @param compressed bytes; the first block begins in the first of them.
 * @param bit where in that byte.
 * @param window the 32 KiB of text before it; less at the beginning of a member.
 * @param length bytes of text that are wanted.
 * @returns less where there is not so much.
 * @throws Error where the bytes are damaged.
 */
export function inflateFrom(compressed: Buffer, bit: number, window: Buffer, length: number): Buffer {
  const prefix = PREFIXES[bit] ?? '';
  const whole = prefix.length >> 3;
  const start = Buffer.alloc(bit === 0 ? whole : whole + 1);
  for (let at = 0; at < prefix.length; at++) {
    const byte = at >> 3;
    if (prefix[at] === '1') start[byte] = (start[byte] ?? 0) | (1 << (at & 7));
  }
  if (bit !== 0) start[whole] = (start[whole] ?? 0) | ((compressed[0] ?? 0) & (0xff << bit) & 0xff);
  const input = Buffer.concat([start, bit === 0 ? compressed : compressed.subarray(1)]);
  const text = inflateRawSync(input, {
    ...(window.length > 0 && { dictionary: window }),
    finishFlush: constants.Z_SYNC_FLUSH,
    chunkSize: Math.max(64, length + 1024),
    maxOutputLength: length + 64 * 1024,
  });
  return text.subarray(0, length);
}
