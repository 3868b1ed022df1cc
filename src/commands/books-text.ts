import type { Books } from '../analysis.ts';
import { many, number } from './words.ts';

/** `1,234 lines read of exim_mainlog: 600 used, 634 ignored, 0 not understood` */
export function booksLine(books: Books): string {
  const names = [...new Set(books.files.map(({ name }) => name))].join(', ');
  const cut = books.cut > 0 ? `, ${number(books.cut)} cut at 64 KiB` : '';
  const notRead = books.notRead.map(({ name, reason }) => `; cannot read ${name}: ${reason}`).join('');
  return (
    `${many(books.lines, 'line')} read${names === '' ? '' : ` of ${names}`}: ${number(books.used)} used, ` +
    `${number(books.ignored)} ignored, ${number(books.notUnderstood)} not understood${cut}${notRead}`
  );
}

/** `1 log could not be read`; null where all could. */
export function notReadText({ notRead }: Books): string | null {
  const names = new Set(notRead.map(({ name }) => name));
  return names.size === 0 ? null : `${many(names.size, 'log')} could not be read`;
}

/** What was not understood, for the reader to judge. */
export function sampleLines(books: Books): string[] {
  return books.samples.map(({ file, line, text }) => `${file}:${line}: ${text.slice(0, 300)}`);
}
