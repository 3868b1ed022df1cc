/** Draws rows of finished cells. The only place that knows cli-table3, so also the one that measures text. */
import Table from 'cli-table3';

/** Spaces between two columns. */
export const GAP = 2;

/** One row: its cells may hold several lines. */
export type Row = readonly string[];

// cli-table3's layout takes time by the square of the rows (8000 rows: 3.4 s), so long tables are drawn in pieces.
const PIECE = 200;

// No frame: aligned columns survive a mail, a pager, copy and paste, and a value that is wider than the page.
const NO_FRAME = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
};

// Empty `head` and `border`: cli-table3 would colour them even into a pipe, and despite NO_COLOR.
const STYLE = { 'padding-left': 0, 'padding-right': 0, head: [], border: [] };

/**
 * Measures how many terminal columns a text of one line takes.
 * cli-table3 itself is asked, so that what we wrap and what it pads can never differ.
 */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  const probe = new Table({ style: STYLE });
  probe.push([text]);
  return probe.width - 2; // the two sides of the frame
}

/** Counts the lines that a row takes. */
export function heightOf(row: Row): number {
  return Math.max(1, ...row.map((cell) => cell.split('\n').length));
}

function drawPiece(rows: readonly Row[], aligns: readonly ('left' | 'right')[]): string[] {
  const table = new Table({ chars: NO_FRAME, style: STYLE, colAligns: [...aligns], rowAligns: ['bottom'] });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split('\n');
}

/**
 * Draws a header, a rule and rows as aligned columns.
 * @param head titles, at the bottom of their row
 * @param widths of the columns; no cell may be wider
 * @returns one string for each line, without spaces at the end
 */
export function drawTable(
  head: Row,
  widths: readonly number[],
  rows: readonly Row[],
  aligns: readonly ('left' | 'right')[],
): string[] {
  // The rule makes every piece equally wide.
  const rule = widths.map((width) => '-'.repeat(width));
  const lines = drawPiece([head, rule], aligns);
  for (let start = 0; start < rows.length; start += PIECE) {
    lines.push(...drawPiece([rule, ...rows.slice(start, start + PIECE)], aligns).slice(1));
  }
  return lines.map((line) => line.trimEnd());
}
