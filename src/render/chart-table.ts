/** A chart in formats that cannot draw: the same numbers as a table. */
import type { Block, Chart } from '../model/document.ts';

export type Table = Extract<Block, { type: 'table' }>;

/** A document's part in a format that cannot draw. */
export type Undrawn = Exclude<Block, Chart>;

/** The numbers of a chart, one row a category, without those in which nothing was counted. */
export function chartTable({ title, label, categories, series }: Chart): Table {
  const rows = categories.map((category, at) => [category, ...series.map(({ values }) => values[at] ?? 0)]);
  return {
    type: 'table',
    title,
    columns: [{ title: label }, ...series.map((one) => ({ title: one.title, align: 'right' as const }))],
    rows: rows.filter(([, ...counts]) => counts.some((count) => count !== 0)),
  };
}

/** Puts tables in the place of charts, and nothing in the place of those that are told elsewhere. */
export function undrawn(blocks: readonly Block[]): Undrawn[] {
  return blocks.flatMap((block) => {
    if (block.type !== 'chart') return [block];
    return block.toldElsewhere ? [] : [chartTable(block)];
  });
}
