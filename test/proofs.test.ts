import { describe, expect, it } from 'vitest';
import type { Attempt } from '../src/attempt.ts';
import { type CauseId, causeOf } from '../src/causes/index.ts';
import { Evidence } from '../src/evidence.ts';

const cause: CauseId = 'callout-connect-timeout';

function attempt(line: number, over: Partial<Attempt> = {}): Attempt {
  return {
    at: line * 1000,
    offset: 0,
    sender: 'a@x.example',
    recipient: 'b@here.example',
    client: { ip: '203.0.113.5', port: null, reverseName: null, heloName: null },
    callout: null,
    stage: 'rcpt',
    permanent: false,
    cause,
    fault: 'network',
    evidence: 'logged',
    inferredFrom: null,
    submission: false,
    authenticatedAs: null,
    reason: null,
    lines: [{ file: 'log', line, text: 'as logged' }],
    ...over,
  };
}

const group = { sender: '@x.example', client: { ip: '203.0.113.5' }, cause: causeOf(cause) };
const all = (): boolean => true;
const shown = (...numbers: number[]): string[] => numbers.map((line) => `log:${line}: as logged`);

describe('the lines of a group', () => {
  it('are those of its newest three mails, of each the newest try', () => {
    const evidence = new Evidence();
    for (const [line, series] of [
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 3],
      [5, 4],
    ] as const)
      evidence.add(attempt(line), series);
    expect(evidence.linesOf(group, false, all)).toEqual(shown(3, 4, 5));
  });

  it('prefer a try whose own line gives the cause', () => {
    const evidence = new Evidence();
    evidence.add(attempt(1), 1);
    evidence.add(attempt(2, { evidence: 'inferred' }), 1);
    for (const line of [3, 4, 5]) evidence.add(attempt(line, { evidence: 'inferred' }), line);
    expect(evidence.linesOf(group, false, all)).toEqual(shown(1, 4, 5));
  });

  it('are of mails that the report counts', () => {
    const evidence = new Evidence();
    evidence.add(attempt(1), 1);
    evidence.add(attempt(2), 2);
    expect(evidence.linesOf(group, false, (series) => series === 2)).toEqual(shown(2));
  });

  it.each([
    ['another domain', { sender: 'a@y.example' }],
    ['another client', { client: null }],
    ['another cause', { cause: 'callout-connect-refused' as const }],
    ['our own users', { submission: true }],
  ])('are not those of %s', (_, over) => {
    const evidence = new Evidence();
    evidence.add(attempt(1, over), 1);
    expect(evidence.linesOf(group, false, all)).toEqual([]);
  });

  it('are kept of so many groups only', () => {
    const evidence = new Evidence();
    for (let at = 0; at <= 2000; at++) evidence.add(attempt(at, { sender: `a@d${at}.example` }), at);
    const linesOf = (at: number): string[] =>
      evidence.linesOf({ ...group, sender: `@d${at}.example` }, false, all);
    expect([linesOf(1999), linesOf(2000)]).toEqual([shown(1999), []]);
  });
});
