import type { Aggregate, Hour } from '../aggregate.ts';
import type { Books } from '../analysis.ts';
import type { Block, Document } from '../model/document.ts';
import type { OurFault } from '../remedies/ours.ts';
import { SCHEMA } from '../shapes.ts';
import type { Problems, Summary } from '../summary.ts';
import type { Tally } from '../tally.ts';
import { humanStamp, isoWithOffset } from '../time/iso.ts';
import { booksLine, sampleLines } from './books-text.ts';
import type { Window } from './input.ts';
import { ourBlocks, ourJson } from './ours-text.ts';
import { problemBlocks, problemJson, REFUSED_HERE } from './report-problem.ts';
import {
  type Detail,
  type Extra,
  type Json,
  numeric,
  type Section,
  type Stamp,
  section,
  sectionBlocks,
  sectionJson,
  sectionRecords,
} from './report-section.ts';
import { many, number } from './words.ts';

export interface ReportInput {
  summary: Summary;
  /** What is our own fault: told before anybody else is blamed. */
  ours: readonly OurFault[];
  aggregate: Aggregate;
  books: Books;
  window: Window;
  detail: Detail;
  /** What the report tells besides the refusals of others' mail. */
  extras: readonly Extra[];
}

/** Lays a summary out: the verdict, what needs a person, then the tables, at last the books. */
export function reportDocument(input: ReportInput): Document {
  const title = verdictOf(input);
  return {
    title,
    blocks: reportBlocks(input),
    json: reportJson(input, title),
    records: reportRecords(input),
  };
}

/** The first line: fit for a mail's subject. */
function verdictOf({ summary, aggregate, extras, ours: faults }: ReportInput): string {
  const { problems, submissions } = summary;
  const more = extras.flatMap(({ verdict }) => verdict ?? []);
  if (aggregate.attempts === 0) return `exiwhy: ${more.join('; ') || 'no mail was refused'}`;
  const { mails, domains } = problems;
  const ours = submissions.mails;
  const refused = many(aggregate.attempts, 'refusal');
  const parts = faults
    .filter(isVerdict)
    .map(({ what }) => `it is us: ${what}`)
    .slice(0, 1);
  if (mails === 0 && ours === 0 && parts.length === 0 && more.length === 0)
    return `exiwhy: nothing to act on in ${refused}`;
  if (mails > 0) {
    parts.push(`${many(mails, 'mail')} of ${many(domains, 'domain')} stopped though the sender may exist`);
  }
  if (ours > 0) parts.push(`${number(ours)} of our own users' mails refused`);
  return `exiwhy: ${[...parts, ...more].join('; ')} (${refused})`;
}

/** What stops the mail of many, and will go on to do so. */
function isVerdict({ id, domains }: OurFault): boolean {
  return (
    id === 'outage-connect' || id === 'outage-dns' || (id === 'callout-server-blocklisted' && domains > 1)
  );
}

function reportBlocks(input: ReportInput): Block[] {
  const { summary, aggregate, books, detail } = input;
  const blocks: Block[] = [{ type: 'text', text: windowText(input) }];
  if (aggregate.attempts > 0) {
    blocks.push({ type: 'text', text: countsText(summary.total) });
    blocks.push(...ourBlocks(input.ours, aggregate.offset));
    blocks.push(...titled('Stopped, though the sender may exist', summary.problems, aggregate.offset));
    blocks.push(...titled('Our own users and scripts', summary.submissions, aggregate.offset));
    blocks.push(...sectionBlocks(sectionsOf(summary), detail));
    if (detail !== 'low') blocks.push(hourBlock(aggregate.hours));
  }
  blocks.push(...input.extras.flatMap((extra) => extra.blocks));
  blocks.push({ type: 'heading', text: 'Books' }, { type: 'text', text: booksLine(books) });
  if (books.samples.length > 0) blocks.push({ type: 'lines', lines: sampleLines(books) });
  return blocks;
}

function titled(title: string, problems: Problems, offset: number): Block[] {
  if (problems.count === 0) return [];
  return [{ type: 'heading', text: title }, ...problemBlocks(problems, REFUSED_HERE, offset)];
}

function sectionsOf(summary: Summary): Section[] {
  return [
    section('byCause', 'By cause', 'low', summary.byCause),
    section('byClient', 'By client host', 'med', summary.byClient),
    section('byOrganisation', "By client's organisation", 'high', summary.byOrganisation),
    section('byNetwork', "By client's network", 'high', summary.byNetwork),
    section('bySenderDomain', 'By sender domain', 'med', summary.bySenderDomain),
    section('byRecipientDomain', 'By recipient domain', 'med', summary.byRecipientDomain),
    section('byAccount', 'By account', 'med', summary.byAccount),
  ];
}

function windowText({ aggregate, window }: ReportInput): string {
  const stamp = (at: number): string => humanStamp(at, aggregate.offset);
  const seen =
    aggregate.attempts === 0
      ? ''
      : `Refusals from ${stamp(aggregate.first)} to ${stamp(aggregate.last)} (${window.timeZone}).`;
  const asked = [
    window.since === null ? '' : `since ${isoWithOffset(window.since, aggregate.offset)}`,
    window.until === null ? '' : `until ${isoWithOffset(window.until, aggregate.offset)}`,
  ].filter((part) => part !== '');
  return (
    `${seen}${asked.length > 0 ? ` Asked for: ${asked.join(' ')}.` : ''}`.trim() || 'No refusal in the log.'
  );
}

function countsText(total: Tally): string {
  return (
    `${many(total.attempts, 'refusal')}: ${number(total.permanent)} permanent, ${number(total.temporary)} temporary. ` +
    `Sender verification: ${number(total.fail)} fail, ${number(total.defer)} defer, ` +
    `${number(total.connect)} could not connect; ${number(total.other)} other refusals. ` +
    `${number(total.acceptedLater)} were accepted later, ${number(total.retrying)} may still be retried, ` +
    `${number(total.neverAccepted)} were never accepted.`
  );
}

function hourBlock(hours: readonly Hour[]): Block {
  return {
    type: 'table',
    title: 'By hour of the day',
    columns: [{ title: 'hour' }, ...['fail', 'defer', 'could not connect', 'other'].map(numeric)],
    rows: hours
      .filter(({ fail, defer, connect, other }) => fail + defer + connect + other > 0)
      .map(({ hour, fail, defer, connect, other }) => [
        `${String(hour).padStart(2, '0')}:00`,
        fail,
        defer,
        connect,
        other,
      ]),
  };
}

function reportJson(input: ReportInput, verdict: string): Json {
  const { summary, aggregate, books, window } = input;
  const stamp: Stamp = (at) => (Number.isFinite(at) ? isoWithOffset(at, aggregate.offset) : null);
  const { key: _, first: __, last: ___, ...total } = summary.total;
  return {
    schema: SCHEMA,
    type: 'report',
    verdict,
    window: {
      since: window.since === null ? null : stamp(window.since),
      until: window.until === null ? null : stamp(window.until),
      first: stamp(aggregate.first),
      last: stamp(aggregate.last),
      timeZone: window.timeZone,
    },
    ...total,
    outcomes: {
      'never-accepted': total.neverAccepted,
      'accepted-later': total.acceptedLater,
      retrying: total.retrying,
    },
    ours: input.ours.map((fault) => ourJson(fault, aggregate.offset)),
    problems: summary.problems.largest.map((problem) => problemJson(problem, stamp)),
    problemCount: summary.problems.count,
    submissions: summary.submissions.largest.map((problem) => problemJson(problem, stamp)),
    submissionCount: summary.submissions.count,
    ...sectionJson(sectionsOf(summary), stamp),
    byHour: aggregate.hours,
    ...Object.assign({}, ...input.extras.map(({ json }) => json)),
    books,
  };
}

function reportRecords({ summary, aggregate, extras }: ReportInput): Json[] {
  return [
    ...sectionRecords(sectionsOf(summary), aggregate.offset),
    ...extras.flatMap(({ records }) => records),
  ];
}
