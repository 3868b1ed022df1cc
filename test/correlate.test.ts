import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tracedLines } from './traced.ts';

const at = (time: string, text: string): string => `2026-11-21 ${time} ${text}`;
const verify = (time: string, client: string, sender: string, text = ''): string =>
  at(time, `H=${client} sender verify fail for <${sender}>${text === '' ? '' : `: ${text}`}`);
const refuse = (
  time: string,
  client: string,
  sender: string,
  to: string,
  why = 'Sender verify failed',
): string => at(time, `H=${client} F=<${sender}> rejected RCPT <${to}>: ${why}`);

const UNKNOWN =
  'mx.x.example [192.0.2.24] : SMTP error from remote mail server after RCPT TO:<a@x.example>: 550 5.1.1 unknown';
const NULL_SENDER = 'mx.x.example [192.0.2.24] : response to "MAIL FROM:<>" was: 550 no null senders';

/** The parts of an attempt that a join decides, one line each. */
function summary(lines: readonly string[]): string[] {
  return tracedLines(lines).map(
    ({ attempt: { sender, recipient, cause, evidence, lines: refs }, outcome }) =>
      `${sender} > ${recipient} ${cause} ${evidence} ${refs.map(({ line }) => line).join('+')} ${outcome}`,
  );
}

describe('the join', () => {
  it('is one attempt of two lines', () => {
    expect(
      summary([
        verify('04:43:00', '[203.0.113.5]', 'a@x.example', UNKNOWN),
        refuse('04:43:00', '[203.0.113.5]', 'a@x.example', 'b@here.example'),
      ]),
    ).toEqual(['a@x.example > b@here.example callout-mailbox-unknown logged 1+2 never-accepted']);
  });

  it('goes by port where it is logged, though sessions are interleaved', () => {
    const lines = [
      verify('04:43:00', '[203.0.113.5]:1001', 'a@x.example', UNKNOWN),
      verify('04:43:00', '[203.0.113.5]:1002', 'a@x.example', NULL_SENDER),
      refuse('04:43:00', '[203.0.113.5]:1002', 'a@x.example', 'two@here.example'),
      refuse('04:43:00', '[203.0.113.5]:1001', 'a@x.example', 'one@here.example'),
    ];
    expect(summary(lines)).toEqual([
      'a@x.example > two@here.example callout-null-sender-refused logged 2+3 never-accepted',
      'a@x.example > one@here.example callout-mailbox-unknown logged 1+4 never-accepted',
    ]);
  });

  it('goes by sender where neither pid nor port is logged, and by order for one sender', () => {
    const lines = [
      verify('04:43:00', '[203.0.113.5]', 'a@x.example', UNKNOWN),
      verify('04:43:00', '[203.0.113.5]', 'c@x.example', NULL_SENDER),
      refuse('04:43:01', '[203.0.113.5]', 'c@x.example', 'b@here.example'),
      refuse('04:43:01', '[203.0.113.5]', 'a@x.example', 'b@here.example'),
    ];
    expect(summary(lines)).toEqual([
      'c@x.example > b@here.example callout-null-sender-refused logged 2+3 never-accepted',
      'a@x.example > b@here.example callout-mailbox-unknown logged 1+4 never-accepted',
    ]);
  });

  it('keeps the reason of a line that stood before another refusal', () => {
    const lines = [
      verify('10:00:00', '[203.0.113.5]', 'a@x.example', UNKNOWN),
      refuse('10:00:00', '[203.0.113.5]', 'a@x.example', 'b@far.example', 'relay not permitted'),
      verify('10:30:05', '[203.0.113.7]', 'a@x.example'),
      refuse('10:30:05', '[203.0.113.7]', 'a@x.example', 'c@here.example'),
    ];
    expect(summary(lines)).toEqual([
      'a@x.example > b@far.example relay-denied logged 2 never-accepted',
      'a@x.example > c@here.example callout-mailbox-unknown inferred 3+4 never-accepted',
    ]);
  });

  it('knows for each client what it was told, though another one came between', () => {
    const put = (client: string, to: string): string[] => [
      at('08:00:07', `H=${client} sender verify defer for <a@x.example>: host lookup did not complete`),
      at(
        '08:00:07',
        `H=${client} F=<a@x.example> temporarily rejected RCPT <${to}>: Could not complete sender verify`,
      ),
    ];
    const lines = [
      ...put('[203.0.113.3]:20345', 'one@here.example'),
      ...put('[203.0.113.1]:47532', 'one@here.example'),
      put('[203.0.113.3]:20345', 'two@here.example')[1] ?? '',
    ];
    expect(tracedLines(lines).at(-1)?.attempt).toMatchObject({
      recipient: 'two@here.example',
      cause: 'sender-domain-dns-temporary',
      inferredFrom: { line: 1 },
    });
  });

  it('knows the rewritten address for all recipients of a session', () => {
    const lines = [
      verify('10:20:00', '[203.0.113.5]:4001', 'k@new.example', 'Unrouteable address'),
      refuse('10:20:00', '[203.0.113.5]:4001', 'k@old.example', 'one@here.example'),
      refuse('10:20:01', '[203.0.113.5]:4001', 'k@old.example', 'two@here.example'),
    ];
    expect(summary(lines)).toEqual([
      'k@old.example > one@here.example sender-domain-unroutable logged 1+2 never-accepted',
      'k@old.example > two@here.example sender-domain-unroutable inferred 3 never-accepted',
    ]);
  });

  it('leaves the line of another sender to that one, where only the moment ties them together', () => {
    const lines = [
      verify('10:00:00', '[203.0.113.5]', 'a@x.example', 'Unrouteable address'),
      refuse('10:00:00', '[203.0.113.5]', 'a@x.example', 'one@here.example'),
      verify('10:00:00', '[203.0.113.5]', 'z@t.example', UNKNOWN),
      refuse('10:00:00', '[203.0.113.5]', 'a@x.example', 'two@here.example'),
      refuse('10:00:00', '[203.0.113.5]', 'z@t.example', 'one@here.example'),
    ];
    expect(summary(lines)).toEqual([
      'a@x.example > one@here.example sender-domain-unroutable logged 1+2 never-accepted',
      'a@x.example > two@here.example sender-domain-unroutable inferred 4 never-accepted',
      'z@t.example > one@here.example callout-mailbox-unknown logged 3+5 never-accepted',
    ]);
  });

  it('takes the reason of a mail that was put off without a word from the check that could not be done', () => {
    const refused = (id: string, text: string): string =>
      at('04:43:01', `${id} H=[203.0.113.5] F=<a@x.example> ${text}`);
    const broken = (id: string): string =>
      at('04:43:00', `${id} malware acl condition: clamd /run/clamd.ctl : unable to connect to UNIX socket`);
    const lines = [
      broken('1xUcwH-00002r-0T'),
      broken('1xUcwH-00002r-0U'),
      refused('1xUcwH-00002r-0V', 'temporarily rejected after DATA'),
      refused('1xUcwH-00002r-0U', 'rejected after DATA: no such words, please'),
      refused('1xUcwH-00002r-0T', 'temporarily rejected after DATA'),
    ];
    expect(summary(lines)).toEqual([
      'a@x.example > null policy-other logged 3 retrying',
      'a@x.example > null unclassified logged 4 never-accepted',
      'a@x.example > null server-temporary logged 1+5 retrying',
    ]);
  });

  it('joins hundreds of interleaved sessions each with its own', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 200 }, (_, i) => i),
          { minLength: 200 },
        ),
        (order) => {
          const first = order.map((i) =>
            verify('04:43:00', `[203.0.113.5]:${2000 + i}`, `s${i}@x.example`, UNKNOWN),
          );
          const second = [...order]
            .reverse()
            .map((i) =>
              refuse('04:43:02', `[203.0.113.5]:${2000 + i}`, `s${i}@x.example`, `r${i}@here.example`),
            );
          const attempts = tracedLines([...first, ...second]).map(({ attempt }) => attempt);
          expect(attempts).toHaveLength(200);
          for (const { sender, recipient, evidence, lines } of attempts) {
            expect(recipient).toBe(sender?.replace('s', 'r').replace('@x', '@here'));
            expect(evidence).toBe('logged');
            expect(lines).toHaveLength(2);
          }
        },
      ),
      { numRuns: 5 },
    );
  });

  it('takes the rewritten address of the verify line for the sender of the session', () => {
    const lines = [
      at('04:43:00', `[77] H=[203.0.113.5] sender verify fail for <notok@abc.x.example>: ${UNKNOWN}`),
      at(
        '04:43:00',
        '[77] H=[203.0.113.5] F=<notok@x.example> rejected RCPT <b@here.example>: Sender verify failed',
      ),
    ];
    expect(summary(lines)).toEqual([
      'notok@x.example > b@here.example callout-mailbox-unknown logged 1+2 never-accepted',
    ]);
  });

  it('does not take a verify line of a warn statement for the reason of another refusal', () => {
    const lines = [
      verify('04:43:00', '[203.0.113.5]', 'a@x.example'),
      refuse('04:43:00', '[203.0.113.5]', 'a@x.example', 'c@far.example', 'relay not permitted'),
    ];
    expect(summary(lines)).toEqual(['a@x.example > c@far.example relay-denied logged 2 never-accepted']);
  });

  it('lets a verify line stand for itself where nothing else was logged', () => {
    expect(summary([verify('04:43:00', '[203.0.113.5]', 'a@x.example', UNKNOWN)])).toEqual([
      'a@x.example > null callout-mailbox-unknown logged 1 never-accepted',
    ]);
  });

  it('knows the sender of DATA by the verify line', () => {
    const lines = [
      verify('04:43:00', '[203.0.113.5]:1', 'a@x.example', UNKNOWN),
      at('04:43:00', 'H=[203.0.113.5]:1 rejected DATA: Sender verify failed'),
    ];
    expect(summary(lines)).toEqual(['a@x.example > null callout-mailbox-unknown logged 1+2 never-accepted']);
  });
});

describe('the cached answer', () => {
  const bare = (time: string, sender: string): string[] => [
    verify(time, '[203.0.113.9]', sender),
    refuse(time, '[203.0.113.9]', sender, 'b@here.example'),
  ];
  const known = (text: string): string[] => [
    verify('04:43:00', '[203.0.113.5]', 'a@x.example', text),
    refuse('04:43:00', '[203.0.113.5]', 'a@x.example', 'b@here.example'),
  ];

  it('gets the reason of the same address', () => {
    const [, second] = tracedLines([...known(UNKNOWN), ...bare('05:00:00', 'A@x.example')]);
    expect(second?.attempt).toMatchObject({
      cause: 'callout-mailbox-unknown',
      evidence: 'inferred',
      inferredFrom: { file: 'mainlog', line: 1 },
      callout: { ip: '192.0.2.24' },
    });
  });

  it('gets the reason of the domain only where the whole domain was refused', () => {
    expect(summary([...known(NULL_SENDER), ...bare('05:00:00', 'other@x.example')])[1]).toContain(
      'callout-null-sender-refused inferred',
    );
    expect(summary([...known(UNKNOWN), ...bare('05:00:00', 'other@x.example')])[1]).toContain(
      'verify-reason-unlogged none',
    );
  });

  it('never takes a reason of our own routers, which no cache holds, nor a later one', () => {
    expect(summary([...known('Unrouteable address'), ...bare('05:00:00', 'a@x.example')])[1]).toContain(
      'verify-reason-unlogged none',
    );
    expect(summary([...bare('04:00:00', 'a@x.example'), ...known(UNKNOWN)])[0]).toContain(
      'verify-reason-unlogged none',
    );
  });

  it('explains the later recipients of one session, which have no verify line without callouts', () => {
    const lines = [
      ...known('Unrouteable address'),
      refuse('04:43:00', '[203.0.113.5]', 'a@x.example', 'c@here.example'),
    ];
    expect(summary(lines)[1]).toBe(
      'a@x.example > c@here.example sender-domain-unroutable inferred 3 never-accepted',
    );
  });
});

describe('the outcome', () => {
  const deferred = (time: string, client = '[203.0.113.5]'): string[] => [
    at(
      time,
      `H=${client} sender verify defer for <a@x.example>: Could not complete sender verify callout: mx.x.example [192.0.2.24] : SMTP error from remote mail server after RCPT TO:<a@x.example>: 450 4.2.0 Greylisted`,
    ),
    at(
      time,
      `H=${client} F=<a@x.example> temporarily rejected RCPT <b@here.example>: Could not complete sender verify callout`,
    ),
  ];

  it('is accepted-later also from another address of the pool, and counts the tries', () => {
    const lines = [
      ...deferred('04:43:00'),
      ...deferred('04:53:00'),
      at(
        '05:03:00',
        '1xUccU-000000003Jf-1VvA <= a@x.example H=[203.0.113.77] P=esmtp S=1 for c@here.example b@here.example',
      ),
    ];
    const told = tracedLines(lines);
    expect(told.map(({ outcome, tries }) => [outcome, tries])).toEqual([
      ['accepted-later', 2],
      ['accepted-later', 2],
    ]);
    expect(told[0]?.acceptedAt).toBe(Date.UTC(2026, 10, 21, 5, 3));
  });

  it('reads the recipients from the deliveries where the arrival names none', () => {
    const lines = [
      ...deferred('04:43:00'),
      at('05:03:00', '1xUccU-000000003Jf-1VvA <= a@x.example H=[203.0.113.77] P=esmtp S=1'),
      at('05:03:01', '1xUccU-000000003Jf-1VvA => b <b@here.example> R=virtual_user T=dovecot'),
    ];
    expect(tracedLines(lines)[0]?.outcome).toBe('accepted-later');
  });

  it('is not accepted-later when only another recipient or an earlier mail got through', () => {
    const before = at(
      '04:00:00',
      '1xUccU-000000003Jf-1VvA <= a@x.example H=[203.0.113.5] P=esmtp S=1 for b@here.example',
    );
    const other = at(
      '05:03:00',
      '1xUccU-000000003Jf-1VvB <= a@x.example H=[203.0.113.5] P=esmtp S=1 for c@here.example',
    );
    expect(tracedLines([before, ...deferred('04:43:00'), other])[0]?.outcome).toBe('retrying');
  });

  it('is not accepted-later when an earlier mail is delivered only after it', () => {
    const lines = [
      at('04:00:00', '1xUccU-000000003Jf-1VvA <= a@x.example H=[203.0.113.5] P=esmtp S=1'),
      ...deferred('04:43:00'),
      at('05:03:01', '1xUccU-000000003Jf-1VvA => b <b@here.example> R=virtual_user T=dovecot'),
    ];
    expect(tracedLines(lines)[0]?.outcome).toBe('retrying');
  });

  it('is not accepted-later when this server itself makes a bounce for the same recipient', () => {
    expect(
      summary([
        at(
          '12:47:45',
          'H=mx.partner.example [198.51.100.11]:51217 F=<> rejected RCPT <ghost@hosted.example>: No Such User Here',
        ),
        at(
          '12:47:45',
          '1xUkVN-00007F-1C <= <> R=1xUkVN-00005r-0F U=Debian-exim P=local S=2178 from <> for ghost@hosted.example',
        ),
      ]),
    ).toEqual([' > ghost@hosted.example recipient-unknown logged 1 never-accepted']);
  });

  it('begins a new series after an acceptance', () => {
    const accepted = at(
      '05:03:00',
      '1xUccU-000000003Jf-1VvA <= a@x.example H=[203.0.113.5] P=esmtp S=1 for b@here.example',
    );
    const told = tracedLines([...deferred('04:43:00'), accepted, ...deferred('06:00:00')]);
    expect(told.map(({ outcome, tries }) => [outcome, tries])).toEqual([
      ['accepted-later', 1],
      ['retrying', 1],
    ]);
  });

  it('is never-accepted when the last try is older than the retry window', () => {
    const later =
      '2026-11-29 04:43:00 1xUccU-000000003Jf-1VvA <= z@z.example H=[203.0.113.9] P=esmtp S=1 for b@here.example';
    expect(tracedLines([...deferred('04:43:00'), later])[0]?.outcome).toBe('never-accepted');
  });
});
