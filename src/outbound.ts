import { ArrivalRing } from './arrival-ring.ts';
import type { Attempt, Inference } from './attempt.ts';
import type { CauseId } from './causes/index.ts';
import { attemptOf, lineOf, reasonOf } from './correlate.ts';
import { domainOf } from './model/address.ts';
import type { Client, LogRecord } from './model/record.ts';
import { readArrival } from './mta/exim/delivery.ts';
import { emptyRecord } from './mta/parsed.ts';
import { RecentMap } from './recent-map.ts';
import { SenderFilter } from './sender-filter.ts';

/** Who gave us a message. */
interface Origin {
  sender: string | null;
  client: Client | null;
  authenticatedAs: string | null;
}

/** Messages whose origin, or whose open recipients, are remembered. */
const REMEMBERED = 20_000;

/**
 * Our own mail that another server, or this one, refused or put off. A line about a delivery does not say who sent the
 * message, and the last one often not why it was given up:
 *
 *     1xUcwH-000040-2F <= bob@hosted.example H=...
 *     1xUcwH-000040-2F == rita@far.example R=lookuphost T=remote_smtp defer (-44) H=mx.far.example [198.51.100.177]: ... 450 later
 *     1xUcwH-000040-2F ** rita@far.example: retry timeout exceeded
 */
export class Outbound {
  readonly #emit: (attempt: Attempt) => void;
  readonly #origins = new RecentMap<Origin>(REMEMBERED);
  /** Of the arrivals that were looked at, whether or not somebody decoded them. */
  readonly #arrivals = new ArrivalRing();
  /** The last failure of each recipient of a message. */
  readonly #open = new RecentMap<Map<string, Attempt>>(REMEMBERED);
  readonly #lastOfDomain = new RecentMap<Attempt>(REMEMBERED);
  /** 64 KiB: it is asked about each delivery, and few messages are put off. */
  readonly #deferred = new SenderFilter(1 << 19);

  constructor(emit: (attempt: Attempt) => void) {
    this.#emit = emit;
  }

  /** The bytes of an arrival, which perhaps nobody decodes. */
  noteArrival(block: Buffer, start: number, end: number): void {
    this.#arrivals.note(block, start, end);
  }

  /** The beginnings of the newest arrivals, from the message id on, one character for each byte. */
  arrivals(): Iterable<string> {
    return this.#arrivals.texts();
  }

  /** Whether a message was put off whose id stands at these bytes; now and then it says so wrongly. */
  awaits(block: Buffer, start: number, end: number): boolean {
    return this.#deferred.has(block, start, end);
  }

  /** A line that tells who gave us the message: Exim's arrival, Postfix's `client=`, `uid=` and `from=`. */
  entered({ queueId, sender, client, authenticatedAs, kind }: LogRecord): void {
    // its bytes or its names, not both
    if (queueId === null || this.#arrivals.textOf(queueId) !== null) return;
    const known = kind === 'arrival' ? this.#origins.get(queueId) : undefined;
    this.#origins.set(queueId, {
      sender: sender ?? known?.sender ?? null,
      client: client ?? known?.client ?? null,
      authenticatedAs: authenticatedAs ?? known?.authenticatedAs ?? null,
    });
  }

  /** `**`, `==`, status=bounced, status=deferred. */
  failed(record: LogRecord, cause: CauseId): void {
    const attempt = this.#attemptOf(record, cause);
    const before = isEcho(record) ? this.#before(record) : undefined;
    this.#tell(before ? echoOf(attempt, before) : attempt);
  }

  /** Postfix's queue manager gives a message up: `status=expired, returned to sender`. */
  expired(record: LogRecord): void {
    for (const before of this.#openOf(record.queueId).values()) {
      const { at, offset } = record;
      const attempt = { ...before, at, offset, permanent: true, lines: [lineOf(record)] };
      this.#tell(echoOf(attempt, before));
    }
  }

  #attemptOf(record: LogRecord, cause: CauseId): Attempt {
    const origin = record.queueId === null ? undefined : this.#originOf(record.queueId);
    const attempt = attemptOf(record, null, cause, reasonOf({ record, cause }), 'logged');
    attempt.direction = 'outbound';
    attempt.submission = true;
    attempt.sender ??= origin?.sender ?? null;
    attempt.client = origin?.client ?? null;
    attempt.authenticatedAs = origin?.authenticatedAs ?? null;
    return attempt;
  }

  #originOf(queueId: string): Origin | undefined {
    const known = this.#origins.get(queueId);
    if (known) return known;
    const text = this.#arrivals.textOf(queueId);
    // a message that is put off for days comes back when its arrival is forgotten
    if (text === null) return this.#open.get(queueId)?.values().next().value;
    const arrival = emptyRecord('exim', { text, file: '', line: 0 }, 0, 0);
    readArrival(arrival, text, 0);
    return arrival;
  }

  #before({ queueId, recipient }: LogRecord): Attempt | undefined {
    return this.#openOf(queueId).get(recipient ?? '') ?? this.#lastOfDomain.get(domainOf(recipient) ?? '');
  }

  #openOf(queueId: string | null): ReadonlyMap<string, Attempt> {
    return (queueId === null ? undefined : this.#open.get(queueId)) ?? NONE;
  }

  #tell(attempt: Attempt): void {
    const { queueId, recipient, permanent } = attempt;
    if (queueId !== null && !permanent) {
      this.#deferred.add(queueId);
      const open = this.#open.get(queueId) ?? new Map<string, Attempt>();
      this.#open.set(queueId, open.set(recipient ?? '', attempt));
    }
    if (attempt.evidence === 'logged') this.#lastOfDomain.set(domainOf(recipient) ?? '', attempt);
    this.#emit(attempt);
  }
}

const NONE: ReadonlyMap<string, Attempt> = new Map();

/** No host was tried: `retry time not reached for any host`, `retry timeout exceeded`. */
export function isEcho({ subject }: LogRecord): boolean {
  return /^(?:retry time|all hosts )/.test(subject);
}

/** The same failure again, by a line that does not name it. */
function echoOf(attempt: Attempt, before: Attempt): Attempt {
  const { cause, fault, callout, reason } = before;
  return { ...attempt, cause, fault, callout, reason, evidence: 'inferred', inferredFrom: sourceOf(before) };
}

function sourceOf({ inferredFrom, lines: [line], at, offset }: Attempt): Inference | null {
  return inferredFrom ?? (line ? { file: line.file, line: line.line, at, offset } : null);
}
