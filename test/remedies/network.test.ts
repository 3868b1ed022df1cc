import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientNetwork,
  covers,
  formatAddress,
  formatNetwork,
  neighbourhood,
  parseAddress,
  parseNetwork,
} from '../../src/remedies/network.ts';

const net = (text: string) => {
  const network = parseNetwork(text);
  if (!network) throw new Error(`${text} is no network`);
  return network;
};

describe('addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['2001:0DB8:0001:0:0:0:0:0005', '2001:db8:1::5'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::/64', '2001:db8::/64'],
    ['::/0', '::/0'],
  ])('writes %s as %s', (text, written) => expect(formatNetwork(net(text))).toBe(written));

  it.each([
    '',
    '192.0.2.1/',
    '192.0.2.1/33',
    '192.0.2.1/08',
    '192.0.2.1/-1',
    '192.0.2.1/24x',
    '192.0.2.1/24/24',
    '192.0.2',
    '192.0.2.001',
    '192.0.2.1 ',
    '192.0.2.1\n192.0.2.2',
    '192.0.2.*',
    '*',
    '"2001:db8::1"',
    '[2001:db8::1]',
    'fe80::1%eth0',
    '2001:db8::1/129',
    'mail.example.com',
  ])('takes %j for no network', (text) => expect(parseNetwork(text)).toBeNull());

  it('reads back what it writes', () => {
    fc.assert(fc.property(fc.ipV4(), (ip) => formatNetwork(net(ip)) === ip));
    fc.assert(
      fc.property(fc.bigInt(0n, (1n << 128n) - 1n), (value) => {
        const text = formatAddress(6, value);
        return isIPv6(text) && parseAddress(text)?.value === value;
      }),
    );
  });

  it('knows what lies in what', () => {
    expect(covers(net('192.0.2.0/24'), net('192.0.2.255'))).toBe(true);
    expect(covers(net('192.0.2.0/24'), net('192.0.3.0'))).toBe(false);
    expect(covers(net('192.0.2.1'), net('192.0.2.0/24'))).toBe(false);
    expect(covers(net('0.0.0.0/0'), net('2001:db8::1'))).toBe(false);
    expect(covers(net('::/0'), net('2001:db8::1'))).toBe(true);
  });

  it.each([
    ['203.0.113.77', '203.0.113'],
    ['2001:db8:1:2:3::4', '2001:db8:1:2::/64'],
    ['not an address', 'not an address'],
  ])('counts %s in %s', (ip, expected) => expect(neighbourhood(ip)).toBe(expected));

  it.each([
    null,
    '127.0.0.1',
    '0.0.0.0',
    '::1',
    '::',
    '255.255.255.255',
    '::ffff:203.0.113.5',
    'fe80::1',
    '203.0.113.0/24',
    'a.example',
  ])('never lists %s', (ip) => expect(clientNetwork(ip)).toBeNull());
});
