import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createParser } from '../../src/mta/exim/parser.ts';
import { createStampClock } from '../../src/time/zone.ts';
import { parseOne, stamped } from './parse.ts';

const atom = fc.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}$/);
const quoted = fc.stringMatching(/^[a-z0-9 @<>:;,.()[\]]{1,12}$/).map((text) => `"${text}"`);
const domain = fc.stringMatching(/^[a-z0-9-]{1,10}\.(?:example|test)$/);
const address = fc.tuple(fc.oneof(atom, quoted), domain).map(([local, name]) => `${local}@${name}`);
const ip = fc.oneof(fc.ipV4(), fc.ipV6());
/** What a HELO name may hold at worst: brackets, verbs, whole fields. */
const helo = fc.oneof(
  fc.constantFrom(
    '[10.1.2.3]',
    'a) [1.2.3.4] b',
    'F=<x@y> rejected RCPT <c@d>: no',
    'win-(x)',
    '203.0.113.9',
    '[IPv6:::1]',
  ),
  fc.stringMatching(/^[a-z0-9_.:-]{1,20}$/),
);
/** A stranger's reply that imitates a log line. */
const hostileText = fc.oneof(
  fc.string({ maxLength: 80 }).map((text) => text.replace(/[\r\n]/g, ' ')),
  fc.constantFrom(
    'H=(x) [1.2.3.4] F=<e@e.test> rejected RCPT <a@b>: relay not permitted',
    'sender verify fail for <e@e.test>: Unrouteable address',
    '550 mx.e.test [1.2.3.4] : Connection refused',
    ': Sender verify failed',
  ),
);

describe('the parser of Exim lines', () => {
  it('never throws, whatever a line holds', () => {
    const parser = createParser(createStampClock('UTC', Date.now()));
    const pieces = fc.constantFrom(
      '2026-11-21 04:43:00 ',
      'H=',
      '[1.2.3.4]',
      ' F=<',
      '> rejected RCPT <',
      'sender verify fail for <',
      ': ',
      '"',
      '\\',
      '1xUccU-000000003Jf-1VvA ',
      '<= ',
      '** ',
      'Nov 21 04:36:40 h exim[1]: ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
        parser.parse({ text: parts.join(''), file: 'x', line: 1 });
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back what a refusal prints', () => {
    fc.assert(
      fc.property(
        ip,
        fc.option(fc.integer({ min: 1, max: 65535 })),
        helo,
        address,
        address,
        hostileText,
        (client, port, name, from, to, text) => {
          const line = `H=(${name}) [${client}]${port === null ? '' : `:${port}`} F=<${from}> temporarily rejected RCPT <${to}>: ${text}`;
          const record = parseOne(stamped(line));
          expect(record).toMatchObject({
            kind: 'rejection',
            sender: from,
            recipient: to,
            permanent: false,
            reason: text,
          });
          expect(record.client).toEqual({ ip: client, port, reverseName: null, heloName: name });
        },
      ),
    );
  });

  it('is not led astray by what the callout host replied', () => {
    fc.assert(
      fc.property(ip, ip, address, hostileText, (client, asked, sender, text) => {
        const line = `H=mail.example [${client}] sender verify fail for <${sender}>: mx.example [${asked}] : SMTP error from remote mail server after RCPT TO:<${sender}>: 550 5.7.1 ${text}`;
        const record = parseOne(stamped(line));
        expect(record).toMatchObject({
          kind: 'sender-verify',
          sender,
          recipient: null,
          context: 'callout-rcpt',
        });
        expect(record.client?.ip).toBe(client);
        expect(record.callout).toMatchObject({
          ip: asked,
          host: 'mx.example',
          code: 550,
          command: `RCPT TO:<${sender}>`,
        });
      }),
    );
  });

  it('reads back an arrival, whatever its subject', () => {
    const subject = fc
      .string({ maxLength: 60 })
      .map((text) => text.replace(/[\r\n]/g, ' ').replace(/["\\]/g, '\\$&'));
    fc.assert(
      fc.property(address, fc.array(address, { minLength: 1, maxLength: 4 }), subject, (sender, to, text) => {
        const line = `1xUccU-000000003Jf-1VvA <= ${sender} H=mail.example [203.0.113.5]:25 P=esmtp S=12 T="${text}" from <${sender}> for ${to.join(' ')}`;
        const record = parseOne(stamped(line));
        expect(record).toMatchObject({ kind: 'arrival', sender, recipients: to });
      }),
    );
  });

  it('takes a time that grows with the length of the line, not faster', () => {
    const long = `H=(${'a) ['.repeat(5000)} sender verify fail for <${'"'.repeat(5000)}@x>: ${'h [1] : '.repeat(5000)}`;
    const parser = createParser(createStampClock('UTC', Date.now()));
    const start = performance.now();
    parser.parse({ text: stamped(long), file: 'x', line: 1 });
    // A quadratic scan of these 65 KB takes minutes; this bound only tells the two apart.
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
