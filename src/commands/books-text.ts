import type { Books } from '../analysis.ts';
import { number } from './words.ts';

/** `read 1,234 lines of exim_mainlog: 600 used, 634 ignored, 0 not understood` */
export function booksLine(books: Books): string {
  const names = [...new Set(books.files.map(({ name }) => name))].join(', ');
  const cut = books.cut > 0 ? `, ${number(books.cut)} cut at 64 KiB` : '';
  return (
    `${number(books.lines)} lines read${names === '' ? '' : ` of ${names}`}: ${number(books.used)} used, ` +
    `${number(books.ignored)} ignored, ${number(books.notUnderstood)} not understood${cut}`
  );
}

/** What was not understood, for the reader to judge. */
export function sampleLines(books: Books): string[] {
  return books.samples.map(({ file, line, text }) => `${file}:${line}: ${text.slice(0, 300)}`);
}
