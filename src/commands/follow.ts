import { type Analysis, addUp, analyse, type Books } from '../analysis.ts';
import type { Attempt } from '../attempt.ts';
import { type CauseId, causeOf } from '../causes/index.ts';
import { InputError } from '../errors.ts';
import { Join } from '../join.ts';
import type { Block } from '../model/document.ts';
import { relevantToRefusals } from '../mta/exim/relevant.ts';
import { Outcomes } from '../outcome.ts';
import { RecentMap } from '../recent-map.ts';
import { jsonSafe } from '../render/escape.ts';
import { renderBlocks } from '../render/text.ts';
import { attemptJson } from '../shapes.ts';
import { findMachineLog } from '../sources/discover.ts';
import { inspect, type LogFile } from '../sources/open.ts';
import { tail } from '../sources/tail.ts';
import { humanStamp } from '../time/iso.ts';
import { matcherOf } from '../who.ts';
import { booksLine } from './books-text.ts';
import { type Context, describe, type ExitStatus } from './context.ts';
import { causeFilter, windowOf } from './input.ts';
import { type QueryOptions, queryOf } from './query.ts';
import { calloutText, clientText, senderText } from './trace-text.ts';
import { noun } from './words.ts';

/** Read before the end of the log, so that answers which Exim has cached by now are known. */
const BACK = 16 * 1024 * 1024;

/** Mails whose tries are counted. */
const REMEMBERED = 50_000;

/** `exiwhy follow [LOG]`: each refused mail with its reason as it happens, until Ctrl-C. */
export async function follow(
  log: string | undefined,
  options: QueryOptions,
  context: Context,
): Promise<ExitStatus> {
  const window = windowOf(options, context.now);
  const matches = matcherOf(queryOf(undefined, options));
  const wanted = causeFilter(options.cause);
  const file = log === undefined ? findMachineLog() : inspect(log);
  const tries = new RecentMap<number>(REMEMBERED);
  const counts = new Map<CauseId, number>();
  let live = window.since !== null || file.size === null;
  let failed = false;

  const join = new Join(new Outcomes(), (attempt) => {
    const key = `${attempt.sender} ${attempt.recipient} ${attempt.client?.ip}`.toLowerCase();
    const count = (tries.get(key) ?? 0) + 1;
    tries.set(key, count);
    if (!live || !window.holds(attempt.at) || !wanted(attempt.cause) || !matches(attempt)) return;
    counts.set(attempt.cause, (counts.get(attempt.cause) ?? 0) + 1);
    const shown = context.redactor.attempt(attempt);
    context.out.write(options.format === 'ndjson' ? line(shown, count) : card(shown, context));
  });
  const end = new AbortController();
  context.interrupted().addEventListener('abort', () => end.abort());
  const analysis: Omit<Analysis, 'files'> = {
    timeZone: window.timeZone,
    mta: options.mta ?? 'auto',
    look: () => relevantToRefusals(join, null),
    onRecord: (record, cause) => join.push(record, cause),
    onBatch: () => context.out.flush(),
    onError: (error) => {
      failed = true;
      context.warn(describe(error));
      end.abort();
    },
  };

  const books = await (file.size === null ? analyse({ ...analysis, files: [file] }) : leaves());
  join.drain();
  await context.out.flush();
  context.warn(summaryOf(counts, books));
  return failed ? 2 : 0;

  async function leaves(): Promise<Books> {
    const running: Promise<Books>[] = [];
    try {
      for await (const leaf of tail(file.name, {
        signal: end.signal,
        back: window.since === null ? BACK : Number.POSITIVE_INFINITY,
        onLive: () => {
          live = true;
        },
        onIdle: () => {
          // Nobody comes any more for the verify lines that wait.
          join.pause();
          void context.out.flush();
        },
      })) {
        running.push(analyse({ ...analysis, files: [endless(file)], live: leaf }));
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      analysis.onError(error);
    }
    return addUp(await Promise.all(running));
  }
}

/** A file that grows is read like a pipe. */
function endless(file: LogFile): LogFile {
  return { ...file, size: null, compression: null };
}

function line(attempt: Attempt, tries: number): string {
  const outcome = attempt.permanent === false ? 'retrying' : 'never-accepted';
  return `${jsonSafe(JSON.stringify(attemptJson(attempt, { outcome, acceptance: undefined, tries }, null)))}\n`;
}

/**
 *     2026-11-21 04:43:01  deferred  alice@x.example -> bob@hosted.example
 *       client:   mail.x.example [203.0.113.131]
 *       why:      Sender's server greylists our check (callout-greylisted)
 *       log says: ...
 */
function card(attempt: Attempt, context: Context): string {
  const { at, offset, sender, recipient, client, permanent, reason, direction, callout } = attempt;
  const cause = causeOf(attempt.cause);
  const block: Block = {
    type: 'card',
    head: [
      { text: humanStamp(at, offset), tone: 'strong' },
      permanent === false ? { text: 'deferred', tone: 'warn' } : { text: 'refused', tone: 'bad' },
      `${senderText(sender)} -> ${recipient ?? 'not known yet'}`,
    ],
    facts: [
      direction === 'inbound'
        ? ['client', clientText(client)]
        : ['their host', callout ? calloutText(callout) : 'none was asked'],
      ['why', { text: `${cause.title} (${cause.id})`, tone: 'strong' }],
      ['log says', reason ?? 'no reason'],
    ],
  };
  return `${renderBlocks([block], context)}\n`;
}

function summaryOf(counts: ReadonlyMap<CauseId, number>, books: Books): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const causes = sorted.map(([cause, count]) => `${count} ${cause}`).join(', ');
  return `${total} ${noun(total, 'refusal')}${causes === '' ? '' : `: ${causes}`}\n${booksLine(books)}`;
}
