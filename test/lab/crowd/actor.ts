import { reverseName } from '../dns.ts';
import type { Answers, Mail, Reply, Session } from '../model.ts';
import { accepted, once } from '../model.ts';
import type { Caller } from '../session.ts';
import { deadAddress, HOSTED, type World } from '../world.ts';
import type { Failure, Manners } from './manners.ts';

/** A machine that sends us mail. */
export interface Machine {
  ip: string;
  helo: string;
}

/** Tries of one mail: they end when it got through, or was refused for good. */
export interface Thread {
  done: boolean;
}

/** Something that happens, so many hours after the beginning. */
export type Visit = { hours: number; actor: string } & (
  | { caller: Caller; session: Session; thread: Thread }
  | { name: string; answers: Answers }
);

/** All that the actors of a part have asked for. */
export interface Plan extends World {
  clients: string[];
  servers: { ip: string; target: Exclude<Failure, string> | 'refused' }[];
  zone: Map<string, Answers>;
  visits: Visit[];
}

export const USER = `bob@${HOSTED}`;
const LOGIN = { user: USER, password: 'secret' };
/** Our user's own computer. */
export const HOME = '192.0.2.250';

/** One sender, whether wanted or not: it gets its machines and servers here, and says when it does what. */
export class Actor {
  readonly id: string;
  readonly manners: Manners;
  readonly random: () => number;
  readonly #plan: Plan;
  /** The quarter of an hour in which it does things: nobody's mail comes only when the clock strikes. */
  readonly #phase: number;

  constructor(kind: string, number: number, manners: Manners, plan: Plan) {
    this.id = `${kind}-${number}`;
    this.manners = manners;
    this.random = randomNumbers(`${manners.seed} ${this.id}`);
    this.#plan = plan;
    this.#phase = Math.floor(this.random() * 4) / 4;
  }

  get domain(): string {
    return `${this.id}.example`;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[Math.floor(this.random() * list.length)] ?? list[0];
  }

  word(): string {
    return `w${Math.floor(this.random() * 1e9).toString(36)}`;
  }

  /** Some hour. */
  begin(from = 2, to = 30): number {
    return from + Math.floor(this.random() * (to - from));
  }

  /**
   * A machine with the confirmed name; each is in a network of its own (RFC 6598's addresses), unless it stands beside
   * another one.
   * @param name `%` is the address with `-`; null: no name in DNS
   */
  machine(
    name: string | null,
    { helo, family = 4, beside }: { helo?: string; family?: 4 | 6; beside?: Machine } = {},
  ): Machine {
    const ip = beside ? nextTo(beside.ip) : this.#address(family);
    const own = name?.replace('%', ip.replaceAll(/[.:]+/g, '-')) ?? null;
    this.#plan.clients.push(ip);
    if (own !== null) {
      this.#plan.zone.set(reverseName(ip), { PTR: own });
      const known = this.#plan.zone.get(own);
      const { A = [], AAAA = [] } = typeof known === 'object' ? known : {};
      this.#plan.zone.set(own, family === 4 ? { A: [...A, ip], AAAA } : { A, AAAA: [...AAAA, ip] });
    }
    return { ip, helo: helo ?? own ?? this.word() };
  }

  /** A company's own mail server, as its people set one up. */
  ownServer(domain = this.domain, options: { family?: 4 | 6; beside?: Machine } = {}): Machine {
    const name = this.pick(this.manners.hostNames).replace('%', domain);
    return this.machine(name, { ...options, helo: this.pick(this.manners.heloNames).replace('%', name) });
  }

  /** A computer that somebody else controls. */
  bot(): Machine {
    return this.machine(this.pick(this.manners.lineNames), { helo: this.botHelo() });
  }

  botHelo(): string {
    return this.pick(this.manners.botHelos).replace('%', this.word());
  }

  /** Where mail for a domain goes. @returns the host's address */
  mx(domain: string, target: Failure, host = `mx.${domain}`): string {
    const number = this.#plan.servers.length;
    const ip =
      typeof target === 'object' || target === 'refused'
        ? `198.18.${number >> 8}.${number & 255}`
        : deadAddress(target, Math.floor(this.random() * 64));
    if (typeof target === 'object' || target === 'refused') this.#plan.servers.push({ ip, target });
    this.#plan.zone.set(domain, { MX: [`10 ${host}`] });
    this.#plan.zone.set(host, { A: [ip] });
    return ip;
  }

  /** A domain whose mail goes to a host that has a name already. */
  mxAt(domain: string, host: string): void {
    this.#plan.zone.set(domain, { MX: [`10 ${host}`] });
  }

  /** A server whose owner is not to blame that our check fails. */
  failure(): Failure {
    return this.pick(this.manners.failures);
  }

  noBounces(): Failure {
    return { nullSender: [this.manners.noBounces] };
  }

  /** Takes our check once, and refuses it when the cached answer is a day old. */
  failsLater(reply: Reply = this.manners.noBounces): Failure {
    return { nullSender: ['250 OK', reply] };
  }

  /** A mail, tried again as the schedule says until it is settled; from each machine in turn. */
  send(
    machines: Machine | readonly Machine[],
    hours: number,
    from: string,
    { retries = [0], ...mail }: Omit<Partial<Mail>, 'from'> & { retries?: readonly number[] } = {},
  ): void {
    const thread = { done: false };
    const list = 'ip' in machines ? [machines] : machines;
    for (const [index, later] of retries.entries()) {
      const machine = list[index % list.length];
      if (!machine) throw new Error(`${this.id} has no machine`);
      this.#visit(hours + later, machine, once(accepted, { mail: { ...mail, from } }), thread);
    }
  }

  /** As a real mail server does. */
  queue(machines: Machine | readonly Machine[], hours: number, from: string, mail: Partial<Mail> = {}): void {
    this.send(machines, hours, from, { ...mail, retries: this.pick(this.manners.retries) });
  }

  /** A dialogue of its own: see talk() in session.ts. */
  talk(machine: Machine, hours: number, lines: readonly string[]): void {
    this.#visit(hours, machine, { mails: [], talk: lines }, { done: false });
  }

  /** Tries a password that is wrong. */
  guessesPassword(machine: Machine, hours: number): void {
    const login = { user: USER, password: this.word() };
    this.#visit(hours, machine, { mails: [], login, expected: accepted }, { done: false });
  }

  /** Our user, logged in, writes to somebody. */
  isWrittenTo(address: string, hours: number): void {
    const session = once(accepted, { login: LOGIN, mail: { from: USER, to: [address] } });
    this.#visit(hours, { ip: HOME, helo: 'desktop' }, session, { done: false });
  }

  /** From then on the machine is on the blocklist that our server asks. */
  isBlocklisted({ ip }: Machine, hours: number): void {
    const name = `${ip.split('.').reverse().join('.')}.bl.lab.example`;
    this.#plan.visits.push({ hours, actor: this.id, name, answers: { A: ['127.0.0.2'], TXT: 'listed' } });
  }

  #visit(hours: number, { ip, helo }: Machine, session: Session, thread: Thread): void {
    const caller = { scenario: this.id, ip, name: helo, domain: this.domain };
    this.#plan.visits.push({ hours: hours + this.#phase, actor: this.id, caller, session, thread });
  }

  #address(family: 4 | 6): string {
    const number = this.#plan.clients.length;
    const last = 1 + Math.floor(this.random() * 200);
    return family === 4
      ? `100.${64 + (number >> 8)}.${number & 255}.${last}`
      : `2001:db8:${(0x100 + number).toString(16)}::${last.toString(16)}`;
  }
}

/** The next address of the same network. */
function nextTo(ip: string): string {
  const end = ip.lastIndexOf('.') + 1;
  return `${ip.slice(0, end)}${Number(ip.slice(end)) + 1}`;
}

/** The same numbers from 0 to 1 each time (mulberry32). */
function randomNumbers(seed: string): () => number {
  let state = 0;
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
