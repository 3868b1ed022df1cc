import { type CauseId, causeOf } from '../causes/index.ts';

/** Whether the refusal is about this server: its address, its name or its configuration, never about the sender. */
export function isOurs(cause: CauseId): boolean {
  // 554 before a word was said is an answer to our address.
  return causeOf(cause).fault === 'receiving-operator' || cause === 'callout-banner-refused';
}
