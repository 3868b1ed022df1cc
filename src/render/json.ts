/** Document -> JSON (one document) and NDJSON (one record a line). */
import type { Document } from '../model/document.ts';
import { jsonSafe } from './escape.ts';

/** Renders the one JSON document, indented for the eye. */
export function renderJson(document: Document): string {
  return `${jsonSafe(JSON.stringify(document.json ?? null, null, 2))}\n`;
}

/** Renders each record as one line of JSON; no records, no lines. */
export function renderNdjson(document: Document): string {
  return document.records.map((record) => `${jsonSafe(JSON.stringify(record))}\n`).join('');
}
