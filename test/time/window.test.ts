import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { isoWithOffset } from '../../src/time/iso.ts';
import { type Bounds, parseSpan, parseWindow } from '../../src/time/window.ts';
import { offsetAt } from '../../src/time/zone.ts';

const BERLIN = 'Europe/Berlin';
/** A Saturday in November, 09:30 in Berlin. */
const NOW = '2026-11-21T08:30:00Z';

interface Asked {
  since?: string;
  until?: string;
  now?: string;
  zone?: string;
}

function parse({ since, until, now = NOW, zone = BERLIN }: Asked): Bounds {
  return parseWindow({ since, until, now: Date.parse(now), timeZone: zone });
}

function shown(at: number | null, zone = BERLIN): string | null {
  return at === null ? null : isoWithOffset(at, offsetAt(zone, at));
}

/** `yesterday` alone has an end of its own, so the one bound that is asked for is shown. */
const sinceOf = (asked: Asked): string | null => shown(parse(asked).since, asked.zone);

function errorOf(asked: Asked): UsageError {
  try {
    parse(asked);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('the forms of a time', () => {
  it.each([
    ['2026-11-20 18:17:16', '2026-11-20T18:17:16+01:00'],
    ['2026-11-20 18:17', '2026-11-20T18:17:00+01:00'],
    ['2026-11-20', '2026-11-20T00:00:00+01:00'],
    ['2026-11-20 18:17:16.25', '2026-11-20T18:17:16.250+01:00'],
    ['  2026-11-20  18:17 ', '2026-11-20T18:17:00+01:00'],
    ['2026-07-01', '2026-07-01T00:00:00+02:00'],
    ['2024-02-29', '2024-02-29T00:00:00+01:00'],
    ['18:17', '2026-11-21T18:17:00+01:00'],
    ['18:17:16', '2026-11-21T18:17:16+01:00'],
    ['now', '2026-11-21T09:30:00+01:00'],
    ['today', '2026-11-21T00:00:00+01:00'],
    ['Today', '2026-11-21T00:00:00+01:00'],
    ['yesterday', '2026-11-20T00:00:00+01:00'],
    ['tomorrow', '2026-11-22T00:00:00+01:00'],
    ['@1763000000', '2025-11-13T03:13:20+01:00'],
    ['@1763000000.5', '2025-11-13T03:13:20.500+01:00'],
    ['2026-11-20T18:17:16Z', '2026-11-20T19:17:16+01:00'],
    ['2026-11-20T18:17Z', '2026-11-20T19:17:00+01:00'],
    ['2026-11-20T18:17:16.013-05:00', '2026-11-21T00:17:16.013+01:00'],
    ['2026-11-20T18:17:16', '2026-11-20T18:17:16+01:00'],
    ['2026-11-20 18:17:16.859 +0000', '2026-11-20T19:17:16.859+01:00'],
    ['2026-11-20 18:17:16 UTC', '2026-11-20T19:17:16+01:00'],
    ['01:00 -0800', '2026-11-21T10:00:00+01:00'],
  ])('%j is %s', (text, expected) => {
    expect(sinceOf({ since: text })).toBe(expected);
  });

  it.each([
    ['-2h', '2026-11-21T07:30:00+01:00'],
    ['+1h', '2026-11-21T10:30:00+01:00'],
    ['- 2 h', '2026-11-21T07:30:00+01:00'],
    ['-5min', '2026-11-21T09:25:00+01:00'],
    ['2 days ago', '2026-11-19T09:30:00+01:00'],
    ['1h30m ago', '2026-11-21T08:00:00+01:00'],
    ['1h 30min ago', '2026-11-21T08:00:00+01:00'],
    ['-30d', '2026-10-22T10:30:00+02:00'],
    ['3 weeks ago', '2026-10-31T09:30:00+01:00'],
    ['1.5h ago', '2026-11-21T08:00:00+01:00'],
    ['-90', '2026-11-21T09:28:30+01:00'],
    ['-1d 2h', '2026-11-20T07:30:00+01:00'],
    ['-1500ms', '2026-11-21T09:29:58.500+01:00'],
    ['-2000us', '2026-11-21T09:29:59.998+01:00'],
    ['1 month ago', '2026-10-21T09:30:00+02:00'],
    ['-1M', '2026-10-21T09:30:00+02:00'],
    ['-1m', '2026-11-21T09:29:00+01:00'],
    ['1 year 2 months ago', '2025-09-21T09:30:00+02:00'],
    ['+1y', '2027-11-21T09:30:00+01:00'],
  ])('%j is %s', (text, expected) => {
    expect(sinceOf({ since: text })).toBe(expected);
  });

  it.each([
    ['-1month', '2026-03-31T10:00:00Z', '2026-02-28T12:00:00+01:00'],
    ['-1y', '2024-02-29T10:00:00Z', '2023-02-28T11:00:00+01:00'],
    ['today', '2026-03-29T10:00:00Z', '2026-03-29T00:00:00+01:00'],
    ['yesterday', '2026-03-30T10:00:00Z', '2026-03-29T00:00:00+01:00'],
    ['-1d', '2026-03-30T00:30:00Z', '2026-03-29T01:30:00+01:00'],
    ['-24h', '2026-03-30T00:30:00Z', '2026-03-29T01:30:00+01:00'],
    ['2026-03-29 02:30', '2026-03-30T10:00:00Z', '2026-03-29T03:30:00+02:00'],
    ['2026-10-25 02:30', '2026-10-26T10:00:00Z', '2026-10-25T02:30:00+02:00'],
    ['-1month', '2026-04-29T00:30:00Z', '2026-03-29T03:30:00+02:00'],
    ['today', '2026-11-20T23:10:00Z', '2026-11-21T00:00:00+01:00'],
  ])('%j at %s is %s', (since, now, expected) => {
    expect(sinceOf({ since, now })).toBe(expected);
  });

  it.each([
    ['America/New_York', '2026-11-20T00:00:00-05:00'],
    ['Asia/Kolkata', '2026-11-20T00:00:00+05:30'],
    ['Australia/Lord_Howe', '2026-11-20T00:00:00+11:00'],
    ['UTC', '2026-11-20T00:00:00+00:00'],
    ['-03:30', '2026-11-20T00:00:00-03:30'],
  ])('yesterday in %s is %s', (zone, expected) => {
    expect(sinceOf({ since: 'yesterday', zone })).toBe(expected);
  });

  it('a day may begin at one o’clock', () => {
    // In Beirut the clock goes from 00:00 to 01:00.
    const bounds = parse({ since: 'yesterday', now: '2026-03-30T09:00:00Z', zone: 'Asia/Beirut' });
    expect(shown(bounds.since, 'Asia/Beirut')).toBe('2026-03-29T01:00:00+03:00');
  });

  it.each([
    ...['', 'gestern', 'ago', '-', '+', '@', '@x', '-h', '2h', '-2x', '-2h ago', '--2h', '-.5h', '1H ago'],
    ...['2026-13-01', '2026-02-30', '2026-11-20 24:00', '18:60', '2026-11-2018:17', '2026-11-20T', 'T18:17'],
    ...['2026-11-20Z', '18:17 +25:00', '-99999999999d', '99999999999y ago', '@999999999999'],
  ])('%j is no time', (text) => {
    const { message, help } = errorOf({ until: text });
    expect(message).toBe(`--until: not a time: ${text}`);
    expect(help).toContain('"2 days ago"');
  });
});

describe('the window', () => {
  it.each([
    [{}, null, null],
    [{ since: '-2h' }, '2026-11-21T07:30:00+01:00', null],
    [{ until: '08:00' }, null, '2026-11-21T08:00:00+01:00'],
    [{ since: 'yesterday' }, '2026-11-20T00:00:00+01:00', '2026-11-21T00:00:00+01:00'],
    [{ since: ' Yesterday ' }, '2026-11-20T00:00:00+01:00', '2026-11-21T00:00:00+01:00'],
    [{ until: 'yesterday' }, null, '2026-11-21T00:00:00+01:00'],
    [{ since: 'yesterday', until: 'yesterday' }, '2026-11-20T00:00:00+01:00', '2026-11-21T00:00:00+01:00'],
    [{ since: 'yesterday', until: 'now' }, '2026-11-20T00:00:00+01:00', '2026-11-21T09:30:00+01:00'],
    [{ since: '-3d', until: 'yesterday' }, '2026-11-18T09:30:00+01:00', '2026-11-21T00:00:00+01:00'],
    [{ since: 'today' }, '2026-11-21T00:00:00+01:00', null],
  ])('%j', (asked, since, until) => {
    const bounds = parse(asked);
    expect([shown(bounds.since), shown(bounds.until)]).toEqual([since, until]);
  });

  it.each([
    ['2026-03-30T09:00:00Z', 23],
    ['2026-10-26T09:00:00Z', 25],
    ['2026-11-21T09:00:00Z', 24],
  ])('yesterday, seen from %s, has %d hours', (now, hours) => {
    const { since, until } = parse({ since: 'yesterday', now });
    expect((until ?? 0) - (since ?? 0)).toBe(hours * 3_600_000);
  });

  it('that ends before it begins names both ends', () => {
    const { message } = errorOf({ since: 'now', until: '-2h' });
    expect(message).toContain('2026-11-21T09:30:00+01:00');
    expect(message).toContain('2026-11-21T07:30:00+01:00');
  });

  it('of one moment is empty, and the help says how to ask for the day', () => {
    expect(errorOf({ since: '2026-11-20', until: '2026-11-20' }).help).toContain('the next day');
  });

  it('throws nothing but UsageError', () => {
    const pieces = fc.constantFrom(
      '-',
      '+',
      ' ',
      'ago',
      '1',
      '20',
      'h',
      'M',
      'days',
      ':',
      '@',
      'T',
      'Z',
      '2026-11-20',
      '.',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(
        text,
        text,
        fc.constantFrom(BERLIN, 'Australia/Lord_Howe', '+02:00'),
        (since, until, zone) => {
          try {
            const bounds = parse({ since, until, zone });
            expect(bounds.since).toBeLessThan(bounds.until ?? Number.POSITIVE_INFINITY);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('a long text is refused at once', () => {
    expect(errorOf({ since: `-${'1'.repeat(50_000)}!` }).message).toContain('--since: not a time');
    expect(errorOf({ since: `${'1 '.repeat(50_000)}ago!` }).message).toContain('--since: not a time');
  });
});

describe('parseSpan', () => {
  it.each([
    ['90s', 90_000],
    ['90', 90_000],
    ['1h30m', 5_400_000],
    [' 2 weeks ', 1_209_600_000],
    ['4d', 345_600_000],
    ['1M', 2_629_800_000],
    ['1y', 31_557_600_000],
    ['0.5 months', 1_314_900_000],
    ['1500us', 2],
  ])('%j is %d ms', (text, expected) => {
    expect(parseSpan(text)).toBe(expected);
  });

  it.each(['', 'soon', '-2h', '2x', '1h!', 'h'])('%j is none', (text) => {
    expect(() => parseSpan(text)).toThrow(UsageError);
  });
});
