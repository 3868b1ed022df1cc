import type { Ledger } from '../aggregate.ts';
import type { Proofs } from '../proofs.ts';
import type { Problem, Summary } from '../summary.ts';
import { isoWithOffset } from '../time/iso.ts';
import { problemBlocks, problemJson, REFUSED_ELSEWHERE } from './report-problem.ts';
import {
  type Detail,
  type Extra,
  type Json,
  type Section,
  type Stamp,
  section,
  sectionBlocks,
  sectionJson,
  sectionRecords,
} from './report-section.ts';
import { many, number } from './words.ts';

/**
 * Our own mail that others refused or put off.
 *
 * @param aggregate of attempts whose client is the host that the mail went to; so are those behind `proofs`.
 */
export function outboundExtra(
  summary: Summary,
  aggregate: Ledger,
  detail: Detail,
  proofs: Proofs | null,
): Extra {
  if (aggregate.attempts === 0) return { verdict: null, blocks: [], json: { outbound: null }, records: [] };
  const { total, submissions } = summary;
  const sections = sectionsOf(summary);
  const stamp: Stamp = (at) => isoWithOffset(at, aggregate.offset);
  const { key: _, first: __, last: ___, ...counts } = total;
  return {
    verdict: `${number(submissions.mails)} of our own mails refused or delayed on their way`,
    blocks: [
      { type: 'heading', text: 'Our own mail, refused or delayed on its way' },
      { type: 'text', text: countsText(summary) },
      ...problemBlocks(
        submissions,
        REFUSED_ELSEWHERE,
        aggregate.offset,
        (problem) => proofs?.ofProblem(problem, true) ?? [],
      ),
      ...sectionBlocks(sections, detail, (table, row) => proofs?.ofRow('outbound', table, row) ?? []),
    ],
    json: {
      outbound: {
        ...counts,
        problems: submissions.largest.map((problem) => outboundJson(problem, stamp)),
        problemCount: submissions.count,
        ...sectionJson(sections, stamp),
      },
    },
    records: sectionRecords(sections, aggregate.offset, 'outbound.'),
  };
}

function sectionsOf(summary: Summary): Section[] {
  return [
    section('byCause', 'Our own mail by cause', 'low', summary.byCause),
    section('byOrganisation', 'By the organisation that refused it', 'med', summary.byOrganisation),
    section('byRemoteHost', 'By the host that refused it', 'high', summary.byClient),
    section('bySenderDomain', 'By our sender domain', 'med', summary.bySenderDomain),
    section('byRecipientDomain', 'By domain that it was for', 'high', summary.byRecipientDomain),
    section('byAccount', 'By our account', 'med', summary.bySenderAccount),
  ];
}

function countsText({ total }: Summary): string {
  return (
    `${many(total.attempts, 'failed delivery', 'failed deliveries')}: ` +
    `${number(total.permanent)} bounced, ${number(total.temporary)} deferred; ` +
    `${number(total.acceptedLater)} delivered later, ${number(total.retrying)} may still be retried, ` +
    `${number(total.neverAccepted)} given up.`
  );
}

function outboundJson(problem: Problem, stamp: Stamp): Json {
  const { client, callout: _, ...rest } = problemJson(problem, stamp);
  return { ...rest, remote: client };
}
