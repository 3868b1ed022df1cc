/** Document -> GitHub-flavoured Markdown, for a ticket or a wiki. */
import type { Cell, Column, Document, Table, Told, Tone } from '../model/document.ts';
import { printable } from './escape.ts';
import { cellOf } from './pen.ts';

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escapes one line of text: nothing in it is markup, neither Markdown's nor HTML's. */
function inline(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/[&<>]/g, (char) => ENTITY[char] ?? char);
}

/** Escapes prose line by line: `- ` items stay, any other mark at the beginning of a line is only text. */
function prose(text: string): string {
  const lines = text.split('\n').map((line) => inline(line).trim());
  return lines.map((line) => line.replace(/^(?:[#=+]|-(?! ))/, '\\$&')).join('\n');
}

function toned(text: string, tone?: Tone): string {
  // Strong is the one tone that Markdown has, and it does not reach over lines.
  return tone === 'strong' && /^.+$/.test(text.trim()) ? `**${text.trim()}**` : text;
}

function cell(value: string | number | Cell): string {
  const { text, tone } = cellOf(value);
  return toned(inline(text), tone);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(columns: readonly Column[], rows: Table['rows']): string {
  if (rows.length === 0) return 'none';
  return [
    row(columns.map((column) => inline(column.title))),
    row(columns.map((column) => (column.align === 'right' ? '---:' : '---'))),
    ...rows.map((cells) => row(columns.map((_, at) => cell(cells[at] ?? '')))),
  ].join('\n');
}

/** Fences log lines. The fence is longer than any run of backticks in them, so that none of them can end it. */
function fence(lines: readonly string[]): string {
  const text = lines.map(printable);
  const runs = text.flatMap((line) => line.match(/`+/g) ?? []);
  const longest = runs.reduce((most, run) => Math.max(most, run.length), 0);
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  return [`${ticks}text`, ...text, ticks].join('\n');
}

function renderBlock(block: Told): string {
  switch (block.type) {
    case 'heading':
      return `## ${inline(block.text)}`;
    case 'text':
      return toned(prose(block.text), block.tone);
    case 'table':
      return [
        ...(block.title ? [`### ${inline(block.title)}`] : []),
        table(block.columns, block.rows),
        ...(block.note ? [prose(block.note)] : []),
      ].join('\n\n');
    case 'card':
      return [
        `### ${block.head
          .map((part) => inline(cellOf(part).text))
          .filter(Boolean)
          .join(' - ')}`,
        block.facts.map(([label, value]) => `- **${inline(label)}:** ${cell(value)}`.trimEnd()).join('\n'),
      ].join('\n\n');
    case 'lines':
      return fence(block.lines);
  }
}

/** Renders a document as Markdown. */
export function renderMarkdown(document: Document): string {
  const told = document.blocks.filter((block) => block.type !== 'chart');
  return `${[`# ${inline(document.title)}`, ...told.map(renderBlock)].join('\n\n')}\n`;
}
