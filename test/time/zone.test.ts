import { tzOffset } from '@date-fns/tz/tzOffset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoWithOffset } from '../../src/time/iso.ts';
import {
  createStampClock,
  isTimeZone,
  machineZone,
  momentOf,
  offsetAt,
  type StampClock,
} from '../../src/time/zone.ts';

const NOW = Date.UTC(2026, 10, 21, 8);

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC', 'Asia/Kolkata', '-03:30'];

/** What the clock makes of a stamp, as ISO 8601. */
function shown(clock: StampClock, at: number): string {
  return Number.isNaN(at) ? 'NaN' : isoWithOffset(at, clock.offset);
}

function readAll(timeZone: string, stamps: readonly string[]): string[] {
  const clock = createStampClock(timeZone, NOW);
  return stamps.map((stamp) => shown(clock, clock.read(stamp, 0, 0, null)));
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** `2026-11-20 18:17:16`, as the clock of a zone shows a moment. */
function stampOf(at: number, offset: number): string {
  return new Date(at + offset * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

describe('zones', () => {
  it.each([
    ['Europe/Berlin', true],
    ['europe/berlin', true],
    ['UTC', true],
    ['Etc/GMT+5', true],
    ['+02:00', true],
    ['-0330', true],
    ['+05', true],
    ['+24:00', false],
    ['+02:60', false],
    ['Mars/Olympus', false],
    ['Mars/Olympus+02:00', false],
    ['+02:00 or so', false],
    ['constructor', false],
    ['__proto__', false],
    ['', false],
  ])('%j is a zone: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });

  it('knows the zone of this machine', () => {
    expect(isTimeZone(machineZone())).toBe(true);
  });

  it.each([
    ['+02:00', 120],
    ['-0330', -210],
    ['-00:30', -30],
    ['-00:00', 0],
    ['+05', 300],
    ['Europe/Berlin', 60],
    ['America/New_York', -300],
    ['Asia/Kolkata', 330],
    ['Australia/Lord_Howe', 660],
  ])('%s is %d minutes east in November', (name, expected) => {
    expect(offsetAt(name, NOW)).toBe(expected);
  });

  it.each([
    ['Europe/Berlin', 8.64e15],
    ['Europe/Berlin', -8.64e15],
    ['Europe/Berlin', 1e300],
    ['Mars/Olympus', 1e20],
    ['+02:00', Number.NaN],
  ])('%s has no moment for %d', (name, local) => {
    expect(momentOf(name, local)).toBeNaN();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.double(), (name, at) => {
        isTimeZone(name);
        offsetAt(name, at);
        momentOf(name, at);
        createStampClock(name, at).read('2026-11-20 18:17:16', 0, 0, null);
      }),
    );
  });
});

describe('the days on which the clock is changed', () => {
  const inOrder: Record<
    string,
    readonly [zone: string, lines: readonly (readonly [stamp: string, iso: string])[]]
  > = {
    'Berlin in spring': [
      'Europe/Berlin',
      [
        ['2026-03-28 23:59:59', '2026-03-28T23:59:59+01:00'],
        ['2026-03-29 01:59:59', '2026-03-29T01:59:59+01:00'],
        ['2026-03-29 02:30:00', '2026-03-29T02:30:00+01:00'],
        ['2026-03-29 03:00:00', '2026-03-29T03:00:00+02:00'],
        ['2026-03-30 00:00:00', '2026-03-30T00:00:00+02:00'],
      ],
    ],
    'Berlin in autumn': [
      'Europe/Berlin',
      [
        ['2026-10-24 12:00:00', '2026-10-24T12:00:00+02:00'],
        ['2026-10-25 01:59:59', '2026-10-25T01:59:59+02:00'],
        ['2026-10-25 02:00:00', '2026-10-25T02:00:00+02:00'],
        ['2026-10-25 02:59:59', '2026-10-25T02:59:59+02:00'],
        ['2026-10-25 02:00:03', '2026-10-25T02:00:03+01:00'],
        ['2026-10-25 02:59:59', '2026-10-25T02:59:59+01:00'],
        ['2026-10-25 03:00:00', '2026-10-25T03:00:00+01:00'],
        ['2026-10-26 00:00:00', '2026-10-26T00:00:00+01:00'],
      ],
    ],
    'New York in spring': [
      'America/New_York',
      [
        ['2026-03-08 01:59:59', '2026-03-08T01:59:59-05:00'],
        ['2026-03-08 02:15:00', '2026-03-08T02:15:00-05:00'],
        ['2026-03-08 03:00:00', '2026-03-08T03:00:00-04:00'],
      ],
    ],
    'New York in autumn': [
      'America/New_York',
      [
        ['2026-11-01 00:59:59', '2026-11-01T00:59:59-04:00'],
        ['2026-11-01 01:45:00', '2026-11-01T01:45:00-04:00'],
        ['2026-11-01 01:10:00', '2026-11-01T01:10:00-05:00'],
        ['2026-11-01 02:00:00', '2026-11-01T02:00:00-05:00'],
      ],
    ],
    'Lord Howe in spring, by half an hour': [
      'Australia/Lord_Howe',
      [
        ['2026-10-04 01:59:59', '2026-10-04T01:59:59+10:30'],
        ['2026-10-04 02:15:00', '2026-10-04T02:15:00+10:30'],
        ['2026-10-04 02:30:00', '2026-10-04T02:30:00+11:00'],
        ['2026-10-04 03:00:00', '2026-10-04T03:00:00+11:00'],
      ],
    ],
    'Lord Howe in autumn, by half an hour': [
      'Australia/Lord_Howe',
      [
        ['2026-04-05 01:29:59', '2026-04-05T01:29:59+11:00'],
        ['2026-04-05 01:30:00', '2026-04-05T01:30:00+11:00'],
        ['2026-04-05 01:59:59', '2026-04-05T01:59:59+11:00'],
        ['2026-04-05 01:30:00', '2026-04-05T01:30:00+10:30'],
        ['2026-04-05 02:00:00', '2026-04-05T02:00:00+10:30'],
      ],
    ],
    'St. John’s at one minute past midnight': [
      'America/St_Johns',
      [
        ['2010-11-06 23:00:59', '2010-11-06T23:00:59-02:30'],
        ['2010-11-06 23:59:00', '2010-11-06T23:59:00-02:30'],
        ['2010-11-07 00:00:59', '2010-11-07T00:00:59-02:30'],
        ['2010-11-06 23:01:00', '2010-11-06T23:01:00-03:30'],
        ['2010-11-07 00:00:30', '2010-11-07T00:00:30-03:30'],
        ['2010-11-07 00:01:00', '2010-11-07T00:01:00-03:30'],
      ],
    ],
    'Apia leaves a whole day out': [
      'Pacific/Apia',
      [
        ['2011-12-29 23:59:59', '2011-12-29T23:59:59-10:00'],
        ['2011-12-31 00:00:00', '2011-12-31T00:00:00+14:00'],
      ],
    ],
    'Kolkata never': [
      'Asia/Kolkata',
      [
        ['2026-03-29 02:30:00', '2026-03-29T02:30:00+05:30'],
        ['2026-10-25 02:30:00', '2026-10-25T02:30:00+05:30'],
        ['2026-10-25 02:00:00', '2026-10-25T02:00:00+05:30'],
      ],
    ],
    'UTC never': [
      'UTC',
      [
        ['2026-10-25 02:30:00', '2026-10-25T02:30:00+00:00'],
        ['2026-10-25 02:00:00', '2026-10-25T02:00:00+00:00'],
      ],
    ],
  };

  it.each(Object.entries(inOrder))('%s', (_name, [zone, lines]) => {
    const stamps = lines.map(([stamp]) => stamp);
    expect(readAll(zone, stamps)).toEqual(lines.map(([, iso]) => iso));
  });

  it('lines that are a little late do not end the first pass', () => {
    const stamps = ['02:30:00', '02:29:10', '02:35:00', '02:25:01', '02:40:00'];
    const offsets = readAll(
      'Europe/Berlin',
      stamps.map((time) => `2026-10-25 ${time}`),
    ).map((iso) => iso.slice(19));
    expect(new Set(offsets)).toEqual(new Set(['+02:00']));
  });

  it('late lines around the repeated hour keep their side of it', () => {
    const stamps = ['02:50:00', '02:10:00', '01:59:58', '02:12:00', '03:00:01', '02:59:59', '03:00:02'];
    expect(
      readAll(
        'Europe/Berlin',
        stamps.map((time) => `2026-10-25 ${time}`),
      ),
    ).toEqual([
      '2026-10-25T02:50:00+02:00',
      '2026-10-25T02:10:00+01:00',
      '2026-10-25T01:59:58+02:00',
      '2026-10-25T02:12:00+01:00',
      '2026-10-25T03:00:01+01:00',
      '2026-10-25T02:59:59+01:00',
      '2026-10-25T03:00:02+01:00',
    ]);
  });

  it('the same night once more begins with the first pass', () => {
    const night = ['00:10:00', '02:30:00', '02:05:00', '04:00:00'].map((time) => `2026-10-25 ${time}`);
    const once = readAll('Europe/Berlin', night);
    expect(readAll('Europe/Berlin', [...night, ...night])).toEqual([...once, ...once]);
  });

  it('reset() begins a new file', () => {
    const clock = createStampClock('Europe/Berlin', NOW);
    const offsetOf = (time: string): number => {
      clock.read(`2026-10-25 ${time}`, 0, 0, null);
      return clock.offset;
    };
    expect(['02:50:00', '02:10:00'].map(offsetOf)).toEqual([120, 60]);
    clock.reset();
    expect(['02:20:00', '02:10:00'].map(offsetOf)).toEqual([120, 120]);
  });

  it('a zone in the log leaves nothing to guess', () => {
    const clock = createStampClock('Europe/Berlin', NOW);
    const times: readonly (readonly [string, number])[] = [
      ['02:10:00', 60],
      ['02:50:00', 120],
      ['02:10:00', 120],
    ];
    for (const [time, zone] of times) {
      const at = clock.read(`2026-10-25 ${time}`, 0, 0, zone);
      expect(at).toBe(Date.parse(`2026-10-25T${time}+0${zone / 60}:00`));
      expect(clock.offset).toBe(zone);
    }
  });
});

describe('read', () => {
  it.each([
    ['2026-13-01 00:00:00'],
    ['2026-00-10 00:00:00'],
    ['2026-02-31 00:00:00'],
    ['2026-02-29 00:00:00'],
    ['2100-02-29 00:00:00'],
    ['2026-04-31 00:00:00'],
    ['2026-11-00 00:00:00'],
    ['2026-11-20 24:00:00'],
    ['2026-11-20 10:60:00'],
    ['2026-11-20 10:10:61'],
    ['2026-11-20 10:10'],
    ['2026-1a-20 10:10:10'],
    [''],
  ])('%j is no moment, and leaves the clock as it was', (stamp) => {
    const clock = createStampClock('Europe/Berlin', NOW);
    clock.read('2026-07-01 00:00:00', 0, 0, null);
    expect(clock.read(stamp, 0, 0, null)).toBeNaN();
    expect(clock.read(stamp, 0, 0, -300)).toBeNaN();
    expect(clock.offset).toBe(120);
    expect(clock.read('2026-11-20 10:10:10', 0, 0, null)).toBe(Date.UTC(2026, 10, 20, 9, 10, 10));
  });

  it.each([
    ['2024-02-29 12:00:00', 0, 0, 0, Date.UTC(2024, 1, 29, 12)],
    ['2000-02-29 12:00:00', 0, 7, 0, Date.UTC(2000, 1, 29, 12, 0, 0, 7)],
    ['2016-12-31 23:59:60', 0, 0, 0, Date.UTC(2017, 0, 1)],
    ['<22> 2026-11-20 18:17:16 H=', 5, 859, 345, Date.UTC(2026, 10, 20, 12, 32, 16, 859)],
  ])('%s', (text, start, millis, zone, expected) => {
    expect(createStampClock('UTC', NOW).read(text, start, millis, zone)).toBe(expected);
  });

  const year = fc.integer({ min: 1970, max: 2100 });
  const moment = fc.integer({ min: Date.UTC(1996, 0, 1) / 1000, max: Date.UTC(2037, 0, 1) / 1000 });

  it('with a zone equals the arithmetic of Date.UTC', () => {
    const clock = createStampClock('Europe/Berlin', NOW);
    fc.assert(
      fc.property(
        fc.tuple(year, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 })),
        fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.nat(999)),
        fc.integer({ min: -720, max: 840 }),
        ([y, m, d], [hh, mm, ss, millis], zone) => {
          const at = clock.read(`${y}-${pad(m)}-${pad(d)} ${pad(hh)}:${pad(mm)}:${pad(ss)}`, 0, millis, zone);
          const exists = new Date(Date.UTC(y, m - 1, d)).getUTCDate() === d;
          expect(at).toBe(exists ? Date.UTC(y, m - 1, d, hh, mm - zone, ss, millis) : Number.NaN);
        },
      ),
    );
  });

  it.each(ZONES)('without a zone agrees with the time zone data of %s', (zone) => {
    fc.assert(
      fc.property(moment, (seconds) => {
        const at = seconds * 1000;
        const offset = zone === '-03:30' ? -210 : tzOffset(zone, new Date(at));
        const clock = createStampClock(zone, NOW);
        const read = clock.read(stampOf(at, offset), 0, 0, null);
        // In the repeated hour nothing before the stamp says which pass it is: the first.
        const hourBefore = zone === '-03:30' ? -210 : tzOffset(zone, new Date(read));
        expect(stampOf(read, hourBefore)).toBe(stampOf(at, offset));
        expect(clock.offset).toBe(hourBefore);
        expect(at - read === 0 || at - read === 3_600_000 || at - read === 1_800_000).toBe(true);
        if (at !== read) expect(hourBefore).toBeGreaterThan(offset);
      }),
      { numRuns: 300 },
    );
  });

  it.each(ZONES)('follows a whole year of lines in %s', (zone) => {
    const clock = createStampClock(zone, NOW);
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 13 * 60_000) {
      const offset = offsetAt(zone, at);
      expect(clock.read(stampOf(at, offset), 0, 0, null)).toBe(at);
    }
  });

  it('never throws, whatever the text', () => {
    const clock = createStampClock('America/New_York', NOW);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: -5, max: 50 }), (text, start) => {
        expect(typeof clock.read(text, start, 0, null)).toBe('number');
        expect(typeof clock.readSyslog(text, start)).toBe('number');
        expect(typeof clock.readIso(text, start)).toBe('number');
      }),
    );
  });

  it('is quick (printed, not judged)', () => {
    const clock = createStampClock('Europe/Berlin', NOW);
    const stamps = Array.from(
      { length: 1000 },
      (_, n) => `2026-10-25 ${pad(n % 24)}:${pad(n % 60)}:${pad(n % 60)} H=`,
    );
    const forms = {
      read: (text: string) => clock.read(text, 0, 0, null),
      readSyslog: () => clock.readSyslog('Nov 20 18:17:16 host exim[1]: ', 0),
      readIso: () => clock.readIso('2026-11-20T18:17:16.013456+01:00 host', 0),
      isoWithOffset: () => isoWithOffset(NOW, 60),
    };
    for (const [name, call] of Object.entries(forms)) {
      const start = performance.now();
      for (let n = 0; n < 200_000; n++) call(stamps[n % 1000] ?? '');
      console.log(`${name}: ${((performance.now() - start) / 200).toFixed(3)} us a call`);
    }
  });
});

describe('readSyslog', () => {
  function readDates(latest: string, stamps: readonly string[], zone = 'UTC'): string[] {
    const clock = createStampClock(zone, Date.parse(latest));
    return stamps.map((stamp) => shown(clock, clock.readSyslog(stamp, 0)).slice(0, 10));
  }

  it.each([
    ['2026-11-21T08:00:00Z', 'Nov 21 04:35:10', '2026-11-21'],
    ['2026-11-21T08:00:00Z', 'Nov  1 04:35:10', '2026-11-01'],
    ['2026-11-21T08:00:00Z', 'Nov 01 04:35:10', '2026-11-01'],
    ['2026-11-21T08:00:00Z', 'Nov 22 07:59:59', '2026-11-22'],
    ['2026-11-21T08:00:00Z', 'Nov 22 08:00:01', '2025-11-22'],
    ['2026-11-21T08:00:00Z', 'Dec 31 00:00:00', '2025-12-31'],
    ['2026-01-01T00:00:01Z', 'Dec 31 23:59:59', '2025-12-31'],
    ['2025-12-31T23:59:59Z', 'Jan  1 00:00:00', '2026-01-01'],
    ['2026-11-21T08:00:00Z', 'Feb 29 12:00:00', '2024-02-29'],
    ['2024-02-28T23:00:00Z', 'Feb 29 12:00:00', '2024-02-29'],
    ['2024-02-10T23:00:00Z', 'Feb 29 12:00:00', '2020-02-29'],
    ['1904-01-10T23:00:00Z', 'Feb 29 12:00:00', '1896-02-29'],
    ['2026-11-21T08:00:00Z', 'Feb 30 12:00:00', 'NaN'],
    ['2026-11-21T08:00:00Z', 'Apr 31 12:00:00', 'NaN'],
    ['2026-11-21T08:00:00Z', 'Nov  0 12:00:00', 'NaN'],
    ['2026-11-21T08:00:00Z', 'Nov 20 25:00:00', 'NaN'],
    ['2026-11-21T08:00:00Z', 'Mai 20 12:00:00', 'NaN'],
    ['2026-11-21T08:00:00Z', 'Nov 1 12:00:00 ', 'NaN'],
    ['2026-11-21T08:00:00Z', '', 'NaN'],
    ['no time at all', 'Nov 20 12:00:00', 'NaN'],
  ])('written until %s, %j is of %s', (latest, stamp, expected) => {
    expect(readDates(latest, [stamp])).toEqual([expected]);
  });

  it('goes on over New Year, and a late line goes back', () => {
    const stamps = [
      'Nov 30 10:00:00',
      'Dec 31 23:59:58',
      'Jan  1 00:00:01',
      'Dec 31 23:59:59',
      'Jan  1 00:00:02',
    ];
    expect(readDates('2026-01-04T00:00:00Z', stamps)).toEqual([
      '2025-11-30',
      '2025-12-31',
      '2026-01-01',
      '2025-12-31',
      '2026-01-01',
    ]);
  });

  it('goes on over a leap day', () => {
    const stamps = ['Feb 28 23:00:00', 'Feb 29 12:00:00', 'Mar  1 00:00:00'];
    expect(readDates('2024-03-05T00:00:00Z', stamps)).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
  });

  it('a stamp that does not fit does not move the year', () => {
    const stamps = ['Dec 31 23:00:00', 'Jan 32 00:00:00', 'Feb 30 00:00:00', 'Dec 31 23:10:00'];
    expect(readDates('2025-12-31T23:20:00Z', stamps)).toEqual(['2025-12-31', 'NaN', 'NaN', '2025-12-31']);
  });

  it('reset() forgets the year', () => {
    const clock = createStampClock('UTC', Date.UTC(2026, 5, 1));
    clock.readSyslog('Dec 31 23:59:59', 0);
    expect(clock.readSyslog('Jan  1 00:00:00', 0)).toBe(Date.UTC(2026, 0, 1));
    clock.reset();
    expect(clock.readSyslog('Dec 31 23:59:59', 0)).toBe(Date.UTC(2025, 11, 31, 23, 59, 59));
  });

  it('reads on the clock of the zone, in both passes of the repeated hour', () => {
    const clock = createStampClock('Europe/Berlin', NOW);
    const stamps = ['Oct 25 02:59:00', 'Oct 25 02:01:00', 'Nov  1 04:35:10'];
    expect(stamps.map((stamp) => shown(clock, clock.readSyslog(`<22>${stamp} host`, 4)))).toEqual([
      '2026-10-25T02:59:00+02:00',
      '2026-10-25T02:01:00+01:00',
      '2026-11-01T04:35:10+01:00',
    ]);
  });
});

describe('readIso', () => {
  it.each([
    ['2026-11-21T04:35:10.013456+00:00 host exim[1234]:', '2026-11-21T04:35:10.013+00:00'],
    ['2026-11-21T04:35:10.013Z host', '2026-11-21T04:35:10.013+00:00'],
    ['2026-11-21T04:35:10Z', '2026-11-21T04:35:10+00:00'],
    ['2026-11-21T04:35:10.5-03:30', '2026-11-21T04:35:10.500-03:30'],
    ['2026-11-21T04:35:10.999999999+05:45', '2026-11-21T04:35:10.999+05:45'],
    ['2026-11-21T04:35:10-0500', '2026-11-21T04:35:10-05:00'],
    ['2026-11-21T04:35:10-00:30', '2026-11-21T04:35:10-00:30'],
    ['2026-11-21T04:35:10', 'NaN'],
    ['2026-11-21 04:35:10Z', 'NaN'],
    ['2026-02-30T04:35:10Z', 'NaN'],
    ['2026-11-21T24:35:10Z', 'NaN'],
    ['2026-11-21T04:35:10+24:00', 'NaN'],
    ['2026/11/21T04:35:10Z', 'NaN'],
  ])('%s', (text, expected) => {
    const clock = createStampClock('Europe/Berlin', NOW);
    expect(shown(clock, clock.readIso(`<22>1 ${text}`, 6))).toBe(expected);
  });
});
