import { describe, expect, it } from 'vitest';
import { parseRange } from '../../src/alerts/range.ts';

/** The table of the Monitoring Plugins Development Guidelines, "Threshold and Ranges", and its edges. */
const RANGES: readonly (readonly [text: string, alerts: readonly number[], quiet: readonly number[]])[] = [
  ['10', [-1, 10.5, 11], [0, 5, 10]],
  ['10:', [9, 0, -1], [10, 11, 1e9]],
  ['~:10', [11], [10, 0, -1e9]],
  ['10:20', [9, 21], [10, 15, 20]],
  ['@10:20', [10, 15, 20], [9, 21]],
  ['@5', [0, 5], [-1, 6]],
  [':7', [-1, 8], [0, 7]],
  ['0', [1, -1], [0]],
  ['-5:-1.5', [-6, -1, 0], [-5, -2, -1.5]],
  ['~:', [], [-1e9, 0, 1e9]],
];

describe('a range', () => {
  it.each(RANGES)('%s', (text, alerts, quiet) => {
    const range = parseRange(text);
    for (const value of alerts) expect([value, range.alerts(value)]).toEqual([value, true]);
    for (const value of quiet) expect([value, range.alerts(value)]).toEqual([value, false]);
  });

  it.each(['', ':', '@', '@:', 'x', '5:4', '1:2:3', '10%', '1e3', '5 ', '~', '@~'])('%j is none', (text) =>
    expect(() => parseRange(text)).toThrow(/is no range/));
});
