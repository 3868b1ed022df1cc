import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tracedFile } from './traced.ts';
import { differences, readTruth } from './truth.ts';

const FIXTURES = resolve(import.meta.dirname, '../fixtures');

/** Captures of the lab (test/lab): `npm run lab:capture` makes them anew. */
const CAPTURES = [
  'cpanel-exim-4.96',
  'default-exim-4.98',
  'syslog-exim-4.96',
  'postfix-3.7-default',
  'postfix-3.7-reject',
  'postfix-3.7-rules',
  'postfix-3.7-postscreen',
];

describe.each(CAPTURES)('%s', (name) => {
  it('tells each refused recipient as the client saw it, and invents none', async () => {
    const { attempts, books } = await tracedFile(`${FIXTURES}/${name}.log`);
    expect(books.samples).toEqual([]);
    const told = attempts.map(({ attempt, outcome }) => ({
      time: /^(?:syslog|postfix)/.test(name) ? null : attempt.at,
      client: attempt.client?.ip ?? null,
      sender: attempt.sender,
      recipient: attempt.recipient,
      stage: attempt.stage,
      permanent: attempt.permanent,
      cause: attempt.cause,
      acceptedLater: outcome === 'accepted-later',
    }));
    expect(differences(readTruth(`${FIXTURES}/${name}.truth.tsv`), told)).toEqual([]);
  });
});
