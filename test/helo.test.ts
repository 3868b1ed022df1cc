import { expect, it } from 'vitest';
import { isBogusHelo } from '../src/helo.ts';

it.each([
  ['mail.x.example', false],
  ['192-0-2-1.pool.x.example', false],
  ['localhost', true],
  ['192.0.2.1', true],
  ['[192.0.2.1]', true],
  ['[IPv6:2001:db8::1]', true],
  ['[IPv6:::ffff:192.0.2.1]', true],
  ['', true],
])('the HELO name %j is bogus: %j', (name, bogus) => {
  expect(isBogusHelo(name)).toBe(bogus);
});
