import { statSync } from 'node:fs';
import { readAccounts } from '../accounts.ts';
import { OneAddress } from '../address-bytes.ts';
import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import { type Circle, circleOf } from '../circle.ts';
import { Join } from '../join.ts';
import type { Document } from '../model/document.ts';
import type { Look } from '../model/look.ts';
import type { LogRecord } from '../model/record.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { clientLineHolding, sought } from '../mta/exim/search.ts';
import { Newest } from '../newest.ts';
import { Outcomes } from '../outcome.ts';
import { PlainReader, type PlainSink } from '../plain-reader.ts';
import type { Evidence } from '../remedies/facts.ts';
import type { Wanted } from '../remedies/signals.ts';
import { attemptJson, type Ending, SCHEMA } from '../shapes.ts';
import { parseSpan } from '../time/window.ts';
import type { StampClock } from '../time/zone.ts';
import type { SecondThread } from '../two-threads/second-thread.ts';
import { isAddressRange, matcherOf, needleOf } from '../who.ts';
import type { Context, ExitStatus } from './context.ts';
import { withIndex } from './indexed.ts';
import { type Choose, causeFilter, filesFor, read, windowOf } from './input.ts';
import { formatOf, print, printText } from './output.ts';
import { type QueryOptions, queryOf } from './query.ts';
import { fold, rawText, type Traced, traceBlocks, traceTitle } from './trace-text.ts';
import { secondThreadFor } from './two-threads.ts';
import { number } from './words.ts';

export interface TraceOptions extends QueryOptions {
  each?: boolean;
  raw?: boolean;
}

/** Told in one answer, in some 700 MB: more are no answer to a person, and `report` counts them all. */
const MOST = 100_000;

const SCORED: ReadonlySet<string> = new Set(['json', 'ndjson', 'csv']);

/** `exiwhy trace [WHO] [LOG...]`: every refused attempt that concerns WHO, and what became of it. */
export async function trace(words: string[], options: TraceOptions, context: Context): Promise<ExitStatus> {
  const { who, logs } = splitWords(words);
  const window = windowOf(options, context.now);
  const query = queryOf(who, options);
  const matches = matcherOf(query);
  const wanted = causeFilter(options.cause);
  const retryWindow = parseSpan(options.retryWindow ?? '4d');
  const outcomes = new Outcomes();
  // Only the machine formats show the score; it asks for all the mail that passed, and for all that was refused.
  const scored = SCORED.has(formatOf(options)) && !options.raw;
  const evidence = scored ? await gathering(options) : null;
  const address = needleOf(query);
  const needle = scored ? null : address;
  const found = new Newest<Omit<Traced, 'ending'>>(MOST);
  const onAttempt = (attempt: Attempt): void => {
    // The tries of a mail all match or none does, unless another client than the wanted may have made some.
    if (needle !== null && !matches(attempt)) return;
    const series = outcomes.refused(attempt);
    if (attempt.direction === 'inbound') evidence?.refused(attempt);
    if (window.holds(attempt.at) && wanted(attempt.cause) && matches(attempt))
      found.push({ attempt, series });
  };
  const concerns = ({ sender }: LogRecord): boolean => needle === null || sender?.toLowerCase() === needle;
  const join = new Join(outcomes, onAttempt, (record) => evidence?.passed(record), concerns);
  let circle = null as Circle | null;
  let second = null as SecondThread | null;
  const choose: Choose = async (...asked) => {
    const files = await filesFor(...asked);
    if (needle === null || files.some(({ size }) => size === null)) return files;
    // A line that is written meanwhile may need one that was left out: what grows is read as it was.
    const whole = files.map((file) => (file.size === null ? file : { ...file, until: file.size }));
    // An index knows what matters of Exim's lines.
    const indexed = options.mta === 'postfix' ? whole : await withIndex(whole, options, context);
    second = options.mta === 'postfix' ? null : await secondThreadFor(indexed, needle);
    circle = await circleOf(second?.naming(needle) ?? indexed, needle, window.timeZone);
    const keys = circle.keys();
    if (keys === null) return whole;
    return (second?.concerning(needle, circle) ?? indexed).map((file) => ({ ...file, keys }));
  };
  const plain = evidence && address !== null ? plainSink(evidence, outcomes, address) : null;
  const look = (live: boolean, clock: StampClock): Look => {
    if (evidence)
      return relevantToRefusals(live && plain ? new PlainReader(clock, join, plain) : undefined, null);
    const lines = needle === null ? null : sought(new OneAddress(needle), circle);
    return relevantToRefusals(live ? join : undefined, lines);
  };
  const onRecord = (record: LogRecord, cause: CauseId | null): void => join.push(record, cause);
  const reading = read(logs, window, options, context, look, onRecord, choose);
  const { books, failed } = await reading.finally(() => second?.close());
  join.drain();
  if (circle?.end != null) outcomes.reached(circle.end);

  const endingOf = (series: number, permanent: boolean | null): Ending => ({
    outcome: outcomes.of(series, permanent, retryWindow),
    acceptance: outcomes.series.acceptance(series),
    tries: outcomes.series.tries(series),
  });
  const { items, dropped } = found.taken();
  if (dropped > 0) context.warn(droppedText(dropped));
  const traced: Traced[] = items
    .sort((a, b) => a.attempt.at - b.attempt.at)
    .map(({ attempt, series }) => ({ attempt, series, ending: endingOf(series, attempt.permanent) }));
  const { redactor } = context;
  const shown = traced.map((one) => ({ ...one, attempt: redactor.attempt(one.attempt) }));
  if (options.raw) {
    await printText(rawText(shown), context);
  } else {
    const rows = options.each ? shown.map((one) => [one]) : fold(shown);
    const wantedOf = evidence ? await scoring(evidence, traced) : () => null;
    const wantedShown = traced.map((one) => {
      const wanted = wantedOf(one);
      return wanted && redactor.wanted(wanted, one.attempt);
    });
    const records = shown.map(({ attempt, ending }, index) =>
      attemptJson(attempt, ending, wantedShown[index] ?? null),
    );
    const whom = redactor.who(who);
    const document: Document = {
      title: traceTitle(rows, whom),
      blocks: traceBlocks(rows, books, await contactsFinder(shown)),
      json: { schema: SCHEMA, type: 'trace', who: whom ?? null, attempts: records, dropped, books },
      records,
    };
    await print(document, options, context);
  }
  if (failed) return 2;
  return traced.length > 0 ? 0 : 1;
}

/** What scores is loaded only where it is asked for: it takes as long as all else of a small trace. */
async function gathering({ userdomains }: TraceOptions): Promise<Evidence> {
  const { Evidence } = await import('../remedies/facts.ts');
  return new Evidence(readAccounts(userdomains));
}

/** What does not name the address tells no attempt, and is evidence all the same. */
function plainSink(evidence: Evidence, outcomes: Outcomes, address: string): PlainSink {
  return {
    wants: clientLineHolding(address),
    refused: (refusal, { at }, cause) => {
      outcomes.reached(at);
      evidence.refusedPlain(refusal, cause);
    },
    ...evidence.plain(outcomes),
  };
}

/** The public suffixes, by which a link is known for one, are loaded only where a reply may offer a link. */
async function contactsFinder(shown: readonly Traced[]): Promise<(attempt: Attempt) => string> {
  const isReplied = ({ attempt: { direction, callout } }: Traced): boolean =>
    direction === 'outbound' && callout?.text != null;
  return shown.some(isReplied) ? (await import('./reply-contacts.ts')).contactsIn : () => '';
}

async function scoring(
  evidence: Evidence,
  traced: readonly Traced[],
): Promise<(one: Traced) => Wanted | null> {
  const { scorer } = await import('../remedies/score.ts');
  return scorer(evidence, traced);
}

function droppedText(dropped: number): string {
  return (
    `exiwhy: only the newest ${number(MOST)} refused attempts are told, ${number(dropped)} older ones are left out\n` +
    '  help: name WHO, --since or --cause; exiwhy report counts them all'
  );
}

/**
 * The first word is WHO unless it names a log: `-`, a path, or a file that is there. An address or a CIDR is never a
 * path.
 */
function splitWords(words: readonly string[]): { who: string | undefined; logs: string[] } {
  const [first, ...rest] = words;
  if (first === undefined || isLog(first)) return { who: undefined, logs: [...words] };
  return { who: first, logs: rest };
}

function isLog(word: string): boolean {
  if (word === '-') return true;
  if (isAddressRange(word)) return false;
  if (word.includes('/') && !word.includes('@')) return true;
  return statSync(word, { throwIfNoEntry: false }) !== undefined;
}
