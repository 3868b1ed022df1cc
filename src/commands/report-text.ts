import type { Aggregate, Host, Hour } from '../aggregate.ts';
import type { Books } from '../analysis.ts';
import { causes } from '../causes/index.ts';
import type { Block, Cell, Column, Document } from '../model/document.ts';
import type { OurFault } from '../remedies/ours.ts';
import { SCHEMA } from '../shapes.ts';
import type { Problem, Problems, Summary } from '../summary.ts';
import type { Table, Tally } from '../tally.ts';
import { humanStamp, isoWithOffset } from '../time/iso.ts';
import { booksLine, sampleLines } from './books-text.ts';
import type { Window } from './input.ts';
import { ourBlocks, ourJson } from './ours-text.ts';
import type { Detail } from './report.ts';

type Json = Readonly<Record<string, unknown>>;

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

/** A part of a report that stands for itself. */
export interface Extra {
  /** Its share of the first line, if a person has to act. */
  verdict: string | null;
  blocks: readonly Block[];
  json: Json;
  records: readonly Json[];
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
    blocks.push(...problemBlocks('Stopped, though the sender may exist', summary.problems, aggregate));
    blocks.push(...problemBlocks('Our own users and scripts', summary.submissions, aggregate));
    for (const { title, table, detail: needed } of tables(summary)) {
      if (isShown(needed, detail)) blocks.push(...tallyBlocks(title, table));
    }
    if (detail !== 'low') blocks.push(hourBlock(aggregate.hours));
  }
  blocks.push(...input.extras.flatMap((extra) => extra.blocks));
  blocks.push({ type: 'heading', text: 'Books' }, { type: 'text', text: booksLine(books) });
  if (books.samples.length > 0) blocks.push({ type: 'lines', lines: sampleLines(books) });
  return blocks;
}

/** Whether a table that needs this level is printed at that one. */
export function isShown(needed: Detail, asked: Detail): boolean {
  return LEVELS.indexOf(asked) >= LEVELS.indexOf(needed);
}

const LEVELS: readonly Detail[] = ['low', 'med', 'high'];

export interface Section {
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

function problemBlocks(title: string, { largest, count }: Problems, aggregate: Aggregate): Block[] {
  if (count === 0) return [];
  const blocks: Block[] = [{ type: 'heading', text: title }];
  for (const problem of largest) blocks.push(problemCard(problem, aggregate.offset));
  const more = count - largest.length;
  if (more > 0) blocks.push({ type: 'text', text: `... and ${number(more)} more (--top N shows them)` });
  return blocks;
}

function problemCard(problem: Problem, offset: number): Block {
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
  };
}

export function hostText({ name, ip }: Host): string {
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

export function tallyBlocks(title: string, { rows, count }: Table): Block[] {
  if (count === 0) return [];
  const note = count > rows.length ? { note: `${number(count - rows.length)} more` } : {};
  return [
    { type: 'heading', text: title },
    {
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
    },
  ];
}

function hourBlock(hours: readonly Hour[]): Block {
  return {
    type: 'table',
    title: 'By hour of the day',
    columns: [
      { title: 'hour' },
      { title: 'fail', ...COUNT },
      { title: 'defer', ...COUNT },
      { title: 'could not connect', ...COUNT },
      { title: 'other', ...COUNT },
    ],
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

/** `1 mail`, `1,234 mails` */
export function many(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

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
    ...Object.fromEntries(
      tables(summary).map(({ id, table }) => [id, table.rows.map((row) => tallyJson(id, row, stamp))]),
    ),
    byHour: aggregate.hours,
    ...Object.assign({}, ...input.extras.map(({ json }) => json)),
    books,
  };
}

export function problemJson(problem: Problem, stamp: (at: number) => string | null): Json {
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

export function tallyJson(
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
    byRemoteHost: 'host',
  };
  const title = id === 'byCause' ? { title: causes.find((cause) => cause.id === key)?.title ?? key } : {};
  return { [names[id] ?? 'domain']: key, ...title, ...counts, first: stamp(first), last: stamp(last) };
}

/** One row for each line of each table, for spreadsheets. */
function reportRecords({ summary, aggregate, extras }: ReportInput): Json[] {
  const own = tables(summary).flatMap(({ id, table }) => tableRecords(id, table, aggregate.offset));
  return [...own, ...extras.flatMap(({ records }) => records)];
}

/** @param offset of the log's clock, minutes east of UTC. */
export function tableRecords(section: string, table: Table, offset: number): Json[] {
  return table.rows.map(({ first, last, ...row }) => ({
    section,
    ...row,
    first: isoWithOffset(first, offset),
    last: isoWithOffset(last, offset),
  }));
}
