/** A table as text: columns where they fit, else each row as labelled facts. */
import type { Cell, Column } from '../model/document.ts';
import { fitColumns } from './columns.ts';
import { type Fact, labelWidth, renderFacts } from './facts.ts';
import { cellOf, type Pen } from './pen.ts';
import { drawTable, heightOf } from './table.ts';
import { wrap } from './wrap.ts';

function lay(text: string, width: number, paint: (line: string) => string): string {
  return wrap(text, width)
    .map((line) => paint(line.text))
    .join('\n');
}

/** Makes the facts of one row; an empty cell says nothing. */
function factsOf(columns: readonly Column[], row: readonly Cell[]): Fact[] {
  return columns
    .map((column, at): Fact => [column.title, row[at] ?? { text: '' }])
    .filter(([, value]) => value.text !== '');
}

/** Renders a table's header and rows, or `none`. No value is ever cut; only a `wrap` column is broken, at spaces. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly (string | number | Cell)[])[],
  pen: Pen,
): string[] {
  if (rows.length === 0) return [pen.paint('none', 'dim')];
  const cells = rows.map((row) =>
    columns.map((_, at) => {
      const { text, tone = 'plain' } = cellOf(row[at] ?? '');
      return { text: pen.clean(text), tone };
    }),
  );
  const titled = columns.map((column) => ({ ...column, title: pen.clean(column.title) }));
  const stacked = cells.map((row) => factsOf(titled, row));
  const widest = labelWidth(stacked.flat(), pen);
  const stack = (index: number, indent: number) => renderFacts(stacked[index] ?? [], pen, indent, widest);

  const fit = fitColumns(
    titled,
    cells.map((row) => row.map((cell) => cell.text)),
    pen.width,
  );
  if (!fit) return cells.flatMap((_, index) => (index === 0 ? stack(0, 0) : ['', ...stack(index, 0)]));

  const layCell = (at: number, { text, tone }: Cell) =>
    columns[at]?.wrap
      ? lay(text, fit.widths[at] ?? 0, (line) => pen.paint(line, tone))
      : pen.paint(text, tone);
  const head = titled.map(({ title }, at) =>
    lay(title, fit.widths[at] ?? 0, (line) => pen.paint(line, 'strong')),
  );
  const laid = cells.map((row, index) =>
    fit.outliers.has(index) ? undefined : row.map((cell, at) => layCell(at, cell)),
  );
  const drawn = drawTable(
    head,
    fit.widths,
    laid.filter((row) => row !== undefined),
    columns.map((c) => c.align ?? 'left'),
  );

  // A row that did not fit between the others is told in its own place, set in by two.
  let next = heightOf(head) + 1;
  const lines = drawn.slice(0, next);
  laid.forEach((row, index) => {
    const height = row ? heightOf(row) : 0;
    lines.push(...(row ? drawn.slice(next, next + height) : stack(index, 2)));
    next += height;
  });
  return lines;
}
