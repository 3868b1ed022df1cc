import { describe, expect, it } from 'vitest';
import { FORGED, IMITATIONS } from '../imitations.ts';
import { tracedLines } from '../traced.ts';

/** `FUZZ_LINES=10000000 npm run fuzz -- swarm` takes some minutes; another `FUZZ_SEED` gives other lines. */
const LINES = Number(process.env['FUZZ_LINES'] ?? 20_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Lines of one log; the next one begins with nothing remembered. */
const LOG = 2000;

/** Mulberry32: the same numbers for the same seed. @returns 0 to below 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PIECES: readonly string[] = [
  ...IMITATIONS,
  ...[
    'F=<',
    '> rejected RCPT <',
    ': ',
    ' H=',
    '(x)',
    '[192.0.2.66]',
    ':25 ',
    '"',
    '\\',
    '\\n',
    ' => ',
    ' <= ',
    ' for ',
  ],
  ...[
    '550 ',
    '5.1.1 ',
    'user unknown',
    'sender verify fail for <',
    'Sender verify failed',
    ' said: ',
    '; from=<',
    '> to=<',
  ],
  ...[
    'temporarily ',
    'deferred',
    ' relay not permitted',
    'é',
    '\u202e',
    '\x1b[2J',
    '<>',
    '@',
    ',',
    '=',
    ' ',
    'a',
    '.',
    '-',
  ],
];

interface Refused {
  client: string | null;
  sender: string | null;
  recipient: string | null;
}

/** What strangers write, around what is true. */
class Swarm {
  readonly lines: string[] = [];
  readonly truth: Refused[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    while (this.lines.length < LOG) this.#session();
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #text(): string {
    return Array.from({ length: this.#below(6) }, () => PIECES[this.#below(PIECES.length)]).join('');
  }

  #session(): void {
    const number = this.truth.length;
    const client = `203.0.${number >> 8}.${number & 255}`;
    // RFC 5321 section 4.1.2: what is quoted.
    const local = this.#text()
      .replace(/[^ -~]|["\\]/g, '')
      .slice(0, 60);
    const sender = this.#below(3) === 0 ? `s${number}@x.example` : `"${local}"@s${number}.example`;
    const recipient = `b${number}@hosted.example`;
    const text = this.#text();
    // What neither server takes for a name it replaces or refuses.
    const helo = this.#text().replace(/[ <>()\\";:@]/g, '?') || 'x';
    const stamp = `04:${String(Math.floor(number / 60) % 60).padStart(2, '0')}:${String(number % 60).padStart(2, '0')}`;
    const refused = [{ client, sender, recipient }];
    const host = `2026-11-21 ${stamp} H=(${helo}) [${client}]:4711`;
    const postfix = `Nov 21 ${stamp} mx1 postfix/smtpd[9]: NOQUEUE: reject: RCPT from unknown[${client}]:`;
    const trailer = `from=<${sender}> to=<${recipient}> proto=ESMTP helo=<${helo}>`;
    switch (this.#below(6)) {
      case 0:
        this.#write(refused, `${host} F=<${sender}> rejected RCPT <${recipient}>: ${text}`);
        break;
      case 1:
        this.#write(
          refused,
          `${host} sender verify fail for <${sender}>: mx.x.example [198.51.100.7] : SMTP error from remote mail server after RCPT TO:<${sender}>: 550 5.1.1 ${text}`,
          `${host} F=<${sender}> rejected RCPT <${recipient}>: Sender verify failed`,
        );
        break;
      case 2:
        this.#write(
          refused,
          `${postfix} 550 5.1.7 <${sender}>: Sender address rejected: undeliverable address: host mx.x.example[198.51.100.7] said: 550 5.1.1 ${text} (in reply to RCPT TO command); ${trailer}`,
        );
        break;
      case 3:
        this.#write(
          refused,
          `${postfix} 554 5.7.1 <${recipient}>: Recipient address rejected: ${text}; ${trailer}`,
        );
        break;
      case 4:
        this.#write(
          [],
          `2026-11-21 ${stamp} 1xUcwH-00002r-0T <= good${number}@x.example H=(${helo}) [${client}]:4711 P=esmtp S=9 T="${text.replace(/["\\]/g, '\\$&')}" from <good${number}@x.example> for c@hosted.example`,
        );
        break;
      default:
        this.#write([], text);
    }
  }

  #write(refused: readonly Refused[], ...lines: string[]): void {
    this.truth.push(...refused);
    this.lines.push(...lines);
  }
}

describe('whatever strangers write', () => {
  it(`each refusal has its own fields and none is invented: ${LINES} lines`, () => {
    const random = randomFrom(SEED);
    for (let done = 0; done < LINES; done += LOG) {
      const { lines, truth } = new Swarm(random);
      const told = tracedLines(lines).map(({ attempt: { client, sender, recipient } }) => ({
        client: client?.ip ?? null,
        sender,
        recipient,
      }));
      const byClient = (a: Refused, b: Refused): number => String(a.client).localeCompare(String(b.client));
      expect(told.sort(byClient)).toEqual([...truth].sort(byClient));
      for (const forged of FORGED)
        expect(told.some(({ client, recipient }) => client === forged || recipient === forged)).toBe(false);
    }
  });
});
