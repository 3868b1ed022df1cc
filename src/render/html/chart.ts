/** Charts as SVG, drawn by Observable Plot on a DOM without a browser. The only place that knows both. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Chart, Tone } from '../../model/document.ts';
import { printable } from '../escape.ts';

/** What fills the areas: a colour, or a variable of a style sheet. Lines and letters have the colour of the text. */
export type Fills = Readonly<Record<Tone, string>>;

/** Where Plot makes its elements; none of them stays in it. */
const { document } = parseHTML('<html></html>');

const FONT_SIZE = 12;
/** Pixels that one letter takes, about, in the widest of the usual fonts. */
const LETTER = 7.2;

const COLUMNS_HEIGHT = 200;
/** Numbers beside the columns, about. */
const TICKS = 4;
const BAR = 24;

/** Cuts a name to the letters that have room; the whole name stands in the table or the card. */
function short(name: string, letters: number): string {
  const text = [...name];
  return text.length <= letters ? name : `${text.slice(0, letters - 1).join('')}…`;
}

/** One area of the drawing. */
interface Area {
  category: string;
  series: string;
  count: number;
}

/**
 * Draws a chart.
 * @param width pixels, at least 300
 * @returns an SVG element; a legend it has not
 */
export function chartSvg({ shape, categories, series }: Chart, width: number, fills: Fills): string {
  const names = categories.map(printable);
  const areas: Area[] = series.flatMap(({ title, values }) =>
    names.map((category, at) => ({ category, series: printable(title), count: values[at] ?? 0 })),
  );
  const svg = Plot.plot({
    document,
    width,
    color: {
      domain: series.map(({ title }) => printable(title)),
      range: series.map(({ tone }) => fills[tone]),
    },
    ...(shape === 'columns' ? columns(names, areas, width) : bars(names, areas, width)),
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('font-size', String(FONT_SIZE));
  // Who cannot see it is told by chartAlternative().
  svg.setAttribute('aria-hidden', 'true');
  // A style of its own is what the policy of a page would drop.
  svg.querySelector('style')?.remove();
  return svg.outerHTML;
}

function tip({ category, series, count }: Area): string {
  return `${category}: ${shown(count)} ${series}`;
}

/** The sums of the areas of each category. */
function sumsOf(names: readonly string[], areas: readonly Area[]): number[] {
  return names.map((name) =>
    areas.reduce((sum, { category, count }) => (category === name ? sum + count : sum), 0),
  );
}

/** Upright columns over an axis of time. */
function columns(names: readonly string[], areas: readonly Area[], width: number): Plot.PlotOptions {
  const most = Math.max(1, ...sumsOf(names, areas));
  const room = 8 * LETTER;
  const every = Math.ceil((names.length * room) / width);
  const margin = { marginLeft: 12 + LETTER * shown(most).length, marginRight: 4, marginBottom: 26 };
  return {
    ...margin,
    height: COLUMNS_HEIGHT,
    x: { domain: names, label: null, tickSize: 0, ticks: names.filter((_, at) => at % every === 0) },
    y: {
      domain: [0, most],
      nice: most > 5 && TICKS,
      label: null,
      grid: true,
      tickSize: 0,
      // No half mails.
      ticks: most > 5 ? TICKS : Array.from({ length: most + 1 }, (_, at) => at),
      tickFormat: ',d',
    },
    marks: [
      Plot.barY(areas, { x: 'category', y: 'count', fill: 'series', title: tip, insetTop: 0.5 }),
      Plot.ruleY([0]),
    ],
  };
}

/** Lying bars under names, each with its number behind it. */
function bars(names: readonly string[], areas: readonly Area[], width: number): Plot.PlotOptions {
  const domain = [...new Set(names)];
  const sums = sumsOf(domain, areas);
  const most = Math.max(1, ...sums);
  const letters = Math.floor((width * 0.52) / LETTER);
  const longest = Math.max(...domain.map((name) => [...short(name, letters)].length));
  return {
    marginTop: 2,
    marginBottom: 2,
    marginLeft: 8 + LETTER * longest,
    marginRight: 10 + LETTER * shown(most).length,
    height: 4 + BAR * domain.length,
    x: { axis: null, domain: [0, most] },
    y: {
      domain,
      label: null,
      tickSize: 0,
      tickFormat: (name: string) => short(name, letters),
      padding: 0.25,
    },
    marks: [
      Plot.barX(areas, { x: 'count', y: 'category', fill: 'series', title: tip, insetRight: 0.5 }),
      Plot.ruleX([0]),
      Plot.text(domain, {
        x: sums,
        y: domain,
        text: sums.map(shown),
        textAnchor: 'start',
        dx: 5,
        fontVariant: 'tabular-nums',
      }),
    ],
  };
}

function shown(count: number): string {
  return count.toLocaleString('en-US');
}

/** Says in words what a chart shows: the sums of its series, and where there is the most. */
export function chartAlternative({ title, label, categories, series }: Chart): string {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const sums = categories.map((_, at) => sum(series.map(({ values }) => values[at] ?? 0)));
  const most = Math.max(0, ...sums);
  const parts = series.map((one) => `${one.title} ${shown(sum(one.values))}`).join(', ');
  return `Chart: ${title}. ${parts}. Most: ${shown(most)}, ${label} ${categories[sums.indexOf(most)] ?? ''}.`;
}
