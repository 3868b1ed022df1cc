import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Every regular expression that is written down in the source, and where. */
function regexesIn(file: string): { where: string; regex: RegExp }[] {
  const source = ts.createSourceFile(file, readFileSync(resolve(SRC, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: { where: string; regex: RegExp }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      const end = node.text.lastIndexOf('/');
      const regex = new RegExp(node.text.slice(1, end), node.text.slice(end + 1));
      found.push({ where: `${file}:${line + 1}`, regex });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** It groups the digits of our own numbers. */
const NUMBERS = 'commands/words.ts';

const regexes = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== NUMBERS)
  .flatMap(regexesIn);

/** What classes and dots take, or do not. */
const ANYTHING = [
  'a',
  'A',
  '0',
  ' ',
  '\t',
  '\r',
  '.',
  '-',
  '"',
  '\\',
  '<',
  '(',
  '[',
  '@',
  ':',
  'é',
  'a ',
  'a.',
  'a-',
  '[:',
];
/** What keeps a repetition from ending well. */
const ENDS = ['', '\0\n'];

/** Parts of a text that begin to match, to be repeated until it is long. */
function pumpsOf({ source }: RegExp): string[] {
  const words = source
    .replace(/\(\?(?:<[a-z]+>|<?[=!:])/gi, '(')
    .replace(/\\[bB]|\[\^?(?:[^\]\\]|\\.)*\]|\{\d*,?\d*\}/g, '|')
    .replace(/\\[wd]/g, '0')
    .replace(/\\s/g, ' ')
    .replace(/\\S/g, 'a')
    .replace(/\\[pPux](?:\{[^}]*\}|[\da-f]{2,4})/gi, 'é')
    .split(/[|()*+?^$]+/)
    .map((word) =>
      word.replace(/\\t/g, '\t').replace(/\\n/g, '\n').replace(/\\r/g, '\r').replace(/\\(.)/g, '$1'),
    )
    .filter((word) => word !== '');
  const few = [...new Set(words)].slice(0, 12);
  return [...few, ...few.map((word) => `${word} `)];
}

/** @returns milliseconds. */
function timeOf(regex: RegExp, text: string): number {
  const start = performance.now();
  text.replace(regex, '');
  return performance.now() - start;
}

const long = (head: string, pump: string, end: string, length: number): string =>
  head + pump.repeat(Math.ceil(length / pump.length)) + end;

const LENGTH = 4 * 1024;
/** Milliseconds: what takes less at this length is not looked at more closely. */
const NOTICED = 1;
/** Four times the text: four times the time if it grows with the text, sixteen times if with its square. */
const TIMES = 4;
const MOST = 9;

/** How many times longer the longer text takes, each at its best. */
function growth(regex: RegExp, head: string, pump: string, end: string): number {
  const best = (length: number): number => {
    const text = long(head, pump, end, length);
    return Math.min(...[1, 2, 3].map(() => timeOf(regex, text)));
  };
  return best(TIMES * LENGTH) / best(LENGTH);
}

/** Texts that take a time that grows faster than they do. */
function slowOn(regex: RegExp): string[] {
  const own = pumpsOf(regex);
  for (const pump of new Set([...ANYTHING, ...own]))
    for (const head of new Set(['', own[0] ?? '']))
      for (const end of ENDS) {
        if (timeOf(regex, long(head, pump, end, LENGTH)) < NOTICED) continue;
        // Twice: once may be another process's fault.
        const times = [1, 2].map(() => growth(regex, head, pump, end));
        if (Math.min(...times) > MOST) return [`${JSON.stringify([head, pump, end])}: ${times} times`];
      }
  return [];
}

describe('the time of a pattern grows with the text, not with its square', () => {
  it('and a pattern for which it does is found', () => {
    expect(slowOn(/foo.*bar/)).not.toEqual([]);
    expect(slowOn(/\s+$/)).not.toEqual([]);
  }, 120_000);

  it.each(regexes)('$where $regex', ({ regex }) => expect(slowOn(regex)).toEqual([]), 120_000);
});
