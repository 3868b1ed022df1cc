import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { covers, parseNetwork } from '../../src/remedies/network.ts';
import { PRIOR, signals, THRESHOLD } from '../../src/remedies/signals.ts';
import { NEW_HERE } from '../../src/remedies/suggest.ts';
import { targets } from '../../src/remedies/targets.ts';
import { exiwhy } from '../cli.ts';
import { groupBy, readCrowd } from '../crowd.ts';
import { type Kind, kinds } from '../lab/crowd/kinds.ts';

const README = resolve(import.meta.dirname, '../../README.md');

interface Json {
  entry: string;
  client: { ip: string };
  wanted: { score: number } | null;
  caution: string | null;
  evidence: { replay: { wantedLetIn: number; unwantedLetIn: number } };
}
const ndjson = (args: string[]): Json[] => {
  const { stdout, status } = exiwhy([...args, '--format', 'ndjson']);
  expect(status).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

/** What exiwhy made of one sender of the crowd. */
interface Judged {
  kind: Kind;
  looksWanted: boolean;
  entry: 'none' | 'known' | 'new here';
}

/** A part of the crowd that the lab captured (test/lab/crowd), and what exiwhy makes of its log. */
function part(name: string) {
  const log = `fixtures/crowd-${name}.log.gz`;
  const rows = readCrowd(`fixtures/crowd-${name}.truth.tsv`);
  const entries = ndjson(['whitelist', log]).map(({ entry, caution, evidence }) => {
    const network = parseNetwork(entry);
    if (!network) throw new Error(`${entry} is no network`);
    return { network, isNew: caution?.includes(NEW_HERE) === true, replay: evidence.replay };
  });
  const wanted = new Set(
    ndjson(['trace', log])
      .filter((attempt) => (attempt.wanted?.score ?? 0) >= THRESHOLD)
      .map(({ client }) => client.ip),
  );
  const entriesFor = (client: string) => {
    const network = parseNetwork(client);
    return entries.filter((entry) => network !== null && covers(entry.network, network));
  };
  const judged = [...groupBy(rows, ({ actor }) => actor).values()].map((its): Judged => {
    const kind = kinds.find(({ id }) => id === its[0]?.kind);
    if (!kind) throw new Error(`${its[0]?.actor} is of no kind`);
    const listed = its.flatMap(({ client }) => entriesFor(client));
    return {
      kind,
      looksWanted: its.some(({ client }) => wanted.has(client)),
      entry: listed.length === 0 ? 'none' : listed.every(({ isNew }) => isNew) ? 'new here' : 'known',
    };
  });
  return { log, rows, entries, entriesFor, judged };
}

const parts = { tuning: part('tuning'), 'held out': part('held-out') };
const PARTS = ['tuning', 'held out'] as const;

/** Of the other kinds the table tells what came out, whatever it is. */
const IN_VIEW = kinds.filter(({ heldOut }) => heldOut === undefined);

describe.each(PARTS)('wanted or not, %s', (name) => {
  const { log, judged, rows, entries, entriesFor } = parts[name];
  const of = (id: string): Judged[] => judged.filter(({ kind }) => kind.id === id);

  it('was played by all kinds', () => {
    const played = name === 'tuning' ? IN_VIEW : kinds;
    expect(new Set(judged.map(({ kind }) => kind.id)).size).toBe(played.length);
  });

  it.each(
    IN_VIEW.filter(({ wanted, alike }) => !wanted && !alike).map(({ id }) => id),
  )('suggests no %s', (id) => expect(of(id).filter(({ entry }) => entry !== 'none')).toEqual([]));

  it.each(
    IN_VIEW.filter(({ remedy }) => remedy === 'none' || remedy === 'other').map(({ id }) => id),
  )('knows that an entry does not help %s', (id) =>
    expect(of(id).filter(({ entry }) => entry !== 'none')).toEqual([]));

  it.each([
    'own-server',
    'over-ipv6',
    'first-contact',
    'wrote-first',
    'known-relay',
    'own-pool',
    'mailing-list',
  ])('suggests every %s', (id) => expect(of(id).filter(({ entry }) => entry === 'none')).toEqual([]));

  it('suggests no sender whom only forgers used', () => {
    const senders = ndjson(['whitelist', '--target', 'exim4-sender', log]).map(({ entry }) => entry);
    const unwanted = IN_VIEW.filter(({ wanted, alike }) => !wanted && !alike).map(({ id: kind }) => kind);
    expect(senders.length).toBeGreaterThan(20);
    for (const sender of senders)
      expect(
        unwanted.filter((kind) => new RegExp(`\\b${kind}-\\d+\\.example$`).test(sender)),
        sender,
      ).toEqual([]);
  });

  it('says "new here" only of those of whom nothing was accepted', () => {
    for (const { network, isNew } of entries.filter(({ isNew }) => isNew)) {
      const its = rows.filter(({ client }) => {
        const one = parseNetwork(client);
        return one !== null && covers(network, one);
      });
      expect(its.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(isNew ? 0 : expect.anything());
    }
  });

  it('counts with --replay what the clients of an entry tried in vain', () => {
    const refused = rows
      .filter(({ client }) => entriesFor(client).length > 0)
      .reduce((sum, row) => sum + row.refused, 0);
    const counted = entries.reduce((sum, { replay }) => sum + replay.wantedLetIn + replay.unwantedLetIn, 0);
    expect(counted).toBe(refused);
  });
});

describe('the README', () => {
  const cell = (name: (typeof PARTS)[number], id: string): string => {
    const its = parts[name].judged.filter(({ kind }) => kind.id === id);
    if (its.length === 0) return ' | | ';
    const listed = its.filter(({ entry }) => entry !== 'none').length;
    return `${its.length} | ${its.filter(({ looksWanted }) => looksWanted).length} | ${listed}`;
  };
  const byKind = [
    '| wanted | kind of sender | tuning: senders | look wanted | get an entry | held out: senders | look wanted | get an entry |',
    '|---|---|--:|--:|--:|--:|--:|--:|',
    ...kinds.map(
      ({ id, wanted, what }) =>
        `| ${wanted ? 'yes' : 'no'} | ${what} | ${PARTS.map((name) => cell(name, id)).join(' | ')} |`,
    ),
  ];
  const CLASSES: readonly (readonly [what: string, is: (kind: Kind) => boolean])[] = [
    ['wanted, an entry is the remedy', ({ remedy, heldOut }) => remedy === 'entry' && !heldOut],
    [
      'wanted, but an entry is no remedy',
      ({ remedy, heldOut }) => (remedy === 'other' || remedy === 'none') && !heldOut,
    ],
    ['unwanted', ({ wanted, alike, heldOut }) => !wanted && !alike && !heldOut],
    ['unwanted, and nothing in a log shows it', ({ alike }) => alike === true],
    [
      'of kinds not in view: wanted, an entry is the remedy',
      ({ remedy, heldOut }) => remedy === 'entry' && heldOut === true,
    ],
    [
      'of kinds not in view: wanted, but an entry is no remedy',
      ({ remedy, heldOut }) => remedy === 'other' && heldOut === true,
    ],
    ['of kinds not in view: unwanted', ({ wanted, heldOut }) => !wanted && heldOut === true],
  ];
  const count = (name: (typeof PARTS)[number], is: (kind: Kind) => boolean): string =>
    (['known', 'new here', 'none'] as const)
      .map((entry) => parts[name].judged.filter((one) => is(one.kind) && one.entry === entry).length)
      .join(' | ');
  const matrix = [
    '| senders | tuning: entry | entry, *new here* | none | held out: entry | entry, *new here* | none |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...CLASSES.map(([what, is]) => `| ${what} | ${PARTS.map((name) => count(name, is)).join(' | ')} |`),
  ];

  it.each([
    ['confusion', matrix],
    ['kinds', byKind],
  ])('has the table of the %s', (mark, lines) => {
    const table = lines.map((line) => `${line}\n`).join('');
    const place = new RegExp(`(<!-- ${mark}:.*-->\n)[\\s\\S]*(<!-- end of ${mark} -->)`);
    const text = readFileSync(README, 'utf8');
    if (process.env['UPDATE'] === '1')
      writeFileSync(
        README,
        text.replace(place, (_, before: string, after: string) => `${before}${table}${after}`),
      );
    else expect(place.exec(text)?.[0]).toContain(table);
  });
});

describe.each(targets.map((target) => [target.id, target] as const))('the list for %s', (id, target) => {
  const { stdout, stderr, status } = exiwhy([
    'whitelist',
    '--all',
    '--replay',
    '--target',
    id,
    parts.tuning.log,
  ]);
  const entries = target.syntax.parse(stdout);

  it('is read without a complaint, and as wide as it was meant', () => {
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(entries.length).toBeGreaterThan(20);
    expect(entries.filter(({ problem }) => problem !== null)).toEqual([]);
    for (const { network } of entries)
      if (network) expect(network.bits).toBeGreaterThanOrEqual(network.family === 4 ? 24 : 64);
  });

  it('holds nothing that an attacker wrote', () => {
    for (const { text } of entries) expect(text).not.toMatch(/bank|look-alike|192\.0\.2\.|0\.0\.0\.0|\*/);
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
