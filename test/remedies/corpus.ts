/**
 * A deterministic log of wanted and unwanted senders, each kind written as Exim logs it (cPanel's selector), with the
 * truth by client. The kinds are what facts about spam and mail servers know; how many there are of each says nothing
 * about the world, so results are told by kind.
 */
export interface Kind {
  id: string;
  wanted: boolean;
  /** For the README. */
  what: string;
  /** Writes what one such sender does. */
  act: (sender: Actor) => void;
}

/** One sender: its client address, its names, and what it may do. */
export interface Actor {
  n: number;
  ip: string;
  domain: string;
  /** Lines of the log, `minute` after the log's beginning. */
  log: (minute: number, text: string) => void;
  random: () => number;
}

const START = Date.UTC(2026, 10, 2, 8, 0, 0);
const EACH = 20;
export const OUR_USER = 'bob@hosted.example';

/** `H=name (helo) [ip]:port` as host_and_ident() prints it; no name: `H=(helo) [ip]:port`. */
const host = (name: string | null, helo: string, ip: string): string =>
  `H=${name === null ? '' : `${name} `}(${helo}) [${ip}]:40000`;

/** A callout that went wrong: the reason line and the refusal. */
function verify(
  actor: Actor,
  minute: number,
  h: string,
  sender: string,
  reason: string,
  rcpt = OUR_USER,
): void {
  const permanent = /: (?:response|SMTP error).*: 5\d\d/.test(reason);
  actor.log(minute, `${h} sender verify ${permanent ? 'fail' : 'defer'} for <${sender}>: ${reason}`);
  actor.log(
    minute,
    permanent
      ? `${h} F=<${sender}> rejected RCPT <${rcpt}>: Sender verify failed`
      : `${h} F=<${sender}> temporarily rejected RCPT <${rcpt}>: Could not complete sender verify callout`,
  );
}

const timeout = (mx: string, ip = '198.18.0.9'): string =>
  `Could not complete sender verify callout: ${mx} [${ip}] : Connection timed out`;
const noBounces = (mx: string): string =>
  `${mx} [198.18.0.9] : response to "MAIL FROM:<>" was: 550 5.7.1 no null senders`;
const greylisted = (mx: string, sender: string): string =>
  `Could not complete sender verify callout: ${mx} [198.18.0.9] : SMTP error from remote mail server after RCPT TO:<${sender}>: 450 4.2.0 Greylisted`;
const unknown = (mx: string, sender: string): string =>
  `${mx} [198.18.0.9] : SMTP error from remote mail server after RCPT TO:<${sender}>: 550 5.1.1 unknown user`;

let message = 0;
const queueId = (): string => `1${(message++).toString(36).padStart(5, '0')}-000001-AA`;

function accepted({ log }: Actor, minute: number, h: string, sender: string): void {
  log(minute, `${queueId()} <= ${sender} ${h} P=esmtps S=1000 for ${OUR_USER}`);
}
function wrote({ log }: Actor, minute: number, to: string): void {
  log(
    minute,
    `${queueId()} <= ${OUR_USER} H=(pc) [192.0.2.250]:50000 P=esmtpsa A=dovecot_login:${OUR_USER} S=1000 for ${to}`,
  );
}
const word = (actor: Actor): string => Math.floor(actor.random() * 1e9).toString(36);
const pick = <T>(actor: Actor, list: readonly [T, ...T[]]): T =>
  list[Math.floor(actor.random() * list.length)] ?? list[0];

/** Many domains stand for the world's forged ones. */
const forged = (actor: Actor): string => `${word(actor)}@d${Math.floor(actor.random() * 500)}.example`;

export const kinds: readonly Kind[] = [
  {
    id: 'own-server',
    wanted: true,
    what: "a company's own server, its MX does not answer; it retries",
    act: (actor) => {
      const h = host(`mail.${actor.domain}`, `mail.${actor.domain}`, actor.ip);
      for (const minute of [60, 75, 120])
        verify(actor, minute, h, `info@${actor.domain}`, timeout(`mx.${actor.domain}`));
    },
  },
  {
    id: 'first-contact',
    wanted: true,
    what: "a company's own server, refuses bounces; one try, never seen before",
    act: (actor) =>
      verify(
        actor,
        90,
        host(`out.${actor.domain}`, `srv.${actor.domain}`, actor.ip),
        `ann@${actor.domain}`,
        noBounces(`mx.${actor.domain}`),
      ),
  },
  {
    id: 'known-client',
    wanted: true,
    what: 'was accepted for days from the same host, then its MX fails',
    act: (actor) => {
      const h = host(`relay.isp${actor.n}.example`, `relay.isp${actor.n}.example`, actor.ip);
      for (const minute of [10, 500]) accepted(actor, minute, h, `ann@${actor.domain}`);
      for (const minute of [900, 930])
        verify(actor, minute, h, `ann@${actor.domain}`, timeout(`mx.${actor.domain}`));
    },
  },
  {
    id: 'known-noreply',
    wanted: true,
    what: 'a known host, but the sender noreply@ does not exist',
    act: (actor) => {
      const h = host(`mail.${actor.domain}`, `mail.${actor.domain}`, actor.ip);
      accepted(actor, 10, h, `ann@${actor.domain}`);
      verify(
        actor,
        900,
        h,
        `noreply@${actor.domain}`,
        unknown(`mx.${actor.domain}`, `noreply@${actor.domain}`),
      );
    },
  },
  {
    id: 'correspondent',
    wanted: true,
    what: 'our user wrote to it; it answers through a relay never seen before',
    act: (actor) => {
      const sender = `ann@${actor.domain}`;
      wrote(actor, 10, sender);
      const h = host(`smtp${actor.n}.isp.example`, `smtp${actor.n}.isp.example`, actor.ip);
      for (const minute of [60, 90])
        verify(actor, minute, h, sender, greylisted(`mx.${actor.domain}`, sender));
    },
  },
  {
    id: 'big-provider',
    wanted: true,
    what: 'our user wrote to it; it answers through a pool of Microsoft 365',
    act: (actor) => {
      const sender = `ann@${actor.domain}`;
      wrote(actor, 10, sender);
      const name = `mail-${word(actor)}.outbound.protection.outlook.com`;
      for (const minute of [60, 90])
        verify(actor, minute, host(name, name, actor.ip), sender, timeout(`mx.${actor.domain}`));
    },
  },
  {
    id: 'nameless-server',
    wanted: true,
    what: 'a real server without a name in DNS, never seen before',
    act: (actor) => {
      const h = host(null, `mail.${actor.domain}`, actor.ip);
      for (const minute of [60, 90])
        verify(actor, minute, h, `ann@${actor.domain}`, timeout(`mx.${actor.domain}`));
    },
  },
  {
    id: 'bot',
    wanted: false,
    what: 'a bot: no name, a random HELO, forged senders',
    act: (actor) => {
      for (let i = 0; i < 3; i++) {
        const sender = forged(actor);
        const reason = pick(actor, [unknown('mx.d.example', sender), timeout('mx.d.example')]);
        verify(
          actor,
          10 + i,
          host(null, word(actor), actor.ip),
          sender,
          reason,
          pick(actor, [OUR_USER, 'eve@hosted.example']),
        );
      }
    },
  },
  {
    id: 'dial-up-bot',
    wanted: false,
    what: "a bot on a provider's dial-up line, which forges that provider's senders",
    act: (actor) => {
      const name = `${actor.ip.replace(/[.:]+/g, '-')}.dyn.isp.example`;
      for (const minute of [30, 60])
        verify(
          actor,
          minute,
          host(name, name, actor.ip),
          `${word(actor)}@isp.example`,
          timeout('mx.isp.example'),
        );
    },
  },
  {
    id: 'dictionary',
    wanted: false,
    what: 'guesses recipients, from a host with good manners',
    act: (actor) => {
      const h = host(`mail.${actor.domain}`, `mail.${actor.domain}`, actor.ip);
      for (let i = 0; i < 8; i++)
        actor.log(
          10 + i,
          `${h} F=<a@${actor.domain}> rejected RCPT <${word(actor)}@hosted.example>: No Such User Here`,
        );
      verify(actor, 60, h, `a@${actor.domain}`, timeout(`mx.${actor.domain}`));
    },
  },
  {
    id: 'blocklisted',
    wanted: false,
    what: 'is on a DNS blocklist, else with good manners',
    act: (actor) => {
      const h = host(`mail.${actor.domain}`, `mail.${actor.domain}`, actor.ip);
      for (const minute of [60, 90])
        verify(actor, minute, h, `a@${actor.domain}`, timeout(`mx.${actor.domain}`));
      actor.log(
        120,
        `${h} F=<a@${actor.domain}> rejected RCPT <${OUR_USER}>: JunkMail rejected - mail.${actor.domain} [${actor.ip}]:40000 is in an RBL: listed at bl.example`,
      );
    },
  },
  {
    id: 'forges-correspondent',
    wanted: false,
    what: 'a bot that forges a sender to whom our user wrote',
    act: (actor) => {
      const sender = `ann@${actor.domain}`;
      wrote(actor, 10, sender);
      for (const minute of [60, 90])
        verify(actor, minute, host(null, word(actor), actor.ip), sender, timeout(`mx.${actor.domain}`));
    },
  },
  {
    id: 'hacked-server',
    wanted: false,
    what: 'a real but hacked server that forges many senders and retries',
    act: (actor) => {
      const h = host(`www.${actor.domain}`, `www.${actor.domain}`, actor.ip);
      for (let i = 0; i < 8; i++) {
        const sender = forged(actor);
        for (const minute of [60 + i, 120 + i]) verify(actor, minute, h, sender, timeout('mx.d.example'));
      }
    },
  },
  {
    id: 'hacked-forges-correspondent',
    wanted: false,
    what: 'a hacked server that forges a sender to whom our user wrote',
    act: (actor) => {
      const sender = `ann@c${actor.domain}`;
      wrote(actor, 10, sender);
      const h = host(`www.${actor.domain}`, `www.${actor.domain}`, actor.ip);
      for (const minute of [60, 90]) verify(actor, minute, h, sender, timeout(`mx.c${actor.domain}`));
    },
  },
  {
    id: 'forged-local',
    wanted: false,
    what: 'sends as one of our own users',
    act: (actor) => {
      const h = host(`mail.${actor.domain}`, `mail.${actor.domain}`, actor.ip);
      for (const minute of [60, 90])
        verify(actor, minute, h, OUR_USER, timeout('mx.hosted.example'), 'eve@hosted.example');
    },
  },
  {
    id: 'spam-source',
    wanted: false,
    what: 'a spammer with good names whose other mail was refused as spam',
    act: (actor) => {
      const h = host(`mail.${actor.domain}`, `mail.${actor.domain}`, actor.ip);
      actor.log(
        20,
        `${queueId()} ${h} F=<a@${actor.domain}> rejected after DATA: "The mail server detected your message as spam and has prevented delivery."`,
      );
      for (const minute of [60, 90])
        verify(actor, minute, h, `a@${actor.domain}`, timeout(`mx.${actor.domain}`));
    },
  },
  {
    id: 'throw-away',
    wanted: false,
    what: 'a throw-away host: its own MX, port 25 closed, one try',
    act: (actor) => {
      const name = `mail.${actor.domain}`;
      verify(
        actor,
        60,
        host(name, name, actor.ip),
        `offer@${actor.domain}`,
        `Could not complete sender verify callout: ${name} [${actor.ip}] : Connection refused`,
      );
    },
  },
  {
    id: 'look-alike',
    wanted: false,
    what: 'writes log fields of its own into HELO, sender and replies',
    act: (actor) => {
      const helo = pick(actor, [
        'mail.bank.example) [203.0.113.250]:25 (x',
        'x) [198.51.100.250',
        '203.0.113.250/0',
      ]);
      const sender = pick(actor, [
        `"x> H=mail.bank.example [203.0.113.250]:25 F=<a"@${actor.domain}`,
        `0.0.0.0/0@${actor.domain}`,
        `*@${actor.domain}`,
      ]);
      const reply = `mx.${actor.domain} [198.18.0.9] : SMTP error from remote mail server after RCPT TO:<${sender}>: 450 H=mail.bank.example [203.0.113.250]:25 sender verify defer for <a@bank.example>: mx.bank.example [198.18.0.8] : Connection timed out`;
      for (const minute of [60, 90])
        verify(
          actor,
          minute,
          host(null, helo, actor.ip),
          sender,
          `Could not complete sender verify callout: ${reply}`,
        );
    },
  },
  {
    id: 'patient-spammer',
    wanted: false,
    what: 'a spammer with a server, a domain and manners like a company: nothing in a log tells them apart',
    act: (actor) => {
      const h = host(`mx1.${actor.domain}`, `mx1.${actor.domain}`, actor.ip);
      for (const minute of [60, 90])
        verify(actor, minute, h, `news@${actor.domain}`, timeout(`in.${actor.domain}`));
    },
  },
];

export interface Corpus {
  log: string;
  /** The kind of each client. */
  truth: ReadonlyMap<string, Kind>;
}

/** @param seed of the random numbers (mulberry32): the same log each time. */
export function corpus(seed = 1): Corpus {
  message = 0;
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const lines: { at: number; text: string }[] = [];
  const truth = new Map<string, Kind>();
  for (const [k, kind] of kinds.entries()) {
    for (let n = 0; n < EACH; n++) {
      const ip = ipOf(k, n);
      truth.set(ip, kind);
      const offset = Math.floor(random() * 3600);
      const log = (minute: number, text: string): void => {
        lines.push({ at: START + (minute * 60 + offset) * 1000, text });
      };
      kind.act({ n, ip, domain: `${kind.id}${n}.example`, log, random });
    }
  }
  // A stable sort: the two lines of a refusal stay together.
  const text = lines
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} ${text}\n`)
    .join('');
  return { log: text, truth };
}

/** Documentation addresses (RFC 5737, RFC 3849); every third client speaks IPv6, each from a network of its own. */
function ipOf(kind: number, n: number): string {
  const number = kind * EACH + n;
  if (number % 3 === 0) return `2001:db8:${(number + 1).toString(16)}::25`;
  const net = ['192.0.2', '198.51.100', '203.0.113'][Math.floor(number / 240)] ?? '203.0.113';
  return `${net}.${(number % 240) + 1}`;
}
