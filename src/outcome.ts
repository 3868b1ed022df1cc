import type { Attempt } from './attempt.ts';
import type { Moment } from './model/moment.ts';
import type { LogRecord } from './model/record.ts';
import type { PlainArrival } from './mta/exim/plain-arrival.ts';
import type { PlainRefusal } from './mta/exim/plain-refusal.ts';
import { RecentMap } from './recent-map.ts';
import { SenderFilter } from './sender-filter.ts';
import { SeriesTable } from './series.ts';
import { Span } from './span.ts';
import { type Hash, hashBytes, hashPair, hashTexts } from './text-hash.ts';

export type Outcome = 'accepted-later' | 'never-accepted' | 'retrying';

/** Messages between their arrival and their first delivery. */
const PENDING_ARRIVALS = 10_000;

/** A message, and how many series there were when it came in. */
interface Arrival {
  record: LogRecord;
  size: number;
}

/** Follows what happened to each refused sender and recipient afterwards. */
export class Outcomes {
  readonly #refusedSenders = new SenderFilter();
  readonly series = new SeriesTable();
  /** Arrivals whose recipients the log names only in the delivery lines (no +received_recipients). */
  readonly #arrivals = new RecentMap<Arrival>(PENDING_ARRIVALS);
  /** Our own messages that were put off and then bounced. */
  readonly #givenUp = new Set<number>();
  #end = Number.NEGATIVE_INFINITY;

  /** Epoch ms of the newest line that was seen. */
  get end(): number {
    return this.#end;
  }

  /** The log was read up to this moment, epoch ms, though no line of it matters here; null: up to none that is known. */
  reached(at: number | null): void {
    if (at !== null) this.#end = Math.max(this.#end, at);
  }

  /** @returns the number of the series that the attempt belongs to. */
  refused(attempt: Attempt): number {
    this.#end = Math.max(this.#end, attempt.at);
    if (attempt.direction === 'outbound') return this.#failed(attempt);
    if (attempt.sender !== null) this.#refusedSenders.add(attempt.sender);
    return this.series.refused(keyOf(attempt), attempt.at);
  }

  /** The same of a refusal that is still bytes. */
  refusedPlain(refusal: PlainRefusal, at: number): number {
    this.#end = Math.max(this.#end, at);
    const { block, sender } = refusal;
    if (sender !== null) this.#refusedSenders.addBytes(block, sender.start, sender.end);
    return this.series.refused(keyOfPlain(refusal), at);
  }

  #failed({ queueId, recipient, permanent, at }: Attempt): number {
    const series = this.series.refused(messageKey(queueId, recipient), at);
    if (permanent && this.series.tries(series) > 1) this.#givenUp.add(series);
    return series;
  }

  /** Mail of this sender may turn out to have been refused before now. */
  expect(sender: string | null): void {
    if (sender !== null) this.#refusedSenders.add(sender);
  }

  /** Whether mail of this sender was refused before, by the bytes of its address; now and then it says so wrongly. */
  concerns(block: Buffer, start: number, end: number): boolean {
    return this.#refusedSenders.has(block, start, end);
  }

  /** Whether an arrival is known whose recipients only its deliveries will tell. */
  awaitsDelivery(): boolean {
    return this.#arrivals.size > 0;
  }

  /** Takes arrivals, deliveries and their deferrals and bounces: each means that we accepted the message. */
  passed(record: LogRecord): void {
    this.#end = Math.max(this.#end, record.at);
    if (record.kind === 'arrival') this.#arrived(record);
    else this.#delivered(record);
  }

  of(series: number, permanent: boolean | null, retryWindow: number): Outcome {
    if (this.series.acceptance(series)) return 'accepted-later';
    if (this.#givenUp.has(series)) return 'never-accepted';
    const mayRetry = permanent === false && this.#end - this.series.lastAt(series) <= retryWindow;
    return mayRetry ? 'retrying' : 'never-accepted';
  }

  /** The same of an arrival that is still bytes. */
  arrivedPlain({ block, sender, client, recipients, recipientCount }: PlainArrival, moment: Moment): void {
    this.#end = Math.max(this.#end, moment.at);
    if (sender.start === sender.end && client === null) return;
    hashBytes(first, block, sender.start, sender.end);
    hashBytes(second, block, client?.ip.start ?? 0, client?.ip.end ?? 0);
    this.series.accepted(hashPair(key, first, second, BY_CLIENT), moment);
    for (let n = 0; n < recipientCount; n++) {
      const recipient = recipients[n];
      if (!recipient) break;
      hashBytes(second, block, recipient.start, recipient.end);
      this.series.accepted(hashPair(key, first, second, BY_RECIPIENT), moment);
    }
  }

  #arrived(record: LogRecord): void {
    const { sender, client, recipients, queueId } = record;
    if (sender === null) return;
    // A bounce of this server's own is no retry of one that a host was refused: `<= <> R=1xUkVN-... U=exim P=local`
    if (sender === '' && client === null) return;
    this.series.accepted(hashTexts(key, sender, client?.ip ?? '', BY_CLIENT), record);
    if (recipients) {
      for (const recipient of recipients) this.#accepted({ record, size: this.series.size }, recipient);
    } else if (queueId !== null) {
      this.#arrivals.set(queueId, { record, size: this.series.size });
    }
  }

  #delivered(record: LogRecord): void {
    const arrival = record.queueId === null ? undefined : this.#arrivals.get(record.queueId);
    if (arrival && record.recipient !== null) this.#accepted(arrival, record.recipient);
    const key = record.kind === 'delivery' ? messageKey(record.queueId, record.recipient) : null;
    if (key) this.series.accepted(key, record);
  }

  #accepted({ record, size }: Arrival, recipient: string): void {
    this.series.accepted(hashTexts(key, record.sender ?? '', recipient, BY_RECIPIENT), record, size);
  }
}

/** What the two texts of a key are: sender and recipient, */
const BY_RECIPIENT = 0;
/** the sender and the client where the recipient is not known, */
const BY_CLIENT = 1;
/** nothing but the client, */
const BY_CLIENT_ALONE = 2;
/** or one of our own messages and one of its recipients. */
const BY_MESSAGE = 3;

const NOWHERE = new Span();

/** Used again for each key: it is read before the next is made. */
const first: Hash = { low: 0, high: 0 };
const second: Hash = { low: 0, high: 0 };
const key: Hash = { low: 0, high: 0 };

function messageKey(queueId: string | null, recipient: string | null): Hash | null {
  return queueId === null || recipient === null ? null : hashTexts(key, queueId, recipient, BY_MESSAGE);
}

/**
 * What a later arrival has to match. A recipient is known at RCPT. A temporary refusal at MAIL or after DATA is matched
 * by the same sender from the same client, the best that the log offers; after a permanent one the next mail is another
 * mail. Before MAIL the client keeps the tries together, but nothing tells that a mail of his was the refused one.
 */
function keyOf({ sender, recipient, client, permanent }: Attempt): Hash | null {
  if (sender !== null && recipient !== null) return hashTexts(key, sender, recipient, BY_RECIPIENT);
  if (permanent || !client?.ip) return null;
  return sender === null
    ? hashTexts(key, '', client.ip, BY_CLIENT_ALONE)
    : hashTexts(key, sender, client.ip, BY_CLIENT);
}

function keyOfPlain({ block, sender, recipient, client: { ip }, permanent }: PlainRefusal): Hash | null {
  if (sender !== null && recipient !== null) return hashSpans(block, sender, recipient, BY_RECIPIENT);
  if (permanent) return null;
  return sender === null
    ? hashSpans(block, NOWHERE, ip, BY_CLIENT_ALONE)
    : hashSpans(block, sender, ip, BY_CLIENT);
}

function hashSpans(block: Buffer, one: Span, other: Span, kind: number): Hash {
  hashBytes(first, block, one.start, one.end);
  hashBytes(second, block, other.start, other.end);
  return hashPair(key, first, second, kind);
}
