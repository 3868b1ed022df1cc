import { UNSEEN } from './hostile-log.ts';

/** Reads CSV as RFC 4180 writes it. */
export function readCsv(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/g)) {
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const FORMULA = /^\s*[=+@\uff1d\uff0b\uff0d\uff20]|^\s*-(?!\d+(?:\.\d+)?$)/;

/** Outside of the fences: a tag, a link or a picture, the end of a cell's code. */
const MARKUP = /<[a-z!/]|(?<!\\)\]\(|(?<!\\)`/i;

/** What in an output acts upon whoever shows it. */
export function harmIn(format: string, output: string): string[] {
  const harm: string[] = [];
  const control = UNSEEN.exec(format === 'eml' ? output.replaceAll('\r\n', '\n') : output);
  if (control)
    harm.push(`a control: ${JSON.stringify(output.slice(control.index - 40, control.index + 10))}`);
  if (format === 'csv')
    harm.push(
      ...readCsv(output)
        .flat()
        .filter((cell) => FORMULA.test(cell)),
    );
  if (format === 'markdown')
    harm.push(
      ...output
        .replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '')
        .split('\n')
        .filter((line) => MARKUP.test(line)),
    );
  if (format === 'html')
    harm.push(
      ...(output.match(/<(?:img|iframe|object|embed|form|svg\/)|\son\w+=["'\w]+>|alert\(\d\)<\/script/gi) ??
        []),
    );
  return harm;
}
