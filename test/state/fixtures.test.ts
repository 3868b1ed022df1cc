import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportsOf, totalsOf } from './runs.ts';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures');
const logs = readdirSync(FIXTURES).filter((name) => name.endsWith('.log'));

/** As Postfix 3.7.11 logs a client that a milter refuses. */
const REFUSED_EARLY = [
  'connect from mx.x.example[203.0.113.5]',
  'NOQUEUE: milter-reject: CONNECT from mx.x.example[203.0.113.5]: 451 4.7.1 Service unavailable - try again later; proto=SMTP',
  'NOQUEUE: milter-reject: EHLO from mx.x.example[203.0.113.5]: 451 4.7.1 Service unavailable - try again later; proto=SMTP helo=<mx.x.example>',
  'NOQUEUE: milter-reject: MAIL from mx.x.example[203.0.113.5]: 451 4.7.1 Service unavailable - try again later; from=<a@x.example> proto=ESMTP helo=<mx.x.example>',
  'disconnect from mx.x.example[203.0.113.5] ehlo=1 mail=0/1 quit=1 commands=2/3',
  'connect from mx.y.example[203.0.113.6]',
  'NOQUEUE: milter-reject: EHLO from mx.y.example[203.0.113.6]: 451 4.7.1 Service unavailable - try again later; proto=SMTP helo=<mx.y.example>',
  'disconnect from mx.y.example[203.0.113.6] ehlo=1 quit=1 commands=2',
].map((text, second) => `Nov 21 04:43:0${second} mail postfix/smtpd[264]: ${text}\n`);

it('a connection that is cut in two by the end of a report is one connection', async () => {
  const whole = totalsOf(await reportsOf([REFUSED_EARLY.join('')]));
  expect(whole).toMatchObject({ 'inbound server-temporary': { attempts: 1 } });
  expect(totalsOf(await reportsOf(REFUSED_EARLY))).toEqual(whole);
});

describe.each(logs)('the reports of %s', (name) => {
  const lines = readFileSync(join(FIXTURES, name), 'utf8').split(/(?<=\n)/);

  it('add up wherever the log is cut', async () => {
    const whole = await reportsOf([lines.join('')]);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: lines.length }), { maxLength: 8 }), async (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), lines.length];
        const pieces = ends.map((end, index) => lines.slice(ends[index - 1] ?? 0, end).join(''));
        expect(totalsOf(await reportsOf(pieces))).toEqual(totalsOf(whole));
      }),
      { numRuns: Number(process.env['RUNS'] ?? 6) },
    );
  });
});
