/** Shares the width of a page out to the columns of a table. */
import type { Column } from '../model/document.ts';
import { displayWidth, GAP } from './table.ts';
import { longestWord } from './wrap.ts';

/** Prose in a column narrower than this is tiresome to read. */
const LEAST_PROSE = 16;

/** What one cell, or one column, asks for. */
interface Room {
  /** Without it a value would be broken. */
  readonly least: number;
  /** With it everything is on one line. */
  readonly whole: number;
}

export interface Fit {
  readonly widths: readonly number[];
  /** Rows that have no room between the others, by index: each has a value that is far too long. */
  readonly outliers: ReadonlySet<number>;
}

function roomOf(text: string, wrap: boolean): Room {
  const whole = displayWidth(text);
  return { least: wrap ? longestWord(text) : whole, whole };
}

function widest(rooms: readonly Room[]): Room {
  let least = 1;
  let whole = 1;
  for (const room of rooms) {
    least = Math.max(least, room.least);
    whole = Math.max(whole, room.whole);
  }
  return { least, whole };
}

/** Asks what a column needs: its values, its title (which may be broken at spaces), its least width. */
function columnRoom(column: Column, cells: readonly Room[]): Room {
  const { least, whole } = widest([roomOf(column.title, true), ...cells]);
  const floor = column.minWidth ?? (column.wrap ? LEAST_PROSE : 0);
  return { least: Math.max(least, Math.min(floor, whole)), whole };
}

/** Takes from the widest column that can still give, until all fit; undefined where they cannot. */
function shareOut(columns: readonly Room[], width: number): number[] | undefined {
  const total = width - GAP * (columns.length - 1);
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  if (sum(columns.map((column) => column.least)) > total) return undefined;
  const widths = columns.map((column) => Math.max(column.least, Math.min(column.whole, total)));
  for (let excess = sum(widths) - total; excess > 0; excess--) {
    const giving = widths.map((wide, index) => (wide > (columns[index]?.least ?? 0) ? wide : 0));
    const from = giving.indexOf(Math.max(...giving));
    widths[from] = (widths[from] ?? 0) - 1;
  }
  return widths;
}

/**
 * Finds the widths with which a table fits the page. If it does not, then not for the sake of a few rows (a stranger
 * can send from an address of 254 characters): up to a quarter of them may be left out of the reckoning.
 * @returns undefined where the table has to be told in another form
 */
export function fitColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): Fit | undefined {
  const rooms = rows.map((row) => columns.map((column, at) => roomOf(row[at] ?? '', column.wrap === true)));
  const need = rooms.map((row) => widest(row).least);
  const longestFirst = rows.map((_, index) => index).sort((a, b) => (need[b] ?? 0) - (need[a] ?? 0));
  const fitted = (leftOut: number) => {
    const kept = longestFirst.slice(leftOut).map((index) => rooms[index] ?? []);
    const asked = columns.map((column, at) =>
      columnRoom(
        column,
        kept.flatMap((row) => row[at] ?? []),
      ),
    );
    return shareOut(asked, width);
  };
  // The fewest that have to be left out: the more are, the narrower the rest.
  let low = 0;
  let high = Math.floor(rows.length / 4);
  if (!fitted(high)) return undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fitted(middle)) high = middle;
    else low = middle + 1;
  }
  return { widths: fitted(low) ?? [], outliers: new Set(longestFirst.slice(0, low)) };
}
