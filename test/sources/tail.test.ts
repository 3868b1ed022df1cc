import { appendFileSync, copyFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Leaf, tail } from '../../src/sources/tail.ts';
import { tempFolder } from './temp.ts';

/** Everything that a tail gives, per file that bore the name. */
class Reader {
  readonly texts: string[] = [];
  readonly linesBefore: number[] = [];
  live = false;
  readonly #end = new AbortController();
  readonly #done: Promise<void>;

  constructor(path: string, back: number) {
    this.#done = this.#run(path, back);
  }

  async #run(path: string, back: number): Promise<void> {
    const leaves: Promise<void>[] = [];
    const onLive = (): void => {
      this.live = true;
    };
    for await (const leaf of tail(path, {
      signal: this.#end.signal,
      back,
      onLive,
      onIdle: () => {},
      poll: 2,
    }))
      leaves.push(this.#read(leaf));
    await Promise.all(leaves);
  }

  async #read({ blocks, linesBefore }: Leaf): Promise<void> {
    const index = this.texts.push('') - 1;
    this.linesBefore.push(linesBefore);
    for await (const block of blocks) this.texts[index] += block.toString();
  }

  async until(condition: () => boolean): Promise<void> {
    for (let n = 0; n < 2000 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  /** Stops, and gives what was read. */
  async end(): Promise<readonly string[]> {
    this.#end.abort();
    await this.#done;
    return this.texts;
  }
}

describe('the beginning', () => {
  it.each([
    [0, 3, ''],
    [1, 3, ''],
    [4, 2, 'bbb\n'],
    [5, 2, 'bbb\n'],
    [1000, 0, 'first\naaa\nbbb\n'],
  ])('%i bytes back', async (back, linesBefore, text) => {
    const path = join(tempFolder(), 'log');
    writeFileSync(path, 'first\naaa\nbbb\n');
    const reader = new Reader(path, back);
    await reader.until(() => reader.live);
    appendFileSync(path, 'new\n');
    await reader.until(() => reader.texts[0] === `${text}new\n`);
    expect(await reader.end()).toEqual([`${text}new\n`]);
    expect(reader.linesBefore).toEqual([linesBefore]);
  });

  it('a file that is not there is an error', async () => {
    const reader = new Reader(join(tempFolder(), 'log'), 0);
    await expect(reader.end()).rejects.toThrow('there is no such file');
  });
});

describe('through rotations', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), lines: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), lines: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), lines: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('copytruncate' as const), lines: fc.constant(0) }) },
  );

  it('every line comes once, also those that are still written to the old file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const folder = tempFolder();
        const path = join(folder, 'log');
        let number = 0;
        let written = '';
        const append = (to: string, count: number): void => {
          const text = Array.from({ length: count }, () => `line ${number++}\n`).join('');
          appendFileSync(to, text);
          written += text;
        };
        append(path, 3);
        const reader = new Reader(path, Number.POSITIVE_INFINITY);
        const caughtUp = (): boolean => reader.texts.join('').length === written.length;
        let leaves = 1;
        for (const { do: what, lines } of steps) {
          if (what === 'append') append(path, lines);
          else {
            // What is thrown away before it was read is lost to anybody.
            await reader.until(caughtUp);
            leaves++;
            if (what === 'rename') renameSync(path, join(folder, `log.${leaves}`));
            if (what === 'rename') append(join(folder, `log.${leaves}`), lines);
            if (what === 'delete') unlinkSync(path);
            if (what === 'copytruncate') copyFileSync(path, join(folder, `log.${leaves}`));
            if (what === 'copytruncate') truncateSync(path);
            append(path, 1);
            await reader.until(() => reader.texts.length === leaves);
          }
        }
        await reader.until(caughtUp);
        const read = (await reader.end()).join('').split('\n').sort();
        expect(read).toEqual(written.split('\n').sort());
      }),
      { numRuns: 30 },
    );
  });
});
