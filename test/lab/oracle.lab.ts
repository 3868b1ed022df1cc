import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cidrTable, eximHostList, type ListSyntax, netIplsearch } from '../../src/remedies/lists.ts';
import { covers, formatNetwork, networkOf, parseNetwork } from '../../src/remedies/network.ts';
import { startExim } from './exim.ts';
import { openWorld } from './world.ts';

/** Addresses that lists name and that are asked for, some of them neighbours. */
const ADDRESSES = [
  '203.0.113.5',
  '203.0.113.4',
  '203.0.114.5',
  '75.0.113.5',
  '198.51.100.77',
  '2001:db8:1::5',
  '2001:db8:1::4',
  '2001:db8:1:1::5',
  '3001:db8:1::5',
];
const anAddress = fc.constantFrom(...ADDRESSES);
const aMask = fc.oneof(
  fc.nat(140).map(String),
  fc.constantFrom('', '08', '32', '48', 'abc', '24x', '-1', '255.255.255.0'),
);
const aRange = fc.oneof(
  anAddress,
  fc.tuple(anAddress, aMask).map(([address, mask]) => `${address}/${mask}`),
);

/** What people write into a list that takes one address a line. */
const aLine = fc.oneof(
  { weight: 4, arbitrary: aRange },
  { weight: 4, arbitrary: aRange.map((range) => `"${range}"`) },
  fc.tuple(anAddress, aMask).map(([address, mask]) => `"${address}"/${mask}`),
  fc
    .tuple(
      aRange,
      aRange,
      fc.constantFrom(
        (one: string) => ` ${one}`,
        (one: string) => `\t${one}`,
        (one: string) => `# ${one}`,
        (one: string) => `${one} # comment`,
        (one: string) => `${one}# comment`,
        (one: string) => `${one}: data`,
        (one: string) => `${one} `,
        (one: string) => `${one}\r`,
        (one: string) => `[${one}]`,
        (one: string) => `"${one}`,
        (one: string) => `!${one}`,
        (one: string) => `${one}\0`,
        (one: string, two: string) => `${one} ${two}`,
        (one: string, two: string) => `${one},${two}`,
        (one: string, two: string) => `${one}-${two}`,
      ),
    )
    .map(([one, two, form]) => form(one, two)),
  fc.constantFrom(
    '',
    '*',
    '203.0.113.*',
    '203.0.113',
    '203.0.113.005',
    '\ufeff203.0.113.5',
    'mail.x.example',
    'a\0b',
    '.include x',
  ),
);

/** A list, which need not end in a newline. */
function lists(line: fc.Arbitrary<string>, count: number): string[] {
  const list = fc
    .tuple(fc.array(line, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '\n'))
    .map(([lines, end]) => lines.join('\n') + end);
  return fc.sample(list, { numRuns: count, seed: 3 });
}

/** What a list lets in, as exiwhy reads it. */
function matched(syntax: ListSyntax, list: string): string[] {
  const networks = syntax.parse(list).flatMap(({ network }) => (network ? [network] : []));
  return ADDRESSES.filter((address) => {
    const asked = parseNetwork(address);
    return asked && networks.some((network) => covers(network, asked));
  });
}

describe('the lists of Exim, as the running Exim reads them', () => {
  const close: (() => Promise<void>)[] = [];
  let exim: Awaited<ReturnType<typeof startExim>>;

  beforeAll(async () => {
    close.push(await openWorld([]));
    exim = await startExim([]);
    close.push(exim.stop);
  });
  afterAll(async () => {
    for (const one of close.reverse()) await one();
  });

  /** Asks Exim of each list which addresses it matches. */
  function eximMatches(texts: readonly string[], listType: string): string[][] {
    const questions = texts.flatMap((list, index) => {
      const path = `/run/lab/exim/etc/oracle-${index}`;
      writeFileSync(path, list);
      return ADDRESSES.map((ip) => `\${if match_ip{${ip}}{${listType}${path}}{yes}{no}}`);
    });
    const answers = exim.expand(questions);
    return texts.map((_, index) =>
      ADDRESSES.filter((_, at) => answers[index * ADDRESSES.length + at] === 'yes'),
    );
  }

  it('a net-iplsearch file, however it is written', () => {
    const texts = lists(aLine, 1000);
    for (const [index, matches] of eximMatches(texts, 'net-iplsearch;').entries())
      expect(matched(netIplsearch, texts[index] ?? ''), JSON.stringify(texts[index])).toEqual(matches);
  });

  it('a host list in a file, as we write it', () => {
    const texts = lists(
      fc.oneof(
        aNetwork.map((network) => eximHostList.write(network, 'why')),
        aNetwork.map((network) => `${network}\0`),
      ),
      300,
    );
    for (const [index, matches] of eximMatches(texts, '').entries())
      expect(matched(eximHostList, texts[index] ?? ''), JSON.stringify(texts[index])).toEqual(matches);
  });
});

it('the cidr table of Postfix, as postmap reads it', () => {
  writeFileSync('/etc/postfix/main.cf', 'compatibility_level = 3.6\n');
  const lines = fc.oneof(
    aNetwork.map((network) => cidrTable.write(network, 'why')),
    aRange.map((range) => `${range} OK`),
    anAddress.map((address) => `[${address}] OK`),
    aRange.map((range) => `[${range.replace('/', ']/')} OK`),
    aRange.map((range) => ` ${range} OK`),
    aRange.map((range) => `# ${range} OK`),
    aRange.map((range) => `${range} OK\0`),
    aRange,
  );
  for (const list of lists(lines, 200)) {
    writeFileSync('/run/lab/oracle.cidr', list);
    expect(matched(cidrTable, list), JSON.stringify(list)).toEqual(postmapMatches('/run/lab/oracle.cidr'));
  }
});

/** A network in the form in which we write it. */
const aNetwork = fc.tuple(anAddress, fc.nat(128)).map(([address, bits]) => {
  const one = parseNetwork(address);
  if (!one) throw new Error(`${address} is no address`);
  return formatNetwork(networkOf(one.family, one.base, Math.min(bits, one.bits)));
});

/** postmap(1) answers each key that it finds with `KEY<tab>VALUE`, and ends with 1 when it finds none. */
function postmapMatches(path: string): string[] {
  const { stdout } = spawnSync('postmap', ['-q', '-', `cidr:${path}`], {
    input: `${ADDRESSES.join('\n')}\n`,
    encoding: 'utf8',
    timeout: 10_000,
  });
  // access(5): what stands behind OK is a text.
  return stdout.split('\n').flatMap((line) => {
    const [address = '', action = ''] = line.split(/\s/);
    return action === 'OK' ? [address] : [];
  });
}
