import { readSync } from 'node:fs';

/** Where a deflate block begins, and so where decompressing may begin, given the 32 KiB of text before it. */
export interface BlockStart {
  /** Of the compressed file. */
  bit: number;
  /** Bytes of text before it, of all members. */
  text: number;
  /** It is the first of a gzip member: nothing before it is needed. */
  first: boolean;
}

/**
 * Walks over a gzip file and tells where its deflate blocks begin: RFC 1952 and RFC 1951. zlib knows and does not tell
 * (Node has no Z_BLOCK), so the codes are read once more, without the text that they stand for.
 *
 * @throws Error where the bytes are no gzip file.
 */
export function* blockStarts(fd: number): Generator<BlockStart> {
  const bits = new BitReader(fd);
  let text = 0;
  while (!bits.atEnd()) {
    if (!skipMemberHeader(bits)) return;
    for (let last = false, first = true; !last; first = false) {
      yield { bit: bits.position, text, first };
      last = bits.take(1) === 1;
      text += skipBlock(bits, bits.take(2));
    }
    bits.align();
    // CRC32, ISIZE
    for (let n = 0; n < 8; n++) bits.take(8);
  }
}

const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;

/** @returns false where no member follows: zeros pad a gzip to a tape's block. */
function skipMemberHeader(bits: BitReader): boolean {
  const magic = bits.take(8);
  if (magic === 0) return false;
  if (magic !== 0x1f || bits.take(8) !== 0x8b || bits.take(8) !== 8) throw new Error('no gzip member');
  const flags = bits.take(8);
  // MTIME, XFL, OS
  for (let n = 0; n < 6; n++) bits.take(8);
  if (flags & FEXTRA) for (let left = bits.take(16); left > 0; left--) bits.take(8);
  for (const name of [FNAME, FCOMMENT]) if (flags & name) while (bits.take(8) !== 0);
  if (flags & FHCRC) bits.take(16);
  return true;
}

/** @returns how many bytes of text it stands for. */
function skipBlock(bits: BitReader, type: number): number {
  switch (type) {
    case 0:
      return skipStored(bits);
    case 1:
      return skipCodes(bits, FIXED_LITERALS, FIXED_DISTANCES);
    case 2: {
      const { literals, distances } = readCodes(bits);
      return skipCodes(bits, literals, distances);
    }
    default:
      throw new Error('no deflate block');
  }
}

function skipStored(bits: BitReader): number {
  bits.align();
  const length = bits.take(16);
  if (bits.take(16) !== (~length & 0xffff)) throw new Error('no stored block');
  for (let n = 0; n < length; n++) bits.take(8);
  return length;
}

/** Of the length codes from 257 on: the least length, and how many bits are added to it. */
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

const END_OF_BLOCK = 256;

function skipCodes(bits: BitReader, literals: Code, distances: Code): number {
  let text = 0;
  for (;;) {
    const symbol = bits.symbol(literals);
    if (symbol < END_OF_BLOCK) {
      text++;
    } else if (symbol === END_OF_BLOCK) {
      return text;
    } else {
      const length = LENGTHS[symbol - 257];
      if (length === undefined) throw new Error('no length code');
      text += length + bits.take(LENGTH_BITS[symbol - 257] ?? 0);
      const distance = bits.symbol(distances);
      if (distance > 29) throw new Error('no distance code');
      if (distance > 3) bits.take((distance >> 1) - 1);
    }
  }
}

/** In this order the lengths of the codes stand for the lengths of the codes. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function readCodes(bits: BitReader): { literals: Code; distances: Code } {
  const literalCount = bits.take(5) + 257;
  const count = literalCount + bits.take(5) + 1;
  const given = bits.take(4) + 4;
  const own = new Uint8Array(ORDER.length);
  for (const symbol of ORDER.slice(0, given)) own[symbol] = bits.take(3);
  const code = codeOf(own);
  const lengths = new Uint8Array(count);
  for (let at = 0; at < count; ) {
    const symbol = bits.symbol(code);
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    const repeated = symbol === 16 ? (lengths[at - 1] ?? 0) : 0;
    const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (at + times > count) throw new Error('too many code lengths');
    lengths.fill(repeated, at, at + times);
    at += times;
  }
  return {
    literals: codeOf(lengths.subarray(0, literalCount)),
    distances: codeOf(lengths.subarray(literalCount)),
  };
}

/** For each `bits` next bits the symbol that they begin with, times 16, plus how many of them it takes; 0: none. */
interface Code {
  bits: number;
  table: Uint16Array;
}

/** The canonical code of these lengths. */
function codeOf(lengths: Uint8Array): Code {
  const bits = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << bits);
  let code = 0;
  for (let length = 1; length <= bits; length++, code <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (code >= 1 << length) throw new Error('too many codes');
      for (let at = reversed(code++, length); at < table.length; at += 1 << length)
        table[at] = (symbol << 4) | length;
    }
  }
  return { bits, table };
}

/** Codes stand in the file with their highest bit first, all else with the lowest. */
function reversed(code: number, length: number): number {
  let result = 0;
  for (let n = 0; n < length; n++) result |= ((code >> n) & 1) << (length - 1 - n);
  return result;
}

const FIXED_LITERALS = codeOf(
  Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
);
const FIXED_DISTANCES = codeOf(new Uint8Array(30).fill(5));

const BUFFER = 256 * 1024;

/** The bits of a file from its beginning, the lowest of each byte first. */
class BitReader {
  readonly #fd: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER);
  #length = 0;
  #at = 0;
  /** Bytes of the file before those in the buffer. */
  #before = 0;
  #held = 0;
  #heldBits = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  get position(): number {
    return (this.#before + this.#at) * 8 - this.#heldBits;
  }

  /** Between two members. */
  atEnd(): boolean {
    return this.#heldBits === 0 && this.#at === this.#length && !this.#refill();
  }

  /** @param count up to 16. */
  take(count: number): number {
    this.#hold(count);
    const value = this.#held & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  symbol({ bits, table }: Code): number {
    this.#hold(bits);
    const entry = table[this.#held & ((1 << bits) - 1)] ?? 0;
    if (entry === 0) throw new Error('no code');
    this.#drop(entry & 15);
    return entry >> 4;
  }

  /** Goes on at the next whole byte. */
  align(): void {
    this.#drop(this.#heldBits & 7);
  }

  #hold(count: number): void {
    while (this.#heldBits < count) {
      this.#held |= this.#byte() << this.#heldBits;
      this.#heldBits += 8;
    }
  }

  #drop(count: number): void {
    this.#held >>>= count;
    this.#heldBits -= count;
  }

  /** A code may be looked up by more bits than it has, but never behind the end: eight bytes stand behind the last. */
  #byte(): number {
    if (this.#at === this.#length && !this.#refill()) throw new Error('the file ends in the middle');
    return this.#buffer[this.#at++] ?? 0;
  }

  #refill(): boolean {
    this.#before += this.#length;
    this.#at = 0;
    this.#length = readSync(this.#fd, this.#buffer, 0, BUFFER, this.#before);
    return this.#length > 0;
  }
}
