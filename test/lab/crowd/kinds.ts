import { HOSTED } from '../world.ts';
import { type Actor, type Machine, USER } from './actor.ts';

/** A way to behave, as facts about mail servers and spam know it; how many there are of each says nothing. */
export interface Kind {
  id: string;
  wanted: boolean;
  /** What would help wanted mail: an entry of its client, nothing at all, or something else, such as a letter. */
  remedy?: 'entry' | 'none' | 'other';
  /** Nothing that a log holds tells it from a company: it is there so that nobody trusts the score too far. */
  alike?: true;
  /** Nobody had it in view when the weights were set. */
  heldOut?: true;
  /** For the README. */
  what: string;
  act: (actor: Actor) => void;
}

const CAROL = `carol@${HOSTED}`;
const nobody = (actor: Actor): string => `${actor.word()}@${HOSTED}`;
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export const kinds: readonly Kind[] = [
  {
    id: 'own-server',
    wanted: true,
    remedy: 'entry',
    what: 'a company with a server of its own; the check fails on the way to its MX',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      const server = actor.ownServer();
      actor.queue(server, actor.begin(), `info@${actor.domain}`);
      actor.queue(server, actor.begin(30, 60), `ann@${actor.domain}`, { to: [CAROL] });
    },
  },
  {
    id: 'over-ipv6',
    wanted: true,
    remedy: 'entry',
    what: 'the same over IPv6',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      actor.queue(actor.ownServer(actor.domain, { family: 6 }), actor.begin(), `info@${actor.domain}`);
    },
  },
  {
    id: 'first-contact',
    wanted: true,
    remedy: 'entry',
    what: 'a first mail of a company whose server refuses bounces',
    act: (actor) => {
      actor.mx(actor.domain, actor.noBounces());
      actor.queue(actor.ownServer(), actor.begin(), `ann@${actor.domain}`);
    },
  },
  {
    id: 'wrote-first',
    wanted: true,
    remedy: 'entry',
    what: 'our user wrote to it; its server refuses bounces',
    act: (actor) => {
      actor.mx(actor.domain, actor.noBounces());
      actor.isWrittenTo(`ann@${actor.domain}`, 1);
      actor.queue(actor.ownServer(), actor.begin(), `ann@${actor.domain}`);
    },
  },
  {
    id: 'known-relay',
    wanted: true,
    remedy: 'entry',
    what: "was accepted from its provider's relay; then its MX refuses bounces",
    act: (actor) => {
      actor.mx(actor.domain, actor.failsLater());
      const relay = actor.machine(`relay.p${actor.id}.example`);
      for (const hours of [1, 5, 20]) actor.queue(relay, hours, `ann@${actor.domain}`);
      for (const hours of [40, 60]) actor.queue(relay, hours, `ann@${actor.domain}`);
    },
  },
  {
    id: 'known-nameless',
    wanted: true,
    remedy: 'entry',
    what: 'was accepted from a host without a name in DNS; then its MX refuses bounces',
    act: (actor) => {
      actor.mx(actor.domain, actor.failsLater());
      const server = actor.machine(null, { helo: `mail.${actor.domain}` });
      for (const hours of [1, 20, 40, 60]) actor.queue(server, hours, `ann@${actor.domain}`);
    },
  },
  {
    id: 'new-nameless',
    wanted: true,
    remedy: 'entry',
    what: 'a real server without a name in DNS, never seen before',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      const server = actor.machine(null, { helo: `mail.${actor.domain}` });
      actor.queue(server, actor.begin(), `ann@${actor.domain}`);
    },
  },
  {
    id: 'own-pool',
    wanted: true,
    remedy: 'entry',
    what: 'a company with four hosts side by side, each try from another one',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      let last = actor.machine(`out1.${actor.domain}`);
      const pool = [last];
      for (const number of [2, 3, 4]) {
        last = actor.machine(`out${number}.${actor.domain}`, { beside: last });
        pool.push(last);
      }
      for (const [index, from] of ['ann', 'bill', 'info', 'sales'].entries()) {
        const turned = [...pool.slice(index), ...pool.slice(0, index)];
        actor.queue(turned, actor.begin(), `${from}@${actor.domain}`, { to: [index % 2 ? CAROL : USER] });
      }
    },
  },
  {
    id: 'mailing-list',
    wanted: true,
    remedy: 'entry',
    what: 'a mailing list with a sender for each mail (VERP), refuses bounces',
    act: (actor) => {
      actor.mx(actor.domain, actor.noBounces());
      const server = actor.ownServer();
      for (const hours of [3, 27, 51])
        actor.queue(server, hours, `list-bounces+${actor.word()}@${actor.domain}`);
    },
  },
  {
    id: 'greylists-us',
    wanted: true,
    remedy: 'none',
    what: 'its server greylists our check, and it comes back until it is let in',
    act: (actor) => {
      actor.mx(actor.domain, { rcpt: ['450 4.2.0 Greylisted', '450 4.2.0 Greylisted', '250 OK'] });
      actor.send(actor.ownServer(), actor.begin(), `ann@${actor.domain}`, { retries: [0, 1, 3, 6] });
    },
  },
  {
    id: 'noreply',
    wanted: true,
    remedy: 'other',
    what: 'a shop whose newsletter sender noreply@ does not exist',
    act: (actor) => {
      actor.mx(actor.domain, { rcpt: { noreply: '550 5.1.1 unknown user', '*': '250 OK' } });
      const server = actor.ownServer();
      actor.queue(server, 1, `ann@${actor.domain}`);
      for (const hours of [10, 34, 58])
        actor.queue(server, hours, `noreply@${actor.domain}`, { to: [USER, CAROL] });
    },
  },
  {
    id: 'web-server',
    wanted: true,
    remedy: 'other',
    what: 'a web form that sends as www-data@ a host that takes no mail',
    act: (actor) => {
      const name = `web7.${actor.domain}`;
      const server = actor.machine(name);
      for (const hours of [10, 40]) actor.queue(server, hours, `www-data@nodns.${actor.domain}`);
    },
  },
  {
    id: 'blocks-us',
    wanted: true,
    remedy: 'other',
    what: 'a company whose server has our own address on its blocklist',
    act: (actor) => {
      actor.mx(actor.domain, { rcpt: '554 5.7.1 Client host [198.51.100.10] blocked using dnsbl.example' });
      actor.queue(actor.ownServer(), actor.begin(), `ann@${actor.domain}`);
    },
  },
  {
    id: 'unknown-relay',
    wanted: true,
    remedy: 'other',
    what: 'our user wrote to it; it answers through a relay never seen before',
    act: (actor) => {
      actor.mx(actor.domain, actor.noBounces());
      actor.isWrittenTo(`ann@${actor.domain}`, 1);
      actor.queue(actor.machine(`smtp4.h${actor.id}.example`), actor.begin(), `ann@${actor.domain}`);
    },
  },
  {
    id: 'provider-pool',
    wanted: true,
    remedy: 'other',
    what: "our user wrote to it; it answers through its provider's pool, each try from another host",
    act: (actor) => {
      actor.mx(actor.domain, actor.noBounces());
      actor.isWrittenTo(`ann@${actor.domain}`, 1);
      const pool = times(4, (index) => actor.machine(`out${index}.pool.h${actor.id}.example`));
      for (const hours of [4, 30, 55]) actor.queue(pool, hours, `ann@${actor.domain}`);
    },
  },
  {
    id: 'big-pool',
    wanted: true,
    remedy: 'other',
    what: 'the same through Microsoft 365',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      actor.isWrittenTo(`ann@${actor.domain}`, 1);
      const pool = times(3, () => actor.machine(`mail-${actor.word()}.outbound.protection.outlook.com`));
      for (const hours of [4, 30]) actor.queue(pool, hours, `ann@${actor.domain}`);
    },
  },

  {
    id: 'botnet',
    wanted: false,
    what: 'bots on dial-up lines, random HELO names and forged senders',
    act: (actor) => {
      const brand = `brand-${actor.domain}`;
      actor.mx(brand, { rcpt: '550 5.1.1 unknown user' });
      const victim = `victim-${actor.domain}`;
      actor.mx(victim, actor.failure());
      for (const bot of times(actor.manners.many, () => actor.bot())) {
        const hours = actor.begin();
        const from = `${actor.word()}@${actor.pick([brand, victim, `no-such-${actor.word()}.example`])}`;
        actor.send(bot, hours, from, { retries: actor.pick([[0], [0], [0, 1]]) });
        actor.send({ ...bot, helo: actor.botHelo() }, hours + 3, `${actor.word()}@${victim}`, {
          to: [actor.pick([USER, CAROL, nobody(actor)])],
        });
      }
    },
  },
  {
    id: 'forges-correspondent',
    wanted: false,
    what: 'bots that forge a sender to whom our user wrote',
    act: (actor) => {
      actor.mx(actor.domain, actor.noBounces());
      actor.isWrittenTo(`ann@${actor.domain}`, 1);
      for (const bot of times(actor.manners.many / 2, () => actor.bot()))
        actor.send(bot, actor.begin(), `ann@${actor.domain}`, { retries: [0, 1] });
    },
  },
  {
    id: 'forges-helo',
    wanted: false,
    what: "a host with a name of its own that says a company's name in HELO and forges its sender, and retries",
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      actor.isWrittenTo(`ann@${actor.domain}`, 1);
      const server = actor.machine(actor.pick([null, `srv.${actor.word()}.example`]), {
        helo: `mail.${actor.domain}`,
      });
      actor.queue(server, actor.begin(), `ann@${actor.domain}`);
    },
  },
  {
    id: 'hacked-server',
    wanted: false,
    what: 'a hacked server with a good name that forges many senders, and retries as a real one',
    act: (actor) => {
      const server = actor.ownServer();
      for (const number of times(actor.manners.many, (index) => index)) {
        const domain = `f${number}-${actor.domain}`;
        actor.mx(domain, actor.failure());
        actor.queue(server, actor.begin(), `${actor.word()}@${domain}`);
      }
    },
  },
  {
    id: 'snowshoe',
    wanted: false,
    what: 'snowshoe: many hosts side by side, each with a good name and a domain of its own',
    act: (actor) => {
      const host = `in.${actor.domain}`;
      actor.mx(actor.domain, actor.pick(['refused', 'dropped']), host);
      let beside: Machine | undefined;
      for (const number of times(actor.manners.many, (index) => index)) {
        const domain = `offer${number}-${actor.domain}`;
        actor.mxAt(domain, host);
        const name = `mta.${domain}`;
        beside = beside ? actor.machine(name, { beside }) : actor.machine(name);
        for (const to of [USER, CAROL, nobody(actor)])
          if (actor.random() < 0.6)
            actor.send(beside, actor.begin(), `news@${domain}`, {
              to: [to],
              retries: actor.pick([[0], [0, 1]]),
            });
      }
    },
  },
  {
    id: 'guesses',
    wanted: false,
    what: 'guesses recipients, from a host with a good name',
    act: (actor) => {
      actor.mx(actor.domain, { rcpt: { a: '250 OK', '*': '550 5.1.1 unknown' } });
      actor.mx(`b-${actor.domain}`, actor.failure());
      const server = actor.machine(`mail.${actor.domain}`);
      const hours = actor.begin();
      actor.send(server, hours, `a@${actor.domain}`, {
        to: times(actor.manners.recipients, () => nobody(actor)),
      });
      actor.queue(server, hours + 1, `c@b-${actor.domain}`);
      actor.queue(server, hours + 2, `b@${actor.domain}`, { to: [USER] });
    },
  },
  {
    id: 'guesses-blind',
    wanted: false,
    what: 'the same, but already its sender fails: the log never says that the recipients do not exist',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      const server = actor.machine(`mail.${actor.domain}`);
      for (const hours of [3, 12])
        actor.send(server, hours, `a@${actor.domain}`, {
          to: times(actor.manners.recipients + 2, (index) => (index === 1 ? USER : nobody(actor))),
          retries: [0, 1],
        });
    },
  },
  {
    id: 'forged-local',
    wanted: false,
    what: 'sends as users of ours, real ones and others',
    act: (actor) => {
      const server = actor.ownServer();
      for (const from of [`ghost${actor.word()}@${HOSTED}`, `payroll@${HOSTED}`])
        actor.send(server, actor.begin(), from, { to: [CAROL], retries: [0, 1, 3] });
      actor.mx(actor.domain, actor.failure());
      actor.send(server, actor.begin(30, 50), `ceo@${HOSTED}`, { retries: [0, 1] });
    },
  },
  {
    id: 'backscatter',
    wanted: false,
    what: 'a real server that sends bounces of forged mail to addresses that never existed',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      const server = actor.ownServer();
      const hours = actor.begin();
      for (const later of times(actor.manners.recipients, (index) => index))
        actor.send(server, hours + later, '', { to: [nobody(actor)] });
      actor.queue(server, hours, `mailer-daemon@${actor.domain}`, { to: [nobody(actor)] });
    },
  },
  {
    id: 'blocklisted',
    wanted: false,
    what: 'a spammer with good manners who is on a blocklist two days later',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      const server = actor.ownServer();
      actor.isBlocklisted(server, 48);
      for (const hours of [4, 30, 50]) actor.queue(server, hours, `news@${actor.domain}`);
    },
  },
  {
    id: 'password-guesser',
    wanted: false,
    what: 'guesses passwords, and sends with a good name',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      const server = actor.machine(`mail.${actor.domain}`);
      for (const hours of times(actor.manners.recipients, (index) => 2 + index))
        actor.guessesPassword(server, hours);
      actor.queue(server, actor.begin(10), `info@${actor.domain}`);
    },
  },
  {
    id: 'spam-source',
    wanted: false,
    what: 'a spammer with a good name: some mail was refused as spam, some got through; then its MX is gone',
    act: (actor) => {
      actor.mx(actor.domain, actor.failsLater('550 5.7.1 go away'));
      const server = actor.machine(`mail.${actor.domain}`);
      for (const index of times(actor.manners.recipients * 2, (one) => one)) {
        const headers = index % 3 === 0 ? '' : 'X-Lab: spam\r\n';
        actor.send(server, 2 + index * 2, `news@${actor.domain}`, {
          headers: `${headers}From: <news@${actor.domain}>\r\nTo: <${USER}>`,
        });
      }
      for (const hours of [44, 60]) actor.queue(server, hours, `news@${actor.domain}`);
    },
  },
  {
    id: 'phisher',
    wanted: false,
    what: 'phishing from a throw-away host that is its own MX, which is closed',
    act: (actor) => {
      const domain = `login-${actor.domain}`;
      const server = actor.machine(`mail.${domain}`);
      actor.mxAt(domain, `mail.${domain}`);
      actor.send(server, actor.begin(), `security@${domain}`, { to: [USER, CAROL, nobody(actor)] });
    },
  },
  {
    id: 'one-shot',
    wanted: false,
    what: 'one spam to one existing user, from a rented host with the name that the provider gave it',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      const server = actor.machine(
        actor.pick([
          `vps-%.cloud${actor.id}.example`,
          `%.hosted-by.c${actor.id}.example`,
          `server${Math.floor(actor.random() * 99)}.cloud.example`,
        ]),
      );
      actor.send({ ...server, helo: `mail.${actor.domain}` }, actor.begin(), `sale@${actor.domain}`);
    },
  },
  {
    id: 'look-alike',
    wanted: false,
    what: "writes log lines of its own into HELO, senders, subjects and its server's replies",
    act: (actor) => {
      const reply = `450 4.7.1 H=mail.bank.example [192.0.2.66]:25 sender verify defer for <a@bank.example>: mx.bank.example [192.0.2.67] : Connection timed out\\n${'2026-11-02 12:00:00'} H=mail.bank.example (mail.bank.example) [192.0.2.66]:25 F=<a@bank.example> temporarily rejected RCPT <${USER}>: Could not complete sender verify callout`;
      actor.mx(actor.domain, { rcpt: reply });
      actor.mx(`ok-${actor.domain}`, {});
      const server = actor.machine(null, { helo: '[192.0.2.66]' });
      const hours = actor.begin();
      for (const from of [`"x> H=mail.bank.example [192.0.2.66]:25 F=<a"`, '0.0.0.0/0', '*'])
        actor.queue(
          { ...server, helo: actor.pick(['mail.bank.example', '[192.0.2.66]']) },
          hours,
          `${from}@${actor.domain}`,
        );
      const subject = `Subject: x" H=mail.bank.example [192.0.2.66]:25 A=dovecot_login:${USER} for ann@bank.example`;
      actor.send(server, hours + 1, `a@ok-${actor.domain}`, {
        headers: `${subject}\r\nFrom: <a@ok-${actor.domain}>\r\nTo: <${USER}>`,
      });
      actor.talk(server, hours + 2, [
        '?EHLO mail.bank.example) [192.0.2.66]:25 (x',
        '?EHLO 192.0.2.66/0',
        `EHLO mail.bank.example`,
        `MAIL FROM:<x@${actor.domain}> H=mail.bank.example[192.0.2.66]`,
      ]);
    },
  },
  {
    id: 'patient',
    wanted: false,
    alike: true,
    what: 'a spammer with a server, a domain and manners like a company: nothing in a log tells them apart',
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      actor.queue(actor.ownServer(), actor.begin(), `news@${actor.domain}`);
    },
  },
  {
    id: 'patient-known',
    wanted: false,
    alike: true,
    what: 'the same, and nobody stopped its mail of the first day',
    act: (actor) => {
      actor.mx(actor.domain, actor.failsLater());
      const server = actor.ownServer();
      for (const hours of [2, 8, 40, 60]) actor.queue(server, hours, `news@${actor.domain}`, { to: [USER] });
    },
  },

  {
    id: 'static-line',
    wanted: true,
    remedy: 'entry',
    heldOut: true,
    what: "a small company on a line of its provider's, by the provider's name for it",
    act: (actor) => {
      actor.mx(actor.domain, actor.noBounces());
      const server = actor.machine(`static-%.biz${actor.id}.example`, { helo: `mail.${actor.domain}` });
      for (const hours of [5, 31]) actor.queue(server, hours, `info@${actor.domain}`);
    },
  },
  {
    id: 'forwarder',
    wanted: true,
    remedy: 'entry',
    heldOut: true,
    what: 'a university that forwards mail of its members with a rewritten sender (SRS), refuses bounces',
    act: (actor) => {
      actor.mx(actor.domain, actor.noBounces());
      const server = actor.ownServer();
      for (const hours of [2, 9, 20, 33, 41]) {
        const from = `SRS0=${actor.word()}=XY=${actor.word()}.example=ann@${actor.domain}`;
        actor.queue(server, hours, from, { to: [actor.pick([USER, CAROL])] });
      }
    },
  },
  {
    id: 'brands',
    wanted: true,
    remedy: 'entry',
    heldOut: true,
    what: 'a company that sends for its five brands from one server, which refuses bounces',
    act: (actor) => {
      const host = `mx.${actor.domain}`;
      actor.mx(actor.domain, actor.noBounces(), host);
      const server = actor.ownServer();
      for (const number of times(5, (index) => index)) {
        const domain = `brand${number}-${actor.domain}`;
        actor.mxAt(domain, host);
        actor.queue(server, actor.begin(), `shop@${domain}`);
      }
      actor.queue(server, actor.begin(), `office@${actor.domain}`);
    },
  },
  {
    id: 'shared-relay',
    wanted: true,
    remedy: 'other',
    heldOut: true,
    what: "a customer of a hosting company's relay, accepted before; other customers of it send spam",
    act: (actor) => {
      actor.mx(actor.domain, actor.failsLater());
      const relay = actor.machine(`relay2.h${actor.id}.example`);
      for (const hours of [1, 20, 45, 60]) actor.queue(relay, hours, `ann@${actor.domain}`);
      for (const number of times(3, (index) => index)) {
        const domain = `n${number}-${actor.domain}`;
        actor.mx(domain, actor.failure());
        actor.queue(relay, actor.begin(), `win@${domain}`);
      }
    },
  },
  {
    id: 'hacked-correspondent',
    wanted: false,
    heldOut: true,
    what: 'a hacked server with a good name of its own that forges a sender to whom our user wrote',
    act: (actor) => {
      actor.mx(actor.domain, actor.noBounces());
      actor.isWrittenTo(`ann@${actor.domain}`, 1);
      actor.queue(actor.ownServer(`shop-${actor.domain}`), actor.begin(), `ann@${actor.domain}`);
    },
  },
  {
    id: 'forges-provider',
    wanted: false,
    heldOut: true,
    what: "bots on a provider's lines that forge senders of that provider",
    act: (actor) => {
      actor.mx(actor.domain, actor.failure());
      for (const hours of [3, 9, 15, 30])
        actor.send(
          actor.machine(`%.pool.${actor.domain}`, { helo: actor.botHelo() }),
          hours,
          `${actor.word()}@${actor.domain}`,
          { retries: [0, 1] },
        );
    },
  },
  {
    id: 'careful-spammer',
    wanted: false,
    heldOut: true,
    what: 'a spammer most of whose mail got through, and one in six was refused as spam; then its MX is gone',
    act: (actor) => {
      actor.mx(actor.domain, actor.failsLater('550 5.7.1 go away'));
      const server = actor.machine(`mail.${actor.domain}`);
      for (const index of times(6, (one) => one)) {
        const headers = index === 3 ? 'X-Lab: spam\r\n' : '';
        actor.send(server, 2 + index * 2, `news@${actor.domain}`, {
          headers: `${headers}From: <news@${actor.domain}>\r\nTo: <${USER}>`,
        });
      }
      for (const hours of [44, 60]) actor.queue(server, hours, `news@${actor.domain}`);
    },
  },
  {
    id: 'snowshoe-wide',
    wanted: false,
    heldOut: true,
    what: 'snowshoe in many networks, each host with a good name, a domain and an MX of its own',
    act: (actor) => {
      for (const number of times(4, (index) => index)) {
        const domain = `deal${number}-${actor.domain}`;
        actor.mx(domain, actor.failure());
        actor.send(actor.machine(`mta.${domain}`), actor.begin(), `news@${domain}`, { to: [USER, CAROL] });
      }
    },
  },
];
