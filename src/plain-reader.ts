import { latin1 } from './bytes.ts';
import { type CauseId, causeOf, findCause } from './causes/index.ts';
import { isVerification } from './class.ts';
import type { Join } from './join.ts';
import type { Fate } from './model/look.ts';
import type { Moment } from './model/moment.ts';
import { isStamp, readHead } from './mta/exim/head.ts';
import { type PlainArrival, readPlainArrival } from './mta/exim/plain-arrival.ts';
import { type PlainDelivery, readPlainDelivery } from './mta/exim/plain-delivery.ts';
import { type PlainRefusal, readPlainRefusal } from './mta/exim/plain-refusal.ts';
import { verifyFailure } from './mta/exim/rejection.ts';
import type { Interest, Place } from './mta/exim/relevant.ts';
import type { StampClock } from './time/zone.ts';

/** A command that only counts what it is told here: the texts are still bytes, and are read before the next line. */
export interface PlainSink {
  /** Whether it wants this line about a client as a record. */
  wants?(place: Place): boolean;
  /** A refusal for a reason of our own. */
  refused(refusal: PlainRefusal, moment: Moment, cause: CauseId): void;
  /** @param concerns whether mail of this sender may have been refused before. */
  arrived(arrival: PlainArrival, moment: Moment, concerns: boolean): void;
  /** Absent where only those arrivals matter whose sender was refused, and no delivery does. */
  delivered?(delivery: PlainDelivery, moment: Moment): void;
}

/**
 * Reads the commonest lines of one file from their bytes, for a command that only counts: refusals for a reason of our
 * own, arrivals and deliveries. It tells the same that their records would, and a report of 1 GB takes a fifth less time
 * (measured).
 */
export class PlainReader implements Interest {
  readonly #clock: StampClock;
  readonly #join: Join;
  readonly #interest: Interest;
  readonly #sink: PlainSink;
  /** Used again for each line. */
  readonly #moment: Moment = { at: 0, offset: 0 };

  /** @param interest decides which arrivals and deliveries matter to the join. */
  constructor(clock: StampClock, join: Join, sink: PlainSink, interest: Interest = join) {
    this.#clock = clock;
    this.#join = join;
    this.#sink = sink;
    this.#interest = interest;
  }

  client(place: Place): Fate {
    const { block, client, end } = place;
    if (this.#sink.wants?.(place)) return 'read';
    const plain = readPlainRefusal(block, client + 2, end);
    if (!plain) return 'read';
    const { reason, permanent } = plain;
    const subject = latin1(block, reason.start, reason.end);
    if (!isPlain(subject, permanent) || !this.#readStamp(place)) return 'read';
    const cause = findCause({ context: 'rejection', permanent, subject });
    if (isVerification(causeOf(cause))) return 'read';
    const { ip } = plain.client;
    if (!this.#join.standsAlone(this.#moment.at, latin1(block, ip.start, ip.end))) return 'read';
    this.#sink.refused(plain, this.#moment, cause);
    return 'taken';
  }

  arrives(place: Place, address: number): Fate {
    const concerns = this.#interest.arrives(place, address) !== 'ignored';
    if (!concerns && !this.#sink.delivered) return 'ignored';
    const plain = readPlainArrival(place.block, address, place.end);
    if (!plain || !this.#readStamp(place)) return 'read';
    this.#join.reached(this.#moment.at);
    this.#sink.arrived(plain, this.#moment, concerns);
    return 'taken';
  }

  delivers(place: Place, arrow: number): Fate {
    if (this.#interest.delivers(place, arrow) === 'read') return 'read';
    if (!this.#sink.delivered) return 'ignored';
    const plain = readPlainDelivery(place, arrow);
    if (!plain || !this.#readStamp(place)) return 'read';
    this.#join.reached(this.#moment.at);
    this.#sink.delivered(plain, this.#moment);
    return 'taken';
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

/**
 * Neither one that rests on sender verification, nor one whose reason may stand in another line, nor what is no refused
 * mail: see readRefusal() and Correlator.
 */
function isPlain(subject: string, permanent: boolean): boolean {
  return (
    (permanent || subject !== '') &&
    !subject.startsWith('discarded by ') &&
    !subject.startsWith('SMTP ') &&
    verifyFailure(subject) === null
  );
}
