import { latin1 } from './bytes.ts';
import { type CauseId, causeOf, findCause } from './causes/index.ts';
import { isVerification } from './class.ts';
import type { Join } from './join.ts';
import type { Fate } from './model/look.ts';
import type { Moment } from './model/moment.ts';
import { isStamp, readHead } from './mta/exim/head.ts';
import { readPlainArrival } from './mta/exim/plain-arrival.ts';
import { type PlainRefusal, readPlainRefusal } from './mta/exim/plain-refusal.ts';
import { verifyFailure } from './mta/exim/rejection.ts';
import type { Interest, Place } from './mta/exim/relevant.ts';
import type { Outcomes } from './outcome.ts';
import type { StampClock } from './time/zone.ts';

/** Takes a refusal whose texts are still bytes. They are read before the next line. */
export type CountPlain = (refusal: PlainRefusal, moment: Moment, cause: CauseId) => void;

/**
 * Reads the commonest lines of one file from their bytes, for a command that only counts: refusals for a reason of our
 * own, and arrivals. It tells the same that their records would, and a report of 1 GB takes a fifth less time (measured).
 */
export class PlainReader implements Interest {
  readonly #clock: StampClock;
  readonly #join: Join;
  readonly #outcomes: Outcomes;
  readonly #count: CountPlain;
  /** Used again for each line. */
  readonly #moment: Moment = { at: 0, offset: 0 };

  constructor(clock: StampClock, join: Join, outcomes: Outcomes, count: CountPlain) {
    this.#clock = clock;
    this.#join = join;
    this.#outcomes = outcomes;
    this.#count = count;
  }

  client(place: Place): Fate {
    const { block, text, end } = place;
    const plain = readPlainRefusal(block, text + 2, end);
    if (!plain) return 'read';
    const { client, reason, permanent } = plain;
    const subject = latin1(block, reason.start, reason.end);
    if (!isPlain(subject) || !this.#readStamp(place)) return 'read';
    const cause = findCause({ context: 'rejection', permanent, subject });
    if (isVerification(causeOf(cause))) return 'read';
    const { ip } = client;
    if (!this.#join.standsAlone(this.#moment.at, latin1(block, ip.start, ip.end))) return 'read';
    this.#count(plain, this.#moment, cause);
    return 'taken';
  }

  arrives(place: Place, address: number): Fate {
    const fate = this.#join.arrives(place, address);
    if (fate === 'ignored') return fate;
    const plain = readPlainArrival(place.block, address, place.end);
    if (!plain || !this.#readStamp(place)) return 'read';
    this.#join.reached(this.#moment.at);
    this.#outcomes.arrivedPlain(plain, this.#moment);
    return 'taken';
  }

  awaitsDelivery(block: Buffer, id: number, end: number): boolean {
    return this.#join.awaitsDelivery(block, id, end);
  }

  /** @returns false for what is no stamp. */
  #readStamp({ block, start, text }: Place): boolean {
    let at = isSign(block[start + 20] ?? 0) ? Number.NaN : this.#clock.readBytes(block, start);
    if (Number.isNaN(at)) {
      const head = latin1(block, start, text);
      if (!isStamp(head, 0)) return false;
      const { millis, zone } = readHead(head, 19);
      at = this.#clock.read(head, 0, millis, zone);
    }
    this.#moment.at = at;
    this.#moment.offset = this.#clock.offset;
    return !Number.isNaN(at);
  }
}

/** Of a zone, `+0100`. */
function isSign(c: number): boolean {
  return c === 0x2b || c === 0x2d;
}

/** Neither one that rests on sender verification, nor what is no refused mail: see readRefusal() and Correlator. */
function isPlain(subject: string): boolean {
  return (
    !subject.startsWith('discarded by ') && !subject.startsWith('SMTP ') && verifyFailure(subject) === null
  );
}
