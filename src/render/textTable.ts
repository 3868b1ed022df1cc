/** A table as text: columns where they fit, else each row as labelled facts. */
import type { Cell, Column, Tone } from '../model/document.ts';
import { type Fit, fitColumns } from './columns.ts';
import { type Fact, labelWidth, renderFacts } from './facts.ts';
import { cellOf, type Pen } from './pen.ts';
import { drawTable, heightOf } from './table.ts';
import { wrap } from './wrap.ts';

type Cells = readonly Cell[];

/** Writes one row as facts; an empty cell says nothing. */
type Stack = (row: Cells, indent: number) => string[];

function stacker(columns: readonly Column[], pen: Pen): Stack {
  const widest = labelWidth(
    columns.map((column): Fact => [column.title, cellOf('')]),
    pen,
  );
  return (row, indent) => {
    const facts = columns.map((column, at): Fact => [column.title, row[at] ?? cellOf('')]);
    return renderFacts(
      facts.filter(([, value]) => value.text !== ''),
      pen,
      indent,
      widest,
    );
  };
}

/** Breaks a text to the width of its column, and paints each line by itself: tones do not run over. */
function lay(text: string, width: number, pen: Pen, tone?: Tone): string {
  const lines = wrap(text, width).map((line) => pen.paint(line.text, tone));
  return lines.join('\n');
}

/** Draws the rows in columns; one that has no room there is told in its place, set in by two. */
function drawRows(
  columns: readonly Column[],
  rows: readonly Cells[],
  fit: Fit,
  stack: Stack,
  pen: Pen,
): string[] {
  const head = columns.map(({ title }, at) => lay(title, fit.widths[at] ?? 0, pen, 'strong'));
  const layRow = (row: Cells) =>
    row.map(({ text, tone }, at) =>
      columns[at]?.wrap ? lay(text, fit.widths[at] ?? 0, pen, tone) : pen.paint(text, tone),
    );
  const laid = rows.map((row, index) => (fit.outliers.has(index) ? undefined : layRow(row)));
  const fitting = laid.filter((row) => row !== undefined);
  const drawn = drawTable(
    head,
    fit.widths,
    fitting,
    columns.map((column) => column.align ?? 'left'),
  );

  let next = heightOf(head) + 1; // the rule
  const lines = drawn.slice(0, next);
  rows.forEach((row, index) => {
    const drawnRow = laid[index];
    const height = drawnRow ? heightOf(drawnRow) : 0;
    lines.push(...(drawnRow ? drawn.slice(next, next + height) : stack(row, 2)));
    next += height;
  });
  return lines;
}

/** Renders a table's header and rows, or `none`. No value is ever cut; only a `wrap` column is broken, at spaces. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly (string | number | Cell)[])[],
  pen: Pen,
): string[] {
  if (rows.length === 0) return [pen.paint('none', 'dim')];
  const titled = columns.map((column) => ({ ...column, title: pen.clean(column.title) }));
  const clean = rows.map((row) =>
    titled.map((_, at) => {
      const { text, tone = 'plain' } = cellOf(row[at] ?? '');
      return { text: pen.clean(text), tone };
    }),
  );
  const texts = clean.map((row) => row.map((cell) => cell.text));
  const fit = fitColumns(titled, texts, pen.width);
  const stack = stacker(titled, pen);
  if (fit) return drawRows(titled, clean, fit, stack, pen);
  return clean.flatMap((row, index) => (index === 0 ? stack(row, 0) : ['', ...stack(row, 0)]));
}
