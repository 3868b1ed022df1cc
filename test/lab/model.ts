import type { CauseId } from '../../src/causes/index.ts';

/** What a scripted server answers: an SMTP reply (lines joined by `\n`) or any other text, or what it does instead. */
export type Reply = string | typeof CLOSE | typeof RESET | typeof HANG;
export const CLOSE = Symbol('closes the connection');
export const RESET = Symbol('resets the connection');
/** Answers neither this command nor any later one, so that no later answer is taken for this one's. */
export const HANG = Symbol('never answers');

/** A server that the tested one connects to; what is not told is answered as a friendly server does. */
export interface Remote {
  banner?: Reply;
  /** To EHLO and HELO alike. */
  hello?: Reply;
  /** Offers STARTTLS, and keeps the promise or breaks it. */
  starttls?: 'works' | 'breaks';
  mail?: Reply;
  /** To `MAIL FROM:<>`, the first, second, ... one (the last reply again and again), where it differs. */
  nullSender?: readonly Reply[];
  /** To every RCPT, to the first, second, ... (the last one again and again), or by local part (`*` for the others). */
  rcpt?: Reply | readonly Reply[] | Readonly<Record<string, Reply>>;
  /** To the end of the data. */
  data?: Reply;
}

/** An address that no server answers at, and how the network says so. */
export type DeadEnd =
  | 'refused'
  | 'dropped'
  | 'dropped-no-fastopen'
  | 'no-route'
  | 'prohibited'
  | 'unreachable';

export type Target = Remote | DeadEnd;

/** How our DNS server answers for one name: records, or a failure. */
export type Answers = DnsFailure | Records;
export type DnsFailure = 'nxdomain' | 'servfail' | 'refused' | 'silent';
export interface Records {
  A?: readonly string[];
  AAAA?: readonly string[];
  /** `10 mx.x.example`. */
  MX?: readonly string[];
  CNAME?: string;
  PTR?: string;
  TXT?: string;
}
export type Zone = Readonly<Record<string, Answers>>;

export type Verdict = 'accepted' | 'deferred' | 'rejected';
export type Stage = 'connect' | 'helo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'tls' | 'other';

/** What a server must do with a recipient, or with the session, and the causes that are a right answer to "why". */
export interface Expected {
  verdict: Verdict;
  causes: readonly CauseId[];
  stage: Stage;
  /** The sender's server said no for good, though ours puts the client off. */
  saidForGood?: true;
}

/** What becomes of a mail that we have accepted and send on. */
export interface Outbound {
  /** What our log says of it. */
  kind: 'delivery' | 'deferral' | 'bounce';
  /** What the other server's callout to us, about the sender, is answered. */
  calledBack?: Expected;
}

/** One mail transaction. */
export interface Mail {
  /** Default: `alice@` the scenario's domain. */
  from?: string;
  /** Default: bob@hosted.example. */
  to?: readonly string[];
  /** Parameters of the MAIL command. */
  parameters?: string;
  headers?: string;
  /** Octets of the body. */
  size?: number;
  outbound?: Outbound;
  /** For all recipients, or one for each. */
  expected: Expected | readonly Expected[];
}

/** One connection of the client. */
export interface Session {
  mails: readonly Mail[];
  helo?: string;
  /** Which of the scenario's addresses connects; default: the IPv4 one. */
  from?: 'other' | 'ipv6';
  tls?: true;
  /** Sends MAIL, RCPT and DATA without waiting for the replies. */
  pipelined?: true;
  /** Logs in as `user` with `password`, in one AUTH PLAIN. */
  login?: { user: string; password: string };
  /** Milliseconds before it connects. */
  after?: number;
  /** The client is put into this list of the server before it connects. */
  whitelist?: 'verify' | 'all';
  /** Says EHLO before it is greeted. */
  talksFirst?: true;
  /** Instead of a proper dialogue: what the client says, line by line; see talk() in session.ts. */
  talk?: readonly string[];
  /** What comes of the talk, or of the login. */
  expected?: Expected;
  /** The addresses of a talk that the log is to tell. */
  about?: { sender?: string; recipient?: string };
  /** Hangs up in the middle of the dialogue. */
  hangsUp?: 'before-rcpt-reply' | 'after-rcpt' | 'in-data';
}

/** A rule of the server's that the scenario is under. */
export type Policy =
  | 'callout'
  | 'callout-postmaster'
  | 'callout-random'
  | 'callout-no-cache'
  | 'callout-message'
  | 'callout-defer-ok'
  | 'callout-warn'
  | 'no-callout'
  | 'client-blocked'
  | 'client-rate-limited'
  | 'client-greeted-late'
  | 'client-guesses'
  | 'dnsbl'
  | 'dnsbl-warn'
  | 'dnsbl-servfail'
  | 'sender-blocked'
  | 'sender-deferred';

/** One client IP and one sender domain, so that any log line of any MTA can be joined to its scenario. */
export interface Scenario {
  /** Also the name of its domain: `ID.example`. */
  id: string;
  title: string;
  /** The MX hosts of the domain, best first; default: one that accepts everything. */
  targets?: readonly Target[];
  /** One MX name with the addresses of all targets. */
  oneName?: true;
  targetFamily?: 4 | 6;
  /** Answers that replace the default zone's. */
  zone?: Zone;
  policy?: Policy;
  noReverseDns?: true;
  /** Postfix: what access(5) says of the client, a reply or the names of restrictions. */
  rule?: string;
  /** Postfix: what a policy service answers, asked by the rule. */
  policyService?: string;
  /** Postfix: what a milter does with the client's mail. */
  milter?: MilterStep;
  sessions: readonly Session[];
}

/** Where a milter stops, and how: a reply of its own, or one of the protocol's answers. */
export interface MilterStep {
  at: 'connect' | 'helo' | 'mail' | 'rcpt' | 'data' | 'end';
  does: 'reject' | 'tempfail' | 'discard' | 'quarantine' | `${4 | 5}${string}`;
}

/** Builds what the tables of scenarios are made of. */
function expecting(verdict: Verdict) {
  return (causes: CauseId | readonly CauseId[] = [], stage: Stage = 'rcpt'): Expected => ({
    verdict,
    causes: typeof causes === 'string' ? [causes] : causes,
    stage,
  });
}
export const accepted = expecting('accepted')();
export const deferred = expecting('deferred');
export const rejected = expecting('rejected');

/** A session of one mail. */
export function once(
  expected: Mail['expected'],
  { mail, ...session }: Partial<Session> & { mail?: Partial<Mail> } = {},
): Session {
  return { mails: [{ expected, ...mail }], ...session };
}
