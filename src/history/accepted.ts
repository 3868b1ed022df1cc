import { latin1 } from '../bytes.ts';
import { HashIndex } from '../hash-index.ts';
import { IntColumn } from '../int-column.ts';
import { addressEnd } from '../mta/scan.ts';
import { decodeLatin1 } from '../sources/lines.ts';
import { type Hash, hashText } from '../text-hash.ts';

/**
 * The senders of a day's accepted mail, for the question whether one who fails now was accepted before. There are too
 * many to keep their names: sorted 64-bit hashes, little-endian, as base64; `''` where none are known.
 */
export type Accepted = string;

/** Senders of one day that are kept: 800 KB. Of those who come later nobody knows that they were accepted. */
const MOST = 100_000;

const BYTES = 8;
/** `2026-11-20` */
const DAY = /^\d{4}-\d\d-\d\d$/;

const hash: Hash = { low: 0, high: 0 };

/** Takes the senders of accepted mail while the log is read. */
export class AcceptedSenders {
  readonly #days = new Map<string, Senders>();

  /** @param day on the log's clock. */
  add(day: string, sender: string | null): void {
    if (!sender) return;
    let senders = this.#days.get(day);
    if (!senders) {
      senders = new Senders();
      this.#days.set(day, senders);
    }
    senders.add(sender);
  }

  /**
   * The same of an arrival line that nobody decodes.
   *
   * @param start of the line, which begins with its day.
   * @param address where the sender begins: `a@x.example H=...`, `"a b"@x.example H=...`, `<> R=...`.
   * @param end of the line.
   */
  addLine(block: Buffer, start: number, address: number, end: number): void {
    const day = latin1(block, start, start + 10);
    const text = decodeLatin1(latin1(block, address, Math.min(end, address + 1000)));
    const sender = text.slice(0, addressEnd(text, 0));
    if (DAY.test(day) && sender !== '<>') this.add(day, sender);
  }

  days(): ReadonlyMap<string, Accepted> {
    return new Map([...this.#days].map(([day, senders]) => [day, senders.accepted()]));
  }
}

class Senders {
  readonly #index = new HashIndex();
  readonly #halves = new IntColumn();

  add(sender: string): void {
    const place = this.#index.placeOf(hashText(hash, sender));
    if (this.#index.get(place) !== -1 || this.#halves.length >= MOST * 2) return;
    this.#index.set(place, hash, 1);
    this.#halves.push(hash.low);
    this.#halves.push(hash.high);
  }

  accepted(): Accepted {
    const hashes = new BigUint64Array(this.#halves.length / 2);
    for (let n = 0; n < hashes.length; n++)
      hashes[n] = joined(this.#halves.get(2 * n), this.#halves.get(2 * n + 1));
    return textOf(hashes.sort());
  }
}

function joined(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function textOf({ buffer, byteLength }: BigUint64Array): Accepted {
  return Buffer.from(buffer, 0, byteLength).toString('base64');
}

function hashesOf(accepted: Accepted): BigUint64Array {
  const bytes = Uint8Array.from(Buffer.from(accepted, 'base64'));
  return new BigUint64Array(bytes.buffer, 0, Math.floor(bytes.length / BYTES));
}

/** Who was accepted in any of these parts. */
export function united(parts: readonly Accepted[]): Accepted {
  const [first = '', ...more] = parts.filter((part) => part !== '');
  if (more.length === 0) return first;
  const all = [first, ...more].flatMap((part) => [...hashesOf(part)]);
  const sorted = BigUint64Array.from(all).sort();
  return textOf(sorted.filter((one, at) => at === 0 || one !== sorted[at - 1]));
}

/** Those of the senders whose mail was accepted. */
export function acceptedAmong(accepted: Accepted, senders: readonly string[]): string[] {
  const hashes = hashesOf(accepted);
  return senders.filter((sender) => {
    const { low, high } = hashText(hash, sender);
    return holds(hashes, joined(low, high));
  });
}

/** @param sorted is searched by halves. */
function holds(sorted: BigUint64Array, wanted: bigint): boolean {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? 0n) < wanted) from = middle + 1;
    else to = middle;
  }
  return sorted[from] === wanted;
}
