import { type Cause, causes } from './causes/index.ts';

/** How a sender verification went wrong; `other` is every other refusal. */
export type Class = 'fail' | 'defer' | 'connect' | 'other';

type Family = 'verification' | 'connect' | 'other';

function familyOf({ id }: Cause): Family {
  if (/^callout-connect/.test(id)) return 'connect';
  return /^(?:sender-(?:domain|local)-|callout-|verify-)/.test(id) ? 'verification' : 'other';
}

const families: ReadonlyMap<string, Family> = new Map(causes.map((cause) => [cause.id, familyOf(cause)]));

/** Whether the cause is one of sender verification. */
export function isVerification({ id }: Cause): boolean {
  return families.get(id) !== 'other';
}

/** Whether the cause is one of our own mail, refused elsewhere or at its delivery here. */
export function isOutbound({ id }: Cause): boolean {
  return /^(?:remote|local)-/.test(id);
}

/** Fail and defer are told apart by what the client was answered. */
export function classOf({ id }: Cause, permanent: boolean): Class {
  const family = families.get(id);
  if (family === 'verification') return permanent ? 'fail' : 'defer';
  return family === 'connect' ? 'connect' : 'other';
}
