import type { Hour, Ledger } from '../aggregate.ts';
import type { Books } from '../analysis.ts';
import type { Block, Document } from '../model/document.ts';
import type { SplitBy } from '../owners.ts';
import type { Proofs } from '../proofs.ts';
import type { OurFault } from '../remedies/ours.ts';
import { SCHEMA } from '../shapes.ts';
import type { Problem, Summary } from '../summary.ts';
import type { Tally } from '../tally.ts';
import { humanStamp, isoWithOffset } from '../time/iso.ts';
import { offsetAt } from '../time/zone.ts';
import { booksLine, notReadText, sampleLines } from './books-text.ts';
import type { Window } from './input.ts';
import { ourBlocks, ourJson } from './ours-text.ts';
import { reportCharts } from './report-charts.ts';
import { problemBlocks, problemJson, REFUSED_HERE } from './report-problem.ts';
import {
  type Detail,
  type Extra,
  type Json,
  type LinesOf,
  numeric,
  type Section,
  type Stamp,
  section,
  sectionBlocks,
  sectionJson,
  sectionRecords,
} from './report-section.ts';
import { many, number } from './words.ts';

/** The account or reseller for whom a report is made. */
export interface Owner {
  by: SplitBy;
  name: string;
}

export interface ReportInput {
  /** null: the whole server. */
  owner: Owner | null;
  summary: Summary;
  /** What is our own fault: told before anybody else is blamed. */
  ours: readonly OurFault[];
  aggregate: Ledger;
  books: Books;
  /** What the report was made from, where that is no log: then there are no books. */
  source?: string;
  window: Window;
  detail: Detail;
  /** Null where the format has no room for log lines. */
  proofs: Proofs | null;
  /** What the report tells besides the refusals of others' mail. */
  extras: readonly Extra[];
}

/** Lays a summary out: the verdict, what needs a person, then the tables, at last the books. */
export function reportDocument(input: ReportInput): Document {
  const { owner } = input;
  const verdict = verdictOf(input);
  const title = owner === null ? verdict : verdict.replace('exiwhy:', () => `exiwhy for ${owner.name}:`);
  return {
    title,
    nothingToDo: toDo(input).length === 0,
    blocks: reportBlocks(input),
    json: reportJson(input, title),
    records: reportRecords(input),
  };
}

/** The first line: what a person has to act on, the most important first, as far as a mail's subject has room. */
function verdictOf(input: ReportInput): string {
  const { attempts } = input.aggregate;
  const refused = many(attempts, 'refusal');
  const [first, ...others] = toDo(input);
  if (first === undefined)
    return `exiwhy: ${attempts === 0 ? 'no mail was refused' : `nothing to act on in ${refused}`}`;
  if (attempts > 0) others.push({ full: refused });
  return others.reduce(
    (line, { full, short = full }) =>
      [full, short].map((part) => `${line}; ${part}`).find(({ length }) => length <= SUBJECT) ?? line,
    `exiwhy: ${first.full}`,
  );
}

/** Something to act on, in the first line; the short form is for where there is less room. */
interface ToDo {
  full: string;
  short?: string;
}

/** RFC 5322 §2.1.1: what a line should not exceed. */
const SUBJECT = 78;

function toDo({ owner, summary, books, extras, ours: faults }: ReportInput): ToDo[] {
  const { problems, submissions } = summary;
  const parts: ToDo[] = [];
  const notRead = notReadText(books);
  // All that follows may be half of the truth.
  if (owner === null && notRead !== null) parts.push({ full: notRead });
  const [fault] = faults.filter(isVerdict);
  if (fault) parts.push({ full: `it is us: ${fault.what}` });
  if (problems.mails > 0) {
    const short = `${many(problems.mails, 'mail')} of ${many(problems.domains, 'domain')} stopped`;
    parts.push({ full: `${short} though the sender may exist`, short });
  }
  if (submissions.mails > 0)
    parts.push({ full: `${number(submissions.mails)} of our own users' mails refused` });
  parts.push(...extras.flatMap(({ verdict }) => (verdict === null ? [] : { full: verdict })));
  // What was not understood may be a refusal.
  if (owner === null && books.notUnderstood > 0)
    parts.push({ full: `${many(books.notUnderstood, 'line')} not understood` });
  return parts;
}

/** What stops the mail of many, and will go on to do so. */
function isVerdict({ id, domains }: OurFault): boolean {
  return (
    id === 'outage-connect' || id === 'outage-dns' || (id === 'callout-server-blocklisted' && domains > 1)
  );
}

function reportBlocks(input: ReportInput): Block[] {
  const { summary, aggregate, books, detail, proofs } = input;
  const blocks: Block[] = [{ type: 'text', text: windowText(input) }];
  if (aggregate.attempts > 0) {
    blocks.push({ type: 'text', text: countsText(summary.total) });
    if (detail !== 'low') blocks.push(...reportCharts(summary, aggregate.hours));
    blocks.push(...ourBlocks(input.ours, aggregate.offset));
  }
  blocks.push(...extraBlocks(input, true));
  if (aggregate.attempts > 0) {
    blocks.push(...titledProblems(input, false), ...titledProblems(input, true));
    const linesOf: LinesOf = (table, row) => proofs?.ofRow('inbound', table, row) ?? [];
    blocks.push(...sectionBlocks(sectionsOf(summary), detail, linesOf));
    if (detail !== 'low') blocks.push(hourBlock(aggregate.hours));
  }
  blocks.push(...extraBlocks(input, false));
  if (input.source !== undefined) return blocks;
  blocks.push({ type: 'heading', text: 'Books' }, { type: 'text', text: booksLine(books) });
  if (books.samples.length > 0) blocks.push({ type: 'lines', lines: sampleLines(books) });
  return blocks;
}

/** @param news what is different from before, or the others. */
function extraBlocks({ extras }: ReportInput, news: boolean): Block[] {
  return extras.filter(({ isNews = false }) => isNews === news).flatMap(({ blocks }) => blocks);
}

/** @param submission the problems of our own users, or those of all others. */
function titledProblems({ summary, aggregate, proofs }: ReportInput, submission: boolean): Block[] {
  const problems = submission ? summary.submissions : summary.problems;
  if (problems.count === 0) return [];
  const text = submission ? 'Our own users and scripts' : 'Stopped, though the sender may exist';
  const linesOf = (problem: Problem): readonly string[] => proofs?.ofProblem(problem, submission) ?? [];
  return [{ type: 'heading', text }, ...problemBlocks(problems, REFUSED_HERE, aggregate.offset, linesOf)];
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

/** Which moments were asked for, on which clock, and in which files the refusals were. */
function windowText({ aggregate, books, source, window }: ReportInput): string {
  const { since, until, timeZone } = window;
  const asked = [
    ...(since === null ? [] : [`from ${windowStamp(since, window)}`]),
    ...(until === null ? [] : [`to ${windowStamp(until, window)}`]),
  ].join(' ');
  const seen =
    aggregate.attempts === 0
      ? 'no refusal'
      : `refusals from ${humanStamp(aggregate.first, aggregate.firstOffset)} to ${humanStamp(aggregate.last, aggregate.offset)}`;
  const names = source ?? ([...new Set(books.files.map(({ name }) => name))].join(', ') || 'no file');
  return `${asked === '' ? 'All' : `Asked for: ${asked}`} (${timeZone}) in ${names}: ${seen}.`;
}

/** With the offset that the zone has at that moment: on the day of a change the two ends of a day differ. */
function windowStamp(at: number, { timeZone }: Window): string {
  return isoWithOffset(at, offsetAt(timeZone, at));
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
    ...(input.owner === null ? {} : { [input.owner.by]: input.owner.name }),
    verdict,
    window: {
      since: window.since === null ? null : windowStamp(window.since, window),
      until: window.until === null ? null : windowStamp(window.until, window),
      first: aggregate.attempts === 0 ? null : isoWithOffset(aggregate.first, aggregate.firstOffset),
      last: stamp(aggregate.last),
      timeZone: window.timeZone,
    },
    wanted: summary.problems.mails,
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
