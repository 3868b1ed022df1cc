import { describe, expect, it } from 'vitest';
import type { Attempt } from '../src/attempt.ts';
import { Owners, readOwners } from '../src/owners.ts';
import { tempFile } from './sources/temp.ts';

const ACCOUNTS = new Map([
  ['a.example', 'anna'],
  ['a-too.example', 'anna'],
  ['b.example', 'bert'],
]);
const owners = new Owners(
  ACCOUNTS,
  new Map([
    ['anna', 'anna'],
    ['bert', 'bert'],
  ]),
);

type About = Pick<Attempt, 'direction' | 'submission' | 'sender' | 'recipient' | 'authenticatedAs'>;

const inbound: About = {
  direction: 'inbound',
  submission: false,
  sender: 'x@far.example',
  recipient: 'r@a.example',
  authenticatedAs: null,
};
const handedIn: About = { ...inbound, submission: true, sender: 'u@b.example', recipient: 'r@far.example' };
const outbound: About = { ...handedIn, direction: 'outbound' };

function ownerOf(about: About): string | null {
  return owners.ownerOf(about as Attempt);
}

describe('whose report a refusal belongs in', () => {
  it.each<[string, About, string | null]>([
    ["the recipient's", inbound, 'anna'],
    ["the recipient's, in another spelling", { ...inbound, recipient: 'R@A-Too.Example' }, 'anna'],
    ['nobody without a recipient', { ...inbound, recipient: null }, null],
    ['nobody, of a domain that is not here', { ...inbound, recipient: 'r@far.example' }, null],
    ['not of the subdomain', { ...inbound, recipient: 'r@sub.a.example' }, null],
    ["not the sender's, whom anybody may forge", { ...inbound, sender: 'u@b.example' }, 'anna'],
    ["of what our user hands in, the sender's", handedIn, 'bert'],
    ['even where the recipient is here, too', { ...handedIn, recipient: 'r@a.example' }, 'bert'],
    ["of our own mail, the sender's", outbound, 'bert'],
    ['nobody of a bounce', { ...outbound, sender: '' }, null],
    ['the login counts more than the sender', { ...outbound, authenticatedAs: 'u@a.example' }, 'anna'],
    ['a login may be the account itself', { ...outbound, authenticatedAs: 'anna' }, 'anna'],
    ['a login that belongs to nobody tells nobody', { ...outbound, authenticatedAs: 'stranger' }, null],
  ])('%s', (_, about, owner) => expect(ownerOf(about)).toBe(owner));
});

describe('the maps', () => {
  const userdomains = (): string =>
    tempFile('userdomains', '#userdomains v1\na.example: anna\nb.example: bert\n*: nobody\n');
  const trueuserowners = (): string => tempFile('trueuserowners', 'anna: reseller\nreseller: reseller\n');

  it('name each account', () => {
    expect(readOwners('account', { userdomains: userdomains() }).names()).toEqual(['anna', 'bert']);
  });

  it('put the accounts of a reseller together; who has none stands alone', () => {
    const found = readOwners('reseller', { userdomains: userdomains(), trueuserowners: trueuserowners() });
    expect(found.names()).toEqual(['bert', 'reseller']);
    expect([...found.accountsOf('reseller')]).toEqual([['a.example', 'anna']]);
    expect(found.ownerOf(inbound as Attempt)).toBe('reseller');
  });

  it('take more domains from the second file', () => {
    const trueuserdomains = tempFile('trueuserdomains', 'c.example: carl\n');
    expect(readOwners('account', { userdomains: userdomains(), trueuserdomains }).names()).toContain('carl');
  });

  it('have to be there', () => {
    expect(() => readOwners('account', { userdomains: tempFile('empty', '') })).toThrow('no map of accounts');
    expect(() => readOwners('account', { userdomains: '/no/such' })).toThrow('cannot read the account map');
  });
});
