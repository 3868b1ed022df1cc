import type { Books } from '../analysis.ts';
import type { Block, Document } from '../model/document.ts';
import type { Finding } from '../remedies/audit.ts';
import type { Case } from '../remedies/cases.ts';
import { reasonOf } from '../remedies/entry-text.ts';
import type { OurFault } from '../remedies/ours.ts';
import type { Wanted } from '../remedies/signals.ts';
import { isNewHere, NEW_HERE, type Refusal, type Suggestion } from '../remedies/suggest.ts';
import type { Target } from '../remedies/targets.ts';
import { asciiSafe, printable } from '../render/escape.ts';
import { SCHEMA } from '../shapes.ts';
import { isoWithOffset } from '../time/iso.ts';
import { booksLine } from './books-text.ts';
import { ourBlocks, ourJson } from './ours-text.ts';
import { clientText } from './trace-text.ts';
import { noun } from './words.ts';

export interface WhitelistResult {
  target: Target;
  path: string | null;
  offset: number;
  books: Books;
  ours: readonly OurFault[];
  suggestions: readonly Suggestion[];
  refusals: readonly Refusal[];
}

/** The lines of the list itself, one entry each, its reason as a comment that the server ignores. */
export function entryLines(
  suggestions: readonly Suggestion[],
  { syntax }: Target,
  offset: number,
  withReplay: boolean,
): string[] {
  return suggestions.flatMap((one) => syntax.write(one.entry, reasonOf(one, offset, withReplay)).split('\n'));
}

/** The text form: exactly what the list accepts. All that is for people is a comment. */
export function listText(result: WhitelistResult, options: { all?: boolean; replay?: boolean }): string {
  const { target, path, offset, suggestions, refusals, ours } = result;
  const fresh = suggestions.filter(({ alreadyListed }) => !alreadyListed);
  const lines: string[] = [];
  const remark = (text: string): void => {
    lines.push(comment(text));
  };
  for (const fault of ours) remark(`It is us: ${fault.what} (${fault.id}). ${fault.advice}`);
  if (fresh.length === 0) remark('No entry: no wanted mail was stopped that a list could let in.');
  else {
    remark(`For ${path ?? target.title}${path === null ? '' : ` (${target.title}).`}`);
    remark(target.where);
    remark(`Test: ${target.test(fresh[0]?.entry ?? '')}`);
  }
  if (fresh.length > 0 && target.caution !== undefined) remark(`Caution: ${target.caution}`);
  if (fresh.some(({ cases }) => isNewHere(cases))) remark(`Caution, where it says "new here": ${NEW_HERE}`);
  for (const one of fresh) {
    remark(`${one.entry}: ${signalsText(one.cases[0].wanted)}`);
    lines.push(...entryLines([one], target, offset, options.replay === true));
  }
  const listed = suggestions.length - fresh.length;
  if (listed > 0) remark(`${listed} more ${listed === 1 ? 'is' : 'are'} in the list already.`);
  if (options.all) for (const refusal of refusals) remark(`Not listed: ${refusalText(refusal)}`);
  return lines.map((line) => `${line}\n`).join('');
}

/** `+2 the client's confirmed name ...; -1 ...` */
function signalsText({ signals }: Wanted): string {
  return signals.map(({ text, weight }) => `${signed(weight)} ${text}`).join('; ');
}

/** One line that is a comment in every list: no backslash at its end, which would join the next line to it. */
function comment(text: string): string {
  return `# ${asciiSafe(printable(text)).replace(/(?<!\\)\\+$/, '')}`;
}

function refusalText({ case: one, reason }: Refusal): string {
  return `${clientText({ ...clientOf(one), port: null })}, ${one.senders.slice(0, 2).join(' ')}: ${reason}`;
}

function clientOf({ client, heloName }: Case): {
  ip: string | null;
  reverseName: string | null;
  heloName: string | null;
} {
  return { ip: client.ip, reverseName: client.name, heloName };
}

/** For every format but the text. */
export function whitelistDocument(result: WhitelistResult, all: boolean): Document {
  const { target, path, suggestions, refusals, books, ours } = result;
  const shown = all ? suggestions : suggestions.filter(({ alreadyListed }) => !alreadyListed);
  const records = shown.map((one) => suggestionJson(one, result));
  const rest = all ? refusals.map((one) => refusalJson(one)) : [];
  const count = `${shown.length} ${noun(shown.length, 'entry', 'entries')}`;
  const blocks: Block[] = [...ourBlocks(ours, result.offset)];
  if (shown.length > 0) {
    blocks.push({
      type: 'table',
      columns: [
        { title: 'entry' },
        { title: 'score', align: 'right' },
        { title: 'because', wrap: true },
        { title: 'senders', wrap: true },
        { title: 'for and against', wrap: true },
        { title: 'caution', wrap: true },
      ],
      rows: shown.map(({ entry, cases, because, caution }) => [
        entry,
        cases[0].wanted.score,
        because.join(' '),
        [...new Set(cases.flatMap(({ senders }) => senders))].slice(0, NAMED).join(' '),
        signalsText(cases[0].wanted),
        caution ?? '',
      ]),
      note: target.where,
    });
  }
  if (rest.length > 0) {
    blocks.push({ type: 'heading', text: 'Not listed' });
    blocks.push({ type: 'text', text: refusals.map((one) => `- ${refusalText(one)}`).join('\n') });
  }
  blocks.push({ type: 'text', text: booksLine(books), tone: 'dim' });
  return {
    title: `${count} for ${path ?? target.title}`,
    blocks,
    json: {
      schema: SCHEMA,
      type: 'whitelist',
      target: target.id,
      path,
      ours: ours.map((one) => ourJson(one, result.offset)),
      suggestions: records,
      ...(all ? { refused: rest } : {}),
      books,
    },
    records,
  };
}

/** Senders and recipients that are named in JSON; the attempts count them all. */
const NAMED = 20;

type Json = Readonly<Record<string, unknown>>;

function suggestionJson(suggestion: Suggestion, { target, path, offset }: WhitelistResult): Json {
  const { entry, cases, because, caution, alreadyListed, replay } = suggestion;
  const [best] = cases;
  return {
    schema: SCHEMA,
    type: 'suggestion',
    entry,
    target: target.id,
    path,
    because,
    senders: namesOf(cases, 'senders'),
    recipients: namesOf(cases, 'recipients'),
    client: clientOf(best),
    evidence: {
      attempts: sum(cases, 'attempts'),
      neverAccepted: sum(cases, 'unaccepted'),
      firstSeen: isoWithOffset(Math.min(...cases.map(({ first }) => first)), offset),
      lastSeen: isoWithOffset(Math.max(...cases.map(({ last }) => last)), offset),
      replay,
    },
    wanted: best.wanted,
    caution,
    alreadyListed,
  };
}

function refusalJson({ case: one, reason }: Refusal): Json {
  return {
    client: clientOf(one),
    senders: one.senders.slice(0, NAMED),
    causes: one.causes,
    attempts: one.attempts,
    wanted: one.wanted,
    reason,
  };
}

function namesOf(cases: readonly Case[], field: 'senders' | 'recipients'): string[] {
  return [...new Set(cases.flatMap((one) => one[field]))].slice(0, NAMED);
}

function sum(cases: readonly Case[], field: 'attempts' | 'unaccepted'): number {
  return cases.reduce((total, one) => total + one[field], 0);
}

function signed(weight: number): string {
  return weight > 0 ? `+${weight}` : String(weight);
}

/** What is wrong with the list as it stands. */
export function auditDocument(
  findings: readonly Finding[],
  path: string,
  entries: number,
  books: Books,
): Document {
  const dangers = findings.filter(({ kind }) => kind === 'danger').length;
  const verdict =
    findings.length === 0
      ? 'nothing to mend'
      : `${findings.length} to look at${dangers > 0 ? `, ${dangers} DANGEROUS` : ''}`;
  const blocks: Block[] = [];
  if (findings.length > 0) {
    blocks.push({
      type: 'table',
      columns: [
        { title: 'line', align: 'right' },
        { title: 'entry' },
        { title: 'kind' },
        { title: 'what is wrong', wrap: true },
      ],
      rows: findings.map(({ line, text, kind, problem }) => [line, text.slice(0, LONGEST), kind, problem]),
    });
  }
  blocks.push({ type: 'text', text: booksLine(books), tone: 'dim' });
  const records = findings.map((finding) => ({ ...finding }));
  return {
    title: `${entries} ${noun(entries, 'entry', 'entries')} in ${path}: ${verdict}`,
    blocks,
    json: { schema: SCHEMA, type: 'audit', path, entries, findings: records, books },
    records,
  };
}

/** Of a line that is shown. */
const LONGEST = 60;
