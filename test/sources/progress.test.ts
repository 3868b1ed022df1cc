import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProgress, progressLine } from '../../src/sources/progress.ts';

function harness(columns: number | undefined = 80, isTTY = true, totalBytes: number | null = 1_000_000_000) {
  const clock = { time: 5000 };
  const written: string[] = [];
  const stream = { columns, write: (text: string) => written.push(text) };
  const progress = createProgress({ stream, isTTY, totalBytes, now: () => clock.time });
  const at = (time: number, bytes: number, name = 'mainlog'): void => {
    clock.time = 5000 + time;
    progress.update(bytes, name);
  };
  return { at, written, done: () => progress.done() };
}

describe('createProgress', () => {
  it('says nothing where nobody looks', () => {
    const { at, written, done } = harness(80, false);
    at(60_000, 5);
    done();
    expect(written).toEqual([]);
  });

  it('says nothing about what is done within a second', () => {
    const { at, written, done } = harness();
    at(0, 5);
    at(999, 100_000_000);
    done();
    expect(written).toEqual([]);
  });

  it('draws one line over the other, and takes it away', () => {
    const { at, written, done } = harness();
    at(1000, 420_000_000, 'a-long-name');
    at(2000, 1_000_000_000, 'short');
    done();
    expect(written).toEqual([
      '\r 42 %  420 MB/s  a-long-name\r',
      '\r100 %  500 MB/s  short      \r',
      `\r${' '.repeat('100 %  500 MB/s  short'.length)}\r`,
    ]);
    at(9000, 1);
    done();
    expect(written).toHaveLength(3);
  });

  it('draws at most 8 times a second', () => {
    const { at, written } = harness();
    for (let time = 0; time < 3000; time++) at(time, time);
    expect(written).toHaveLength(16);
  });

  it('never reaches the last column', () => {
    const wide = (text: string): number => [...text].reduce((sum, one) => sum + (one < '\x7f' ? 1 : 2), 0);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.string({ unit: 'binary' })),
        (columns, names) => {
          const { at, written } = harness(columns);
          names.forEach((name, index) => {
            at(1000 + index * 200, index * 1e7, name);
          });
          for (const text of written) {
            expect(text).toMatch(/^\r[^\p{Cc}]*\r$/u);
            expect(wide(text.slice(1, -1))).toBeLessThan(columns);
          }
        },
      ),
    );
  });

  it('takes 80 columns where the terminal does not tell', () => {
    const { at, written } = harness(0);
    at(1000, 1, 'x'.repeat(200));
    expect(written[0]).toHaveLength(81);
  });
});

describe('progressLine', () => {
  it.each([
    [0, 100, 1000, 'mainlog', '  0 %  0 MB/s  mainlog'],
    [150, 100, 1000, 'mainlog', '100 %  0 MB/s  mainlog'],
    [0, 0, 0, 'mainlog', '0 MB  0 MB/s  mainlog'],
    [25_600_000, null, 2000, '-', '26 MB  13 MB/s  -'],
    [0, 100, 1000, 'a\x1b[31m\r\n\u202eb', '  0 %  0 MB/s  a[31mb'],
  ])('%s of %s bytes in %s ms', (bytes, total, elapsed, name, line) => {
    expect(progressLine(bytes, total, elapsed, name)).toBe(line);
  });
});
