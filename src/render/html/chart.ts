/** Charts as SVG, drawn by ECharts without a browser. The only place that knows it. */
import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart, Tone } from '../../model/document.ts';
import { printable } from '../escape.ts';

use([BarChart, GridComponent, LegendComponent, SVGRenderer]);

/** The colours of a drawing. Text has a contrast of at least 4.5, areas of 3, against the background. */
export interface Palette {
  readonly text: string;
  readonly line: string;
  readonly background: string;
  readonly tones: Readonly<Record<Tone, string>>;
}

export const light: Palette = {
  text: '#3d444d',
  line: '#d8dde3',
  background: '#ffffff',
  tones: {
    bad: '#c93c37',
    warn: '#b7791f',
    strong: '#2f6fb5',
    good: '#2c8a55',
    dim: '#8a939d',
    plain: '#57606a',
  },
};

export const dark: Palette = {
  text: '#c3cad3',
  line: '#3a424c',
  background: '#161b22',
  tones: {
    bad: '#f2706a',
    warn: '#e3b341',
    strong: '#6cb0f5',
    good: '#57c785',
    dim: '#7d8793',
    plain: '#aab2bd',
  },
};

const COLUMNS_HEIGHT = 260;
const BAR = 26;
/** Room for the legend and the numbers of the axis. */
const AROUND = 78;

/** Pixels that one letter of an axis takes, about; where labels of names are cut. */
const LETTER = 6.6;

/** Cuts a label to the letters that have room; the whole name stands in the table or the card. */
function short(label: string, letters: number): string {
  const text = [...printable(label)];
  return text.length <= letters ? text.join('') : `${text.slice(0, letters - 1).join('')}…`;
}

/**
 * What ECharts adds for a page that can be hovered: a picture cannot, and the numbers of the classes go up with each
 * drawing. In text, which it escapes, no such quotes can stand.
 */
const LIVE = / (?:ecmeta_\w+|class)="[^"]*"|<style >[\s\S]*?<\/style>/g;

/**
 * Draws a chart.
 * @param width pixels, at least 300
 * @returns an SVG document; its text is set in the reader's sans-serif
 */
export function chartSvg(chart: Chart, width: number, palette: Palette): string {
  const { shape, categories, series } = chart;
  const bars = shape === 'bars';
  const height = bars ? AROUND + BAR * categories.length : COLUMNS_HEIGHT;
  const letters = Math.floor(Math.min(width * 0.42, 240) / LETTER);
  const label = { color: palette.text, fontSize: 12 };
  const names = {
    type: 'category' as const,
    data: categories.map((category) => short(category, bars ? letters : 8)),
    inverse: bars,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: palette.line } },
    axisLabel: bars ? { ...label, interval: 0 } : { ...label, hideOverlap: true },
  };
  const counts = {
    type: 'value' as const,
    minInterval: 1,
    splitNumber: width < 500 ? 3 : 5,
    axisLabel: label,
    splitLine: { lineStyle: { color: palette.line } },
  };
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  drawing.setOption({
    animation: false,
    backgroundColor: palette.background,
    textStyle: { fontFamily: 'sans-serif' },
    legend: { top: 4, left: 'center', itemWidth: 14, itemGap: 14, textStyle: label, selectedMode: false },
    grid: {
      left: 12,
      right: 18,
      top: width < 500 ? 60 : 36,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: bars ? counts : names,
    yAxis: bars ? names : counts,
    series: series.map(({ title, tone, values }) => ({
      type: 'bar',
      name: printable(title),
      stack: 'all',
      silent: true,
      barMaxWidth: bars ? 16 : 26,
      color: palette.tones[tone],
      data: [...values],
    })),
  });
  const svg = drawing.renderToSVGString();
  drawing.dispose();
  return svg.replace(LIVE, '');
}

/** Says in words what a chart shows: the sums of its series, and where there is the most. */
export function chartAlternative({ title, label, categories, series }: Chart): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const sums = categories.map((_, at) => sum(series.map(({ values }) => values[at] ?? 0)));
  const most = Math.max(0, ...sums);
  const parts = series.map((one) => `${one.title} ${number(sum(one.values))}`).join(', ');
  return `Chart: ${title}. ${parts}. Most: ${number(most)}, ${label} ${categories[sums.indexOf(most)] ?? ''}.`;
}
