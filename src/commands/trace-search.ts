import { readAccounts } from '../accounts.ts';
import { OneAddress } from '../address-bytes.ts';
import type { Books, When } from '../analysis.ts';
import type { Attempt } from '../attempt.ts';
import { Join } from '../join.ts';
import type { Look } from '../model/look.ts';
import type { LogRecord } from '../model/record.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { clientLineHolding, sought } from '../mta/exim/search.ts';
import { Newest } from '../newest.ts';
import { Outcomes } from '../outcome.ts';
import { PlainReader, type PlainSink } from '../plain-reader.ts';
import type { Evidence } from '../remedies/facts.ts';
import type { Ending } from '../shapes.ts';
import { parseSpan } from '../time/window.ts';
import type { StampClock } from '../time/zone.ts';
import { isOfAddresses, matcherOf, needleOf, textsOf } from '../who.ts';
import type { Context } from './context.ts';
import { causeFilter, read, windowOf } from './input.ts';
import { NarrowedLogs } from './narrowed.ts';
import { formatOf } from './output.ts';
import { type QueryOptions, queryOf } from './query.ts';
import type { Traced } from './trace-text.ts';

export interface TraceOptions extends QueryOptions {
  each?: boolean;
  raw?: boolean;
}

/** What a search has found. */
interface Search {
  /** The oldest first. */
  traced: Traced[];
  /** Older ones that are left out. */
  dropped: number;
  /** What the score needs; null where it is not shown. */
  evidence: Evidence | null;
  books: Books;
  /** Some input could not be read. */
  failed: boolean;
}

/** Told in one answer, in some 700 MB: more are no answer to a person, and `report` counts them all. */
const MOST = 100_000;

const SCORED: ReadonlySet<string> = new Set(['json', 'ndjson', 'csv']);

/**
 * Reads the logs for all refused attempts that concern somebody.
 *
 * @param who as the user named him; undefined: everybody.
 */
export async function searchFor(
  who: string | undefined,
  logs: readonly string[],
  options: TraceOptions,
  context: Context,
): Promise<Search> {
  const window = windowOf(options, context.now);
  const query = queryOf(who, options);
  const matches = matcherOf(query);
  const wanted = causeFilter(options.cause);
  const outcomes = new Outcomes();
  // Only the machine formats show the score; it asks for all the mail that passed, and for all that was refused.
  const scored = SCORED.has(formatOf(options)) && !options.raw;
  const evidence = scored ? await gathering(options) : null;
  const address = needleOf(query);
  const needle = scored ? null : address;
  const texts = address === null ? textsOf(query) : [address];
  const found = new Newest<Omit<Traced, 'ending'>>(MOST);
  const onAttempt = (attempt: Attempt): void => {
    if (needle !== null && isOfAddresses(query) && !matches(attempt)) return;
    const series = outcomes.refused(attempt);
    if (attempt.direction === 'inbound') evidence?.refused(attempt);
    if (window.holds(attempt.at) && wanted(attempt.cause) && matches(attempt))
      found.push({ attempt, series });
  };
  const concerns = ({ sender }: LogRecord): boolean => needle === null || sender?.toLowerCase() === needle;
  const join = new Join(outcomes, onAttempt, (record) => evidence?.passed(record), concerns);
  const narrowed = new NarrowedLogs(needle, options, context);
  const plain = texts && plainSink(texts, outcomes, evidence, address !== null);
  const look = (when: When, clock: StampClock): Look => {
    if (needle !== null)
      return relevantToRefusals(
        when === 'now' ? join : undefined,
        sought(new OneAddress(needle), narrowed.circle),
      );
    if (when !== 'now') return relevantToRefusals(undefined, null);
    // What asks for evidence asks for all that passed.
    const others = evidence ? undefined : join;
    return relevantToRefusals(plain ? new PlainReader(clock, join, plain) : others, null);
  };
  const reading = read(
    logs,
    window,
    options,
    context,
    look,
    (...line) => join.push(...line),
    narrowed.choose,
  );
  const { books, end, failed } = await reading.finally(() => narrowed.close());
  join.drain();
  outcomes.reached(end);
  const { items, dropped } = found.taken();
  const endingOf = endings(outcomes, parseSpan(options.retryWindow ?? '4d'));
  const traced = items
    .sort((a, b) => a.attempt.at - b.attempt.at)
    .map((one) => ({ ...one, ending: endingOf(one.series, one.attempt.permanent) }));
  return { traced, dropped, evidence, books, failed };
}

function endings(outcomes: Outcomes, retryWindow: number) {
  const { series: table } = outcomes;
  return (series: number, permanent: boolean | null): Ending => ({
    outcome: outcomes.of(series, permanent, retryWindow),
    acceptance: table.acceptance(series),
    tries: table.tries(series),
  });
}

/** What scores is loaded only where it is asked for: it takes as long as all else of a small trace. */
async function gathering({ userdomains }: TraceOptions): Promise<Evidence> {
  const { Evidence } = await import('../remedies/facts.ts');
  return new Evidence(readAccounts(userdomains));
}

/**
 * What holds none of the texts tells no attempt that is asked for. It may be another try of the same mail, unless all of
 * its tries name the address; and it is evidence all the same.
 */
function plainSink(
  texts: readonly string[],
  outcomes: Outcomes,
  evidence: Evidence | null,
  named: boolean,
): PlainSink {
  return {
    wants: clientLineHolding(texts),
    refused: (refusal, { at }, cause) => {
      if (named) outcomes.reached(at);
      else outcomes.refusedPlain(refusal, at);
      evidence?.refusedPlain(refusal, cause);
    },
    arrived: (arrival, moment) => outcomes.arrivedPlain(arrival, moment),
    ...evidence?.plain(outcomes),
  };
}
