/** What the page and the mail write alike. Prose: what the text renderer shows as paragraphs and hanging items. */
import { html, type Markup } from './markup.ts';

/** Lines that begin with `- ` become a list, the others paragraphs. */
export function proseMarkup(text: string): Markup[] {
  const out: Markup[] = [];
  let items: Markup[] = [];
  const closeList = (): void => {
    if (items.length > 0) out.push(html`<ul>${items}</ul>`);
    items = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('- ')) items.push(html`<li>${line.slice(2)}</li>`);
    else {
      closeList();
      if (line.trim() !== '') out.push(html`<p>${line}</p>`);
    }
  }
  closeList();
  return out;
}

/** `1,234`; a text as it is. */
export function shown(value: string | number): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : value;
}
