import type { Host } from '../aggregate.ts';
import type { Block, Card, Cell } from '../model/document.ts';
import type { Problem, Problems } from '../summary.ts';
import { humanStamp } from '../time/iso.ts';
import type { Json, Stamp } from './report-section.ts';
import { many, number } from './words.ts';

type Fact = [string, string | Cell];

/** How problems are told: others' mail was refused here, ours was refused elsewhere. */
export interface Side {
  /** In the place of an empty sender. */
  noSender: string;
  /** What became of a mail that may not be retried any more. */
  lost: string;
  hosts: (problem: Problem) => Fact[];
}

/** Mail that this server refused. */
export const REFUSED_HERE: Side = {
  noSender: '',
  lost: 'never accepted',
  hosts: ({ client, callout }) => [
    ['client', hostText(client)],
    ...(callout.ip === null ? [] : [['asked', hostText(callout)] satisfies Fact]),
  ],
};

/** Our own mail, which the host that stands as its client refused. */
export const REFUSED_ELSEWHERE: Side = {
  noSender: '<> (bounces)',
  lost: 'given up',
  hosts: ({ client }) => (client.ip === null ? [] : [['by', hostText(client)]]),
};

/**
 * A card for each of the largest problems, and how many more there are.
 *
 * @param offset of the log's clock, minutes east of UTC.
 * @param linesOf finds the log lines behind a problem.
 */
export function problemBlocks(
  { largest, count }: Problems,
  side: Side,
  offset: number,
  linesOf: (problem: Problem) => readonly string[],
): Block[] {
  const cards = largest.map((problem) => card(problem, side, offset, linesOf(problem)));
  const more = count - largest.length;
  return more > 0
    ? [...cards, { type: 'text', text: `... and ${number(more)} more (--top N shows them)` }]
    : cards;
}

function card(
  problem: Problem,
  { noSender, lost, hosts }: Side,
  offset: number,
  evidence: readonly string[],
): Card {
  const { cause, senders, recipients, retrying } = problem;
  const more = problem.recipientCount - recipients.length;
  const sender = problem.sender || noSender;
  return {
    type: 'card',
    head: [
      {
        text: `${many(problem.mails, 'mail')} in ${many(problem.attempts, 'try', 'tries')}`,
        tone: 'strong',
      },
      retrying ? { text: 'may still be retried', tone: 'warn' } : { text: lost, tone: 'bad' },
      { text: `${cause.title} (${cause.id})`, tone: 'strong' },
    ],
    facts: [
      ['from', senders > 1 ? `${senders} senders ${sender}` : sender],
      ['to', `${recipients.join(', ')}${more > 0 ? ` and ${number(more)} more` : ''}` || 'not known'],
      ...hosts(problem),
      ['seen', `${humanStamp(problem.first, offset)} to ${humanStamp(problem.last, offset)}`],
      ['do', cause.advice],
    ],
    evidence,
  };
}

export function hostText({ name, ip }: Host): string {
  if (ip === null) return name ?? 'this machine itself';
  return name === null ? `[${ip}]` : `${name} [${ip}]`;
}

export function problemJson(problem: Problem, stamp: Stamp): Json {
  const { cause, client, callout, first, last, ...rest } = problem;
  return {
    cause: cause.id,
    fault: cause.fault,
    ...rest,
    client: { ip: client.ip, reverseName: client.name },
    callout: callout.ip === null ? null : { host: callout.name, ip: callout.ip },
    first: stamp(first),
    last: stamp(last),
    advice: cause.advice,
  };
}
