import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCause } from '../../src/causes/index.ts';

/**
 * `server<TAB>cause|another right cause<TAB>reply`, the lines of a reply joined by the two characters `\n`. Those of the
 * server `RFC` are RFC 5321's own words for its codes (section 4.2.3), which small servers send as they are.
 */
const [head, ...rows] = readFileSync(resolve(import.meta.dirname, 'replies.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

describe('replies of servers, labelled before the table was asked', () => {
  it('are a table of three columns', () => {
    expect(head).toEqual(['server', 'causes', 'reply']);
    expect(rows.filter((row) => row.length !== 3)).toEqual([]);
  });

  it.each(rows)('%s: %s: %s', (_, causes = '', reply = '') => {
    const permanent = reply.startsWith('5');
    const cause = findCause({ context: 'remote-reply', permanent, subject: reply });
    expect(causes.split('|')).toContain(cause);
  });
});
