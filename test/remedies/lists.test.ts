import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit } from '../../src/remedies/audit.ts';
import {
  cidrTable,
  eximHostList,
  isSenderEntry,
  netIplsearch,
  senderTable,
} from '../../src/remedies/lists.ts';
import { covers, parseNetwork } from '../../src/remedies/network.ts';
import { isListed } from '../../src/remedies/suggest.ts';
import { targets } from '../../src/remedies/targets.ts';

const lets = (list: { parse: typeof netIplsearch.parse }, text: string, ip: string): boolean => {
  const client = parseNetwork(ip);
  return list.parse(text).some(({ network }) => network && client && covers(network, client));
};

/** What the real Exim 4.96 did with a connection from 203.0.113.5 (or 2001:db8:1::5) and such a file. */
describe('net-iplsearch, as the real Exim reads it', () => {
  it.each([
    ['203.0.113.5\n', true],
    ['203.0.113.5', true],
    ['203.0.113.0/24\n', true],
    ['203.0.113.77/24\n', true],
    ['203.0.113.5  \n', true],
    ['203.0.113.5\r\n', true],
    ['203.0.113.5 # why\n', true],
    ['203.0.113.5: because\n', true],
    ['203.0.113.5\0x\n', true],
    ['a\0b\nx\n203.0.113.5\n', true],
    ['"203.0.113.5"\n', true],
    ['# added by x\n203.0.113.5\n', true],
    ['foo bar baz\n203.0.113.5\n', true],
    ['"abc\n203.0.113.5\n', true],
    ['203.0.113.5/33\n', true],
    ['203.9.9.9/08\n', true],
    ['192.0.2.9/\n', true],
    ['0.0.0.0/0\n', true],
    ['', false],
    ['203.0.113.5#why\n', false],
    [' 203.0.113.5\n', false],
    ['192.0.2.1\n 203.0.113.5\n', false],
    ['192.0.2.1 203.0.113.5\n', false],
    ['192.0.2.1,203.0.113.5\n', false],
    ['192.0.2.1:203.0.113.5\n', false],
    ['203.0.113.*\n', false],
    ['203.0.113\n', false],
    ['203.0.113.1-203.0.113.9\n', false],
    ['203.0.113.005\n', false],
    ['203.0.113.5/abc\n', false],
    ['203.0.113.5/24x\n', false],
    ['203.0.113.5/-1\n', false],
    ['203.0.113.0/255.255.255.0\n', false],
    ['*\n', false],
    ['!203.0.113.5\n', false],
    ['mail.wl.example\n', false],
    ['\ufeff203.0.113.5\n', false],
    ['192.0.2.1\r203.0.113.5\r', false],
    ['a\0b\n203.0.113.5\n', false],
    ['"::ffff:203.0.113.5"\n', false],
    ['"::/0"\n', false],
  ])('%j lets 203.0.113.5 in: %s', (text, expected) =>
    expect(lets(netIplsearch, text, '203.0.113.5')).toBe(expected));

  it.each([
    ['"2001:db8:1::5"\n', true],
    ['"2001:db8:1::/48"\n', true],
    ['"2001:0DB8:0001:0:0:0:0:0005"\n', true],
    ['"2001:db8:1::5" # x\n', true],
    ['"2001:db8:9::1/"\n', true],
    ['2001:db8:1::5\n', false],
    ['"2001:db8:1::"/64\n', false],
    ['[2001:db8:1::5]\n', false],
    ['2001.db8.1..5\n', false],
    ['0.0.0.0/0\n', false],
  ])('%j lets 2001:db8:1::5 in: %s', (text, expected) =>
    expect(lets(netIplsearch, text, '2001:db8:1::5')).toBe(expected));
});

describe('a host list in a file, as the real Exim reads it', () => {
  it.each([
    ['203.0.113.5#why\n', '203.0.113.5', true],
    [' 203.0.113.5\n', '203.0.113.5', true],
    ['*\n', '203.0.113.5', true],
    ['192.0.2.9/\n', '203.0.113.5', true],
    ['2001:db8:1::5\n', '2001:db8:1::5', true],
    ['"203.0.113.5"\n', '203.0.113.5', false],
    ['203.0.113.5: because\n', '203.0.113.5', false],
    ['!203.0.113.9\n203.0.113.5\n', '203.0.113.7', false],
    ['!203.0.113.9\n', '203.0.113.5', true],
    ['203.0.113.5\n!203.0.113.9 # not him\n', '2001:db8:1::5', true],
    ['*\n', '2001:db8:1::5', true],
    ['0.0.0.0/0\n', '2001:db8:1::5', false],
    ['"2001:db8:1::5"\n', '2001:db8:1::5', false],
  ])('%j lets %s in: %s', (text, ip, expected) => expect(lets(eximHostList, text, ip)).toBe(expected));
});

describe('Postfix tables', () => {
  it.each([
    ['203.0.113.0/24 OK\n', true],
    ['203.0.113.5 OK\n', true],
    ['# 203.0.113.5 OK\n', false],
    ['203.0.113.77/24 OK\n', false],
    ['203.0.113.5 REJECT\n', false],
    ['203.0.113.5 OK # comment\n', true],
    ['[203.0.113.5]/0 OK\n', false],
  ])('cidr %j lets 203.0.113.5 in: %s', (text, expected) =>
    expect(lets(cidrTable, text, '203.0.113.5')).toBe(expected));

  it.each([
    ['x.example OK\n', true],
    ['a@x.example OK\n', true],
    ['@x.example\n', true],
    ['b@x.example OK\n', false],
    ['sub.x.example OK\n', false],
  ])('sender table %j holds a@x.example: %s', (text, expected) =>
    expect(isListed('a@x.example', senderTable('ok').parse(text))).toBe(expected));
});

describe('whatever a list holds', () => {
  const syntaxes = targets.map(({ id, syntax }) => [id, syntax] as const);
  const pieces = fc.constantFrom(
    ...[
      '203.0.113.5',
      '2001:db8::5',
      '/24',
      '/',
      '0.0.0.0/0',
      '"',
      '\\',
      '#',
      ' ',
      '\n',
      '\r',
      '\0',
      '!',
      '*',
      ':',
      '[',
      ']',
      ' OK',
    ],
    ...['x.example', '@', '\ufeff', '!hosts = <; ', '1e9', '999.1.1.1'],
  );
  const text = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }).map((parts) => parts.join(''));

  it.each(syntaxes)('the reader for %s answers line by line', (_, syntax) => {
    fc.assert(
      fc.property(text, (list) => {
        const lines = list.split('\n');
        for (const { line, text, network, sender, problem } of syntax.parse(list)) {
          expect(text).toBe(lines[line - 1]);
          expect(network !== null || sender !== null || problem !== null).toBe(true);
        }
      }),
    );
  });
});

describe('entries that we write', () => {
  const client = ['203.0.113.5', '203.0.113.0/30', '2001:db8:1::5', '2001:db8:1::/64'];
  const sender = ['a@x.example', 'x.example', 'bounce+1=b@x.example'];
  it.each(
    targets.flatMap((target) =>
      (target.key === 'client' ? client : sender).map((entry) => [target.id, entry] as const),
    ),
  )('%s: %s is read back as what it is, and nothing more', (id, entry) => {
    const target = targets.find((one) => one.id === id);
    const entries =
      target?.syntax.parse(`${target.syntax.write(entry, 'a reason: x # "y" 0.0.0.0/0')}\n`) ?? [];
    expect(entries).toHaveLength(1);
    expect(entries[0]?.problem).toBeNull();
    expect(entries[0]?.network ?? entries[0]?.sender).toEqual(parseNetwork(entry) ?? entry);
  });

  it.each([
    '*',
    '*@x.example',
    '@x.example',
    '!a@x.example',
    '+list',
    '^.*',
    'a@x',
    'a b@x.example',
    '"a"@x.example',
    'a@x.example OK',
    'a#@x.example',
    'lsearch;/etc/passwd',
    'A@X.example',
    'a@x.example\nb@y.example',
    `${'a'.repeat(65)}@x.example`,
    '',
  ])('takes %j for no sender', (text) => expect(isSenderEntry(text)).toBe(false));
});

describe('the audit of a list', () => {
  it('finds what is dangerous, idle, double and unused', () => {
    const text =
      '203.0.113.5\n192.0.2.9/\n2001:db8::1\n mail\n203.0.113.5/32\n198.51.100.1\n10.0.0.0/8\n198.51.100.0/24\n';
    const used = (network: { base: bigint }): boolean => network.base === parseNetwork('203.0.113.5')?.base;
    const found = audit(netIplsearch.parse(text), used).map(({ line, kind }) => [line, kind]);
    expect(found).toEqual([
      [2, 'danger'],
      [3, 'idle'],
      [4, 'idle'],
      [5, 'duplicate'],
      // By line 8; not by line 2, which has to go.
      [6, 'duplicate'],
      [7, 'danger'],
      [8, 'unused'],
    ]);
    const rest = audit(netIplsearch.parse('203.0.113.5\n198.51.100.1\n'), used);
    expect(rest.map(({ line, kind }) => [line, kind])).toEqual([[2, 'unused']]);
  });
});
