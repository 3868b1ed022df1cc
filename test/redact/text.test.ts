import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pseudonyms } from '../../src/redact/pseudonyms.ts';
import { hideFreeText, hideTokens } from '../../src/redact/text.ts';

const pseudonyms = new Pseudonyms(Buffer.alloc(32, 7));
const BOB = pseudonyms.address('bob@x.example');
const MX = pseudonyms.domain('mx.x.example');
const IP = pseudonyms.ip('192.0.2.1');
const IP6 = pseudonyms.ip('2001:db8::1');

/** `{BOB}` and the like stand for the pseudonyms. */
const filled = (text: string): string =>
  text
    .replace(/\{BOB\}/g, BOB)
    .replace(/\{MX\}/g, MX)
    .replace(/\{IP\}/g, IP)
    .replace(/\{IP6\}/g, IP6);

describe('a free text', () => {
  it.each([
    ['550 5.1.1 <bob@x.example>: User unknown', '550 5.1.1 <{BOB}>: User unknown'],
    [
      'could not connect to mx.x.example [192.0.2.1]: Connection timed out',
      'could not connect to {MX} [{IP}]: Connection timed out',
    ],
    ['mx.x.example [2001:db8::1]:25 : 450 later', '{MX} [{IP6}]:25 : 450 later'],
    ['for [IPv6:2001:db8::1]: 2001:db8::1: no', 'for [IPv6:{IP6}]: {IP6}: no'],
    ['from 02:42:ac:11:00:02', `from ${pseudonyms.name('02:42:ac:11:00:02')}`],
    ['25:192.0.2.1 dead:beef@x.example', `25:{IP} ***:${pseudonyms.address('beef@x.example')}`],
    ['unrouteable mail domain "x.y.z"', `unrouteable mail domain "${pseudonyms.domain('x.y.z')}"`],
    ['RCPT TO:<bob@x.example>', 'RCPT TO:<{BOB}>'],
    ['see https://mx.x.example/unblock?who=bob now', 'see https://{MX}/ now'],
    ['mailto:bob@x.example', 'mailto:{BOB}'],
    ['550-one\\n550 two', '550-one\\n550 ***'],
    ['sasl_username=bob@x.example, helo=<mx.x.example>', 'sasl_username={BOB}, helo=<{MX}>'],
    ['rejected: Zebra Quagga', 'rejected: ***'],
    ['rejected: \\320\\222\\320\\260\\303\\251', 'rejected: ***'],
    ['T="a \\"b\\" c" for bob@x.example', 'T="***" for {BOB}'],
    ['see 030123456789 before 12 h', 'see *** before 12 h'],
    ['1xUm33-0000Et-1u 1tKkVq-000000001Yf-2Abc mail', '1xUm33-0000Et-1u 1tKkVq-000000001Yf-2Abc mail'],
    ['2026-11-21 04:43:01 [123] mail', '2026-11-21 04:43:01 [123] mail'],
    [
      '192.0.2.1.zen.dnsbl.example is listed',
      `${pseudonyms.domain('192.0.2.1.zen.dnsbl.example')} is listed`,
    ],
    ['', ''],
  ])('%j', (text, expected) => expect(hideFreeText(String(text), pseudonyms)).toBe(filled(String(expected))));

  it('hides the names that the line itself gives, whatever word they are', () => {
    const names = new Map([['user', 'name-aaaaaaaa']]);
    expect(hideFreeText('mail from user to user-agents', pseudonyms, names)).toBe(
      'mail from name-aaaaaaaa to user-***',
    );
  });

  it('is the same when it is hidden twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const once = hideFreeText(`bob@x.example ${text} 192.0.2.1 mx.x.example`, pseudonyms);
        expect(hideFreeText(once, pseudonyms)).toBe(once);
      }),
    );
  });
});

const word = fc.stringMatching(/^[a-z]{8,12}q$/).map((text) => `q${text}`);
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{6,10}[a-z0-9])$/);
const domain = fc.tuple(label, label).map(([a, b]) => `${a}.${b}.example`);
const address = fc
  .tuple(fc.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{8,20}$/), domain)
  .map((parts) => parts.join('@'));
/** 240.0.0.0/4 is nobody's. */
const ipv4 = fc.ipV4().filter((ip) => Number(ip.split('.')[0]) < 240);
const around = fc.constantFrom(
  ' ',
  ' <',
  '> ',
  ' [',
  '] ',
  ' (',
  ') ',
  ': ',
  '; ',
  ' "',
  '" ',
  ', ',
  '\\n',
  ' = ',
);

describe('whatever stands around it', () => {
  it('no address, host, IP or name is left', () => {
    const secret = fc.oneof(word, domain, address, ipv4, fc.ipV6());
    fc.assert(
      fc.property(fc.array(fc.tuple(around, secret), { minLength: 1, maxLength: 6 }), (parts) => {
        const hidden = hideFreeText(`${parts.map(([before, text]) => before + text).join('')} `, pseudonyms);
        for (const [, text] of parts) if (text.length > 6) expect(hidden).not.toContain(text);
      }),
      { numRuns: 500 },
    );
  });

  it('and in a sentence of ours no address, host or IP', () => {
    const secret = fc.oneof(domain, address, ipv4, fc.ipV6());
    fc.assert(
      fc.property(around, secret, around, (before, text, behind) => {
        const hidden = hideTokens(`Ask${before}${text}${behind}first`, pseudonyms);
        if (text.length > 6) expect(hidden).not.toContain(text);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no longer the longer it is', () => {
    for (const piece of ['a.', '1:', '@', 'a@', '"', '\\"', 'H=(', '1.', 'http:', 'a-', '***']) {
      const started = performance.now();
      hideFreeText(piece.repeat(30_000), pseudonyms);
      expect(performance.now() - started, piece).toBeLessThan(2000);
    }
  });
});
