import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pseudonyms } from '../../src/redact/pseudonyms.ts';

const pseudonyms = new Pseudonyms(Buffer.alloc(32, 1));
const others = new Pseudonyms(Buffer.alloc(32, 2));

const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1);

describe('a pseudonym', () => {
  it('keeps the shape', () => {
    expect(pseudonyms.address('bob@customer.example')).toMatch(/^user-[a-z2-7]{8}@dom-[a-z2-7]{8}\.invalid$/);
    expect(pseudonyms.address('"a b"@mail.customer.example')).toMatch(
      /^user-[a-z2-7]{8}@host-[a-z2-7]{8}\.dom-[a-z2-7]{8}\.invalid$/,
    );
    expect(pseudonyms.address('root')).toMatch(/^user-[a-z2-7]{8}$/);
    expect(pseudonyms.address('@customer.example')).toMatch(/^@dom-[a-z2-7]{8}\.invalid$/);
    expect(pseudonyms.address('a@[192.0.2.1]')).toBe(
      `${pseudonyms.address('a@[192.0.2.1]').split('@')[0]}@[${pseudonyms.ip('192.0.2.1')}]`,
    );
    expect(pseudonyms.domain('WINBOX')).toMatch(/^name-[a-z2-7]{8}$/);
    expect(pseudonyms.address('')).toBe('');
  });

  it('keeps what belongs together', () => {
    const [a, b] = ['alice@customer.example', 'bob@customer.example'].map((one) => pseudonyms.address(one));
    expect(a).not.toBe(b);
    expect(domainOf(a ?? '')).toBe(domainOf(b ?? ''));
    expect(domainOf(a ?? '')).toBe(pseudonyms.domain('Customer.Example.'));
    expect(pseudonyms.domain('mx1.customer.example').split('.').slice(1).join('.')).toBe(domainOf(a ?? ''));
    expect(pseudonyms.domain('mx1.customer.example')).not.toBe(pseudonyms.domain('mx2.customer.example'));
  });

  it('tells local parts of different domains apart', () => {
    const [a, b] = ['info@a.example', 'info@b.example'].map((one) => pseudonyms.address(one).split('@')[0]);
    expect(a).not.toBe(b);
  });

  it('is one for each spelling', () => {
    expect(pseudonyms.address('Bob@A.example')).toBe(pseudonyms.address('bob@a.EXAMPLE'));
    expect(pseudonyms.ip('2001:DB8:0:0::1')).toBe(pseudonyms.ip('2001:db8::1'));
  });

  it('depends on the key', () => {
    expect(new Pseudonyms(Buffer.alloc(32, 1)).address('a@b.example')).toBe(
      pseudonyms.address('a@b.example'),
    );
    expect(others.address('a@b.example')).not.toBe(pseudonyms.address('a@b.example'));
    expect(others.ip('192.0.2.1')).not.toBe(pseudonyms.ip('192.0.2.1'));
  });

  it('of an IP address is one that nobody has', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), (four, six) => {
        expect(isIPv4(pseudonyms.ip(four))).toBe(true);
        expect(Number(pseudonyms.ip(four).split('.')[0])).toBeGreaterThanOrEqual(240);
        expect(isIPv6(pseudonyms.ip(six))).toBe(true);
        expect(pseudonyms.ip(six)).toMatch(/^3fff:/);
      }),
    );
  });

  it('of a pseudonym is itself', () => {
    const once = ['a@b.c.example', 'c.example', 'x.c.example', 'WORD', '192.0.2.9', '2001:db8::9'].map(
      (one) => (one.includes('@') ? pseudonyms.address(one) : pseudonyms.domain(one)),
    );
    for (const one of once)
      expect(one.includes('@') ? pseudonyms.address(one) : pseudonyms.domain(one)).toBe(one);
  });

  it('hardly ever falls together with another', () => {
    const of = Array.from({ length: 20_000 }, (_, index) => pseudonyms.address(`u${index}@x.example`));
    expect(new Set(of).size).toBe(of.length);
  });
});
