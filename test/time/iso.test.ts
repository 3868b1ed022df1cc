import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, hourOf, humanDuration, humanStamp, isoWithOffset, offsetText } from '../../src/time/iso.ts';
import { createStampClock } from '../../src/time/zone.ts';

const FIRST = Date.UTC(1970, 0, 2);
const LAST = Date.UTC(9999, 11, 30);

const moment = fc.integer({ min: FIRST, max: LAST });
const offset = fc.integer({ min: -1439, max: 1439 });

describe('isoWithOffset', () => {
  it.each([
    [Date.UTC(2008, 10, 17, 20, 2, 27), -300, '2008-11-17T15:02:27-05:00'],
    [Date.UTC(2008, 10, 17, 20, 2, 27, 13), -300, '2008-11-17T15:02:27.013-05:00'],
    [Date.UTC(2008, 10, 17, 20, 2, 27), 0, '2008-11-17T20:02:27+00:00'],
    [Date.UTC(2008, 10, 17, 20, 2, 27), -0, '2008-11-17T20:02:27+00:00'],
    [Date.UTC(2026, 11, 31, 23, 30), 345, '2027-01-01T05:15:00+05:45'],
    [Date.UTC(2024, 1, 29), -30, '2024-02-28T23:30:00-00:30'],
    [-1, 0, '1969-12-31T23:59:59.999+00:00'],
  ])('%d with %d', (at, east, expected) => {
    expect(isoWithOffset(at, east)).toBe(expected);
  });

  it('is read back to the same moment and offset', () => {
    const clock = createStampClock('Europe/Berlin', 0);
    fc.assert(
      fc.property(moment, offset, (at, east) => {
        const text = isoWithOffset(at, east);
        expect(Date.parse(text)).toBe(at);
        expect(clock.readIso(text, 0)).toBe(at);
        expect(clock.offset).toBe(east);
      }),
    );
  });
});

describe('the parts of a moment', () => {
  it('on the log’s clock', () => {
    const at = Date.UTC(2008, 10, 18, 3, 2, 27, 13);
    expect(humanStamp(at, -300)).toBe('2008-11-17 22:02:27');
    expect(dayOf(at, -300)).toBe('2008-11-17');
    expect(hourOf(at, -300)).toBe(22);
    expect(hourOf(at, 0)).toBe(3);
  });

  it('agree with each other', () => {
    fc.assert(
      fc.property(moment, offset, (at, east) => {
        const text = isoWithOffset(at, east);
        expect(humanStamp(at, east)).toBe(text.slice(0, 19).replace('T', ' '));
        expect(dayOf(at, east)).toBe(text.slice(0, 10));
        expect(hourOf(at, east)).toBe(Number(text.slice(11, 13)));
        expect(text.endsWith(offsetText(east))).toBe(true);
      }),
    );
  });
});

describe('humanDuration', () => {
  it.each([
    [0, '0 s'],
    [-5000, '0 s'],
    [Number.NaN, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 m'],
    [120_000, '2 m'],
    [150_000, '2 m 30 s'],
    [3 * 3_600_000 + 5 * 60_000, '3 h 5 m'],
    [3 * 3_600_000 + 5000, '3 h'],
    [52 * 3_600_000, '2 d 4 h'],
    [2 * 86_400_000 + 60_000, '2 d'],
    [400 * 86_400_000, '400 d'],
  ])('%d ms is %s', (ms, expected) => {
    expect(humanDuration(ms)).toBe(expected);
  });
});
