import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import split2 from 'split2';
import { describe, expect, it } from 'vitest';
import { OneAddress } from '../../src/address-bytes.ts';
import type { Look } from '../../src/model/look.ts';
import type { LogLine } from '../../src/model/record.ts';
import { relevantToEvents, relevantToRefusals } from '../../src/mta/exim/relevant.ts';
import { sought } from '../../src/mta/exim/search.ts';
import { LineSplitter, MAX_LINE } from '../../src/sources/lines.ts';
import { LiveLines } from '../../src/sources/live.ts';

const all: Look = () => 'read';

function split(
  bytes: Buffer,
  cuts: readonly number[],
  relevant = all,
): { texts: string[]; splitter: LineSplitter } {
  const splitter = new LineSplitter('x', relevant);
  const texts: string[] = [];
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    // The block is overwritten after each push, as a source that reuses its buffer does.
    const block = Buffer.from(bytes.subarray(start, cut));
    splitter.push(block, ({ text }) => texts.push(text));
    block.fill(0x2a);
    start = cut;
  }
  splitter.drain(({ text }) => texts.push(text));
  return { texts, splitter };
}

async function bySplit2(bytes: Buffer): Promise<string[]> {
  const texts: string[] = [];
  const lines = split2('\n', (line: string) => ({ text: line.replace(/\r$/, '') }));
  lines.on('data', ({ text }: { text: string }) => texts.push(text));
  await pipeline(Readable.from([bytes]), lines);
  return texts;
}

const ascii = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\r\n', 'é', '日'), maxLength: 200 });

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut, and the same as split2', async () => {
    await fc.assert(
      fc.asyncProperty(ascii, fc.array(fc.nat(400), { maxLength: 8 }), async (text, places) => {
        const bytes = Buffer.from(text);
        const cuts = places.filter((place) => place <= bytes.length).sort((a, b) => a - b);
        const whole = split(bytes, []).texts;
        expect(split(bytes, cuts).texts).toEqual(whole);
        expect((await bySplit2(bytes)).filter((line) => line !== '')).toEqual(
          whole.filter((line) => line !== ''),
        );
      }),
    );
  });

  it('reads a last line without newline, a log that is still being written', () => {
    expect(split(Buffer.from('a\nb'), [1]).texts).toEqual(['a', 'b']);
  });

  it('keeps bytes that are no UTF-8 as Latin-1', () => {
    expect(split(Buffer.from([0x75, 0xe9, 0x0a, 0xc3, 0xa9, 0x0a]), []).texts).toEqual(['ué', 'é']);
  });

  it('cuts and counts a line without end, in bounded memory', () => {
    const splitter = new LineSplitter('x', all);
    const block = Buffer.alloc(256 * 1024, 0x61);
    const lengths: number[] = [];
    const take = ({ text }: LogLine): void => void lengths.push(text.length);
    for (let i = 0; i < 100; i++) splitter.push(block, take);
    splitter.push(Buffer.from('\nnext\n'), take);
    expect(lengths).toEqual([MAX_LINE, 4]);
    expect(splitter.overlong).toBe(1);
    expect(splitter.lines).toBe(2);
  });
});

describe('LiveLines', () => {
  it('gives the same lines, numbers and counts as LineSplitter, however the bytes arrive', async () => {
    const noise = '2026-11-21 04:43:00 [105] cwd=/var/lab 5 args: exim4 -q';
    const line = fc.oneof(
      fc.constant(noise),
      fc.constant(''),
      fc.stringMatching(/^[a-zé]{1,40}$/),
      fc.constant('x'.repeat(MAX_LINE + 5)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 6 }),
        fc.array(fc.nat(1000), { maxLength: 5 }),
        async (texts, places) => {
          const bytes = Buffer.from(texts.join('\n'));
          const cuts = places.filter((place) => place <= bytes.length).sort((a, b) => a - b);
          const live = new LiveLines('x', relevantToRefusals(undefined, null));
          const blocks = [...cuts, bytes.length].map((cut, i, all) =>
            Buffer.from(bytes.subarray(all[i - 1] ?? 0, cut)),
          );
          const arrived: LogLine[] = [];
          const take = (line: LogLine): void => void arrived.push(line);
          for await (const _ of live.run(Readable.from(blocks), take));
          const lines: LogLine[] = [];
          const splitter = new LineSplitter('x', relevantToRefusals(undefined, null));
          splitter.push(bytes, (line) => lines.push(line));
          splitter.drain((line) => lines.push(line));
          // An empty line and a line of noise cut by two chunks may be told or not; the parser ignores both.
          const told = (all: typeof lines): typeof lines =>
            all.filter(({ text }) => text !== '' && text !== noise);
          expect(told(arrived)).toEqual(told(lines));
          expect(live.lines).toBe(splitter.lines);
          expect(live.overlong).toBe(splitter.overlong);
        },
      ),
    );
  });
});

describe('the look at fixed offsets', () => {
  const NOISE = [
    '2026-11-21 04:43:00 [105] cwd=/var/lab 5 args: exim4',
    '2026-11-21 04:43:00 Start queue run: pid=111',
    '2026-11-21 04:43:00.123 +0100 [111] End queue run: pid=111',
  ];
  const EVENTS = [
    '2026-11-21 04:43:00 [105] SMTP connection from [127.0.0.1]:42201 I=[127.0.0.1]:25 (TCP/IP connection count = 1)',
    '2026-11-21 04:43:01 [178] 1xUcwH-00002r-0T Completed',
    '2026-11-21 04:43:01 1xUccU-000000003Jf-1VvA Completed QT=1s',
  ];
  const NEEDED = [
    '2026-11-21 04:43:01 H=[203.0.113.5] F=<> rejected RCPT <b@x.example>: no',
    '2026-11-21 04:43:01 1xUccU-000000003Jf-1VvA <= a@x.example H=[203.0.113.5]',
    '2026-11-21 04:43:01 SMTP call from [203.0.113.5] dropped: too many',
    '2026-11-21 04:43:01 Connection from [203.0.113.5] refused: too many connections',
    'Nov 21 04:36:40 srv1 exim[149]: 2026-11-21 04:36:40 [149] cwd=/x',
    'short',
  ];
  const kept = (lines: readonly string[], look: Look): string[] =>
    split(Buffer.from(`${lines.join('\n')}\n`), [], look).texts;

  it('turns away what no report needs', () => {
    expect(kept([...NOISE, ...EVENTS, ...NEEDED], relevantToRefusals(undefined, null))).toEqual(NEEDED);
    expect(kept([...NOISE, ...EVENTS, ...NEEDED], relevantToEvents)).toEqual([...EVENTS, ...NEEDED]);
  });

  it.each([
    ['H=[203.0.113.5] F=<a@x.example> rejected RCPT <B@x.Example>: no', true],
    ['H=[203.0.113.5] sender verify fail for <a@x.example>: no', true],
    ['H=[203.0.113.5] F=<a@x.example> rejected RCPT <c@x.example>: Sender verify failed', true],
    ['H=[203.0.113.5] F=<a@x.example> temporarily rejected DATA: Could not complete sender verify', true],
    ['H=[203.0.113.5] F=<a@x.example> rejected RCPT <c@x.example>: no', false],
    ['1xUcwH-00002r-0T H=[203.0.113.5] F=<a@x.example> rejected after DATA: no', false],
    ['1xUcwH-00002r-0T H=[203.0.113.5] F=<b@x.example> rejected after DATA: no', true],
    ['SMTP call from [203.0.113.5] dropped: too many', false],
    ['what no version says', true],
  ])('keeps of the refusals those that may concern an address: %s', (text, expected) => {
    const line = `2026-11-21 04:43:01 ${text}`;
    expect(kept([line], relevantToRefusals(undefined, sought(new OneAddress('b@x.example'), null)))).toEqual(
      expected ? [line] : [],
    );
  });
});
