/** Breaks prose into lines, at spaces only. */
import { displayWidth } from './table.ts';

export interface Line {
  /** Columns to the left of the text. */
  readonly indent: number;
  readonly text: string;
}

/** A word and the spaces before it. The spaces of a quoted local part ("a b"@x.example) do not end a word. */
const WORD = /(?<! )( *)((?:"(?:[^"\\]|\\.){1,64}"@|[^ ])+)/g;

const SMALL_INDENT = 4;

/** Measures the longest word: the least room that the text can be given. */
export function longestWord(text: string): number {
  let longest = 0;
  for (const [, , word = ''] of text.matchAll(WORD)) longest = Math.max(longest, displayWidth(word));
  return longest;
}

/** Finds the indent of a line that begins with this word: less where it would not fit otherwise. */
function indentFor(word: number, width: number, indent: number): number {
  if (indent + word <= width) return indent;
  // A word longer than the whole line stands out anyway; the small indent still shows what it belongs to.
  return SMALL_INDENT + word <= width || word > width ? Math.min(indent, SMALL_INDENT) : 0;
}

/**
 * Breaks a text into lines that are no longer than the width. A word stays whole, since it may be an address, a
 * host or an IP: one that is too long for the room gets a line of its own, with less indent, and may stand out.
 * @param taken columns of the first line that something else (a label) has taken
 * @param indent columns to the left of the other lines
 */
export function wrap(text: string, width: number, taken = 0, indent = taken): Line[] {
  const lines: Line[] = [];
  let line: Line = { indent: taken, text: '' };
  for (const [, gap = '', word = ''] of text.matchAll(WORD)) {
    const longer = line.text === '' ? word : line.text + gap + word;
    if (line.indent + displayWidth(longer) <= width) {
      line = { indent: line.indent, text: longer };
      continue;
    }
    if (line.text !== '' || taken > 0) lines.push(line);
    line = { indent: indentFor(displayWidth(word), width, indent), text: word };
  }
  return [...lines, line];
}
