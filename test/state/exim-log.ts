import fc from 'fast-check';

/** What may happen on a mail server; the numbers choose among a few senders, recipients and hosts. */
/** Some that the happenings name. */
export const ADDRESSES = [
  's0@from0.example',
  's1@from1.example',
  's2@from0.example',
  'r0@hosted.example',
  'r1@hosted.example',
  'f0@far0.example',
];

export interface Happening {
  what:
    | 'refused'
    | 'cached'
    | 'deferred'
    | 'verify-alone'
    | 'relay-denied'
    | 'no-sender-refused'
    | 'arrival'
    | 'arrival-without-recipients'
    | 'delivery'
    | 'put-off'
    | 'still-put-off'
    | 'bounced'
    | 'completed'
    | 'noise'
    | 'strange';
  /** Seconds since the one before; lines are only nearly in order. */
  after: number;
  sender: number;
  recipient: number;
  client: number;
  message: number;
}

const few = (count: number): fc.Arbitrary<number> => fc.nat({ max: count - 1 });

/** @param back of a hundred happenings, before so many the clock is put right by up to half an hour. */
function happeningOf(kinds: readonly Happening['what'][], back: number): fc.Arbitrary<Happening> {
  return fc.record({
    what: fc.constantFrom(...kinds),
    after: fc.oneof(
      { weight: 60, arbitrary: fc.integer({ min: 0, max: 40 }) },
      { weight: 30, arbitrary: fc.integer({ min: 0, max: 4000 }) },
      { weight: 10, arbitrary: fc.integer({ min: -5, max: 0 }) },
      { weight: back, arbitrary: fc.integer({ min: -1800, max: 0 }) },
    ),
    sender: few(4),
    recipient: few(3),
    client: few(3),
    message: few(6),
  });
}

/** All that happens. */
export const happening: fc.Arbitrary<Happening> = happeningOf(
  [
    'refused',
    'cached',
    'deferred',
    'deferred',
    'verify-alone',
    'relay-denied',
    'no-sender-refused',
    'arrival',
    'arrival',
    'arrival-without-recipients',
    'delivery',
    'put-off',
    'still-put-off',
    'bounced',
    'completed',
    'noise',
    'strange',
  ],
  5,
);

/** Verifications of which one explains another, under a clock that is not kept well. */
export const verification: fc.Arbitrary<Happening> = happeningOf(
  ['refused', 'cached', 'cached', 'verify-alone', 'verify-alone', 'deferred'],
  25,
).map((one) => ({ ...one, sender: one.sender % 2, client: 0 }));

/** A log of Exim 4.96 in which these things happened, one string a happening. */
export function eximLog(happenings: readonly Happening[]): string[] {
  let at = Date.parse('2026-11-10T09:00:00Z');
  /** How many messages have had each number: an id is never given twice. */
  const generations = [0, 0, 0, 0, 0, 0];
  return happenings.map((one, index) => {
    at += one.after * 1000;
    const generation = generations[one.message] ?? 0;
    if (/^arrival/.test(one.what)) generations[one.message] = generation + 1;
    const id = `1xU${'abcdef'[one.message]}${String(generations[one.message]).padStart(2, '0')}-00003u-2F`;
    const stamp = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
    return linesOf(one, 100 + index, id)
      .map((text) => `${stamp} ${text}\n`)
      .join('');
  });
}

function linesOf(one: Happening, pid: number, id: string): string[] {
  const from = `s${one.sender}@from${one.sender % 2}.example`;
  const to = `r${one.recipient}@hosted.example`;
  const far = `f${one.recipient}@far${one.client}.example`;
  const ip = `203.0.113.${one.client + 1}`;
  const host = `[${pid}] H=mx${one.client}.example [${ip}]:${40_000 + pid}`;
  const asked = `mx.from${one.sender % 2}.example [198.51.100.${7 + (one.sender % 2)}]`;
  const isDomainWide = one.recipient === 0;
  const said = isDomainWide
    ? 'response to "MAIL FROM:<>" was: 550 5.7.1 no null senders'
    : `response to "RCPT TO:<${from}>" was: 550 5.1.1 no such user`;
  const late = 'Could not complete sender verify callout';
  switch (one.what) {
    case 'refused':
      return [
        `${host} sender verify fail for <${from}>: ${asked} : ${said}`,
        `${host} F=<${from}> rejected RCPT <${to}>: Sender verify failed`,
      ];
    case 'cached':
      return [
        `${host} sender verify fail for <${from}>`,
        `${host} F=<${from}> rejected RCPT <${to}>: Sender verify failed`,
      ];
    case 'deferred':
      return [
        `${host} sender verify defer for <${from}>: ${late}: ${asked} : Connection timed out`,
        `${host} F=<${from}> temporarily rejected RCPT <${to}>: ${late}`,
      ];
    case 'verify-alone':
      return [`${host} sender verify fail for <${from}>: ${asked} : ${said}`];
    case 'relay-denied':
      return [`${host} F=<${from}> rejected RCPT <${far}>: relay not permitted`];
    case 'no-sender-refused':
      return [`${host} temporarily rejected connection in "connect" ACL: too many connections`];
    case 'arrival':
      return [`[${pid}] ${id} <= ${from} H=mx${one.client}.example [${ip}]:999 P=esmtp S=900 for ${to}`];
    case 'arrival-without-recipients':
      return [`[${pid}] ${id} <= ${from} H=mx${one.client}.example [${ip}]:999 P=esmtp S=900`];
    case 'delivery':
      return [`[${pid}] ${id} => r${one.recipient} <${to}> R=localuser T=local_delivery`];
    case 'put-off':
      return [
        `[${pid}] ${id} == ${far} R=lookuphost T=remote_smtp defer (-44) H=mx.far${one.client}.example [198.51.100.${20 + one.client}]: ` +
          `SMTP error from remote mail server after RCPT TO:<${far}>: 450 4.2.0 Greylisted`,
      ];
    case 'still-put-off':
      return [
        `[${pid}] ${id} == ${far} R=lookuphost T=remote_smtp defer (-53): retry time not reached for any host for 'far${one.client}.example'`,
      ];
    case 'bounced':
      return [`[${pid}] ${id} ** ${far}: retry timeout exceeded`];
    case 'completed':
      return [`[${pid}] ${id} Completed`];
    case 'noise':
      return [`[${pid}] cwd=/var/spool/exim 5 args: /usr/sbin/exim -q`];
    case 'strange':
      return [`[${pid}] H=somebody did what no version of Exim ever said`];
  }
}

/** A refusal much later: it wakes whoever waits for a second line that never comes. */
export function lastWord(happenings: readonly Happening[]): Happening {
  const back = happenings.reduce((sum, { after }) => sum + Math.min(0, after), 0);
  return { what: 'relay-denied', after: 3600 - back, sender: 0, recipient: 0, client: 0, message: 0 };
}
