import type { Context } from '../model/record.ts';
import type { Cause, Pattern, ReplyRule } from './cause.ts';
import { DIALOGUE } from './pattern.ts';
import { replyMeaning } from './reply.ts';
import { parseReply, withoutNames } from './reply-text.ts';

/** What a record says about its reason: where the grammar found it, and the text that is looked up. */
export interface Question {
  context: Context;
  permanent: boolean | null;
  subject: string;
}

/** The parts of a table of causes that one context needs, in the order in which they are asked. */
interface Index {
  patterns: readonly (readonly [string, Pattern])[];
  replies: readonly (readonly [string, ReplyRule])[];
}

/**
 * Turns a table into a function that looks a reason up in it. What another server replied is only ever read as a
 * reply; all else meets the anchored patterns first, then the phrases of a site's own words, then the fallbacks.
 *
 * @returns the id of a row, or null where the table knows nothing.
 */
export function finder(causes: readonly Cause[]): (question: Question) => string | null {
  const indexes = new Map<Context, Index>();
  return (question) => {
    let index = indexes.get(question.context);
    if (!index) {
      index = indexOf(causes, question.context);
      indexes.set(question.context, index);
    }
    return search(index, question);
  };
}

function indexOf(causes: readonly Cause[], context: Context): Index {
  const patterns = causes.flatMap(({ id, patterns }) => patterns.map((pattern) => [id, pattern] as const));
  const replies = causes.flatMap(({ id, replies = [] }) => replies.map((rule) => [id, rule] as const));
  const here = patterns.filter(([, pattern]) => pattern.in.includes(context));
  return {
    // a stable sort: within a tier the table's order stands
    patterns: here.sort(([, a], [, b]) => tierOf(a) - tierOf(b)),
    replies: replies.filter(([, rule]) => rule.in.includes(context)),
  };
}

function search(index: Index, question: Question): string | null {
  const reply = replyIn(question);
  if (reply !== null) return idOfReply(index, reply);
  const subject = subjectOf(question);
  const found = index.patterns.find(([, pattern]) => patternFits(pattern, question, subject));
  return found?.[0] ?? null;
}

/** 0 for anchored patterns, 1 for phrases, 2 for fallbacks. */
export function tierOf({ anywhere, fallback }: Pattern): number {
  return fallback ? 2 : anywhere ? 1 : 0;
}

/** A subject, cut once for a hundred patterns. */
class Subject {
  /** Without what a configuration may put before it. */
  readonly bare: string;
  #words: string | null = null;

  constructor(bare: string) {
    this.bare = bare;
  }

  /** Without the class that Postfix put before a site's own words as well, and without what strangers are called. */
  get words(): string {
    this.#words ??= withoutNames(this.bare.replace(CLASS, ''));
    return this.#words;
  }
}

export function subjectOf(question: Question): Subject {
  return new Subject(bareSubject(question));
}

/** Whether a pattern recognises a subject. */
export function patternFits(pattern: Pattern, question: Question, subject: Subject): boolean {
  const { permanent } = question;
  if (pattern.permanent !== undefined && permanent !== null && pattern.permanent !== permanent) return false;
  return pattern.match.test(pattern.anywhere && !pattern.fallback ? subject.words : subject.bare);
}

/** Postfix names what it checked before a site's own words: `Client host rejected: no dial-up, please` (access(5)). */
const CLASS =
  /^(?:(?:Unverified )?Client host|Client certificate|Helo command|Sender address|Recipient address|Data command|End-of-data) rejected: /;

/**
 * The reply of another server, if the subject is one: in a callout that begins with 4yz or 5yz, and in a refusal that
 * rests on a recipient callout:
 *
 *     mx.example [192.0.2.1] : SMTP error from remote mail server after RCPT TO:<a@example>: 550 unknown   Exim 4.89+
 *     response to "RCPT TO:<a@example>" from mx.example [192.0.2.1] was: 550 unknown                       up to 4.88
 *     Recipient address rejected: undeliverable address: host mx.example[192.0.2.1] said: 550 unknown       Postfix
 */
export function replyIn({ context, subject }: Question): string | null {
  // a bounce may quote the enhanced code alone
  if (SPOKEN.has(context)) return /^[45](?:\d\d(?!\d)|\.\d{1,3}\.\d)/.test(subject) ? subject : null;
  if (context !== 'rejection') return null;
  const reply = (RECIPIENT_NEW.exec(subject) ??
    RECIPIENT_OLD.exec(subject) ??
    RECIPIENT_POSTFIX.exec(subject))?.[1];
  return reply && /^5\d\d(?!\d)/.test(reply) ? reply : null;
}

const SPOKEN: ReadonlySet<Context> = new Set<Context>([
  ...DIALOGUE,
  'remote-greeting',
  'remote-mail',
  'remote-reply',
  'remote-tls',
]);
const RECIPIENT_NEW =
  /^\S+ \[[^\]\s]+\](?::\d+)? : SMTP error from remote mail server after (?:pipelined )?RCPT TO:<.*?>: (.*)$/s;
const RECIPIENT_OLD = /^response to "RCPT TO:.*?" from \S+ \[[^\]\s]+\](?::\d+)? was: (.*)$/s;

const RECIPIENT_POSTFIX =
  /^Recipient address rejected: (?:unverified|undeliverable) address: host \S+\[[^\]\s]+\](?::\d+)? said: (.*)$/s;

function idOfReply(index: Index, reply: string): string | null {
  const meaning = replyMeaning(parseReply(reply));
  const rules = index.replies.filter(([, rule]) => String(rule.digit) === reply[0]);
  const found =
    rules.find(([, rule]) => rule.meanings !== 'any' && rule.meanings.includes(meaning)) ??
    rules.find(([, rule]) => rule.meanings === 'any');
  return found?.[0] ?? null;
}

/** Our own text without what a configuration may put before it: a quotation mark, `550 `, `550 5.7.1 `, `5.7.1 `. */
function bareSubject({ context, subject }: Question): string {
  if (context !== 'rejection' && context !== 'verify-route') return subject;
  const start = /^"?(?:[245]\d\d(?:[ -]|$))?(?:[245]\.\d{1,3}\.\d{1,3}(?: |$))?/.exec(subject);
  return subject.slice(start?.[0].length ?? 0);
}
