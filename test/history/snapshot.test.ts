import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AcceptedSenders } from '../../src/history/accepted.ts';
import { causeChanges, newcomers } from '../../src/history/compare.ts';
import {
  difference,
  EMPTY,
  fromJson,
  merged,
  type Snapshot,
  type SnapshotJson,
  TABLES,
  toJson,
} from '../../src/history/snapshot.ts';

const row = fc.tuple(
  fc.constantFrom('a.example', 'b.example', '__proto__', '<>'),
  fc.integer({ min: 1, max: 1000 }),
  ...Array.from({ length: 8 }, () => fc.nat({ max: 1000 })),
  fc.nat({ max: 2e12 }),
  fc.nat({ max: 2e12 }),
);

const moment = fc.option(fc.record({ at: fc.nat({ max: 5 }), offset: fc.integer({ min: -60, max: 60 }) }));

const names = fc.uniqueArray(
  fc.tuple(fc.constantFrom('203.0.113.1', '203.0.113.2'), fc.constantFrom('x', 'y', 'z')),
  {
    selector: ([ip]) => ip,
  },
);

const snapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    tables: fc.record(
      Object.fromEntries(
        TABLES.map((name) => [name, fc.uniqueArray(row, { selector: ([key]) => key, maxLength: 4 })]),
      ) as unknown as Record<(typeof TABLES)[number], fc.Arbitrary<[string, ...number[]][]>>,
    ),
    names,
    calloutNames: names,
    first: moment,
    last: moment,
  })
  .map((json) => fromJson(json as SnapshotJson));

const sorted = (one: Snapshot): unknown => {
  const { tables, names, calloutNames, ...rest } = toJson(one);
  const entries = Object.entries(tables).map(([name, rows]) => [name, [...rows].sort()]);
  return { ...rest, names: [...names].sort(), calloutNames: [...calloutNames].sort(), tables: entries };
};

describe('snapshots', () => {
  it('make the same sum in any order and grouping', () => {
    fc.assert(
      fc.property(snapshot, snapshot, snapshot, (a, b, c) => {
        const sum = sorted(merged([a, b, c]));
        expect(sorted(merged([merged([c, a]), b]))).toEqual(sum);
        expect(sorted(merged([a, merged([b, c]), EMPTY]))).toEqual(sum);
      }),
    );
  });

  it('are the same when they are read back', () => {
    fc.assert(
      fc.property(snapshot, (one) => {
        expect(fromJson(JSON.parse(JSON.stringify(toJson(one))))).toEqual(one);
      }),
    );
  });

  it('differ by what makes one of the other', () => {
    fc.assert(
      fc.property(snapshot, snapshot, (a, more) => {
        const now = merged([a, more]);
        expect(sorted(merged([a, difference(now, a)]))).toEqual(sorted(now));
      }),
    );
  });
});

const counts = (attempts: number, first = 0): number[] => [
  attempts,
  0,
  0,
  0,
  0,
  attempts,
  attempts,
  0,
  0,
  first,
  first,
];

function withTables(
  tables: Partial<SnapshotJson['tables']>,
  calloutNames: SnapshotJson['calloutNames'] = [],
): Snapshot {
  return fromJson({ ...toJson(EMPTY), calloutNames, tables: { ...toJson(EMPTY).tables, ...tables } });
}

describe('comparison', () => {
  const causes = (...rows: [string, number][]): Snapshot =>
    withTables({ byCause: rows.map(([cause, count]) => [cause, ...counts(count)]) });

  it('tells what is new, gone, growing and shrinking', () => {
    const now = causes(['fresh', 1], ['more', 40], ['less', 10], ['same', 12], ['a few more', 9]);
    const before = causes(['more', 15], ['less', 50], ['same', 10], ['lost', 3], ['a few more', 3]);
    const week = causes(['more', 20], ['less', 40], ['same', 30], ['lost', 2], ['a few more', 2]);
    const trends = Object.fromEntries(
      causeChanges(now, before, week).map(({ cause, trend }) => [cause, trend]),
    );
    expect(trends).toEqual({
      fresh: 'new',
      more: 'growing',
      less: 'shrinking',
      same: null,
      lost: 'gone',
      'a few more': null,
    });
  });

  it('claims nothing where there is nothing to compare with', () => {
    expect(causeChanges(causes(['fresh', 1]), null, null)).toEqual([
      { cause: 'fresh', now: 1, before: null, weekBefore: null, trend: null },
    ]);
  });

  it('names the senders who fail for the first time, together by the host that was asked', () => {
    const rowOf = (
      sender: string,
      recipient: string,
      callout: string,
      first: number,
    ): [string, ...number[]] => [
      JSON.stringify([sender, recipient, '203.0.113.9', callout, 'callout-connect-timeout', false]),
      ...counts(2, first),
    ];
    const now = withTables(
      {
        rows: [
          rowOf('ann@x.example', 'r@one.example', '198.51.100.7', 900),
          rowOf('ben@x.example', 'r@two.example', '198.51.100.7', 800),
          rowOf('Old@x.example', 'r@two.example', '198.51.100.7', 100),
        ],
      },
      [['198.51.100.7', 'mx.x.example']],
    );
    const earlier = withTables({ rows: [rowOf('old@x.example', 'q@two.example', '198.51.100.8', 1)] });
    const accounts = new Map([['one.example', 'chris']]);
    const accepted = new AcceptedSenders();
    for (const day of ['2026-11-17', '2026-11-18', '2026-11-19']) accepted.add(day, 'BEN@x.example');
    accepted.add('2026-11-19', 'somebody@x.example');
    const days = [...accepted.days().values()];
    expect(newcomers(now, earlier, days, accounts)).toEqual([
      {
        cause: 'callout-connect-timeout',
        host: { ip: '198.51.100.7', name: 'mx.x.example' },
        asked: true,
        senders: ['ann@x.example', 'ben@x.example'],
        receivers: ['chris', 'two.example'],
        since: 800,
        refusals: 4,
        acceptedBefore: 1,
        acceptedDays: 3,
      },
    ]);
  });
});
