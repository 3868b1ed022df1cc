/**
 * Document -> one self-contained HTML file. It asks for nothing from anywhere, and its Content-Security-Policy lets
 * nothing run but its own style and its own script: a log line that looks like markup stays text.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Block, Cell, Chart, Document, Tone } from '../../model/document.ts';
import { chartTable, type Table } from '../chart-table.ts';
import { cellOf } from '../pen.ts';
import { chartAlternative, chartSvg, dark, light, type Palette } from './chart.ts';
import { html, Markup, type Part } from './markup.ts';
import { proseMarkup, shown } from './prose.ts';

const asset = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** CSP level 3: the hash of what stands between the tags, to the byte. */
function hashOf(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}

function toned({ text, tone = 'plain' }: Cell): Part {
  return tone === 'plain' ? text : html`<span class="${tone}">${text}</span>`;
}

/** @param name what the table is about, where its first column has no title of its own. */
function tableMarkup({ title, columns, rows, note }: Table, name: string): Markup {
  if (rows.length === 0) return html`<p class="dim">${title ? `${title}: none` : 'none'}</p>`;
  const side = (at: number): string => (columns[at]?.align === 'right' ? 'number' : 'text');
  const caption = title ?? name;
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}">
<table class="data"><caption${title ? undefined : new Markup(' class="heard"')}>${caption}</caption>
<thead><tr>${columns.map((column, at) => html`<th scope="col" class="${side(at)}">${column.title || name}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${columns.map((_, at) => cellMarkup(row[at] ?? '', at, side(at)))}</tr>\n`)}</tbody></table>
</div>
${note ? html`<p class="dim">${note}</p>` : undefined}`;
}

function cellMarkup(value: string | number | Cell, at: number, side: string): Markup {
  const content = typeof value === 'number' ? shown(value) : toned(cellOf(value));
  return at === 0
    ? html`<th scope="row" class="${side}">${content}</th>`
    : html`<td class="${side}">${content}</td>`;
}

/** Narrower screens than this get the narrow drawing, whose letters are not made smaller. */
const NARROW = '(max-width: 40em)';

function chartMarkup(chart: Chart): Markup {
  const draw = (width: number, palette: Palette): string =>
    `data:image/svg+xml;base64,${Buffer.from(chartSvg(chart, width, palette)).toString('base64')}`;
  const numbers = chart.toldElsewhere
    ? undefined
    : html`<details><summary>The numbers</summary>${tableMarkup(chartTable(chart), chart.label)}</details>`;
  const picture = (theme: string, palette: Palette): Markup => html`<picture class="${theme}">
<source media="${NARROW}" srcset="${draw(340, palette)}">
<img src="${draw(860, palette)}" alt="${chartAlternative(chart)}">
</picture>
`;
  // Both are there, and the style shows one: a browser that prints would not choose another source.
  return html`<figure><figcaption>${chart.title}</figcaption>
${picture('by-day', light)}${picture('by-night', dark)}${numbers}</figure>`;
}

/** Log lines, word for word. */
function linesMarkup(lines: readonly string[]): Markup {
  return html`<pre>${lines.map((line) => html`<code>${line}</code>`)}</pre>`;
}

function cardMarkup({ head, facts, evidence = [] }: Extract<Block, { type: 'card' }>): Markup {
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
  return html`<article><h3>${head.map(badge)}</h3>
<dl>${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${toned(cellOf(value))}</dd></div>`)}</dl>
${lines}</article>`;
}

/** @param heading the last one above the block. */
function blockMarkup(block: Block, heading: string): Part {
  switch (block.type) {
    case 'heading':
      return html`<h2>${block.text}</h2>`;
    case 'text':
      return html`<div class="${block.tone ?? 'plain'}">${proseMarkup(block.text)}</div>`;
    case 'table':
      return tableMarkup(block, heading);
    case 'chart':
      return chartMarkup(block);
    case 'card':
      return cardMarkup(block);
    case 'lines':
      return linesMarkup(block.lines);
  }
}

/** Renders a document as one HTML file. */
export function renderPage(document: Document): string {
  const style = asset('page.css');
  const script = asset('tables.js');
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  let heading = document.title;
  const body = document.blocks.map((block) => {
    if (block.type === 'heading') heading = block.text;
    return html`${blockMarkup(block, heading)}\n`;
  });
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
${body}</main>
<script>${new Markup(script)}</script>
</body>
</html>
`.source;
}
