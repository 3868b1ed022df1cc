import type { Attempt } from './attempt.ts';
import type { Key } from './hash-index.ts';
import type { LogRecord } from './model/record.ts';
import { RecentMap } from './recent-map.ts';
import { SenderFilter } from './sender-filter.ts';
import { SeriesTable } from './series.ts';

export type Outcome = 'accepted-later' | 'never-accepted' | 'retrying';

/** Messages between their arrival and their first delivery. */
const PENDING_ARRIVALS = 10_000;

/** Follows what happened to each refused sender and recipient afterwards. */
export class Outcomes {
  readonly #refusedSenders = new SenderFilter();
  readonly series = new SeriesTable();
  /** Arrivals whose recipients the log names only in the delivery lines (no +received_recipients). */
  readonly #arrivals = new RecentMap<LogRecord>(PENDING_ARRIVALS);
  /** Our own messages that were put off and then bounced. */
  readonly #givenUp = new Set<number>();
  #end = Number.NEGATIVE_INFINITY;

  /** Epoch ms of the newest line that was seen. */
  get end(): number {
    return this.#end;
  }

  /** The log was read up to this moment, epoch ms, though no line of it matters here. */
  reached(at: number): void {
    this.#end = Math.max(this.#end, at);
  }

  /** @returns the number of the series that the attempt belongs to. */
  refused(attempt: Attempt): number {
    this.#end = Math.max(this.#end, attempt.at);
    if (attempt.direction === 'outbound') return this.#failed(attempt);
    if (attempt.sender !== null) this.#refusedSenders.add(attempt.sender);
    return this.series.refused(keyOf(attempt), attempt.at);
  }

  #failed({ queueId, recipient, permanent, at }: Attempt): number {
    const series = this.series.refused(messageKey(queueId, recipient), at);
    if (permanent && this.series.tries(series) > 1) this.#givenUp.add(series);
    return series;
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

  #arrived(record: LogRecord): void {
    if (record.sender === null) return;
    // A bounce of this server's own is no retry of one that a host was refused: `<= <> R=1xUkVN-... U=exim P=local`
    if (record.sender === '' && record.client === null) return;
    this.series.accepted(senderKey(record.sender, record.client?.ip), record);
    if (record.recipients) {
      for (const recipient of record.recipients) this.#accepted(record, recipient);
    } else if (record.queueId !== null) {
      this.#arrivals.set(record.queueId, record);
    }
  }

  #delivered(record: LogRecord): void {
    const arrival = record.queueId === null ? undefined : this.#arrivals.get(record.queueId);
    if (arrival && record.recipient !== null) this.#accepted(arrival, record.recipient);
    const key = record.kind === 'delivery' ? messageKey(record.queueId, record.recipient) : null;
    if (key) this.series.accepted(key, record);
  }

  #accepted(arrival: LogRecord, recipient: string): void {
    this.series.accepted({ kind: BY_RECIPIENT, first: arrival.sender ?? '', second: recipient }, arrival);
  }
}

/** What the two texts of a key are. */
const BY_RECIPIENT = 0;
const BY_CLIENT = 1;
const BY_CLIENT_ALONE = 2;
const BY_MESSAGE = 3;

/** One recipient of one of our own messages. */
function messageKey(queueId: string | null, recipient: string | null): Key | null {
  return queueId === null || recipient === null
    ? null
    : { kind: BY_MESSAGE, first: queueId, second: recipient };
}

/** Mail of a sender whose recipient is not known, from one client. */
function senderKey(sender: string, ip: string | null | undefined): Key {
  return { kind: BY_CLIENT, first: sender, second: ip ?? '' };
}

/**
 * What a later arrival has to match. A recipient is known at RCPT. A temporary refusal at MAIL or after DATA is matched
 * by the same sender from the same client, the best that the log offers; after a permanent one the next mail is another
 * mail. Before MAIL the client keeps the tries together, but nothing tells that a mail of his was the refused one.
 */
function keyOf({ sender, recipient, client, permanent }: Attempt): Key | null {
  if (sender !== null && recipient !== null) return { kind: BY_RECIPIENT, first: sender, second: recipient };
  if (permanent || !client?.ip) return null;
  return sender === null
    ? { kind: BY_CLIENT_ALONE, first: '', second: client.ip }
    : senderKey(sender, client.ip);
}
