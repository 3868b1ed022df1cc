/** HTML out of parts. The one place where text is escaped for HTML: nothing else makes markup. */
import { printable } from '../escape.ts';

/**
 * Text that is markup already: whatever is not of this class gets escaped. `html` makes it; by hand it is made of our
 * own words, our own files, and a drawing, whose text the DOM has escaped.
 */
export class Markup {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** What may stand in a template: a text, which is escaped; markup; a list of both; nothing. */
export type Part = string | number | Markup | undefined | readonly Part[];

const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes a text fit for an element's content and for a quoted attribute; what cannot be seen is made visible. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (char) => ENTITY[char] ?? char);
}

function sourceOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.source;
  if (typeof part === 'string') return escaped(part);
  return typeof part === 'number' ? String(part) : part.map(sourceOf).join('');
}

/** Markup with holes for parts: html`<td title="${text}">${text}</td>`. Attributes are always quoted. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((string, at) => string + sourceOf(parts[at])).join(''));
}
