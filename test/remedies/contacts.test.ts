import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { english } from '../../src/remedies/letters/english.ts';
import { russian } from '../../src/remedies/letters/russian.ts';
import { fill } from '../../src/remedies/letters/template.ts';
import { blocklistIn, offeredIn } from '../../src/remedies/reply-contacts.ts';
import { exiwhy } from '../cli.ts';

const FOUNDING = 'fixtures/founding-case.log';
const CPANEL = 'fixtures/cpanel-exim-4.96.log';
const folder = mkdtempSync(join(tmpdir(), 'exiwhy-contacts-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what a reply offers', () => {
  it.each([
    ['550 5.7.1 please visit https://help.x.example/why?id=1.', ['https://help.x.example/why?id=1'], []],
    [
      '550 see (http://x.example/a), or contact Postmaster@x.example',
      ['http://x.example/a'],
      ['postmaster@x.example'],
    ],
    ['550-mail abuse@x.example\\n550 or b@y.example', [], ['abuse@x.example', 'b@y.example']],
    ['550 no such user alice@x.example', [], []],
    ['550 http://user:password@x.example/ http://192.0.2.1/ http://localhost/ javascript:alert(1)', [], []],
    ['550 [email protected] a@b @x.example', [], []],
    [`550 https://x.example/${'a'.repeat(400)}`, [], []],
    ['550-IP 192.0.2.1 is blacklisted. Help at/Hilfe unter www.mfaq.info', ['http://www.mfaq.info/'], []],
  ])('%s', (reply, links, addresses) =>
    expect(offeredIn(reply, ['alice@x.example'])).toEqual({ links, addresses }));

  it.each([
    [
      '554 5.7.1 Client host [192.0.2.10] blocked using zen.dnsbl.example; https://x.example',
      'zen.dnsbl.example',
    ],
    ['550 listed at https://bl.x.example/query', 'bl.x.example'],
    ['554 go away', null],
  ])('%s names %s', (reply, list) => expect(blocklistIn(reply)).toBe(list));
});

describe('templates', () => {
  it.each([
    ['english', english],
    ['russian', russian],
  ])('%s says something for every request, and asks only for what is known', (_, words) => {
    expect(Object.keys(words.requests)).toEqual(Object.keys(english.requests));
    for (const { problem, request, customer } of Object.values(words.requests)) {
      for (const text of [problem, request, customer]) expect(text).toMatch(/[.)]$/);
      expect(customer).not.toMatch(/RFC|\{\{/);
    }
  });

  it('fills in, leaves empty lines out, and never reads a value as a template', () => {
    const letter = fill('Subject: About {{a}}\n\nHello {{a}}\n  none: {{b}}\nEnd', { a: '{{b}}$&', b: '' });
    expect(letter).toEqual({ subject: 'About {{b}}$&', text: 'Hello {{b}}$&\nEnd\n' });
  });

  it.each([
    ['Hello', 'first line'],
    ['Subject: x\n\n{{nobody}}', '{{nobody}}; known are a'],
  ])('refuses %j', (template, message) => expect(() => fill(template, { a: '1' })).toThrow(message));
});

describe('exiwhy contacts', () => {
  const json = (args: string[]): Record<string, unknown>[] =>
    JSON.parse(exiwhy(['contacts', '--format', 'json', ...args]).stdout).contacts;

  it('never writes to a domain that receives no mail', () => {
    const found = new Map(json([CPANEL]).map((one) => [one['domain'], one]));
    expect(found.get('refused.example')).toMatchObject({
      to: [],
      instead: expect.stringContaining('telephone'),
    });
    expect(found.get('cacheddomain.example')).toMatchObject({
      to: ['postmaster@cacheddomain.example'],
      instead: null,
    });
    expect(found.get('rcpt554rbl.example')).toMatchObject({
      links: ['https://lab.example/query/ip/198.51.100.10'],
      instead: expect.stringContaining('may be refused as well'),
    });
  });

  it('gives the exact answer, the moments in UTC, and how to test it', () => {
    const [first] = json(['--timezone', 'America/New_York', '--our-contact', 'me@us.example', FOUNDING]);
    expect(first).toMatchObject({
      domain: 'customer.example.com',
      to: ['postmaster@example.com'],
      evidence: { lines: [{ time: '2008-11-17T20:02:27+00:00' }, {}] },
    });
    const { text } = first?.['letter'] as { text: string };
    expect(text).toContain('2008-11-17 20:02:27 UTC H=relay1.example.com');
    expect(text).toContain(
      "swaks --from '<>' --to administrator@customer.example.com --server customer.example.com",
    );
    expect(text).toContain('me@us.example');
  });

  it.each([
    CPANEL,
    'fixtures/crowd-tuning.log.gz',
  ])('shows the line with the answer, also when later ones are cached (%s)', (log) => {
    const found = json(['--our-name', 'mx.us.example', '--our-address', '192.0.2.1', log]);
    const answered = found.filter(({ callout }) => (callout as { text: string | null } | null)?.text);
    expect(answered.length).toBeGreaterThan(10);
    for (const { callout, evidence, letter } of answered) {
      const { text } = callout as { text: string };
      expect((evidence as { lines: { text: string }[] }).lines.some((line) => line.text.includes(text))).toBe(
        true,
      );
      expect((letter as { text: string }).text).toContain('our server:  mx.us.example [192.0.2.1]');
    }
  });

  it.each(['en', 'ru'])('tells a customer nothing of the inside (%s)', (language) => {
    const { stdout } = exiwhy(['contacts', '--for', 'customer', '--language', language, CPANEL]);
    expect(stdout).toContain('cacheddomain.example');
    expect(stdout).not.toMatch(/\d+\.\d+\.\d+\.\d+|\bmx\.|H=|RCPT|MAIL FROM|\\u/);
  });

  it('writes one draft a domain, overwrites none and sends none', () => {
    const drafts = join(folder, 'drafts');
    const run = exiwhy([
      'contacts',
      '--format',
      'eml',
      '-o',
      drafts,
      '--our-contact',
      'me@us.example',
      FOUNDING,
    ]);
    expect(run).toMatchObject({ status: 0, stdout: '' });
    expect(readdirSync(drafts)).toEqual(['customer.example.com.eml']);
    const eml = readFileSync(join(drafts, 'customer.example.com.eml'), 'utf8');
    expect(eml).toMatch(/^X-Unsent: 1\r\nFrom: me@us\.example\r\nTo: postmaster@example\.com\r\nSubject: /);
    const again = exiwhy(['contacts', '--format', 'eml', '-o', drafts, FOUNDING]);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('never overwritten');
    expect(exiwhy(['contacts', '--format', 'eml', FOUNDING]).stderr).toContain('-o FOLDER');
  });

  it("takes a site's own template, and says what is wrong with it", () => {
    const path = join(folder, 'own.txt');
    writeFileSync(path, 'Subject: {{domain}}\n\nMoin, {{ourName}}\n');
    expect(exiwhy(['contacts', '--template', path, '--our-name', 'wir', FOUNDING]).stdout).toContain(
      'Moin, wir',
    );
    writeFileSync(path, 'Subject: {{domain}}\n\n{{client}}\n');
    const leak = exiwhy(['contacts', '--for', 'customer', '--template', path, FOUNDING]);
    expect(leak.status).toBe(2);
    expect(leak.stderr).toContain('{{client}}');
  });
});
