/** The formats, and the one way into them. A new format is one file and one line here. */
import { extname } from 'node:path';
import type { Document } from '../model/document.ts';
import { renderCsv } from './csv.ts';
import { renderJson, renderNdjson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import type { RenderOptions } from './options.ts';
import { renderPrometheus } from './prometheus.ts';
import { renderText } from './text.ts';

/** The names of the formats, in the order in which the help shows them. */
export const formats = ['text', 'json', 'ndjson', 'csv', 'markdown', 'html', 'prometheus'] as const;
export type Format = (typeof formats)[number];

/** Turns a document into the whole output, ending in a newline (or empty, where there are no records). */
export type Renderer = (document: Document, options: RenderOptions) => string;

/** Drawing needs large packages: they are loaded only where html is asked for. */
const renderers: Readonly<Record<Format, () => Renderer | Promise<Renderer>>> = {
  text: () => renderText,
  json: () => renderJson,
  ndjson: () => renderNdjson,
  csv: () => renderCsv,
  markdown: () => renderMarkdown,
  html: async () => (await import('./html/page.ts')).renderPage,
  prometheus: () => renderPrometheus,
};

const EXTENSIONS: ReadonlyMap<string, Format> = new Map([
  ['.txt', 'text'],
  ['.json', 'json'],
  ['.ndjson', 'ndjson'],
  ['.jsonl', 'ndjson'],
  ['.csv', 'csv'],
  ['.md', 'markdown'],
  ['.markdown', 'markdown'],
  ['.prom', 'prometheus'],
  ['.html', 'html'],
  ['.htm', 'html'],
]);

/** The usual ending of a format's files, with its dot. */
export function endingOf(format: Format): string {
  return [...EXTENSIONS].find(([, one]) => one === format)?.[0] ?? '';
}

/** Says whether a word names a format. */
export function isFormat(name: string): name is Format {
  return formats.some((format) => format === name);
}

/** Finds the format that a file's extension asks for; undefined where it asks for none. */
export function formatOfPath(path: string): Format | undefined {
  return EXTENSIONS.get(extname(path).toLowerCase());
}

/** Finds what renders a format. */
export async function rendererOf(format: Format): Promise<Renderer> {
  return renderers[format]();
}
