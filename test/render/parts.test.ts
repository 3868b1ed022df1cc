/** The small parts: escapes, colours, options, wrapping, widths. */
import { describe, expect, test } from 'vitest';
import { fitColumns } from '../../src/render/columns.ts';
import { asciiSafe, jsonSafe, printable } from '../../src/render/escape.ts';
import { renderOptions, wantsColor } from '../../src/render/options.ts';
import { painter } from '../../src/render/style.ts';
import { displayWidth } from '../../src/render/table.ts';
import { longestWord, wrap } from '../../src/render/wrap.ts';
import { longAddress } from './sample.ts';

test.each([
  ['\x1b[2J', '\\x1b[2J'],
  ['a\tb', 'a b'],
  ['a\r\nb', 'a\\r\\nb'],
  ['\x7f\x9b', '\\x7f\\x9b'],
  ['\u202agpj\u202e\u2066\u2069', '\\u202agpj\\u202e\\u2066\\u2069'],
  ['x\u200b\ufeff\u2028\u2029\u00ad', 'x\\u200b\\ufeff\\u2028\\u2029\\xad'],
  ['\ud800 \u{e0041}', '\\ud800 \\u{e0041}'],
  ['почта 日本 📬 é \\x1b', 'почта 日本 📬 é \\x1b'],
])('printable(%j)', (text, safe) => expect(printable(text)).toBe(safe));

test('asciiSafe keeps the sense of typography and spells the rest', () => {
  expect(asciiSafe('a — b … “c” → ’')).toBe('a - b ... "c" -> \'');
  expect(asciiSafe('п📬')).toBe('\\u043f\\u{1f4ec}');
});

test('jsonSafe changes the spelling, not the value', () => {
  const value = ['\u009b\u2028\u202e\u{e0041}\x7f', '\n\t\x1b'];
  const json = jsonSafe(JSON.stringify(value, null, 2));
  expect(json).toMatch(/^[\n -~]+$/);
  expect(JSON.parse(json)).toEqual(value);
});

describe('colour', () => {
  test.each([
    ['always', { NO_COLOR: '1' }, false, true],
    ['never', { FORCE_COLOR: '1' }, true, false],
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    ['auto', { NO_COLOR: '1' }, true, false],
    ['auto', { NO_COLOR: '' }, true, true],
    ['auto', { FORCE_COLOR: '1' }, false, true],
    ['auto', { FORCE_COLOR: '0' }, true, false],
    ['auto', { FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    ['auto', { TERM: 'dumb' }, true, false],
  ] as const)('--color %s with %j, terminal %j: %j', (mode, env, isTTY, wanted) => {
    expect(wantsColor(mode, env, isTTY)).toBe(wanted);
  });

  test('a tone is a colour, or nothing', () => {
    expect(painter(true)('no', 'bad')).toBe('\x1b[31mno\x1b[39m');
    expect(painter(true)('plain')).toBe('plain');
    expect(painter(false)('no', 'bad')).toBe('no');
  });
});

test.each([
  [{ isTTY: true, columns: 132 }, { LANG: 'de_DE.UTF-8' }, { width: 132, color: true, unicode: true }],
  [{ isTTY: true, columns: 0 }, { LANG: 'C.utf8' }, { width: 78, color: true, unicode: true }],
  [{ columns: 132 }, { LANG: 'C' }, { width: 78, color: false, unicode: false }],
  [{}, { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, { width: 78, color: false, unicode: false }],
  [{}, { LC_ALL: '', LC_CTYPE: 'UTF-8' }, { width: 78, color: false, unicode: true }],
])('options for %j with %j', (out, env, options) => {
  expect(renderOptions(out, env, 'auto')).toEqual(options);
});

test.each([
  ['bob@x.example', 13],
  ['日本', 4],
  ['📬', 2],
  ['e\u0301', 1],
  ['', 0],
])('the width of %j', (text, width) => expect(displayWidth(text)).toBe(width));

describe('wrap', () => {
  const lines = (...args: Parameters<typeof wrap>) =>
    wrap(...args).map((line) => ' '.repeat(line.indent) + line.text);

  test('breaks at spaces, and keeps double ones inside a line', () => {
    expect(lines('550  no such user here', 12)).toEqual(['550  no such', 'user here']);
  });

  test('keeps a quoted local part whole, but not any quotation', () => {
    expect(longestWord('to "john doe"@x.example, "a b"')).toBe('"john doe"@x.example,'.length);
  });

  test('gives a long word a line of its own, with less indent', () => {
    expect(lines('from abcdefghijkl now', 14, 4)).toEqual([
      '    from',
      'abcdefghijkl'.padStart(12),
      '    now',
    ]);
    expect(lines(`a ${longAddress} b`, 40, 12)).toEqual([
      `${' '.repeat(12)}a`,
      `    ${longAddress}`,
      `${' '.repeat(12)}b`,
    ]);
  });

  test('an unclosed quote takes no time', () => {
    const text = '"a '.repeat(50_000);
    expect(longestWord(text)).toBe(2);
  });
});

describe('fitColumns', () => {
  const columns = [{ title: 'Sender' }, { title: 'Advice', wrap: true, minWidth: 10 }];

  test('narrows prose, never a value', () => {
    const rows = [['bob@customer.example', 'one two three four five six']];
    expect(fitColumns(columns, rows, 36)?.widths).toEqual([20, 14]);
    expect(fitColumns(columns, rows, 32)?.widths).toEqual([20, 10]);
    expect(fitColumns(columns, rows, 31)).toBeUndefined();
  });

  test('does not give way to one value that is far too long', () => {
    const rows = ['a@x.example', longAddress, 'b@x.example', 'c@x.example'].map((sender) => [sender, 'do']);
    expect(fitColumns(columns, rows, 40)).toEqual({ widths: [11, 6], outliers: new Set([1]) });
    expect(fitColumns(columns, rows.slice(0, 3), 40)).toBeUndefined();
  });
});
