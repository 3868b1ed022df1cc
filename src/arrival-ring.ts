import { SPACE } from './ascii.ts';
import { latin1 } from './bytes.ts';
import { FNV_SEED, fnv } from './fnv.ts';
import { decodeLatin1 } from './sources/lines.ts';

/** Messages of which the beginning of the arrival line is kept: 5 MiB, some hours of a busy server. Fits 16 bits. */
const SLOTS = 1 << 14;
/** Behind the size there are the id, the subject and the recipients. */
const SIZE = ' S=';

/** Bytes of each: as a rule, who sent it, from where, and by which login. */
const WIDTH = 320;
/** Twice as many, so that few share one. */
const BUCKETS = SLOTS * 2;

/**
 * The arrival lines of the newest messages, from their ids on, found by these: a new one takes the place of the oldest. A
 * deferral does not name the sender (Exim never prints F= there), and nearly all arrivals are of no other interest, so
 * their bytes are copied as they are and only those that somebody asks for become strings.
 *
 *     1xUcwH-00003u-28 <= bob@hosted.example H=(pc) [203.0.113.160]:5555 P=esmtpsa A=plain:bob@hosted.example S=1436 ...
 */
export class ArrivalRing {
  readonly #bytes = Buffer.alloc(SLOTS * WIDTH);
  readonly #lengths = new Uint16Array(SLOTS);
  /** Slots plus 1, chained by the hash of the id, the newest first; 0 ends a chain. */
  readonly #first = new Uint16Array(BUCKETS);
  readonly #next = new Uint16Array(SLOTS);
  readonly #bucketOf = new Uint16Array(SLOTS);
  /** Where the next one goes. */
  #slot = 0;

  /** @param start of the message id, in a line that ends at `end`. */
  note(block: Buffer, start: number, end: number): void {
    let hash = FNV_SEED;
    for (let at = start; at < end && block[at] !== SPACE; at++) hash = fnv(hash, block[at] ?? 0);
    const slot = this.#slot;
    this.#slot = (slot + 1) % SLOTS;
    this.#unlink(slot);
    const length = Math.min(end - start, WIDTH);
    block.copy(this.#bytes, slot * WIDTH, start, start + length);
    this.#lengths[slot] = length;
    const bucket = bucketOf(hash);
    this.#bucketOf[slot] = bucket;
    this.#next[slot] = this.#first[bucket] ?? 0;
    this.#first[bucket] = slot + 1;
  }

  /** The oldest of all stands last in its chain. */
  #unlink(slot: number): void {
    if (this.#lengths[slot] === 0) return;
    const bucket = this.#bucketOf[slot] ?? 0;
    let at = this.#first[bucket] ?? 0;
    if (at === slot + 1) {
      this.#first[bucket] = 0;
      return;
    }
    while (at !== 0 && this.#next[at - 1] !== slot + 1) at = this.#next[at - 1] ?? 0;
    if (at !== 0) this.#next[at - 1] = 0;
  }

  /** All that is kept, one character for each byte: what note() takes. Who sent it stands there, not what about. */
  *texts(): Iterable<string> {
    for (let n = 0; n < SLOTS; n++) {
      const slot = (this.#slot + n) % SLOTS;
      const length = this.#lengths[slot] ?? 0;
      const [text] = latin1(this.#bytes, slot * WIDTH, slot * WIDTH + length).split(SIZE, 1);
      if (text) yield text;
    }
  }

  /** @returns what stands behind `ID <= `, perhaps cut; null where it was not seen or too many came after it. */
  textOf(queueId: string): string | null {
    let hash = FNV_SEED;
    for (let at = 0; at < queueId.length; at++) hash = fnv(hash, queueId.charCodeAt(at));
    const opening = `${queueId} <= `;
    for (let at = this.#first[bucketOf(hash)] ?? 0; at !== 0; at = this.#next[at - 1] ?? 0) {
      const start = (at - 1) * WIDTH;
      const text = latin1(this.#bytes, start, start + (this.#lengths[at - 1] ?? 0));
      if (text.startsWith(opening)) return decodeLatin1(text.slice(opening.length));
    }
    return null;
  }
}

function bucketOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}
