import type { Aggregate } from '../aggregate.ts';
import type { Block, Cell } from '../model/document.ts';
import type { Proofs } from '../proofs.ts';
import type { Problem, Summary } from '../summary.ts';
import { humanStamp, isoWithOffset } from '../time/iso.ts';
import type { Detail } from './report.ts';
import {
  type Extra,
  hostText,
  isShown,
  many,
  number,
  problemJson,
  type Section,
  tableRecords,
  tallyBlocks,
  tallyJson,
} from './report-text.ts';

/**
 * Our own mail that others refused or put off.
 *
 * @param aggregate of attempts whose client is the host that the mail went to; so are those behind `proofs`.
 */
export function outboundExtra(
  summary: Summary,
  aggregate: Aggregate,
  detail: Detail,
  proofs: Proofs | null,
): Extra {
  if (aggregate.attempts === 0) return { verdict: null, blocks: [], json: { outbound: null }, records: [] };
  const { total, submissions } = summary;
  const sections = sectionsOf(summary);
  const stamp = (at: number): string | null => isoWithOffset(at, aggregate.offset);
  const { key: _, first: __, last: ___, ...counts } = total;
  return {
    verdict: `${number(submissions.mails)} of our own mails refused or delayed on their way`,
    blocks: [
      { type: 'heading', text: 'Our own mail, refused or delayed on its way' },
      { type: 'text', text: countsText(summary) },
      ...submissions.largest.map((problem) =>
        card(problem, aggregate.offset, proofs?.ofProblem(problem, true) ?? []),
      ),
      ...moreOf(submissions.count - submissions.largest.length),
      ...sections
        .filter((section) => isShown(section.detail, detail))
        .flatMap((section) => tallyBlocks(section, 'outbound', proofs)),
    ],
    json: {
      outbound: {
        ...counts,
        problems: submissions.largest.map((problem) => outboundJson(problem, stamp)),
        problemCount: submissions.count,
        ...Object.fromEntries(
          sections.map(({ id, table }) => [id, table.rows.map((row) => tallyJson(id, row, stamp))]),
        ),
      },
    },
    records: sections.flatMap(({ id, table }) => tableRecords(`outbound.${id}`, table, aggregate.offset)),
  };
}

function sectionsOf(summary: Summary): Section[] {
  return [
    { id: 'byCause', title: 'Our own mail by cause', detail: 'low', table: summary.byCause },
    {
      id: 'byOrganisation',
      title: 'By the organisation that refused it',
      detail: 'med',
      table: summary.byOrganisation,
    },
    { id: 'byRemoteHost', title: 'By the host that refused it', detail: 'high', table: summary.byClient },
    { id: 'bySenderDomain', title: 'By our sender domain', detail: 'med', table: summary.bySenderDomain },
    {
      id: 'byRecipientDomain',
      title: 'By domain that it was for',
      detail: 'high',
      table: summary.byRecipientDomain,
    },
    { id: 'byAccount', title: 'By our account', detail: 'med', table: summary.bySenderAccount },
  ];
}

function countsText({ total }: Summary): string {
  return (
    `${number(total.attempts)} failed ${total.attempts === 1 ? 'delivery' : 'deliveries'}: ` +
    `${number(total.permanent)} bounced, ${number(total.temporary)} deferred; ` +
    `${number(total.acceptedLater)} delivered later, ${number(total.retrying)} may still be retried, ` +
    `${number(total.neverAccepted)} given up.`
  );
}

function moreOf(count: number): Block[] {
  return count > 0 ? [{ type: 'text', text: `... and ${number(count)} more (--top N shows them)` }] : [];
}

function card(problem: Problem, offset: number, evidence: readonly string[]): Block {
  const { cause, client } = problem;
  const more = problem.recipientCount - problem.recipients.length;
  const sender = problem.sender === '' ? '<> (bounces)' : problem.sender;
  const facts: [string, string | Cell][] = [
    ['from', problem.senders > 1 ? `${problem.senders} senders ${sender}` : sender],
    ['to', `${problem.recipients.join(', ')}${more > 0 ? ` and ${number(more)} more` : ''}` || 'not known'],
  ];
  if (client.ip !== null) facts.push(['by', hostText(client)]);
  facts.push(
    ['seen', `${humanStamp(problem.first, offset)} to ${humanStamp(problem.last, offset)}`],
    ['do', cause.advice],
  );
  return {
    type: 'card',
    head: [
      {
        text: `${many(problem.mails, 'mail')} in ${number(problem.attempts)} ${problem.attempts === 1 ? 'try' : 'tries'}`,
        tone: 'strong',
      },
      problem.retrying ? { text: 'may still be retried', tone: 'warn' } : { text: 'given up', tone: 'bad' },
      { text: `${cause.title} (${cause.id})`, tone: 'strong' },
    ],
    facts,
    evidence,
  };
}

function outboundJson(problem: Problem, stamp: (at: number) => string | null): Extra['json'] {
  const { client, callout: _, wanted: __, ...rest } = problemJson(problem, stamp);
  return { ...rest, remote: client };
}
