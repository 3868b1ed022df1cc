import { SPACE } from './ascii.ts';
import { latin1 } from './bytes.ts';
import { FNV_SEED, fnv } from './fnv.ts';
import { decodeLatin1 } from './sources/lines.ts';

/** Messages of which the beginning of the arrival line is kept: 5 MiB, some hours of a busy server. */
const SLOTS = 1 << 14;
/** Behind the size there are the id, the subject and the recipients. */
const SIZE = ' S=';

/** Bytes of each: as a rule, who sent it, from where, and by which login. */
const WIDTH = 320;

/**
 * The arrival lines of the newest messages, from their ids on. A deferral does not name the sender (Exim never prints F=
 * there), and nearly all arrivals are of no other interest, so their bytes are copied as they are and only those that
 * somebody asks for become strings.
 *
 *     1xUcwH-00003u-28 <= bob@hosted.example H=(pc) [203.0.113.160]:5555 P=esmtpsa A=plain:bob@hosted.example S=1436 ...
 */
export class ArrivalRing {
  readonly #bytes = Buffer.alloc(SLOTS * WIDTH);
  readonly #lengths = new Uint16Array(SLOTS);

  /** @param start of the message id, in a line that ends at `end`. */
  note(block: Buffer, start: number, end: number): void {
    let hash = FNV_SEED;
    for (let at = start; at < end && block[at] !== SPACE; at++) hash = fnv(hash, block[at] ?? 0);
    const slot = slotOf(hash);
    const length = Math.min(end - start, WIDTH);
    block.copy(this.#bytes, slot * WIDTH, start, start + length);
    this.#lengths[slot] = length;
  }

  /** All that is kept, one character for each byte: what note() takes. Who sent it stands there, not what about. */
  *texts(): Iterable<string> {
    for (const [slot, length] of this.#lengths.entries()) {
      const [text] = latin1(this.#bytes, slot * WIDTH, slot * WIDTH + length).split(SIZE, 1);
      if (text) yield text;
    }
  }

  /** @returns what stands behind `ID <= `, perhaps cut; null where it was not seen or too many came after it. */
  textOf(queueId: string): string | null {
    let hash = FNV_SEED;
    for (let at = 0; at < queueId.length; at++) hash = fnv(hash, queueId.charCodeAt(at));
    const slot = slotOf(hash);
    const start = slot * WIDTH;
    const text = latin1(this.#bytes, start, start + (this.#lengths[slot] ?? 0));
    const opening = `${queueId} <= `;
    return text.startsWith(opening) ? decodeLatin1(text.slice(opening.length)) : null;
  }
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
