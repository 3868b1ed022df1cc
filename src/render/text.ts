/** Document -> text for a terminal or a mail. */
import type { Block, Card, Document, Told, Tone } from '../model/document.ts';
import { type Fact, labelWidth, renderFacts } from './facts.ts';
import type { RenderOptions } from './options.ts';
import { cellOf, type Pen, penFor } from './pen.ts';
import { displayWidth } from './table.ts';
import { renderTable } from './textTable.ts';
import { wrap } from './wrap.ts';

/** Prose is not set wider than this, however wide the terminal is: the eye loses the line. */
const PROSE_WIDTH = 100;

/** The spaces and the list mark at the beginning of a line: its further lines hang under the text. */
const MARK = /^ {0,8}(?:[-*] |\d{1,2}[.)] )?/;

function renderProse(text: string, pen: Pen, tone?: Tone): string[] {
  const width = Math.min(pen.width, PROSE_WIDTH);
  return text.split('\n').flatMap((paragraph) => {
    const clean = pen.clean(paragraph);
    const mark = MARK.exec(clean)?.[0] ?? '';
    return wrap(clean.slice(mark.length), width, mark.length).map((line, index) => {
      const before = index === 0 ? mark : ' '.repeat(line.indent);
      return pen.paint((before + line.text).trimEnd(), tone);
    });
  });
}

/** Takes the newlines out of what has to be one line, unless it is too long for the page. */
function renderLine(text: string, pen: Pen): string[] {
  return renderProse(text.replaceAll('\n', ' '), pen, 'strong');
}

function renderHeading(text: string, pen: Pen): string[] {
  const width = Math.min(displayWidth(pen.clean(text)), pen.width, PROSE_WIDTH);
  return [...renderLine(text, pen), pen.paint('='.repeat(width), 'dim')];
}

/** Sets the parts of a card's head side by side; one that has no room starts a new line. */
function renderHead(head: Card['head'], pen: Pen): string[] {
  const lines: string[] = [];
  let used = 0;
  for (const { text, tone } of head.map(cellOf)) {
    const clean = pen.clean(text);
    if (clean === '') continue;
    const fits = lines.length > 0 && used + 2 + displayWidth(clean) <= pen.width;
    if (fits) {
      lines.push(`${lines.pop()}  ${pen.paint(clean, tone)}`);
      used += 2 + displayWidth(clean);
      continue;
    }
    const indent = lines.length > 0 ? 2 : 0;
    for (const line of wrap(clean, pen.width - indent)) {
      lines.push(' '.repeat(indent) + pen.paint(line.text, tone));
      used = indent + displayWidth(line.text);
    }
  }
  return lines;
}

function factsOf(card: Card): Fact[] {
  return card.facts.map(([label, value]) => [label, cellOf(value)]);
}

/** @param widestLabel of all cards, so that their values stand in one column */
function renderBlock(block: Told, pen: Pen, widestLabel: number): string[] {
  switch (block.type) {
    case 'heading':
      return renderHeading(block.text, pen);
    case 'text':
      return renderProse(block.text, pen, block.tone);
    case 'table':
      return [
        ...(block.title ? renderLine(block.title, pen) : []),
        ...renderTable(block.columns, block.rows, pen),
        ...(block.note ? ['', ...renderProse(block.note, pen, 'dim')] : []),
      ];
    case 'card':
      return [...renderHead(block.head, pen), ...renderFacts(factsOf(block), pen, 2, widestLabel)];
    case 'lines':
      return block.lines.map((line) => `  ${pen.clean(line)}`);
  }
}

/** Renders a document as text: the title, then its blocks with a blank line between them. */
export function renderText(document: Document, options: RenderOptions): string {
  const pen = penFor(options);
  // Never wrapped: the first line is a mail's subject.
  const title = pen.paint(pen.clean(document.title.replaceAll('\n', ' ')), 'strong');
  const blocks = renderBlocks(document.blocks, options);
  return `${title}\n${blocks === '' ? '' : '\n'}${blocks}`;
}

/** The blocks alone, for what is told piece by piece. */
export function renderBlocks(all: readonly Block[], options: RenderOptions): string {
  const pen = penFor(options);
  const blocks = all.filter((block) => block.type !== 'chart');
  const cards = blocks.filter((block) => block.type === 'card');
  const widestLabel = labelWidth(cards.flatMap(factsOf), pen);
  return blocks
    .map((block, index) => {
      const gap = index === 0 ? '' : blocks[index - 1]?.type === 'heading' ? '\n' : '\n\n';
      return gap + renderBlock(block, pen, widestLabel).join('\n');
    })
    .join('')
    .concat(blocks.length > 0 ? '\n' : '');
}
