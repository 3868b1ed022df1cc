/** What holds for any document, whatever strangers wrote into the log. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Block, Column, Document, Tone } from '../../src/model/document.ts';
import { printableLines } from '../../src/render/escape.ts';
import { displayWidth } from '../../src/render/table.ts';
import { readCsv } from '../harmless.ts';
import { render } from './render.ts';
import { addresses, hostile, sample } from './sample.ts';

const SGR = /\x1b\[\d+m/g;
/** As many spaces as it likes, then one word: it may stand out, since a word is never broken. */
const ONE_WORD = /^ *(?:"(?:[^"\\]|\\.){1,64}"@|[^ ])+$/;

const nasty = fc.constantFrom(
  '\x1b',
  '\x9b',
  '\u202e',
  '\u2028',
  '\ud800',
  '\n',
  '\t',
  ' ',
  '"',
  '|',
  '`',
  '=',
  '日',
  'é',
  '📬',
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.oneof(nasty, fc.constantFrom('a', 'b', '@', '-')), maxLength: 60 }),
  fc.lorem({ maxCount: 30 }),
  fc.constantFrom(hostile, '', ...addresses),
);
const label = fc.constantFrom('From', 'To', 'Client', 'Never accepted');
const tone = fc.constantFrom<Tone>('plain', 'good', 'bad', 'warn', 'dim', 'strong');
const cell = fc.oneof(text, fc.record({ text, tone }));
const column: fc.Arbitrary<Column> = fc.record(
  { title: label, align: fc.constantFrom('left', 'right'), wrap: fc.boolean(), minWidth: fc.nat(20) },
  { requiredKeys: ['title'] },
);
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('heading'), text }),
  fc.record({ type: fc.constant('text'), text, tone }),
  fc.record({
    type: fc.constant('table'),
    columns: fc.array(column, { minLength: 1, maxLength: 5 }),
    rows: fc.array(fc.array(fc.oneof(cell, fc.integer()), { maxLength: 5 }), { maxLength: 12 }),
    note: text,
  }),
  fc.record({
    type: fc.constant('card'),
    head: fc.array(cell, { maxLength: 4 }),
    facts: fc.array(fc.tuple(label, cell)),
  }),
);
const withBlocks = (blocks: readonly Block[]): Document => ({
  title: 'Title',
  blocks,
  json: null,
  records: [],
});
const document = fc.array(block, { maxLength: 6 }).map(withBlocks);
const width = fc.integer({ min: 40, max: 250 });

const hasControl = (output: string) =>
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/.test(output);

test('no control character reaches the terminal', () => {
  fc.assert(
    fc.property(document, width, fc.boolean(), (doc, columns, unicode) => {
      const options = { width: columns, color: false, unicode };
      expect(hasControl(render(doc, 'text', options))).toBe(false);
      expect(hasControl(render(doc, 'markdown', options))).toBe(false);
      const coloured = render(doc, 'text', { ...options, color: true });
      expect(hasControl(coloured.replace(SGR, ''))).toBe(false);
    }),
  );
});

test('nor in the formats for scripts', () => {
  fc.assert(
    fc.property(text, (value) => {
      const doc: Document = {
        title: '',
        blocks: [],
        json: { value },
        records: [{ value, nested: { value } }],
      };
      for (const format of ['json', 'ndjson'] as const) {
        expect(hasControl(render(doc, format, { width: 78, color: true, unicode: true }))).toBe(false);
      }
      const csv = render(doc, 'csv', { width: 78, color: true, unicode: true });
      expect(hasControl(csv.replaceAll('\t', ' '))).toBe(false);
    }),
  );
});

test('no line is longer than the page, but for a single long word', () => {
  fc.assert(
    fc.property(document, width, (doc, columns) => {
      const lines = render(doc, 'text', { width: columns, color: false, unicode: true }).split('\n');
      const torn = lines.filter((line) => displayWidth(line) > columns && !ONE_WORD.test(line));
      expect(torn).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('colour changes nothing but the colour', () => {
  fc.assert(
    fc.property(document, width, (doc, columns) => {
      const plain = render(doc, 'text', { width: columns, color: false, unicode: true });
      const coloured = render(doc, 'text', { width: columns, color: true, unicode: true });
      expect(coloured.replace(SGR, '').replace(/[^\S\n]+$/gm, '')).toBe(plain.replace(/[^\S\n]+$/gm, ''));
    }),
  );
});

test('an address is never cut or broken, at any width', () => {
  fc.assert(
    fc.property(width, (columns) => {
      const output = render(sample, 'text', { width: columns, color: false, unicode: true });
      for (const address of addresses) expect(output).toContain(address);
    }),
  );
});

test('JSON reads back equal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (json, records) => {
      const doc: Document = { title: '', blocks: [], json, records };
      const options = { width: 78, color: false, unicode: true };
      expect(JSON.parse(render(doc, 'json', options))).toEqual(JSON.parse(JSON.stringify(json)));
      const lines = render(doc, 'ndjson', options).split('\n').slice(0, -1);
      expect(lines.map((line): unknown => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(records)));
    }),
  );
});

test('CSV reads back equal, but for the guard against formulas', () => {
  const value = fc.oneof(text, fc.integer(), fc.constant(null), fc.boolean());
  const record = fc.record({
    a: value,
    b: fc.oneof(fc.constant(null), fc.record({ c: value, d: value })),
    e: value,
  });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1 }), (records) => {
      const csv = render({ title: '', blocks: [], json: null, records }, 'csv', {
        width: 78,
        color: false,
        unicode: true,
      });
      const [head = [], ...rows] = readCsv(csv);
      const nested = records.some(({ b }) => b !== null);
      expect(head).toEqual(nested ? ['a', 'b.c', 'b.d', 'e'] : ['a', 'b', 'e']);
      const expected = records.map(({ a, b, e }) => [a, ...(nested ? [b?.c, b?.d] : [null]), e]);
      const shown = expected.map((cells) => cells.map((one) => printableLines(String(one ?? ''))));
      const unguarded = rows.map((cells, y) =>
        cells.map((one, x) => (one === `'${shown[y]?.[x]}` ? one.slice(1) : one)),
      );
      expect(unguarded).toEqual(shown);
      for (const one of rows.flat()) expect(one).not.toMatch(/^[=+@\t\r]|^-(?!\d)/);
    }),
  );
});
