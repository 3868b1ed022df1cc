import { describe, expect, it } from 'vitest';
import type { Attempt } from '../src/attempt.ts';
import { type CauseId, causeOf } from '../src/causes/index.ts';
import { Proofs } from '../src/proofs.ts';
import type { Problem } from '../src/summary.ts';

const cause: CauseId = 'callout-connect-timeout';
const ip = '203.0.113.5';

function attempt(line: number, over: Partial<Attempt> = {}): Attempt {
  return {
    mta: 'exim',
    direction: 'inbound',
    queueId: null,
    at: line * 1000,
    offset: 0,
    sender: 'a@x.example',
    recipient: 'b@here.example',
    client: { ip, port: null, reverseName: 'mail.relay.example', heloName: null },
    callout: null,
    stage: 'rcpt',
    permanent: false,
    told: null,
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

function problem(sender: string): Problem {
  return {
    cause: causeOf(cause),
    sender,
    senders: 1,
    client: { ip, name: null },
    callout: { ip: null, name: null },
    recipients: [],
    recipientCount: 0,
    mails: 1,
    attempts: 1,
    retrying: false,
    first: 0,
    last: 0,
  };
}

const accounts = new Map([
  ['here.example', 'carol'],
  ['x.example', 'dave'],
]);
const proofs = (isOpen = (_series: number): boolean => true): Proofs => new Proofs(accounts, isOpen);
const shown = (...numbers: number[]): string[] => numbers.map((line) => `log:${line}: as logged`);

describe('the lines of a problem', () => {
  it('are those of its newest three mails, of each the newest try', () => {
    const all = proofs();
    for (const [line, series] of [
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 3],
      [5, 4],
    ] as const)
      all.add(attempt(line), series);
    expect(all.ofProblem(problem('@x.example'), false)).toEqual(shown(5, 4, 3));
  });

  it('prefer a try whose own line gives the cause', () => {
    const all = proofs();
    all.add(attempt(1), 1);
    all.add(attempt(2, { evidence: 'inferred' }), 1);
    for (const line of [3, 4, 5]) all.add(attempt(line, { evidence: 'inferred' }), line);
    expect(all.ofProblem(problem('@x.example'), false)).toEqual(shown(1, 5, 4));
  });

  it('are of mails that the report counts', () => {
    const all = proofs((series) => series === 2);
    all.add(attempt(1), 1);
    all.add(attempt(2), 2);
    expect(all.ofProblem(problem('a@x.example'), false)).toEqual(shown(2));
  });

  it.each([
    ['another domain', { sender: 'a@y.example' }],
    ['another client', { client: null }],
    ['another cause', { cause: 'callout-connect-refused' as const }],
    ['our own users', { submission: true }],
  ])('are not those of %s', (_, over) => {
    const all = proofs();
    all.add(attempt(1, over), 1);
    expect(all.ofProblem(problem('@x.example'), false)).toEqual([]);
  });
});

describe('the lines of a row', () => {
  it.each([
    ['byCause', cause],
    ['byClient', `mail.relay.example [${ip}]`],
    ['byOrganisation', 'relay.example'],
    ['byNetwork', '203.0.113.0/24'],
    ['bySenderDomain', 'x.example'],
    ['byRecipientDomain', 'here.example'],
    ['byAccount', 'carol'],
  ])('of the table %s are found by its name %s', (table, row) => {
    const all = proofs();
    all.add(attempt(1), 1);
    all.add(attempt(2, { direction: 'outbound' }), 2);
    expect(all.ofRow('inbound', table, row)).toEqual(shown(1));
    expect(all.ofRow('inbound', table, 'other')).toEqual([]);
  });

  it('of our own mail are those of the account that sent it', () => {
    const all = proofs();
    all.add(attempt(1, { direction: 'outbound' }), 1);
    expect(all.ofRow('outbound', 'byAccount', 'dave')).toEqual(shown(1));
    expect(all.ofRow('outbound', 'byRemoteHost', `mail.relay.example [${ip}]`)).toEqual(shown(1));
  });

  it('know the null reverse-path', () => {
    const all = proofs();
    all.add(attempt(1, { sender: '' }), 1);
    expect(all.ofRow('inbound', 'bySenderDomain', '<>')).toEqual(shown(1));
  });
});

it('the large groups are remembered, however many small ones come', () => {
  const all = proofs();
  for (let line = 0; line < 20_000; line++) {
    all.add(attempt(line, { sender: `a@d${line}.example` }), line);
    if (line % 1000 === 0) all.add(attempt(line, { sender: 'a@large.example' }), -1 - line);
  }
  expect(all.ofProblem(problem('@large.example'), false)).toEqual(shown(19_000, 18_000, 17_000));
  expect(all.ofProblem(problem('@d100.example'), false)).toEqual([]);
});
