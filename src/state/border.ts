import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import type { Classified } from '../classify.ts';
import { domainOf } from '../model/address.ts';
import type { LogRecord } from '../model/record.ts';
import { RecentMap } from '../recent-map.ts';
import { Bounded } from './bounded.ts';
import { type CarriedLine, packRecord } from './carried.ts';

interface Line {
  record: LogRecord;
  cause: CauseId | null;
  /** Its place in the order of reading. */
  sequence: number;
  /** Whether it was told without another line. */
  alone?: boolean;
}

/** Senders whose last reasons are remembered: of each some hundred bytes. */
const REASONS = 5_000;
/** Messages, and their recipients, that are on their way. */
const MESSAGES = 10_000;
/** Lines in which an attempt may still find its own. */
const RECENT = 10_000;

/**
 * Watches the log go by and knows at its end which lines a reader needs who goes on from there: what was last said of
 * each sender, for the bare lines of the callout cache; Postfix's probes; messages that came in and are not yet
 * delivered; our own mail that was put off.
 */
export class Border {
  #sequence = 0;
  readonly #recent = new RecentMap<Line>(RECENT);
  readonly #reasons = new Bounded<Line[]>(REASONS);
  readonly #probes = new Bounded<Line>(REASONS);
  readonly #arrivals = new Bounded<Line[]>(MESSAGES);
  readonly #failures = new Bounded<Line>(MESSAGES);
  readonly #failuresOfDomain = new Bounded<Line>(REASONS);

  /** Lines that mattered and were let go. */
  get dropped(): number {
    const all = [this.#reasons, this.#probes, this.#arrivals, this.#failures, this.#failuresOfDomain];
    return all.reduce((sum, { dropped }) => sum + dropped, 0);
  }

  /** @returns the place of what comes now in the order of reading. */
  next(): number {
    return this.#sequence++;
  }

  /** Takes each record in the order of the log, before the join does. */
  record(record: LogRecord, cause: CauseId | null): void {
    const line = { record, cause, sequence: this.next() };
    const { kind, queueId } = record;
    if (record.mta === 'postfix' && kind === 'sender-verify') this.#probes.set(keyOf(record.sender), line);
    else if (cause !== null) this.#recent.set(placeOf(record), line);
    else if (queueId !== null) this.#message(queueId, line);
  }

  /** Takes each attempt when the join tells it. */
  attempt(attempt: Attempt): void {
    const lines = attempt.lines.flatMap((line) => this.#seen(line, line.text) ?? []);
    const own = lines.at(-1);
    if (!own) return;
    own.alone = lines.length === 1;
    // It was told when the wait for its other half was over, and what it says of the sender counts from then on.
    if (own.alone) own.sequence = this.next();
    if (attempt.direction === 'outbound') this.#failed(attempt, own);
    else if (
      attempt.mta === 'exim' &&
      attempt.evidence === 'logged' &&
      lines[0]?.record.kind === 'sender-verify'
    )
      this.#reasons.set(`${keyOf(lines[0].record.sender)} ${attempt.cause}`, lines);
  }

  /**
   * The lines in the order in which they were read.
   *
   * @param waiting the lines whose other half may still come.
   * @param isTold whether an earlier report told such a line by itself.
   * @param since epoch ms before which nothing matters any more.
   */
  carried(
    waiting: readonly Classified[],
    isTold: (record: LogRecord) => boolean,
    since: number,
  ): [number, () => CarriedLine][] {
    const carried = new Map<LogRecord, [number, () => CarriedLine]>();
    for (const line of this.#told()) {
      if (line.record.at >= since) carried.set(line.record, [line.sequence, () => carriedLine(line, true)]);
    }
    for (const line of waiting) {
      const { record } = line;
      const sequence = this.#seen(record, record.raw)?.sequence ?? this.#sequence;
      carried.set(record, [sequence, () => carriedLine(line, isTold(record))]);
    }
    return [...carried.values()];
  }

  /** Another file of this name may have had a line of the same number since. */
  #seen(place: { file: string; line: number }, text: string): Line | undefined {
    const seen = this.#recent.get(placeOf(place));
    return seen?.record.raw === text ? seen : undefined;
  }

  *#told(): Iterable<Line> {
    for (const lines of this.#reasons.values()) yield* lines;
    for (const lines of this.#arrivals.values()) yield* lines;
    yield* this.#probes.values();
    yield* this.#failures.values();
    yield* this.#failuresOfDomain.values();
  }

  /** What is known of a message until it is gone: Postfix needs two lines for who sent it, Exim one. */
  #message(queueId: string, line: Line): void {
    const { kind, recipient, localUser } = line.record;
    if (kind === 'completed') this.#arrivals.delete(queueId);
    else if (kind === 'arrival' || kind === 'connection' || localUser !== null)
      this.#arrivals.set(queueId, [...(this.#arrivals.get(queueId) ?? []), line]);
    else if (kind === 'delivery')
      for (const evidence of ['logged', 'inferred'])
        this.#failures.delete(`${evidence} ${queueId} ${recipient}`);
  }

  #failed({ evidence, queueId, recipient, permanent }: Attempt, line: Line): void {
    if (!permanent) this.#failures.set(`${evidence} ${queueId} ${recipient}`, line);
    if (evidence === 'logged') this.#failuresOfDomain.set(domainOf(recipient) ?? '', line);
  }
}

function placeOf({ file, line }: { file: string; line: number }): string {
  return `${file}:${line}`;
}

function carriedLine({ record, cause, alone = false }: Omit<Line, 'sequence'>, told: boolean): CarriedLine {
  return { kind: 'line', record: packRecord(record), cause, told, alone };
}

function keyOf(address: string | null): string {
  return (address ?? '').toLowerCase();
}
