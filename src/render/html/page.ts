/**
 * Document -> one self-contained HTML file. It asks for nothing from anywhere, and its Content-Security-Policy lets
 * nothing run but its own style and its own script: a log line that looks like markup stays text.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Card, Cell, Chart, Column, Document, Table, Told, Tone } from '../../model/document.ts';
import { cellOf } from '../pen.ts';
import { chartAlternative, chartSvg, type Fills } from './chart.ts';
import { html, Markup, type Part } from './markup.ts';
import { proseMarkup, shown } from './prose.ts';

/** The build lays both files beside the bundle. */
const STYLE = new URL('./page.css', import.meta.url);
const SCRIPT = new URL('./tables.js', import.meta.url);

/** CSP level 3: the hash of what stands between the tags, to the byte. */
function hashOf(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}

function toned({ text, tone = 'plain' }: Cell): Part {
  return tone === 'plain' ? text : html`<span class="${tone}">${text}</span>`;
}

/** @param name what the table is about, where it has no title of its own. */
function tableMarkup({ title, columns, rows, evidence = [], note }: Table, name: string): Markup {
  if (rows.length === 0) return html`<p class="dim">${title ? `${title}: none` : 'none'}</p>`;
  const side = (at: number): string => (columns[at]?.align === 'right' ? 'number' : 'text');
  const caption = title ?? name;
  const body = rows.map((row, number) => {
    const lines = evidence[number] ?? [];
    const cells = columns.map((_, at) => cellMarkup(row[at] ?? '', at, side(at), lines.length > 0));
    return html`<tr>${cells}</tr>\n${lines.length > 0 ? html`<tr class="evidence"><td colspan="${columns.length}">${linesMarkup(lines)}</td></tr>\n` : undefined}`;
  });
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}">
<table class="data"><caption${title ? undefined : new Markup(' class="heard"')}>${caption}</caption>
<thead><tr>${columns.map((column, at) => html`<th scope="col" class="${side(at)}">${titleMarkup(column)}</th>`)}</tr></thead>
<tbody>
${body}</tbody></table>
</div>
${note ? html`<p class="dim">${note}</p>` : undefined}`;
}

function titleMarkup({ title, meaning }: Column): Part {
  if (title === '') return 'name';
  return meaning === undefined ? title : html`<abbr title="${meaning}">${title}</abbr>`;
}

/** @param opens a row whose log lines follow: its first cell opens them, see `.evidence` in the style sheet. */
function cellMarkup(value: string | number | Cell, at: number, side: string, opens: boolean): Markup {
  const content = typeof value === 'number' ? shown(value) : toned(cellOf(value));
  if (at > 0) return html`<td class="${side}">${content}</td>`;
  const name = opens ? html`<details><summary>${content}</summary></details>` : content;
  return html`<th scope="row" class="${side}">${name}</th>`;
}

/** The style sheet has the colours, one set for the day and one for the night. */
const FILLS: Fills = {
  plain: 'var(--fill-plain)',
  good: 'var(--fill-good)',
  bad: 'var(--fill-bad)',
  warn: 'var(--fill-warn)',
  dim: 'var(--fill-dim)',
  strong: 'var(--fill-strong)',
};

/** A drawing for phones, whose letters are not made smaller, and one for the room that each shape has elsewhere. */
const NARROW = 320;
const ROOM: Readonly<Record<Chart['shape'], number>> = { columns: 940, bars: 450 };

function chartMarkup(chart: Chart): Markup {
  const drawing = (size: string, width: number): Markup =>
    html`<div class="${size}" role="img" aria-label="${chartAlternative(chart)}">${new Markup(chartSvg(chart, width, FILLS))}</div>\n`;
  const legend = chart.series.map(({ title, tone }) => html`<li class="fill-${tone}">${title}</li>`);
  return html`<figure class="${chart.shape}"><figcaption>${chart.title}</figcaption>
<ul class="legend">${legend}</ul>
${drawing('on-phone', NARROW)}${drawing('on-desk', ROOM[chart.shape])}</figure>
`;
}

/** Log lines, word for word. */
function linesMarkup(lines: readonly string[]): Markup {
  return html`<pre>${lines.map((line) => html`<code>${line}</code>`)}</pre>`;
}

/** @param level of its head: one under the last heading. */
function cardMarkup({ head, facts, evidence = [] }: Card, level: 'h2' | 'h3'): Markup {
  const badge = (value: string | Cell): Part => {
    const { text, tone = 'plain' } = cellOf(value);
    const mark: readonly Tone[] = ['good', 'bad', 'warn'];
    return text === ''
      ? undefined
      : html`<span class="${mark.includes(tone) ? `badge ${tone}` : tone}">${text}</span> `;
  };
  const lines =
    evidence.length === 0
      ? undefined
      : html`<details><summary>${evidence.length === 1 ? '1 log line' : `${evidence.length} log lines`}</summary>${linesMarkup(evidence)}</details>`;
  const tag = new Markup(level);
  return html`<article><${tag}>${head.map(badge)}</${tag}>
<dl>${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${toned(cellOf(value))}</dd></div>`)}</dl>
${lines}</article>`;
}

/** @param heading the last one above the block, if there is any. */
function blockMarkup(block: Told, title: string, heading: string | undefined): Part {
  switch (block.type) {
    case 'heading':
      return html`<h2>${block.text}</h2>`;
    case 'text':
      return html`<div class="${block.tone ?? 'plain'}">${proseMarkup(block.text)}</div>`;
    case 'table':
      return tableMarkup(block, heading ?? title);
    case 'card':
      return cardMarkup(block, heading === undefined ? 'h2' : 'h3');
    case 'lines':
      return linesMarkup(block.lines);
  }
}

/** The blocks one below the other; charts that follow each other stand side by side where there is room. */
function bodyMarkup({ title, blocks }: Document): Markup[] {
  const out: Markup[] = [];
  let heading: string | undefined;
  let charts: Markup[] = [];
  const close = (): void => {
    if (charts.length > 0) out.push(html`<div class="charts">${charts}</div>\n`);
    charts = [];
  };
  for (const block of blocks) {
    if (block.type === 'chart') {
      charts.push(chartMarkup(block));
      continue;
    }
    close();
    if (block.type === 'heading') heading = block.text;
    out.push(html`${blockMarkup(block, title, heading)}\n`);
  }
  close();
  return out;
}

/** Renders a document as one HTML file. */
export function renderPage(document: Document): string {
  const style = readFileSync(STYLE, 'utf8');
  const script = readFileSync(SCRIPT, 'utf8');
  const policy = [
    "default-src 'none'",
    // The icon that a browser would ask for.
    'img-src data:',
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${document.title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<h1>${document.title}</h1>
${bodyMarkup(document)}</main>
<script>${new Markup(script)}</script>
</body>
</html>
`.source;
}
