import { statSync } from 'node:fs';
import type { Attempt } from '../attempt.ts';
import type { Document } from '../model/document.ts';
import type { Evidence } from '../remedies/facts.ts';
import type { Wanted } from '../remedies/signals.ts';
import { attemptJson, SCHEMA } from '../shapes.ts';
import { isAddressRange } from '../who.ts';
import type { Context, ExitStatus } from './context.ts';
import { print, printText } from './output.ts';
import { searchFor, type TraceOptions } from './trace-search.ts';
import { fold, rawText, type Traced, traceBlocks, traceTitle } from './trace-text.ts';
import { number } from './words.ts';

/** `exiwhy trace [WHO] [LOG...]`: every refused attempt that concerns WHO, and what became of it. */
export async function trace(words: string[], options: TraceOptions, context: Context): Promise<ExitStatus> {
  const { who, logs } = splitWords(words);
  const { traced, dropped, evidence, books, failed } = await searchFor(who, logs, options, context);
  if (dropped > 0) context.warn(droppedText(traced.length, dropped));
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
      title: traceTitle(rows, whom, books),
      blocks: traceBlocks(rows, books, await contactsFinder(shown)),
      json: { schema: SCHEMA, type: 'trace', who: whom ?? null, attempts: records, dropped, books },
      records,
    };
    await print(document, options, context);
  }
  if (failed) return 2;
  return traced.length > 0 ? 0 : 1;
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

function droppedText(told: number, dropped: number): string {
  return (
    `exiwhy: only the newest ${number(told)} refused attempts are told, ${number(dropped)} older ones are left out\n` +
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
