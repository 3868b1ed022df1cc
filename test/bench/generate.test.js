import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { differences } from './compare.js';
import { generate } from './generate.js';

const folder = mkdtempSync(join(tmpdir(), 'exiwhy-generate-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Large enough for the first clients to come back.
 *
 * @param {Partial<import('./generate.js').Options>} [options]
 */
function make(options) {
  const out = join(folder, 'log');
  const truth = generate({ out, bytes: 4e6, senders: 2000, hosts: 1000, ...options });
  return { truth, text: readFileSync(out, 'latin1') };
}

/** @param {string} text */
const sha256 = (text) => createHash('sha256').update(text, 'latin1').digest('hex');
/**
 * @param {string} text
 * @param {RegExp} pattern
 */
const count = (text, pattern) => text.match(pattern)?.length ?? 0;

const HEAD = String.raw`^\S+ \S+ (?:\[\d+\] )?`;
const VERIFY = new RegExp(`${HEAD}H=.* sender verify (fail|defer) for <.*?>(: .*)?$`, 'gm');
// A subject or a remote answer stands behind an arrow, on a line that begins with a message id.
const REFUSED = new RegExp(
  `${HEAD}(?:[\\w-]{16,23} )?(?:` +
    'H=.* (?:temporarily )?rejected |rejected |SMTP call from .* dropped: |refused connection |Connection from .* refused: |' +
    'SMTP protocol synchronization error)',
  'gm',
);

const settings = /** @type {const} */ ([
  { selector: 'cpanel', ids: 'new' },
  { selector: 'cpanel', ids: 'old', reject: 5 },
  { selector: 'default', ids: 'new', reject: 0.1 },
]);

describe.each(settings)('a log with %o', (options) => {
  const { truth, text } = make(options);
  const lines = text.split('\n').slice(0, -1);

  test('has as many lines and bytes as the truth says', () => {
    expect([lines.length, text.length]).toEqual([truth.lines, truth.bytes]);
  });

  test('is the same when it is made again, and another with another seed', () => {
    expect(sha256(make(options).text)).toBe(sha256(text));
    expect(sha256(make({ ...options, seed: 2 }).text)).not.toBe(sha256(text));
  });

  test('has a stamp on every line, in order', () => {
    expect(lines.filter((line) => !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S/.test(line))).toEqual([]);
    const stamps = lines.map((line) => line.slice(0, 19));
    expect(stamps).toEqual([...stamps].sort());
  });

  test('has as many refusals as the truth says', () => {
    const logins = count(text, new RegExp(`${HEAD}\\S+ authenticator failed for `, 'gm'));
    expect(logins).toBe(truth.byCause['auth-failed']);
    expect(count(text, REFUSED) + logins).toBe(truth.attempts);
    const rcpt = count(text, /> (A=\S+ )?(temporarily )?rejected RCPT <[^>]*>: (?!.*" for )/g);
    expect(rcpt).toBe(truth.byStage.rcpt);
  });

  test('has as many verify lines as the truth says', () => {
    const found = [...text.matchAll(VERIFY)];
    const fail = found.filter((match) => match[1] === 'fail');
    const bare = found.filter((match) => match[2] === undefined);
    expect({ fail: fail.length, defer: found.length - fail.length, bare: bare.length }).toEqual(
      truth.verifyLines,
    );
    expect(truth.senderVerification.attempts).toBe(found.length);
  });
});

test('a pair that the truth calls accepted later is found by its addresses', () => {
  const { truth, text } = make({ bytes: 8e6 });
  /** @type {Map<string, number>} */
  const open = new Map();
  let later = 0;
  for (const line of text.split('\n')) {
    const refused = /H=.* F=<(.*?)> (?:A=\S+ )?(?:temporarily )?rejected RCPT <(.*?)>: /.exec(line);
    const arrived = / <= (".*?"@\S+|\S+) H=.* for (.*)$/.exec(line);
    if (arrived) {
      const sender = arrived[1].replace('<>', '');
      for (const recipient of arrived[2].split(' ')) {
        later += open.get(`${sender} ${recipient}`) ?? 0;
        open.delete(`${sender} ${recipient}`);
      }
    } else if (refused) {
      const key = `${refused[1]} ${refused[2]}`;
      open.set(key, (open.get(key) ?? 0) + 1);
    }
  }
  expect(later).toBeGreaterThan(0);
  expect(truth.outcomes['accepted-later']).toBe(later);
});

test('a verify line is followed by its refusal, after three lines of others at most', () => {
  const lines = make().text.split('\n');
  const alone = lines.filter((line, at) => {
    const pair = / (\[\d+\] H=.*) sender verify (?:fail|defer) for /.exec(line);
    return (
      pair &&
      !lines
        .slice(at + 1, at + 5)
        .some((next) => next.includes(`${pair[1]} `) && / rejected RCPT /.test(next))
    );
  });
  expect(alone).toEqual([]);
});

describe('the comparison with a report', () => {
  const { truth } = make();
  const right = {
    attempts: truth.attempts,
    byCause: Object.entries(truth.byCause).map(([cause, attempts]) => ({ cause, attempts })),
    outcomes: truth.outcomes,
    books: { lines: truth.lines, used: truth.lines, ignored: 0, notUnderstood: 0 },
  };

  test('is content with the truth', () => {
    expect(differences(right, truth)).toEqual([]);
  });

  test('finds one attempt too many, a wrong cause and a field that is missing', () => {
    const wrong = {
      ...right,
      attempts: truth.attempts + 1,
      byCause: [{ cause: 'unclassified', attempts: 1 }],
      books: undefined,
    };
    const found = differences(wrong, truth).map(({ what }) => what);
    expect(found).toEqual(
      expect.arrayContaining(['attempts', 'books.lines', 'byCause unclassified', 'byCause relay-denied']),
    );
  });
});
