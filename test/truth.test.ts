import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tracedFile } from './traced.ts';

const FIXTURES = resolve(import.meta.dirname, '../fixtures');

/** What the SMTP clients of our lab really saw, one row for each refused recipient, in the order of time. */
function truthOf(name: string): Record<string, string>[] {
  const [head = '', ...rows] = readFileSync(`${FIXTURES}/${name}.truth.tsv`, 'utf8').trimEnd().split('\n');
  const columns = head.split('\t');
  return rows.map((row) =>
    Object.fromEntries(row.split('\t').map((value, index) => [columns[index] ?? '', value])),
  );
}

describe.each(['cpanel-exim-4.96', 'default-exim-4.98', 'syslog-exim-4.96', 'postfix-3.7'])('%s', (name) => {
  it('tells each refused recipient as the client saw it, and invents none', async () => {
    const { attempts } = await tracedFile(`${FIXTURES}/${name}.log`);
    const left = attempts.filter(({ attempt }) => attempt.stage === 'rcpt');
    for (const row of truthOf(name)) {
      const index = left.findIndex(
        ({ attempt: { client, sender, recipient } }) =>
          client?.ip === row['client'] && sender === row['sender'] && recipient === row['recipient'],
      );
      expect(index, `${row['scenario']}: not found`).not.toBe(-1);
      const [found] = left.splice(index, 1);
      expect(row['causes']?.split('|'), row['scenario']).toContain(found?.attempt.cause);
      expect(String(found?.attempt.permanent), row['scenario']).toBe(row['permanent']);
      expect(String(found?.outcome === 'accepted-later'), row['scenario']).toBe(row['accepted later']);
    }
    // What remains: the client that hung up before the reply, and the remote Exim's own callout to us.
    const others = left.map(({ attempt }) => attempt.sender).filter((sender) => sender !== '');
    expect(others).toEqual(['alice@clientgone.example']);
  });
});
