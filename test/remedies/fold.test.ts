import { describe, expect, it } from 'vitest';
import { foldNetworks } from '../../src/remedies/fold.ts';
import { covers, formatNetwork, type Network, parseNetwork } from '../../src/remedies/network.ts';

const net = (text: string): Network => {
  const network = parseNetwork(text);
  if (!network) throw new Error(text);
  return network;
};
const folded = (
  ips: readonly string[],
  organisation: string | null = 'x.example',
  strangers: string[] = [],
): string[] =>
  foldNetworks(
    ips.map((ip) => ({ network: net(ip), organisation })),
    (network) => strangers.some((ip) => covers(network, net(ip))),
  ).map(formatNetwork);

describe('folding addresses into networks', () => {
  it.each([
    [['203.0.113.8'], ['203.0.113.8']],
    [
      ['203.0.113.8', '203.0.113.9'],
      ['203.0.113.8', '203.0.113.9'],
    ],
    [['203.0.113.8', '203.0.113.9', '203.0.113.10'], ['203.0.113.8/30']],
    // Not 203.0.113.8/29, of whose upper half nothing was seen.
    [['203.0.113.8', '203.0.113.9', '203.0.113.10', '203.0.113.11'], ['203.0.113.8/30']],
    [['203.0.113.10', '203.0.113.11', '203.0.113.12', '203.0.113.13'], ['203.0.113.8/29']],
    [
      ['203.0.113.8', '203.0.113.9', '203.0.113.200'],
      ['203.0.113.8', '203.0.113.9', '203.0.113.200'],
    ],
    [
      ['203.0.113.8', '203.0.113.9', '203.0.113.10', '203.0.113.200'],
      ['203.0.113.8/30', '203.0.113.200'],
    ],
    [['2001:db8::1', '2001:db8::2', '2001:db8::3'], ['2001:db8::/64']],
    [
      ['2001:db8::1', '2001:db8:0:1::2', '2001:db8:0:2::3'],
      ['2001:db8::1', '2001:db8:0:1::2', '2001:db8:0:2::3'],
    ],
  ])('%j becomes %j', (ips, expected) => expect(folded(ips)).toEqual(expected));

  it('is never wider than /24', () => {
    const ips = Array.from({ length: 512 }, (_, at) => `203.0.${112 + (at >> 8)}.${at & 255}`);
    expect(folded(ips).sort()).toEqual(['203.0.112.0/24', '203.0.113.0/24']);
  });

  it('does not fold machines of nobody known, nor where a stranger lives', () => {
    const ips = ['203.0.113.8', '203.0.113.9', '203.0.113.10'];
    expect(folded(ips, null)).toEqual(ips);
    expect(folded(ips, 'x.example', ['203.0.113.11'])).toEqual(ips);
  });
});
