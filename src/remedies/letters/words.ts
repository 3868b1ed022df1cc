import type { RequestKind } from './requests.ts';

/** One language of the letters. `{{name}}` is filled in; a line whose values are all empty is left out. */
export interface Words {
  /** To the postmaster; the first line is the subject, as in a message. */
  letter: string;
  /** To our own customer: nothing of the server's inside. */
  customer: string;
  /** What went wrong and the one change that is asked for. */
  requests: Readonly<Record<RequestKind, { problem: string; request: string; customer: string }>>;
  noReply: string;
}
