import type { Context } from '../model/record.ts';
import type { ReplyMeaning } from './reply.ts';

/** Who has to act. */
export type Fault =
  | 'sender'
  | 'sending-operator'
  | 'receiving-operator'
  | 'network'
  | 'recipient'
  | 'nobody'
  | 'unknown';

/** The check of ours that a whitelist entry would skip. A target helps where it declares the same check. */
export type Check =
  | 'sender-verification'
  | 'dnsbl'
  | 'helo'
  | 'reverse-dns'
  | 'spf'
  | 'dmarc'
  | 'greylisting'
  | 'rate'
  | 'content'
  | 'local-blocklist'
  | 'nothing';

/** One way in which a reason is recognised. */
export interface Pattern {
  /** Only reasons of these contexts are compared with this pattern. */
  in: readonly Context[];
  /** Only this kind of refusal; absent: both. */
  permanent?: boolean;
  /** Begins with `^`, unless `anywhere` says otherwise. Linear: no repetition inside a repetition. */
  match: RegExp;
  /**
   * A fixed phrase that a site's own sentence may hold anywhere. Phrases are compared only after every anchored
   * pattern of the whole table, so that what Exim itself prints never depends on a stranger's words behind it.
   */
  anywhere?: true;
  /** Says so little that it counts only where nothing else of the table fits: `please try again later`. */
  fallback?: true;
  /** At least one real subject that this pattern recognises: a test proves that no other row takes it. */
  examples: readonly [string, ...string[]];
}

/** One way in which the reply of another server is recognised: by what it means, where it was given. */
export interface ReplyRule {
  /** Only replies of these contexts. */
  in: readonly Context[];
  /** The first digit of the reply code. */
  digit: 4 | 5;
  /** `any` stands for what no other rule of this context takes: it is asked last. */
  meanings: readonly [ReplyMeaning, ...ReplyMeaning[]] | 'any';
  /** At least one reply: a test proves that no other row takes it. */
  examples: readonly [string, ...string[]];
}

/** One row of the table of causes. */
export interface Cause {
  /** Stable: it stands in the JSON, in the README and behind --cause. */
  id: string;
  /** At most 40 columns, for tables. */
  title: string;
  fault: Fault;
  skips: Check;
  /** Why skipping the check would be dangerous. */
  caution?: string;
  /** One plain sentence to the admin who reads it: what to do. */
  advice: string;
  /** Which function prints the text, with its version, or the RFC's section. */
  source: string;
  patterns: readonly Pattern[];
  replies?: readonly ReplyRule[];
}
