import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isGeneric } from '../../src/remedies/facts.ts';
import { exiwhy } from '../cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'exiwhy-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'exim_mainlog');

const D = '2026-11-02';
const H = 'H=mail.x.example (mail.x.example) [203.0.113.7]:4000';
/** A deferred mail of ann@x.example to bob. */
const REFUSED = [
  `${D} 12:00:00 ${H} sender verify defer for <ann@x.example>: Could not complete sender verify callout: mx.x.example [198.18.0.9] : Connection timed out`,
  `${D} 12:00:00 ${H} F=<ann@x.example> temporarily rejected RCPT <bob@hosted.example>: Could not complete sender verify callout`,
];

/** The signals that the lines before and after the refusal raise. */
function signals(...lines: string[]): string[] {
  writeFileSync(path, [...lines, ...REFUSED].map((line) => `${line}\n`).join(''));
  const told = exiwhy(['trace', '--format', 'ndjson', 'ann@x.example', path]).stdout.trimEnd().split('\n');
  const found: { id: string }[] = JSON.parse(told.at(-1) ?? '').wanted.signals;
  return found.map(({ id }) => id);
}

describe('what counts as evidence', () => {
  const USUAL = ['same-organisation', 'reverse-name', 'helo-matches', 'fault-elsewhere'];
  it.each<[what: string, lines: string[], more: string[]]>([
    ['nothing', [], []],
    [
      'a user who logged in wrote to the sender',
      [
        `${D} 11:00:00 1a0000-000001-AA <= bob@hosted.example H=(pc) [192.0.2.9]:1 P=esmtpa A=dovecot_login:bob@hosted.example S=1 for ann@x.example`,
      ],
      ['user-wrote-to-address'],
    ],
    [
      'the same where only the delivery names the recipient',
      [
        `${D} 11:00:00 1a0000-000001-AA <= bob@hosted.example H=(pc) [192.0.2.9]:1 P=esmtpa A=dovecot_login:bob@hosted.example S=1`,
        `${D} 11:00:01 1a0000-000001-AA => ann@x.example R=dnslookup T=remote_smtp H=mx.x.example [198.18.0.9]`,
      ],
      ['user-wrote-to-address'],
    ],
    [
      'he wrote to a colleague of the sender',
      [
        `${D} 11:00:00 1a0000-000001-AA <= bob@hosted.example H=(pc) [192.0.2.9]:1 P=esmtpa A=dovecot_login:bob@hosted.example S=1 for eve@x.example`,
      ],
      ['user-wrote-to-domain'],
    ],
    [
      'an autoresponder or a web form of ours wrote to it: a stranger can make them do so',
      [
        `${D} 11:00:00 1a0000-000001-AA <= bob@hosted.example U=bob P=local S=1 for ann@x.example`,
        `${D} 11:00:00 1a0000-000002-AA <= <> R=1a0000-000001-AA U=mailnull P=local S=1 for ann@x.example`,
      ],
      [],
    ],
    [
      'its mail was accepted from this client',
      [`${D} 11:00:00 1a0000-000001-AA <= eve@x.example ${H} P=esmtp S=1 for bob@hosted.example`],
      ['accepted-from-client'],
    ],
    [
      'its mail was accepted from a neighbour',
      [
        `${D} 11:00:00 1a0000-000001-AA <= eve@x.example H=b.x.example [203.0.113.99]:1 P=esmtp S=1 for bob@hosted.example`,
      ],
      ['accepted-from-network'],
    ],
    [
      'somebody elsewhere sent in its name',
      [
        `${D} 11:00:00 1a0000-000001-AA <= ann@x.example H=b.y.example [198.51.100.9]:1 P=esmtp S=1 for bob@hosted.example`,
      ],
      [],
    ],
    [
      'a stranger writes the words of such a line into his subject',
      [
        `${D} 11:00:00 1a0000-000001-AA <= z@y.example H=b.y.example [198.51.100.9]:1 P=esmtp S=1 T="A=dovecot_login:bob@hosted.example for ann@x.example" for bob@hosted.example`,
      ],
      [],
    ],
    [
      'the recipient gets other mail',
      [
        `${D} 11:00:00 1a0000-000001-AA => bob <bob@hosted.example> R=virtual_user T=dovecot_virtual_delivery`,
      ],
      ['recipients-known'],
    ],
    [
      'a wrong password',
      [
        `${D} 11:00:00 dovecot_login authenticator failed for ${H}: 535 Incorrect authentication data (set_id=x)`,
      ],
      ['auth-failures'],
    ],
    [
      'three names in HELO',
      ['a.y.example', 'b.y.example', 'c.y.example'].map(
        (helo) =>
          `${D} 11:00:00 H=mail.x.example (${helo}) [203.0.113.7]:4000 F=<ann@x.example> rejected RCPT <bob@hosted.example>: policy`,
      ),
      ['helo-changes'],
    ],
    [
      'neighbours whose mail the same server receives',
      [1, 2, 3, 4, 5].flatMap((n) => {
        const neighbour = `H=mail.d${n}.example (mail.d${n}.example) [203.0.113.${n}]:4000`;
        return [
          `${D} 11:00:00 ${neighbour} sender verify defer for <a@d${n}.example>: Could not complete sender verify callout: in.y.example [198.18.0.9] : Connection timed out`,
          `${D} 11:00:00 ${neighbour} F=<a@d${n}.example> temporarily rejected RCPT <bob@hosted.example>: Could not complete sender verify callout`,
        ];
      }),
      ['many-names'],
    ],
    [
      'recipients of whom the log knows nothing',
      ['al', 'bo', 'cy', 'di', 'ed'].map(
        (name) => `${D} 11:00:00 ${H} F=<ann@x.example> rejected RCPT <${name}@hosted.example>: policy`,
      ),
      ['strange-recipients'],
    ],
    [
      'recipients who get other mail',
      ['al', 'bo', 'cy', 'di', 'ed'].flatMap((name) => [
        `${D} 10:00:00 1a0000-000001-AA => ${name} <${name}@hosted.example> R=virtual_user T=dovecot_virtual_delivery`,
        `${D} 11:00:00 ${H} F=<ann@x.example> rejected RCPT <${name}@hosted.example>: policy`,
      ]),
      [],
    ],
    [
      'spam, and more of it than was accepted',
      [
        `${D} 10:00:00 1a0000-000001-AA <= eve@x.example ${H} P=esmtp S=1 for bob@hosted.example`,
        ...['02', '03'].map(
          (id) =>
            `${D} 11:00:00 1a0000-0000${id}-AA ${H} F=<ann@x.example> rejected after DATA: "The mail server detected your message as spam and has prevented delivery."`,
        ),
      ],
      ['accepted-from-client', 'mostly-spam', 'spam'],
    ],
  ])('%s', (_, lines, more) => expect(signals(...lines).sort()).toEqual([...USUAL, ...more].sort()));

  it('knows that Exim leaves a HELO name out that is the confirmed one', () => {
    const bare = REFUSED.map((line) => line.replace(' (mail.x.example)', ''));
    writeFileSync(path, bare.map((line) => `${line}\n`).join(''));
    const [told = ''] = exiwhy(['trace', '--format', 'ndjson', path]).stdout.split('\n');
    const { client, wanted }: { client: object; wanted: { signals: object[] } } = JSON.parse(told);
    expect(client).toMatchObject({ reverseName: 'mail.x.example', heloName: null });
    expect(wanted.signals).toContainEqual(
      expect.objectContaining({ id: 'helo-matches', text: 'HELO mail.x.example belongs to that name' }),
    );
  });

  it.each([
    ['mail.x.example', '203.0.113.7', false],
    ['mx7.x.example', '203.0.113.7', false],
    ['203-0-113-7.isp.example', '203.0.113.7', true],
    ['host7.113.0.203.isp.example', '203.0.113.7', true],
    ['p7.dyn.isp.example', '203.0.113.7', true],
    ['dynamics.example', '203.0.113.7', false],
    ['mail.cable.example', '203.0.113.7', false],
    ['server.dsl-shop.example', '203.0.113.7', false],
    ['out7.pool.isp.example', '203.0.113.7', false],
    ['mail-203-0-113-7.isp.example', '203.0.113.7', true],
    ['client-17.isp.example', '2001:db8::1', true],
  ])('%s of %s is generic: %s', (name, ip, expected) => expect(isGeneric(name, ip)).toBe(expected));
});
