import { isIP } from 'node:net';
import { adviceOf } from '../advice.ts';
import type { Books } from '../analysis.ts';
import type { Attempt } from '../attempt.ts';
import { type Cause, causeOf } from '../causes/index.ts';
import type { Block, Tone } from '../model/document.ts';
import type { Moment } from '../model/moment.ts';
import type { Callout, Client } from '../model/record.ts';
import type { Outcome } from '../outcome.ts';
import { isOurs } from '../remedies/fault.ts';
import { printableLines } from '../render/escape.ts';
import type { Ending } from '../shapes.ts';
import { humanDuration, humanStamp } from '../time/iso.ts';
import { booksLine, notReadText } from './books-text.ts';
import { noun } from './words.ts';

/** An attempt with its end. */
export interface Traced {
  attempt: Attempt;
  series: number;
  ending: Ending;
}

/** Tries of one sender for one recipient for one cause: they are shown as one. */
export type Retries = readonly Traced[];

/** Folds the retries of a message, in the order of their last try: newest last. */
export function fold(traced: readonly Traced[]): Retries[] {
  const folded = new Map<string, Traced[]>();
  for (const one of traced) {
    const key = `${one.series} ${one.attempt.cause} ${one.attempt.permanent}`;
    const known = folded.get(key);
    // Last try last: the map keeps the order of insertion.
    folded.delete(key);
    folded.set(key, known ? [...known, one] : [one]);
  }
  return [...folded.values()];
}

const OUTCOMES: Readonly<Record<Outcome, { word: string; tone: Tone }>> = {
  'never-accepted': { word: 'never accepted', tone: 'bad' },
  'accepted-later': { word: 'accepted later', tone: 'good' },
  retrying: { word: 'may still be retried', tone: 'warn' },
};

/** The same of our own mail. */
const DELIVERIES: Readonly<Record<Outcome, string>> = {
  'never-accepted': 'given up',
  'accepted-later': 'delivered later',
  retrying: 'may still be retried',
};

export function traceTitle(rows: readonly Retries[], who: string | undefined, books: Books): string {
  const notRead = notReadText(books);
  return `${foundText(rows, who)}${notRead === null ? '' : `; ${notRead}`}`;
}

function foundText(rows: readonly Retries[], who: string | undefined): string {
  const whom = who === undefined ? '' : ` for ${who}`;
  if (rows.length === 0) return `no refused mail${whom}`;
  const counts = new Map<Outcome, number>();
  for (const row of rows) {
    const outcome = lastOf(row).ending.outcome;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const parts = [...counts].map(
    ([outcome, count]) => `${rows.length > 1 ? `${count} ` : ''}${OUTCOMES[outcome].word}`,
  );
  const tries = rows.reduce((sum, row) => sum + row.length, 0);
  const tried = tries > rows.length ? ` in ${tries} tries` : '';
  return `${rows.length} refused ${noun(rows.length, 'mail')}${whom}${tried}: ${parts.join(', ')}`;
}

/**
 * One card a row, newest last, and the books.
 *
 * @param contactsIn the reply of an attempt; empty where it offers none.
 */
export function traceBlocks(
  rows: readonly Retries[],
  books: Books,
  contactsIn: (attempt: Attempt) => string,
): Block[] {
  return [...rows.map((row) => card(row, contactsIn)), { type: 'text', text: booksLine(books), tone: 'dim' }];
}

function card(row: Retries, contactsIn: (attempt: Attempt) => string): Block {
  const { attempt, ending } = lastOf(row);
  const first = row[0]?.attempt ?? attempt;
  const cause = causeOf(attempt.cause);
  const outcome = OUTCOMES[ending.outcome];
  const outbound = attempt.direction === 'outbound';
  const word = outbound ? DELIVERIES[ending.outcome] : outcome.word;
  const facts: [string, string | { text: string; tone: Tone }][] = [
    ['from', senderText(attempt.sender)],
    ['to', attempt.recipient ?? `not known at ${stageText(attempt)}`],
  ];
  if (!outbound) facts.push(['client', clientText(attempt.client)]);
  else if (attempt.client) facts.push(['sent by', clientText(attempt.client)]);
  if (attempt.authenticatedAs !== null) facts.push(['login', attempt.authenticatedAs]);
  facts.push(['why', { text: `${cause.title} (${cause.id})`, tone: 'strong' }]);
  if (attempt.callout) facts.push([outbound ? 'their host' : 'asked', calloutText(attempt.callout)]);
  if (attempt.reason !== null) facts.push(['log says', attempt.reason]);
  const told = toldText(attempt);
  if (told !== null) facts.push(['told', told]);
  const contacts = outbound ? contactsIn(attempt) : '';
  if (contacts !== '') facts.push(['contact', contacts]);
  if (attempt.inferredFrom) {
    const { file, line, at, offset } = attempt.inferredFrom;
    facts.push([
      'inferred',
      `${INFERRED[attempt.direction][attempt.mta]}; the reason is of ${humanStamp(at, offset)} (${file}:${line})`,
    ]);
  }
  if (row.length > 1) facts.push(['tries', triesText(first, attempt, row.length)]);
  if (ending.acceptance) facts.push(['accepted', acceptedText(first, ending.acceptance)]);
  facts.push(['do', adviceOf(attempt)], ...meanwhile(attempt, cause, ending));
  const refused = attempt.permanent ? (outbound ? 'bounced' : 'refused') : 'deferred';
  const times = row.length > 1 ? ` ${row.length} times` : '';
  return {
    type: 'card',
    head: [
      { text: humanStamp(attempt.at, attempt.offset), tone: 'strong' },
      { text: `${refused}${times}, ${word}`, tone: outcome.tone },
    ],
    facts,
    evidence: row.flatMap((one) =>
      one.attempt.lines.map(({ file, line, text }) => `${file}:${line}: ${text}`),
    ),
  };
}

/** Why the reason had to be looked up elsewhere. */
const INFERRED = {
  inbound: {
    exim: 'Exim reused a cached answer',
    postfix: 'Postfix logs the reason at its probe',
  },
  outbound: {
    exim: 'Exim did not try again',
    postfix: 'Postfix gave the message up',
  },
} as const;

/** Postfix answers 450 as a rule, whatever the other server said: the client will try again and meet the same. */
function toldText({ told, permanent }: Attempt): string | null {
  if (told === null || permanent === null || told.code >= 500 === permanent) return null;
  const reply = `${told.code}${told.enhanced === null ? '' : ` ${told.enhanced}`}`;
  return permanent
    ? `the client got ${reply}, so it will try again, though the answer is final`
    : `the client got ${reply}, so it will not try again, though the answer is not final`;
}

/** What lets wanted mail in until the cause is cured: an entry for the client, never for the host that we asked. */
function meanwhile(attempt: Attempt, cause: Cause, ending: Ending): [string, string][] {
  const { client, submission, mta } = attempt;
  const helps =
    cause.skips === 'sender-verification' &&
    cause.caution === undefined &&
    !submission &&
    !isOurs(attempt.cause);
  if (!helps || ending.outcome === 'accepted-later' || isIP(client?.ip ?? '') === 0) return [];
  return [
    [
      'if wanted',
      mta === 'exim'
        ? `let ${client?.ip} bypass sender verification (WHM: Sender verification bypass IP addresses)`
        : `let ${client?.ip} bypass sender verification (check_client_access before reject_unverified_sender)`,
    ],
  ];
}

export function senderText(sender: string | null): string {
  if (sender === null) return 'not known yet';
  return sender === '' ? '<> (a bounce)' : sender;
}

function stageText({ stage }: Attempt): string {
  return stage === 'data' ? 'DATA' : stage === 'mail' ? 'MAIL FROM' : stage === null ? 'that line' : stage;
}

/** `relay1.example.com (says qsv-spam1.example.com) [67.26.151.59]`; without a confirmed name, so said. */
export function clientText(client: Client | null): string {
  if (client === null) return 'this machine itself';
  const helo =
    client.heloName === null || client.heloName === client.reverseName ? '' : ` (says ${client.heloName})`;
  return `${client.reverseName ?? 'no confirmed name'}${helo} [${client.ip}]`;
}

export function calloutText(callout: Callout): string {
  const command = callout.command === null ? '' : `, ${callout.command}`;
  return `${callout.host ?? 'a host'}${callout.ip === null ? '' : ` [${callout.ip}]`}${command}`;
}

function triesText(first: Attempt, last: Attempt, count: number): string {
  const span = last.at - first.at;
  const over = span < 1000 ? '' : `, over ${humanDuration(span)}`;
  return `${count} from ${humanStamp(first.at, first.offset)} on${over}`;
}

function acceptedText(first: Attempt, { at, offset }: Moment): string {
  return `${humanStamp(at, offset)}, ${humanDuration(at - first.at)} after the first try`;
}

function lastOf(row: Retries): Traced {
  const last = row[row.length - 1];
  if (!last) throw new Error('a row without attempts');
  return last;
}

/** The lines of each attempt, with what could act upon a terminal spelt out, the verify line above its rejection, a blank line between: exigrep's layout. */
export function rawText(traced: readonly Traced[]): string {
  return traced
    .map(({ attempt }) => attempt.lines.map(({ text }) => `${printableLines(text)}\n`).join(''))
    .join('\n');
}
