/**
 * Document -> the HTML of a mail. Mail clients drop scripts, most of a style sheet, `<details>` and SVG, and some lay
 * out with the engine of a word processor: so tables, styles on each element, pictures that are attached.
 */
import type { Card, Cell, Chart, Document, Table, Told, Tone } from '../../model/document.ts';
import { cellOf } from '../pen.ts';
import { chartAlternative, chartSvg, type Fills } from './chart.ts';
import { html, type Markup, type Part } from './markup.ts';
import { proseMarkup, shown } from './prose.ts';

/** A picture that the HTML shows as `cid:…` (RFC 2392). */
export interface Picture {
  readonly cid: string;
  readonly svg: string;
}

export interface Letter {
  readonly html: string;
  readonly pictures: readonly Picture[];
}

/** What every client has room for. */
const WIDTH = 640;
/** Drawn small and shown larger, so that its letters can still be read where a phone makes it smaller again. */
const DRAWN_WIDTH = 400;
const PICTURE_WIDTH = 500;

const SANS = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = 'font-family:Menlo,Consolas,monospace';
/** Every other row of a table: an attribute is shorter than a style on each cell. */
const STRIPED = html` bgcolor="#f3f5f7"`;

const TONES: Readonly<Record<Tone, string>> = {
  plain: '',
  good: 'color:#1a6b3c',
  bad: 'color:#b42318',
  warn: 'color:#8a5a00',
  dim: 'color:#59636e',
  strong: 'font-weight:bold',
};

/** Have a contrast of at least 3 against paper. */
const FILLS: Fills = {
  plain: '#57606a',
  good: '#2a9d8f',
  bad: '#c8372d',
  warn: '#c08a1e',
  dim: '#8a939d',
  strong: '#2f6fb5',
};

/** Lines of evidence under each card: the page has them all, a mail is cut by Gmail behind 102 KB. */
const LINES = 2;

function toned({ text, tone = 'plain' }: Cell): Part {
  return tone === 'plain' ? text : html`<span style="${TONES[tone]}">${text}</span>`;
}

function linesMarkup(lines: readonly string[]): Markup {
  return html`<div style="${MONO};font-size:12px;line-height:17px;margin:8px 0 0;padding:8px 8px 2px;background:#f3f5f7;white-space:pre-wrap;word-break:break-word">${lines.map((line) => html`<div style="padding-bottom:6px">${line}</div>`)}</div>`;
}

function tableMarkup({ title, columns, rows, note }: Table): Markup {
  const side = (at: number): string => (columns[at]?.align === 'right' ? 'right' : 'left');
  const head = columns.map(
    (column, at) =>
      html`<th scope="col" align="${side(at)}" title="${column.meaning ?? column.title}" style="${TONES.dim}">${column.title || 'name'}</th>`,
  );
  const cell = (value: string | number | Cell, at: number): Markup =>
    html`<td align="${side(at)}">${typeof value === 'number' ? shown(value) : toned(cellOf(value))}</td>`;
  const line = (row: Table['rows'][number], number: number): Markup =>
    html`<tr valign="top"${number % 2 === 0 ? STRIPED : undefined}>${columns.map((_, at) => cell(row[at] ?? '', at))}</tr>\n`;
  return html`${title ? html`<p style="margin:16px 0 4px"><b>${title}</b></p>` : undefined}
<table cellpadding="4" cellspacing="0" border="0" width="100%" style="font-size:13px;word-break:break-word">
<tr style="word-break:normal">${head}</tr>
${rows.map(line)}</table>
${note ? html`<p style="${TONES.dim};margin:4px 0">${note}</p>` : undefined}`;
}

function cardMarkup({ head, facts, evidence = [] }: Card): Markup {
  const rows = facts.map(
    ([label, value]) =>
      html`<tr valign="top"><td width="64" style="${TONES.dim}">${label}</td><td>${toned(cellOf(value))}</td></tr>\n`,
  );
  return html`<div style="border:1px solid #d8dde3;padding:10px 12px;margin:0 0 10px">
<p style="margin:0 0 6px">${head.map((part) => html`${toned(cellOf(part))} &nbsp; `)}</p>
<table cellpadding="1" cellspacing="0" border="0" width="100%" style="font-size:13px;word-break:break-word">
${rows}</table>
${evidence.length > 0 ? linesMarkup(evidence.slice(0, LINES)) : undefined}</div>`;
}

function chartMarkup(chart: Chart, cid: string): Markup {
  const legend = chart.series.map(
    ({ title, tone }) =>
      html`<span style="white-space:nowrap"><span style="color:${FILLS[tone]}">&#9632;</span> ${title}</span> &nbsp; `,
  );
  return html`<p style="margin:24px 0 2px"><b>${chart.title}</b></p>
<p style="margin:0 0 6px;font-size:13px">${legend}</p>
<img src="cid:${cid}" width="${PICTURE_WIDTH}" alt="${chartAlternative(chart)}" style="display:block;width:100%;max-width:${PICTURE_WIDTH}px;height:auto;border:0;margin:0 0 16px">`;
}

function blockMarkup(block: Told): Part {
  switch (block.type) {
    case 'heading':
      return html`<h2 style="font-size:17px;margin:28px 0 10px">${block.text}</h2>`;
    case 'text':
      return html`<div style="${TONES[block.tone ?? 'plain']}">${proseMarkup(block.text)}</div>`;
    case 'table':
      return tableMarkup(block);
    case 'card':
      return cardMarkup(block);
    case 'lines':
      return linesMarkup(block.lines);
  }
}

/** Renders a document as the HTML part of a mail, and the pictures that belong to it. */
export function renderLetter(document: Document): Letter {
  const pictures: Picture[] = [];
  const body = document.blocks.map((block) => {
    if (block.type !== 'chart') return html`${blockMarkup(block)}\n`;
    const cid = `chart-${pictures.length + 1}@exiwhy`;
    pictures.push({ cid, svg: chartSvg(block, DRAWN_WIDTH, FILLS) });
    return html`${chartMarkup(block, cid)}\n`;
  });
  const { source } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.title}</title>
</head>
<body style="margin:0;padding:0;background:#ffffff;color:#1f2328">
<table role="presentation" align="center" cellpadding="0" cellspacing="0" border="0" width="100%" style="max-width:${WIDTH}px">
<tr><td style="padding:12px;${SANS};font-size:14px;line-height:20px;color:#1f2328">
<h1 style="font-size:19px;line-height:25px;margin:0 0 12px">${document.title}</h1>
${body}</td></tr>
</table>
</body>
</html>
`;
  return { html: source, pictures };
}
