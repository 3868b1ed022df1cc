/** Document -> CSV (RFC 4180, but with \n as line end): a header row, then one row for each record. */
import type { Document } from '../model/document.ts';
import { printableLines } from './escape.ts';

/** The columns found so far: a key, and what is nested under it. */
interface Branch {
  readonly under: Map<string, Branch>;
  /** A value other than null was seen here. */
  hasValue: boolean;
}

type Path = readonly string[];

// A spreadsheet runs a cell that begins so (OWASP, CSV injection); the full-width forms count in some locales.
const FORMULA = /^(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])/;
const NUMBER = /^-\d+(?:\.\d+)?$/;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function grow(branch: Branch, record: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(record)) {
    const child = branch.under.get(key) ?? { under: new Map<string, Branch>(), hasValue: false };
    branch.under.set(key, child);
    if (isObject(value)) grow(child, value);
    else if (value !== null && value !== undefined) child.hasValue = true;
  }
}

/** Lists the columns; an object that is null in some records needs none of its own (`callout`). */
function columnsOf(branch: Branch, path: Path = []): Path[] {
  return [...branch.under].flatMap(([key, child]) => {
    const own = child.hasValue || child.under.size === 0 ? [[...path, key]] : [];
    return [...own, ...columnsOf(child, [...path, key])];
  });
}

function valueAt(record: unknown, path: Path): unknown {
  return path.reduce(
    (value: unknown, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : null),
    record,
  );
}

/** Joins plain words with a space, which is easy to split; anything else is JSON, which is safe to split. */
function joinList(list: readonly unknown[]): string {
  const plain = list.every(
    (item) => typeof item === 'number' || (typeof item === 'string' && /^[^\s"[]+$/.test(item)),
  );
  return plain ? list.join(' ') : JSON.stringify(list);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || isObject(value)) return '';
  return Array.isArray(value) ? joinList(value) : String(value);
}

function cell(value: unknown): string {
  const text = textOf(value);
  const guarded = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  const safe = printableLines(guarded);
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Renders the records as CSV: nested objects as `client.ip`, null as an empty cell, formulas with a leading `'`. */
export function renderCsv(document: Document): string {
  const root: Branch = { under: new Map(), hasValue: false };
  for (const record of document.records) grow(root, record);
  const columns = columnsOf(root);
  if (columns.length === 0) return '';
  const head = columns.map((path) => cell(path.join('.')));
  const rows = document.records.map((record) => columns.map((path) => cell(valueAt(record, path))));
  return [head, ...rows].map((row) => `${row.join(',')}\n`).join('');
}
