import type { Context } from '../model/record.ts';
import type { Pattern } from './cause.ts';

/** The points of a callout's dialogue at which the other server answers in SMTP, STARTTLS apart. */
export const ANSWERS = [
  'callout-banner',
  'callout-helo',
  'callout-mail',
  'callout-rcpt',
  'callout-postmaster',
  'callout-random',
] as const satisfies readonly Context[];

export const DIALOGUE = [...ANSWERS, 'callout-tls'] as const satisfies readonly Context[];

/** All of a callout, from the TCP connection to a line that holds no detail. */
const CALLOUT = ['callout-connect', ...DIALOGUE, 'callout-unspecified'] as const satisfies readonly Context[];

/** What Postfix says of a recipient's probe that tells nothing of the recipient: the server behind us, or our own breakage. */
export const PROBE_FAILED =
  'Address verification in progress|connect to |lost connection |conversation with |host |delivery temporarily |TLS |' +
  'Cannot start TLS|Server certificate |SASL authentication failed|unknown mail transport|mail transport unavailable|' +
  'mail system configuration|address resolver failure|alias database unavailable|temporary failure|' +
  'mail for \\S+ loops back|Host or domain name not found\\. Name service error for \\S+ type=\\w+: Host not found, try again';

type Examples = readonly [string, ...string[]];

/** A reason that our own routers give: no other machine was asked. */
export function route(match: RegExp, ...examples: Examples): Pattern {
  return { in: ['verify-route'], match, examples };
}

/** A text of Exim's, not of the other server's, about a callout that got no proper answer. */
export function problem(match: RegExp, ...examples: Examples): Pattern {
  return { in: CALLOUT, match, examples };
}

/** A refusal whose text is known from its first word on. */
export function text(match: RegExp, ...examples: Examples): Pattern {
  return { in: ['rejection'], match, examples };
}

/** A refusal in a site's own words, in which this phrase stands somewhere. */
export function phrase(match: RegExp, ...examples: Examples): Pattern {
  return { in: ['rejection'], match, anywhere: true, examples };
}
