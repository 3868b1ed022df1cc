import type { Books } from '../analysis.ts';

/** `read 1,234 lines of exim_mainlog: 600 used, 634 ignored, 0 not understood` */
export function booksLine(books: Books): string {
  const names = [...new Set(books.files.map(({ name }) => name))].join(', ');
  const n = (value: number): string => value.toLocaleString('en-US');
  const cut = books.cut > 0 ? `, ${n(books.cut)} cut at 64 KiB` : '';
  return (
    `${n(books.lines)} lines read${names === '' ? '' : ` of ${names}`}: ${n(books.used)} used, ` +
    `${n(books.ignored)} ignored, ${n(books.notUnderstood)} not understood${cut}`
  );
}

/** What was not understood, for the reader to judge. */
export function sampleLines(books: Books): string[] {
  return books.samples.map(({ file, line, text }) => `${file}:${line}: ${text.slice(0, 300)}`);
}
