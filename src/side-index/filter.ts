import { type Hash, hashBytes, hashText } from '../text-hash.ts';

/** Texts of one bucket, on average: 18 bits a text, and of 8192 other texts about one passes for one of these. */
const BUCKET = 8;
/** Of a bucket's start and of what is kept of a text. */
const CELL = 2;
/** So many texts fit at most: a start is 16 bits. */
export const MOST_TEXTS = 0xffff;

const hash: Hash = { low: 0, high: 0 };

/** The hash of a text as one number: 32 bits that choose the bucket, 16 that stand in it. */
function numberOf({ low, high }: Hash): number {
  return (low >>> 0) * 0x10000 + (high & 0xffff);
}

/** As far as a filter knows a text. */
export function fingerprint(text: string): number {
  return numberOf(hashText(hash, text));
}

function bucketsFor(texts: number): number {
  return Math.ceil(texts / BUCKET);
}

function bucketOf(print: number, buckets: number): number {
  return Math.floor((Math.floor(print / 0x10000) * buckets) / 0x100000000);
}

/** Bytes of a filter of so many texts. */
export function filterLength(texts: number): number {
  return texts === 0 ? 0 : (bucketsFor(texts) + 1 + texts) * CELL;
}

/** Gathers the texts of one part of a log. */
export class FilterMaker {
  #prints = new Float64Array(1024);
  #length = 0;

  /** @param start of ASCII. */
  add(block: Buffer, start: number, end: number): void {
    if (this.#length === this.#prints.length) {
      const longer = new Float64Array(this.#length * 2);
      longer.set(this.#prints);
      this.#prints = longer;
    }
    this.#prints[this.#length++] = numberOf(hashBytes(hash, block, start, end));
  }

  /** The filter: the starts of its buckets, then the texts, bucket by bucket. Gathers anew afterwards. */
  take(): { texts: number; bytes: Buffer } {
    const sorted = this.#prints.subarray(0, this.#length).sort();
    let texts = 0;
    for (let n = 0; n < sorted.length; n++) {
      if (n === 0 || sorted[n] !== sorted[n - 1]) sorted[texts++] = sorted[n] ?? 0;
    }
    this.#length = 0;
    if (texts > MOST_TEXTS) return { texts, bytes: Buffer.alloc(0) };
    const bytes = Buffer.alloc(filterLength(texts));
    const buckets = bucketsFor(texts);
    for (let bucket = 0, n = 0; bucket <= buckets && texts > 0; bucket++) {
      while (n < texts && bucketOf(sorted[n] ?? 0, buckets) < bucket) n++;
      bytes.writeUInt16LE(n, bucket * CELL);
    }
    for (let n = 0; n < texts; n++) bytes.writeUInt16LE((sorted[n] ?? 0) % 0x10000, (buckets + 1 + n) * CELL);
    return { texts, bytes };
  }
}

/** Whether a filter that begins at `at` may hold one of these; it never denies one that it holds. */
export function mayHold(bytes: Buffer, at: number, texts: number, prints: readonly number[]): boolean {
  if (texts === 0) return false;
  const buckets = bucketsFor(texts);
  const cells = at + (buckets + 1) * CELL;
  for (const print of prints) {
    const bucket = bucketOf(print, buckets);
    const end = bytes.readUInt16LE(at + (bucket + 1) * CELL);
    for (let n = bytes.readUInt16LE(at + bucket * CELL); n < end; n++)
      if (bytes.readUInt16LE(cells + n * CELL) === print % 0x10000) return true;
  }
  return false;
}
