import { HANG, type Remote } from '../model.ts';
import type { DeadNetwork } from '../world.ts';

/** How a server fails our check through no fault of its mail. */
export type Failure = Remote | DeadNetwork | 'refused';

/** What differs between the two parts of the crowd; what the kinds do is the same. */
export interface Manners {
  seed: number;
  /** Kinds that nobody had in view are a part of it. */
  allKinds: boolean;
  /** What goes wrong with a check for which the mail is not to blame. */
  failures: readonly [Failure, ...Failure[]];
  /** The reply to MAIL FROM:<> of a server that refuses bounces. */
  noBounces: string;
  /** Hours after the first try at which real mail servers come back. */
  retries: readonly [readonly number[], ...(readonly number[])[]];
  /** What companies call the host that sends; `%` is their domain. */
  hostNames: readonly [string, ...string[]];
  /** What such a host says in HELO; `%` is its own name. */
  heloNames: readonly [string, ...string[]];
  /** What access providers call their customers' lines; `%` is the address with `-`. */
  lineNames: readonly [string | null, ...(string | null)[]];
  /** What bots say in HELO; `%` is a random word. */
  botHelos: readonly [string, ...string[]];
  /** Machines of a botnet or of a snowshoe spammer. */
  many: number;
  /** Recipients of a spam run. */
  recipients: number;
}

/** The weights were set with this part in view. */
export const tuning: Manners = {
  seed: 1,
  allKinds: false,
  failures: ['dropped', 'no-route', { rcpt: '450 4.2.0 Greylisted, come back later' }],
  noBounces: '550 5.7.1 Null sender is not accepted here',
  retries: [
    [0, 1, 2, 4, 8],
    [0, 1, 2],
  ],
  hostNames: ['mail.%', 'mx1.%', 'smtp.%'],
  heloNames: ['%', '%', 'EXCHANGE01.corp.local'],
  lineNames: [null, '%.dsl.isp.example', 'dyn-%.isp.example'],
  botHelos: ['%', '%.example', 'localhost'],
  many: 8,
  recipients: 3,
};

/** And measured with this one, which nobody looked at before they were set. */
export const heldOut: Manners = {
  seed: 20261121,
  allKinds: true,
  failures: [
    'refused',
    'prohibited',
    { banner: HANG },
    { banner: '421 4.3.2 too busy' },
    { rcpt: '451 4.7.1 Try again' },
  ],
  noBounces: '553 5.1.0 <>: sender rejected',
  retries: [[0, 1, 5, 24], [0, 4], [0]],
  hostNames: ['out-3.%', 'mailgate.%', 'srv2.int.%', 'web.%'],
  heloNames: ['%', 'mailgate', 'srv-mail.firm.lan', '%'],
  lineNames: [null, null, 'host%.cable.tele.example', 'customer-%.fibre.tele.example'],
  botHelos: ['%-PC', 'User', '[192.168.1.2]', 'mail.%.example', 'ylmf-pc'],
  many: 12,
  recipients: 6,
};
