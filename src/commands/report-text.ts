import type { Aggregate, Host, Hour } from '../aggregate.ts';
import type { Books } from '../analysis.ts';
import { causes } from '../causes/index.ts';
import type { Block, Cell, Column, Document } from '../model/document.ts';
import { SCHEMA } from '../shapes.ts';
import type { Problem, Summary } from '../summary.ts';
import type { Table, Tally } from '../tally.ts';
import { humanStamp, isoWithOffset } from '../time/iso.ts';
import { booksLine, sampleLines } from './books-text.ts';
import type { Window } from './input.ts';
import type { Detail } from './report.ts';

export interface ReportInput {
  summary: Summary;
  aggregate: Aggregate;
  books: Books;
  window: Window;
  detail: Detail;
  /** The log lines behind a problem; none where the format has no room for them. */
  evidenceOf: (problem: Problem, submission: boolean) => readonly string[];
}

/** Lays a summary out: the verdict, what needs a person, then the tables, at last the books. */
export function reportDocument(input: ReportInput): Document {
  const title = verdictOf(input);
  return {
    title,
    nothingToDo: nothingToDo(input),
    blocks: reportBlocks(input),
    json: reportJson(input, title),
    records: reportRecords(input),
  };
}

/** What was not understood may be a refusal: then somebody has to look. */
function nothingToDo({ summary, books }: ReportInput): boolean {
  return summary.problems.count === 0 && summary.submissions.count === 0 && books.notUnderstood === 0;
}

/** The first line: fit for a mail's subject. */
function verdictOf({ summary, aggregate, books }: ReportInput): string {
  const { problems, submissions } = summary;
  const strange = books.notUnderstood === 0 ? '' : `; ${many(books.notUnderstood, 'line')} not understood`;
  if (aggregate.attempts === 0) return `exiwhy: no mail was refused${strange}`;
  const { mails, domains } = problems;
  const ours = submissions.mails;
  const refused = many(aggregate.attempts, 'refusal');
  if (mails === 0 && ours === 0) return `exiwhy: nothing to act on in ${refused}${strange}`;
  const parts = [];
  if (mails > 0) {
    parts.push(`${many(mails, 'mail')} of ${many(domains, 'domain')} stopped, sender may exist`);
  }
  if (ours > 0) parts.push(`${number(ours)} of our own users`);
  return `exiwhy: ${parts.join('; ')}`;
}

function reportBlocks(input: ReportInput): Block[] {
  const { summary, aggregate, books, detail } = input;
  const blocks: Block[] = [{ type: 'text', text: windowText(input) }];
  if (aggregate.attempts > 0) {
    blocks.push({ type: 'text', text: countsText(summary.total) });
    blocks.push(...problemBlocks(input, false));
    blocks.push(...problemBlocks(input, true));
    for (const { id, title, table, detail: needed } of tables(summary)) {
      if (LEVELS.indexOf(detail) < LEVELS.indexOf(needed) || table.count === 0) continue;
      blocks.push({ type: 'heading', text: title });
      if (id === 'byCause' && detail !== 'low') blocks.push(causeChart(table));
      blocks.push(tallyBlock(table));
    }
    if (detail !== 'low') blocks.push(hourChart(aggregate.hours));
  }
  blocks.push({ type: 'heading', text: 'Books' }, { type: 'text', text: booksLine(books) });
  if (books.samples.length > 0) blocks.push({ type: 'lines', lines: sampleLines(books) });
  return blocks;
}

const LEVELS: readonly Detail[] = ['low', 'med', 'high'];

interface Section {
  /** The name in JSON and CSV. */
  id: string;
  title: string;
  detail: Detail;
  table: Table;
}

function tables(summary: Summary): Section[] {
  return [
    { id: 'byCause', title: 'By cause', detail: 'low', table: summary.byCause },
    { id: 'byClient', title: 'By client host', detail: 'med', table: summary.byClient },
    {
      id: 'byOrganisation',
      title: "By client's organisation",
      detail: 'high',
      table: summary.byOrganisation,
    },
    { id: 'byNetwork', title: "By client's network", detail: 'high', table: summary.byNetwork },
    { id: 'bySenderDomain', title: 'By sender domain', detail: 'med', table: summary.bySenderDomain },
    {
      id: 'byRecipientDomain',
      title: 'By recipient domain',
      detail: 'med',
      table: summary.byRecipientDomain,
    },
    { id: 'byAccount', title: 'By account', detail: 'med', table: summary.byAccount },
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

/** @param submission the problems of our own users, or those of all others. */
function problemBlocks(
  { summary, aggregate, detail, evidenceOf }: ReportInput,
  submission: boolean,
): Block[] {
  const { largest, count } = submission ? summary.submissions : summary.problems;
  if (count === 0) return [];
  const blocks: Block[] = [
    {
      type: 'heading',
      text: submission ? 'Our own users and scripts' : 'Stopped, though the sender may exist',
    },
  ];
  if (!submission && detail !== 'low') blocks.push(problemChart(largest));
  for (const problem of largest) {
    blocks.push(problemCard(problem, aggregate.offset, evidenceOf(problem, submission)));
  }
  const more = count - largest.length;
  if (more > 0) blocks.push({ type: 'text', text: `... and ${number(more)} more (--top N shows them)` });
  return blocks;
}

function problemCard(problem: Problem, offset: number, evidence: readonly string[]): Block {
  const { cause } = problem;
  const more = problem.recipientCount - problem.recipients.length;
  const facts: [string, string | Cell][] = [
    ['from', problem.senders > 1 ? `${problem.senders} senders ${problem.sender}` : problem.sender],
    ['to', `${problem.recipients.join(', ')}${more > 0 ? ` and ${number(more)} more` : ''}` || 'not known'],
    ['client', hostText(problem.client)],
  ];
  if (problem.callout.ip !== null) facts.push(['asked', hostText(problem.callout)]);
  facts.push(
    ['seen', `${humanStamp(problem.first, offset)} to ${humanStamp(problem.last, offset)}`],
    ['do', cause.advice],
  );
  const tries = `${number(problem.attempts)} ${problem.attempts === 1 ? 'try' : 'tries'}`;
  return {
    type: 'card',
    head: [
      {
        text: `${number(problem.mails)} ${problem.mails === 1 ? 'mail' : 'mails'} in ${tries}`,
        tone: 'strong',
      },
      problem.retrying
        ? { text: 'may still be retried', tone: 'warn' }
        : { text: 'never accepted', tone: 'bad' },
      { text: `${cause.title} (${cause.id})`, tone: 'strong' },
    ],
    facts,
    evidence,
  };
}

function hostText({ name, ip }: Host): string {
  if (ip === null) return name ?? 'this machine itself';
  return name === null ? `[${ip}]` : `${name} [${ip}]`;
}

const COUNT = { align: 'right' } as const;
const TALLY_COLUMNS: readonly Column[] = [
  { title: '' },
  { title: 'refused', ...COUNT },
  { title: 'perm', ...COUNT },
  { title: 'temp', ...COUNT },
  { title: 'never', ...COUNT },
  { title: 'later', ...COUNT },
  { title: 'open', ...COUNT },
];

function tallyBlock({ rows, count }: Table): Block {
  const note = count > rows.length ? { note: `${number(count - rows.length)} more` } : {};
  return {
    type: 'table',
    columns: TALLY_COLUMNS,
    rows: rows.map((row) => [
      row.key,
      row.attempts,
      row.permanent,
      row.temporary,
      row.neverAccepted,
      row.acceptedLater,
      row.retrying,
    ]),
    ...note,
  };
}

function hourChart(hours: readonly Hour[]): Block {
  return {
    type: 'chart',
    title: 'By hour of the day',
    shape: 'columns',
    label: 'hour',
    categories: hours.map(({ hour }) => `${String(hour).padStart(2, '0')}:00`),
    series: [
      { title: 'fail', tone: 'bad', values: hours.map(({ fail }) => fail) },
      { title: 'defer', tone: 'warn', values: hours.map(({ defer }) => defer) },
      { title: 'could not connect', tone: 'strong', values: hours.map(({ connect }) => connect) },
      { title: 'other', tone: 'dim', values: hours.map(({ other }) => other) },
    ],
  };
}

/** Bars that an eye takes in at once; the table under them has all. */
const BARS = 12;

/** What became of the refusals, for each of the most frequent causes. */
function causeChart({ rows }: Table): Block {
  const largest = rows.slice(0, BARS);
  return {
    type: 'chart',
    title: 'Refusals by cause',
    shape: 'bars',
    label: 'cause',
    categories: largest.map(({ key }) => key),
    series: [
      { title: 'never accepted', tone: 'bad', values: largest.map((row) => row.neverAccepted) },
      { title: 'may still be retried', tone: 'warn', values: largest.map((row) => row.retrying) },
      { title: 'accepted later', tone: 'good', values: largest.map((row) => row.acceptedLater) },
    ],
    toldElsewhere: true,
  };
}

/** Mails that may have been wanted, for each of the senders with the most. */
function problemChart(problems: readonly Problem[]): Block {
  const largest = problems.slice(0, BARS);
  const mails = (retrying: boolean): number[] =>
    largest.map((problem) => (problem.retrying === retrying ? problem.mails : 0));
  return {
    type: 'chart',
    title: 'Mails that may be wanted and were not accepted',
    shape: 'bars',
    label: 'sender',
    categories: largest.map(({ sender }) => sender),
    series: [
      { title: 'never accepted', tone: 'bad', values: mails(false) },
      { title: 'may still be retried', tone: 'warn', values: mails(true) },
    ],
    toldElsewhere: true,
  };
}

/** `1 mail`, `1,234 mails` */
function many(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

type Json = Readonly<Record<string, unknown>>;

function reportJson(input: ReportInput, verdict: string): Json {
  const { summary, aggregate, books, window } = input;
  const stamp = (at: number): string | null =>
    Number.isFinite(at) ? isoWithOffset(at, aggregate.offset) : null;
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
    problems: summary.problems.largest.map((problem) => problemJson(problem, stamp)),
    problemCount: summary.problems.count,
    submissions: summary.submissions.largest.map((problem) => problemJson(problem, stamp)),
    submissionCount: summary.submissions.count,
    ...Object.fromEntries(
      tables(summary).map(({ id, table }) => [id, table.rows.map((row) => tallyJson(id, row, stamp))]),
    ),
    byHour: aggregate.hours,
    books,
  };
}

function problemJson(problem: Problem, stamp: (at: number) => string | null): Json {
  const { cause, client, callout, first, last, ...rest } = problem;
  return {
    cause: cause.id,
    fault: cause.fault,
    ...rest,
    client: { ip: client.ip, reverseName: client.name },
    callout: callout.ip === null ? null : { host: callout.name, ip: callout.ip },
    first: stamp(first),
    last: stamp(last),
    wanted: null,
    advice: cause.advice,
  };
}

function tallyJson(
  id: string,
  { key, first, last, ...counts }: Tally,
  stamp: (at: number) => string | null,
): Json {
  const names: Readonly<Record<string, string>> = {
    byCause: 'cause',
    byClient: 'client',
    byOrganisation: 'organisation',
    byNetwork: 'network',
    byAccount: 'account',
  };
  const title = id === 'byCause' ? { title: causes.find((cause) => cause.id === key)?.title ?? key } : {};
  return { [names[id] ?? 'domain']: key, ...title, ...counts, first: stamp(first), last: stamp(last) };
}

/** One row for each line of each table, for spreadsheets. */
function reportRecords({ summary, aggregate }: ReportInput): Json[] {
  const stamp = (at: number): string => isoWithOffset(at, aggregate.offset);
  return tables(summary).flatMap(({ id, table }) =>
    table.rows.map(({ first, last, ...row }) => ({
      section: id,
      ...row,
      first: stamp(first),
      last: stamp(last),
    })),
  );
}
