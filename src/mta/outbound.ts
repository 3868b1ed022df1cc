import type { Context } from '../model/record.ts';

/** The contexts of our own mail beside those of a callout: the same places of the same dialogue. */
export function outboundContext(context: Context): Context {
  switch (context) {
    case 'verify-route':
    case 'verify-unlogged':
      return 'remote-route';
    case 'callout-connect':
    case 'callout-unspecified':
      return 'remote-connect';
    case 'callout-tls':
      return 'remote-tls';
    case 'callout-banner':
    case 'callout-helo':
      return 'remote-greeting';
    case 'callout-mail':
      return 'remote-mail';
    default:
      return 'remote-reply';
  }
}
