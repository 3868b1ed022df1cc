import { causes } from '../causes/index.ts';
import type { Document } from '../model/document.ts';
import type { Fields } from './fields.ts';

/** Sentences of our own, which may name a document or a file. */
const OURS: ReadonlySet<string> = new Set(
  causes.flatMap(({ title, advice, source }) => [title, advice, source]),
);

/**
 * The last look at all that is about to be said: what has the shape of an address, a host or an IP goes, whoever put it
 * there. What was hidden before stays as it is.
 *
 * @param kept words of ours and of the user's that may have such a shape.
 */
export function redactDocument(fields: Fields, document: Document, kept: ReadonlySet<string>): Document {
  const words = anyOf(kept);
  const hide = (text: string): string =>
    text
      .split(words)
      // Every second part is one of them.
      .map((part, index) => (index % 2 === 1 ? part : fields.sentence(part)))
      .join('');
  return mapStrings(document, (text) => (OURS.has(text) ? text : hide(text)));
}

/** Matches any of the words where it stands alone, for split(). */
function anyOf(words: ReadonlySet<string>): RegExp {
  const escaped = [...words].map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(String.raw`(?<![\w.@/-])(${escaped.join('|')})(?![\w@/-]|\.\w)`);
}

/** Every text in a value, however deep; names of fields stay. */
function mapStrings<T>(value: T, change: (text: string) => string): T {
  const map = (one: unknown): unknown => {
    if (typeof one === 'string') return change(one);
    if (Array.isArray(one)) return one.map(map);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, map(inner)]));
  };
  // The shape is kept: only texts are exchanged for texts.
  return map(value) as T;
}
