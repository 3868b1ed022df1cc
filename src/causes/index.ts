import type { Context } from '../model/record.ts';
import { blocklists } from './blocklists.ts';
import { callout } from './callout.ts';
import type { Cause } from './cause.ts';
import { content } from './content.ts';
import { finder, type Question } from './find.ts';
import { identity } from './identity.ts';
import { limits } from './limits.ts';
import { memoise } from './memo.ts';
import { recipients } from './recipients.ts';
import { remote } from './remote.ts';
import { server } from './server.ts';
import { session } from './session.ts';
import { verification } from './verification.ts';

/**
 * The table of causes. The order matters among phrases alone: who the client is comes before how it spoke, that
 * before what it sent, and what this server could not do comes last, for `temporarily` says least.
 */
const table = [
  ...verification,
  ...callout,
  ...recipients,
  ...blocklists,
  ...identity,
  ...limits,
  ...session,
  ...content,
  ...server,
  ...remote,
] as const satisfies readonly Cause[];

export type { Cause, Check, Fault } from './cause.ts';

export type CauseId = (typeof table)[number]['id'];

export const causes: readonly Cause[] = table;

const byId: ReadonlyMap<string, Cause> = new Map(table.map((cause) => [cause.id, cause]));

export function isCauseId(text: string): text is CauseId {
  return byId.has(text);
}

/** @throws Error for an id that is none, which the types forbid. */
export function causeOf(id: CauseId): Cause {
  const cause = byId.get(id);
  if (!cause) throw new Error(`no cause has the id ${id}`);
  return cause;
}

const find = finder(table);

/** Looks a reason up in the table. @returns null for a text that nobody knows. */
export function findKnownCause(question: Question): CauseId | null {
  const id = find(question);
  return id !== null && isCauseId(id) ? id : null;
}

/** Looks the reason of a record up in the table. Never throws: a text that nobody knows is `unclassified`. */
export const findCause = memoise(
  (question: Question): CauseId => findKnownCause(question) ?? fallback(question),
);

/** What the place alone says about a text that is in no table. */
const FALLBACKS: Readonly<Record<Context, CauseId>> = {
  // a router of ours refused the address in its own words; deferrals see fallback()
  'verify-route': 'sender-domain-unroutable',
  // any other strerror(); `mx.example [192.0.2.1]` alone is how TCP Fast Open reports EHOSTUNREACH
  'callout-connect': 'callout-connect-unreachable',
  'callout-banner': 'callout-unspecified',
  'callout-helo': 'callout-unspecified',
  'callout-tls': 'callout-tls-failure',
  'callout-mail': 'callout-unspecified',
  'callout-rcpt': 'callout-unspecified',
  'callout-postmaster': 'callout-unspecified',
  'callout-random': 'callout-unspecified',
  'callout-unspecified': 'callout-unspecified',
  'verify-unlogged': 'verify-reason-unlogged',
  rejection: 'unclassified',
  // a router of ours refused the address in its own words
  'remote-route': 'local-policy',
  'remote-connect': 'remote-connect-unreachable',
  'remote-tls': 'remote-tls-failure',
  'remote-greeting': 'remote-temporary',
  'remote-mail': 'remote-temporary',
  'remote-reply': 'remote-temporary',
  'local-delivery': 'local-delivery-failed',
};

function fallback({ context, permanent, subject }: Question): CauseId {
  if (permanent && FALLBACKS[context] === 'remote-temporary') return 'remote-refused';
  if (subject === '' && context.startsWith('callout-')) return 'callout-unspecified';
  if (context === 'verify-route' && subject === '') return 'verify-reason-unlogged';
  if (context === 'verify-route' && permanent === false) return 'verify-misconfigured';
  return FALLBACKS[context];
}
