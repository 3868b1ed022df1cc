import { describe, expect, it } from 'vitest';
import { type Told, tracedLines } from './traced.ts';

const CLIENT = 'mx.x.example[203.0.113.5]';

let second = 0;
const smtpd = (text: string, pid = 264): string =>
  `Nov 21 04:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second++ % 60).padStart(2, '0')} mail postfix/smtpd[${pid}]: ${text}`;

/** What a milter that does not want the client is logged with, as Postfix 3.7.11 writes it. */
const milter = (command: string, reply = '550 5.7.1 Command rejected', client = CLIENT): string => {
  const from = command === 'MAIL' ? 'from=<a@x.example> ' : '';
  const helo = command === 'CONNECT' ? '' : ' helo=<mx.x.example>';
  return smtpd(
    `NOQUEUE: milter-reject: ${command} from ${client}: ${reply}; ${from}proto=${from ? 'ESMTP' : 'SMTP'}${helo}`,
  );
};
const LATER = '451 4.7.1 Service unavailable - try again later';
const connect = (): string => smtpd(`connect from ${CLIENT}`);
const disconnect = (counts: string): string => smtpd(`disconnect from ${CLIENT}${counts && ` ${counts}`}`);
const own = (command: string): string =>
  smtpd(
    `NOQUEUE: reject: ${command} from ${CLIENT}: 501 5.5.2 <foo..bar>: Helo command rejected: Invalid name; proto=SMTP helo=<foo..bar>`,
  );

function told(...lines: string[]): (Partial<Told['attempt']> & { numbers: number[] })[] {
  second = 0;
  return tracedLines(lines).map(({ attempt }) => ({
    ...attempt,
    numbers: attempt.lines.map(({ line }) => line),
  }));
}

describe('what a milter refuses before MAIL', () => {
  it('is the refusal of the mail that follows, with all of its lines', () => {
    expect(
      told(
        connect(),
        milter('CONNECT'),
        milter('EHLO'),
        milter('HELO'),
        milter('MAIL'),
        disconnect('helo=1 ehlo=1 mail=0/1 quit=1 commands=3/4'),
      ),
    ).toMatchObject([
      { stage: 'mail', sender: 'a@x.example', permanent: true, told: { code: 550 }, numbers: [2, 3, 4, 5] },
    ]);
  });

  it('is one refusal for each mail that the client tries', () => {
    expect(
      told(
        connect(),
        milter('EHLO'),
        milter('MAIL'),
        milter('MAIL'),
        disconnect('ehlo=1 mail=0/2 commands=1/3'),
      ),
    ).toMatchObject([
      { stage: 'mail', numbers: [2, 3] },
      { stage: 'mail', numbers: [4] },
    ]);
  });

  it.each([
    ['EHLO, and QUIT', 'ehlo=1 quit=1 commands=2', [milter('EHLO')]],
    [
      'CONNECT for now, and EHLO',
      'ehlo=1 quit=1 commands=2',
      [milter('CONNECT', LATER), milter('EHLO', LATER)],
    ],
    ['EHLO, and commands of no mail', 'ehlo=1 noop=1 vrfy=0/1 quit=1 commands=3/4', [milter('EHLO')]],
  ])('is no refusal where the client was told of none: %s', (_, counts, lines) => {
    expect(told(connect(), ...lines, disconnect(counts))).toEqual([]);
  });

  it.each([
    ['by the greeting', 'quit=1 commands=1', '550 5.7.1 Command rejected', 'CONNECT', 'connect', 554],
    ['by the greeting, for now', 'commands=0/0', '421 4.7.0 bye', 'CONNECT', 'connect', 421],
    ['with 421 to EHLO', 'ehlo=0/1 commands=0/1', '421 4.7.0 bye', 'EHLO', 'helo', 421],
    ['when it logs in', 'ehlo=1 auth=0/1 quit=1 commands=2/3', '550 5.7.1 No', 'EHLO', 'helo', 550],
    ['at STARTTLS', 'ehlo=1 starttls=0/1 quit=1 commands=2/3', LATER, 'EHLO', 'helo', 451],
    ['as far as the log tells (Postfix 2)', '', LATER, 'EHLO', 'helo', 451],
  ])('is one where the client was told: %s', (_, counts, reply, command, stage, code) => {
    const attempts = told(connect(), milter(command, reply), disconnect(counts));
    expect(attempts).toMatchObject([{ stage, sender: null, recipient: null, told: { code } }]);
  });

  it('is told by itself where the connection never ends', () => {
    expect(told(milter('EHLO'))).toHaveLength(1);
    expect(told(milter('EHLO'), connect())).toHaveLength(1);
    second = 0;
    const first = milter('EHLO');
    second = 1200;
    const late = milter('EHLO', undefined, 'mx.y.example[203.0.113.6]');
    expect(tracedLines([first, late])).toHaveLength(2);
  });

  it('is that of its own connection', () => {
    second = 0;
    const lines = [
      milter('EHLO'),
      milter('EHLO', LATER, 'mx.y.example[203.0.113.6]'),
      milter('MAIL', LATER, 'mx.y.example[203.0.113.6]'),
      smtpd(
        `NOQUEUE: milter-reject: MAIL from ${CLIENT}: 550 5.7.1 No; from=<c@x.example> proto=ESMTP helo=<h>`,
        7,
      ),
      disconnect('ehlo=1 mail=0/1 quit=1 commands=2/3'),
    ];
    expect(told(...lines)).toMatchObject([
      { client: { ip: '203.0.113.6' }, numbers: [2, 3] },
      { sender: 'c@x.example', numbers: [4] },
    ]);
  });

  it('does not grow with the patience of a client', () => {
    const [attempt] = told(...Array.from({ length: 1000 }, () => milter('EHLO')), milter('MAIL'));
    expect(attempt?.lines?.length).toBeLessThan(20);
    const many = Array.from({ length: 30_000 }, (_, n) =>
      milter('EHLO', LATER, `unknown[2001:db8::${n.toString(16)}]`),
    );
    second = 0;
    expect(tracedLines(many.map((line) => line.replace(/04:\d+:\d\d/, '04:00:00')))).toHaveLength(30_000);
  });
});

describe('what smtpd itself refuses before MAIL (smtpd_delay_reject = no)', () => {
  it('is one refusal of the connection, however often it is tried', () => {
    expect(
      told(connect(), own('EHLO'), own('HELO'), disconnect('helo=0/1 ehlo=0/1 quit=1 commands=1/3')),
    ).toMatchObject([{ stage: 'helo', cause: 'helo-rejected', numbers: [2, 3] }]);
  });

  it('is none where the client went on with a better name', () => {
    expect(told(connect(), own('EHLO'), disconnect('ehlo=1/2 mail=1 rcpt=1 data=1 commands=4/5'))).toEqual(
      [],
    );
  });
});
