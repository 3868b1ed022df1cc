import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { readState } from '../../src/state/state.ts';
import { exiwhy } from '../cli.ts';
import { tempFile, tempFolder } from '../sources/temp.ts';
import { runReport } from './runs.ts';

/** What a report leaves, with all that it may carry. */
async function stateText(): Promise<string> {
  const path = `${tempFolder()}/state`;
  await runReport(['fixtures/cpanel-exim-4.96.log'], { state: path });
  return readFileSync(path, 'utf8');
}

/** Whether it is taken for a state; anything but a refusal for a person is thrown on. */
function isTaken(path: string, text: string | Buffer): boolean {
  writeFileSync(path, text);
  try {
    return readState(path) !== null;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return false;
  }
}

describe('a state that was changed by anybody but a report', () => {
  it('is refused, whatever was changed', async () => {
    const text = await stateText();
    const path = tempFile('state', text);
    expect(isTaken(path, text)).toBe(true);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(9), fc.string({ maxLength: 9 }), (at, gone, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + gone);
        expect(isTaken(path, changed)).toBe(changed === text);
      }),
    );
    fc.assert(
      fc.property(fc.nat(text.length * 8 - 1), (bit) => {
        const bytes = Buffer.from(text);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(isTaken(path, bytes)).toBe(false);
      }),
    );
  });

  it('is refused, whatever it holds', () => {
    const path = tempFile('state', '');
    fc.assert(fc.property(fc.json(), (text) => !isTaken(path, text)));
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !isTaken(path, Buffer.from(bytes))));
  });

  it.each([
    '{"schema":1}',
    '{"schema":1,"positions":1}',
    '',
    '[',
    '\0'.repeat(4096),
  ])('is told: %j', (text) => {
    const path = tempFile('state', text);
    const { status, stdout, stderr } = exiwhy(['report', '--state', path, 'fixtures/founding-case.log']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('or damaged');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
