import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../src/attempt.ts';
import type { Context } from '../src/commands/context.ts';
import { searchFor, type TraceOptions } from '../src/commands/trace-search.ts';
import { openly } from '../src/redact/openly.ts';
import type { Ending } from '../src/shapes.ts';
import { oddLog } from './odd-log.ts';
import { tempFolder } from './sources/temp.ts';
import { ADDRESSES } from './state/exim-log.ts';

const SOMEBODY = [
  ...ADDRESSES,
  '<>',
  '@from0.example',
  'from0.example',
  'FROM1.example',
  'hosted.example',
  'r0',
  's1',
  'mx0.example',
  'mx1.example',
  '203.0.113.1',
  '203.0.113.2',
  '203.0.113.0/24',
  '2001:db8::1',
  'nobody.example',
];

const asked = fc.record<{ who: string | undefined; options: TraceOptions }>({
  who: fc.option(fc.constantFrom(...SOMEBODY), { nil: undefined }),
  options: fc.record(
    {
      sender: fc.constantFrom('from0.example', 's0', '<>'),
      recipient: fc.constantFrom('hosted.example', 'R1@hosted.example'),
      host: fc.constantFrom('mx0.example', '203.0.113.1', '203.0.113.0/30'),
      format: fc.constantFrom('text', 'json'),
    },
    { requiredKeys: ['format'] },
  ),
});

/**
 * Every sender was refused before: so each arrival is read in any case. Whose first refusal comes in the second of his
 * arrival, and behind it, may have got in or not, and what is merged is answered by the clock alone.
 */
const REFUSED_BEFORE = [...ADDRESSES, 's3@from1.example']
  .map(
    (sender) =>
      `2026-11-09 08:00:00 H=mx.other.example [198.51.100.9] F=<${sender}> rejected RCPT <x@other.example>: relay not permitted\n`,
  )
  .join('');

interface Found {
  traced: { attempt: Attempt; ending: Ending }[];
  /** By the evidence; null where nobody asks for it. */
  accepted: number[] | null;
  refused: number[] | null;
}

async function found(who: string | undefined, logs: string[], options: TraceOptions): Promise<Found> {
  const context: Context = {
    out: { write: () => {}, flush: async () => {}, close: async () => {} },
    warn: (text) => {
      throw new Error(text);
    },
    env: {},
    color: false,
    unicode: false,
    width: 80,
    progress: { isTTY: false, columns: 80, write: () => {} },
    now: Date.UTC(2026, 11),
    redactor: openly,
    interrupted: () => new AbortController().signal,
  };
  const { traced, evidence } = await searchFor(
    who,
    logs,
    { timezone: 'UTC', quiet: true, ...options },
    context,
  );
  const accepted =
    evidence && ['203.0.113.1', '203.0.113.2'].map((ip) => evidence.history.acceptedOfClient(ip));
  const refused =
    evidence && ['203.0.113.1', '203.0.113.2'].map((ip) => evidence.behaviour.unknownRecipientsOf(ip));
  return {
    traced: traced.map(({ attempt, ending }) => ({ attempt, ending })),
    accepted,
    refused,
  };
}

describe('a search for somebody', () => {
  it('counts the tries by hosts that were not asked for', async () => {
    const tries = ['mx0.example [203.0.113.1]', 'mx1.example [203.0.113.2]'].map(
      (client, n) =>
        `2026-11-10 09:00:0${n} H=${client} F=<a@x.example> temporarily rejected RCPT <b@y.example>: greylisted\n`,
    );
    const log = join(tempFolder(), 'exim_mainlog');
    writeFileSync(log, tries.join(''));
    for (const format of ['text', 'json'])
      for (const recipient of [undefined, 'y.example', 'b@y.example']) {
        const options = recipient === undefined ? { format } : { format, recipient };
        const { traced } = await found('mx0.example', [log], options);
        expect(traced.map(({ ending }) => ending.tries)).toEqual([2]);
      }
  });

  it.each([
    '1xUcwH-00002r-0T <= q@z.example H=mx2.example [203.0.113.9] P=esmtp S=900 for w@y.example',
    '1xUcwH-00002r-0T Completed',
    'Start queue run: pid=111',
  ])('takes the last line for the end of the log, whoever it is about: %s', async (last) => {
    const log = join(tempFolder(), 'exim_mainlog');
    const refused = 'F=<a@x.example> temporarily rejected RCPT <b@y.example>: greylisted';
    writeFileSync(
      log,
      `2026-11-10 09:00:00 H=mx0.example [203.0.113.1] ${refused}\n2026-11-15 09:00:00 ${last}\n`,
    );
    for (const format of ['text', 'json'])
      for (const who of [undefined, 'a@x.example', '203.0.113.1', 'y.example']) {
        const { traced } = await found(who, [log], { format });
        expect(traced.map(({ ending }) => ending.outcome)).toEqual(['never-accepted']);
      }
  });

  it('finds in the bytes of the lines what it finds in their texts', async () => {
    const folder = tempFolder();
    const [log, empty] = [join(folder, 'exim_mainlog'), join(folder, 'exim_rejectlog')];
    writeFileSync(empty, '');
    let count = 0;
    await fc.assert(
      fc.asyncProperty(oddLog, asked, async (text, { who, options }) => {
        writeFileSync(log, REFUSED_BEFORE + text, 'latin1');
        const bytes = await found(who, [log], options);
        // Lines that are merged with those of a reject log are all read.
        expect(bytes).toEqual(await found(who, [log, empty], options));
        count += bytes.traced.length;
      }),
      { numRuns: fc.readConfigureGlobal()?.numRuns ?? 300 },
    );
    expect(count).toBeGreaterThan(300);
  });
});
