import type { Attempt } from '../attempt.ts';
import { offeredIn } from '../remedies/reply-contacts.ts';

/** What the reply to our own mail offers to those who want to know more. */
export function contactsIn({ callout, sender, recipient }: Attempt): string {
  const { links, addresses } = offeredIn(callout?.text ?? null, [sender ?? '', recipient ?? '']);
  return [...links, ...addresses].join(', ');
}
