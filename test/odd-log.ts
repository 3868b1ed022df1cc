import fc from 'fast-check';
import { eximLog, happening, lastWord, verification } from './state/exim-log.ts';

/** Lines that nobody is looked for in: what an index passes over. */
export function ofOthers(n: number): string {
  const lines = Array.from({ length: 40 }, (_, i) => {
    const number = n * 40 + i;
    const client = `H=mx.other.example [198.51.100.9]:${5000 + number}`;
    return `2026-11-10 09:00:00 [9] ${client} F=<x${number * 7919}@other.example> rejected RCPT <y@here.example>: relay not permitted\n`;
  });
  return lines.join('');
}

/** Lines that no happening makes: of strangers, of others, not plain, not understood. */
const ODD = [
  '2026-11-10 09:00:01 TLS error on connection from mx0.example [203.0.113.1]: (SSL_accept): x',
  '2026-11-10 09:00:01 [100] SMTP command timeout on connection from mx0.example [203.0.113.1]:40100 D=5m',
  '2026-11-10 09:00:01 [101] H=mx0.example (a b) [203.0.113.1]:40101 sender verify fail for <s0@from0.example>: x',
  '2026-11-10 09:00:01 [102] H=mx1.example [203.0.113.2]:40102 sender verify fail for <"s 0"@from0.example>: x',
  '2026-11-10 09:00:01 [102] H=mx1.example [203.0.113.2]:40102 Warning: x (sender verify skipped)',
  '2026-11-10 09:00:01 [103] U=bob F=<s0@from0.example> rejected by non-SMTP ACL: x',
  '2026-11-10 09:00:01 dovecot_login authenticator failed for (x) [203.0.113.2]:40102: 535 Incorrect authentication data (set_id=r0@hosted.example)',
  '2026-11-10 09:00:01 [100] 1xUa01-00003u-2F H=mx1.example [203.0.113.2]:40102 F=<s0@from0.example> rejected after DATA: spam',
  '2026-11-10 09:00:01 [100] 1xUb01-00003u-2F F=<s1@from1.example> rejected by local_scan(): x',
  '2026-11-10 09:00:01 [100] 1xUa01-00003u-2F == r1 <f0@far0.example> R=x: retry time not reached for any host',
  '2026-11-10 09:00:01 [100] something that nobody understands [203.0.113.9]',
  '2026-13-10 09:00:01 [100] TLS error on connection from mx0.example [203.0.113.1]: x',
  'no stamp at all s0@from0.example',
  '\x00\x00\x002026-11-10 09:00:01 [104] H=mx0.example [203.0.113.1]:40104 F=<S0@FROM0.example> rejected RCPT <x-r0@hosted.example.org>: x\r',
  '2026-11-10 09:00:01 [105] H=mx0.example [203.0.113.1]:40105 F=<s0@from0.ex\xe4mple> rejected RCPT <\xe9r0@hosted.example>: Sender verify failed',
  '',
];

/** A log of all that may happen, with such lines in it; one character for each byte. */
export const oddLog = fc
  .tuple(
    fc.oneof(
      fc.array(happening, { minLength: 1, maxLength: 80, size: 'max' }),
      fc.array(verification, { minLength: 1, maxLength: 80, size: 'max' }),
    ),
    fc.array(
      fc.tuple(fc.nat({ max: 79 }), fc.oneof(fc.constantFrom(...ODD), fc.nat({ max: 9 }).map(ofOthers))),
      {
        maxLength: 9,
      },
    ),
    fc.boolean(),
  )
  .map(([happenings, odd, ends]) => {
    const lines = eximLog([...happenings, lastWord(happenings)]);
    for (const [at, line] of odd) lines.splice(Math.min(at, lines.length), 0, `${line}\n`);
    lines.splice(lines.length / 2, 0, ofOthers(10), ofOthers(11), ofOthers(12));
    const text = lines.join('');
    return Buffer.from(ends ? text : text.trimEnd(), 'latin1').toString('latin1');
  });
