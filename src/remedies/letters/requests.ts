import type { CauseId } from '../../causes/index.ts';

/** What a letter asks for: the single change that would cure a cause. */
export type RequestKind =
  | 'answer'
  | 'repair-dns'
  | 'null-mx'
  | 'accept-bounces'
  | 'create-mailbox'
  | 'empty-mailbox'
  | 'accept-domain'
  | 'no-greylisting'
  | 'temporary'
  | 'unblock'
  | 'tls'
  | 'login'
  | 'postmaster'
  | 'explain';

/** A cause that is not here has no letter: the fault is ours, or nobody's. */
export const requestOf: Readonly<Partial<Record<CauseId, RequestKind>>> = {
  'sender-domain-unroutable': 'repair-dns',
  'sender-domain-mx-unusable': 'repair-dns',
  'sender-domain-dns-temporary': 'repair-dns',
  'sender-domain-null-mx': 'null-mx',
  'callout-connect-timeout': 'answer',
  'callout-connect-refused': 'answer',
  'callout-connect-unreachable': 'answer',
  'callout-connection-dropped': 'answer',
  'callout-smtp-timeout': 'answer',
  'callout-reply-malformed': 'answer',
  'callout-unspecified': 'answer',
  'callout-tls-failure': 'tls',
  'callout-tls-required': 'tls',
  'callout-auth-required': 'login',
  'callout-null-sender-refused': 'accept-bounces',
  'callout-mailbox-unknown': 'create-mailbox',
  'callout-mailbox-disabled': 'create-mailbox',
  'callout-mailbox-full': 'empty-mailbox',
  'callout-relay-denied': 'accept-domain',
  'callout-postmaster-refused': 'postmaster',
  'callout-greylisted': 'no-greylisting',
  'callout-temporary-refusal': 'temporary',
  'callout-server-blocklisted': 'unblock',
  'callout-banner-refused': 'unblock',
  'callout-refused': 'explain',
};

/** Where mail for the domain itself goes nowhere, so that a letter to it would not arrive either. */
export const UNREACHABLE: ReadonlySet<RequestKind> = new Set([
  'answer',
  'repair-dns',
  'null-mx',
  'accept-domain',
]);
