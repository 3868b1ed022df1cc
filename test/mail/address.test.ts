import { expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { checkedAddress, machineName, qualified } from '../../src/mail/address.ts';

it.each(['root', 'admin@example.com', 'a.b+c_d-e=f@mx-1.example.com', '0'])('%s is an address', (text) =>
  expect(checkedAddress(text)).toBe(text));

it.each([
  '',
  '-f',
  '-bs@example.com',
  '--',
  '"-f"@example.com',
  '|/bin/sh',
  '/var/mail/root',
  'a/b@example.com',
  'a!b@example.com',
  'a%b@example.com',
  'a b@example.com',
  'a@example.com,b@example.com',
  'a@example.com\nBcc: b@example.com',
  'a@-example.com',
  'a@example.com.',
  'a..b@example.com',
  'a.@example.com',
  '.a@example.com',
  'a@b@example.com',
  '$(id)@example.com',
  '`id`',
  ':include:/etc/passwd',
  'a\0@example.com',
  `${'a'.repeat(65)}@example.com`,
])('%j is none', (text) => expect(() => checkedAddress(text)).toThrow(UsageError));

it('a user of this machine is written with its name in the headers', () => {
  expect(qualified('root')).toBe(`root@${machineName()}`);
  expect(qualified('a@example.com')).toBe('a@example.com');
});
