import { text as readAll } from 'node:stream/consumers';
import type { Fault } from '../causes/index.ts';
import type { Block, Document } from '../model/document.ts';
import { type Answered, type Explanation, explain } from '../remedies/explain.ts';
import { SCHEMA } from '../shapes.ts';
import type { CommonOptions, Context, ExitStatus } from './context.ts';
import { print } from './output.ts';

export interface ExplainOptions extends CommonOptions {
  context: Answered;
}

/** `exiwhy explain [TEXT...]`: what a line, a bounce or a reply means and whose job the cure is. */
export async function explainTexts(
  words: string[],
  options: ExplainOptions,
  context: Context,
): Promise<ExitStatus> {
  const texts = words.length > 0 ? textsOf(words) : splitInput(await readAll(process.stdin));
  const explanations = texts.map((text) => context.redactor.explanation(explain(text, options.context)));
  const records = explanations.map((one) => ({ schema: SCHEMA, type: 'explanation', ...one }));
  const document: Document = {
    title: explanations.length === 1 ? (explanations[0]?.meaning ?? '') : `${explanations.length} texts`,
    blocks: explanations.map((one) => card(one, explanations.length > 1)),
    json: { schema: SCHEMA, type: 'explanations', explanations: records },
    records,
  };
  await print(document, options, context);
  return 0;
}

/** Each argument is a text; words that were not quoted are one. */
function textsOf(words: readonly string[]): string[] {
  return words.length > 1 && words.every((word) => !word.includes(' ')) ? [words.join(' ')] : [...words];
}

/** A bounce message is one text however many lines it has; anything else is one text a line. */
function splitInput(input: string): string[] {
  if (/^(?:Diagnostic-Code|Reporting-MTA|Final-Recipient|Return-Path|Received|From|Subject): /im.test(input))
    return [input];
  if (/^This message was created automatically by mail delivery software/m.test(input)) return [input];
  // The lines of one reply (RFC 5321 section 4.2.1): all but the last have a hyphen behind the code, which is one.
  const joined = input.replace(/\r/g, '').replace(/^((\d{3})-.*)\n(?=\2[ -])/gm, '$1\\n');
  return joined.split('\n').filter((line) => line.trim() !== '');
}

const WHOSE_JOB: Readonly<Record<Fault, string>> = {
  sender: "the sender's, or whoever runs the sender's domain",
  'sending-operator': "the operator's of the sending side",
  'receiving-operator': 'ours, on this server',
  network: 'to be found out: the network between us and them',
  recipient: "the recipient's, or whoever runs the recipient's mail",
  nobody: "nobody's: it works as it should",
  unknown: 'not known',
};

function card(
  { text, cause, fault, meaning, advice, source, contacts, kind }: Explanation,
  named: boolean,
): Block {
  const facts: [string, string][] = [
    ['text', text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text],
    ['read as', kind],
    ['whose job', WHOSE_JOB[fault]],
    ['do', advice],
  ];
  if (source !== null) facts.push(['see', source]);
  if (contacts.length > 0) facts.push(['it offers', contacts.join(' ')]);
  const head = [named ? meaning : '', cause ?? 'no cause'];
  return { type: 'card', head: head.map((words) => ({ text: words, tone: 'strong' })), facts };
}

/** Of a text that is repeated to its reader. */
const LONGEST = 400;
