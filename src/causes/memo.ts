import type { Question } from './find.ts';

/**
 * Longer reasons carry addresses and hosts: they seldom come twice. cPanel's own sentences do:
 *
 *     "The mail server detected your message as spam and has prevented delivery."
 */
export const LONGEST_KEY = 96;
/** A log has a few hundred short reasons; whoever sends a new one each time only empties the memo. */
export const MOST_KEYS = 2048;

interface Entry<Id> extends Omit<Question, 'subject'> {
  id: Id;
}

/**
 * Remembers the answers about short subjects: the same few reasons occur a million times.
 *
 * The same words may come in two contexts, so an entry holds what else was asked; the last answer wins.
 */
export function memoise<Id>(
  find: (question: Question) => Id,
): ((question: Question) => Id) & { size(): number } {
  const memo = new Map<string, Entry<Id>>();
  const recall = (question: Question): Id => {
    const { context, permanent, subject } = question;
    if (subject.length > LONGEST_KEY) return find(question);
    const known = memo.get(subject);
    if (known && known.context === context && known.permanent === permanent) return known.id;
    const id = find(question);
    if (memo.size >= MOST_KEYS) memo.clear();
    memo.set(copyOf(subject), { context, permanent, id });
    return id;
  };
  return Object.assign(recall, { size: () => memo.size });
}

/** A substring in V8 keeps its whole parent (here 64 KiB of log) alive. UTF-16, so that a lone surrogate survives. */
function copyOf(subject: string): string {
  return Buffer.from(subject, 'utf16le').toString('utf16le');
}
