import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PRIOR, signals, THRESHOLD } from '../../src/remedies/signals.ts';
import { targets } from '../../src/remedies/targets.ts';
import { exiwhy } from '../cli.ts';
import { corpus, kinds } from './corpus.ts';

const README = resolve(import.meta.dirname, '../../README.md');
const folder = mkdtempSync(join(tmpdir(), 'exiwhy-confusion-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { log, truth } = corpus();
const path = join(folder, 'exim_mainlog');
writeFileSync(path, log);

interface Json {
  entry: string;
  client: { ip: string };
  wanted: { score: number } | null;
}
const ndjson = (args: string[]): Json[] => {
  const { stdout, status } = exiwhy([...args, '--format', 'ndjson', path]);
  expect(status).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

/** By kind: senders, how many of them look wanted, how many get an entry. */
function counted(): Map<string, { senders: number; looked: number; listed: number }> {
  const counts = new Map(kinds.map(({ id }) => [id, { senders: 0, looked: 0, listed: 0 }]));
  const of = (ip: string) => counts.get(truth.get(ip)?.id ?? '');
  for (const kind of truth.values()) {
    const count = counts.get(kind.id);
    if (count) count.senders++;
  }
  const looked = ndjson(['trace']).filter(({ wanted }) => (wanted?.score ?? 0) >= THRESHOLD);
  for (const ip of new Set(looked.map(({ client }) => client.ip))) {
    const count = of(ip);
    if (count) count.looked++;
  }
  for (const { entry } of ndjson(['whitelist'])) {
    const count = of(entry);
    expect(count, `${entry} is no client of the log`).toBeDefined();
    if (count) count.listed++;
  }
  return counts;
}

describe('wanted or not', () => {
  const counts = counted();

  it.each(
    kinds.filter(({ wanted, id }) => !wanted && id !== 'patient-spammer').map(({ id }) => id),
  )('suggests no %s', (id) => expect(counts.get(id)?.listed).toBe(0));

  it.each(['own-server', 'first-contact', 'known-client'])('suggests every %s', (id) =>
    expect(counts.get(id)?.listed).toBe(counts.get(id)?.senders));

  it.each([
    'big-provider',
    'known-noreply',
    'correspondent',
  ])('knows a %s, but has another remedy than an entry', (id) => {
    expect(counts.get(id)?.looked).toBe(counts.get(id)?.senders);
    expect(counts.get(id)?.listed).toBe(0);
  });

  it('is told in the README', () => {
    const rows = kinds.map(({ id, wanted, what }) => {
      const { senders = 0, looked = 0, listed = 0 } = counts.get(id) ?? {};
      return `| ${wanted ? 'yes' : 'no'} | ${what} | ${senders} | ${looked} | ${listed} |`;
    });
    const table = `| wanted | kind | senders | look wanted | get an entry |\n|---|---|--:|--:|--:|\n${rows.join('\n')}\n`;
    const part = /(<!-- confusion:.*-->\n)[\s\S]*(<!-- end of confusion -->)/;
    const text = readFileSync(README, 'utf8');
    if (process.env['UPDATE'] === '1')
      writeFileSync(
        README,
        text.replace(part, (_, before: string, after: string) => `${before}${table}${after}`),
      );
    else expect(part.exec(text)?.[0]).toContain(table);
  });
});

describe.each(targets.map((target) => [target.id, target] as const))('the list for %s', (id, target) => {
  const { stdout, stderr, status } = exiwhy(['whitelist', '--all', '--replay', '--target', id, path]);
  const entries = target.syntax.parse(stdout);

  it('is read without a complaint, and as wide as it was meant', () => {
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(entries.length).toBeGreaterThan(20);
    expect(entries.filter(({ problem }) => problem !== null)).toEqual([]);
    for (const { network } of entries)
      if (network) expect(network.bits).toBeGreaterThanOrEqual(network.family === 4 ? 24 : 64);
  });

  it('holds nothing that an attacker wrote', () => {
    for (const { text } of entries) expect(text).not.toMatch(/bank|look-alike|0\.250|0\.0\.0\.0|\*/);
    // All that is no entry is a comment.
    expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toHaveLength(
      entries.length,
    );
  });
});

describe('the table of signals', () => {
  it('has each id once', () => {
    expect(new Set(signals.map(({ id }) => id)).size).toBe(signals.length);
  });

  it('lets no praise outweigh a blocklisting, malware, guessing or a forged local sender', () => {
    const praise = signals.reduce((sum, { weight }) => sum + Math.max(0, weight), PRIOR);
    for (const id of ['blocklisted', 'malware', 'dictionary', 'forged-local']) {
      expect(praise + (signals.find((signal) => signal.id === id)?.weight ?? 0)).toBeLessThan(0);
    }
  });

  it('lets names, manners and retries alone not outweigh an offence', () => {
    const arranged = [
      'same-organisation',
      'reverse-name',
      'helo-matches',
      'retries',
      'recipients-known',
      'fault-elsewhere',
      'client-accepted',
    ];
    const best = signals
      .filter(({ id }) => arranged.includes(id))
      .reduce((sum, { weight }) => sum + weight, PRIOR);
    for (const id of ['auth-failures', 'spam', 'spoofing', 'relay-attempts', 'many-sender-domains']) {
      expect(best + (signals.find((signal) => signal.id === id)?.weight ?? 0), id).toBeLessThan(0);
    }
  });
});
