/** Every format, over one shared document, as files that a person can read. */
import { describe, expect, test } from 'vitest';
import { type Format, formatOfPath, formats, isFormat } from '../../src/render/index.ts';
import type { RenderOptions } from '../../src/render/options.ts';
import { render } from './render.ts';
import { hostile, sample } from './sample.ts';

const PLAIN: RenderOptions = { width: 78, color: false, unicode: true };

describe('the sample document', () => {
  test.each([40, 78, 200])('as text, %i columns wide', async (width) => {
    const text = render(sample, 'text', { ...PLAIN, width });
    await expect(text).toMatchFileSnapshot(`./__snapshots__/text-${width}.txt`);
  });

  test('as text, in ASCII', async () => {
    const text = render(sample, 'text', { ...PLAIN, unicode: false });
    expect(text).toMatch(/^[\n -~]+$/);
    await expect(text).toMatchFileSnapshot('./__snapshots__/text-ascii.txt');
  });

  const others: Format[] = ['json', 'ndjson', 'csv', 'markdown'];
  test.each(others)('as %s', async (format) => {
    await expect(render(sample, format, PLAIN)).toMatchFileSnapshot(`./__snapshots__/${format}.txt`);
  });

  test.each(formats)('as %s, ends in one newline and is the same each time', (format) => {
    const output = render(sample, format, PLAIN);
    expect(output).toMatch(/[^\n]\n$/);
    expect(render(sample, format, PLAIN)).toBe(output);
  });
});

test('nothing to say: the title alone, no records', () => {
  const empty = { title: 'No refused mail', blocks: [], json: [], records: [] };
  const output = Object.fromEntries(formats.map((format) => [format, render(empty, format, PLAIN)]));
  expect(output['html']).toContain('<h1>No refused mail</h1>');
  expect(output).toMatchObject({
    text: 'No refused mail\n',
    json: '[]\n',
    ndjson: '',
    csv: '',
    markdown: '# No refused mail\n',
    prometheus: '',
  });
});

test('a table of the length of a log is drawn in time, each row once', () => {
  const rows = Array.from({ length: 5000 }, (_, index) => [`user${index}@customer.example.com`, index]);
  const columns = [{ title: 'Sender' }, { title: 'Tries', align: 'right' as const }];
  const text = render(
    { title: 't', blocks: [{ type: 'table', columns, rows }], json: 0, records: [] },
    'text',
    PLAIN,
  );
  const lines = text.trimEnd().split('\n').slice(4);
  expect(lines.map((line) => line.split(/ +/))).toEqual(rows.map((row) => row.map(String)));
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
});

test('a log line in markdown cannot end its fence', () => {
  const lines = ['```', `a ${'`'.repeat(7)} b`, hostile];
  const output = render(
    { title: 't', blocks: [{ type: 'lines', lines }], json: 0, records: [] },
    'markdown',
    PLAIN,
  );
  const fence = '`'.repeat(8);
  expect(output.split('\n').filter((line) => line.startsWith(fence))).toEqual([`${fence}text`, fence]);
});

test.each([
  ['report.json', 'json'],
  ['report.ndjson', 'ndjson'],
  ['a.b/report.jsonl', 'ndjson'],
  ['REPORT.CSV', 'csv'],
  ['report.md', 'markdown'],
  ['report.txt', 'text'],
  ['exiwhy.prom', 'prometheus'],
  ['report.html', 'html'],
  ['report', undefined],
  ['a.csv/report.xls', undefined],
])('the format of %s', (path, format) => expect(formatOfPath(path)).toBe(format));

test('the names of formats are known, nothing else is', () => {
  expect(formats.every(isFormat)).toBe(true);
  expect(['', 'eml', 'toString', '__proto__'].some(isFormat)).toBe(false);
});
