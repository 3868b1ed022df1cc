/**
 * Makes text safe to show. HELO names, addresses and remote replies are written by strangers: a raw escape
 * sequence would drive the admin's terminal, a bidi override would show an address that is not there.
 */

/**
 * What is never shown raw: controls (C0, DEL, C1), format characters (bidi, zero width, BOM), line and paragraph
 * separators, lone surrogates, and whatever else Unicode says is drawn as nothing.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };

/** Our own typography, and its like in ASCII. */
const PLAIN: Readonly<Record<string, string>> = {
  '\u00a0': ' ',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '→': '->',
  '•': '*',
  '×': 'x',
  '≤': '<=',
  '≥': '>=',
};

/** Writes one character so that it can be seen: `\x1b`, `\u202e`, `\u{1f600}`. */
function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * Makes a text one harmless line: whatever could move the cursor, hide or reorder text becomes a visible escape.
 * A tab becomes one space.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => (char === '\t' ? ' ' : (SHORT[char] ?? visible(char))));
}

/** Same as `printable`, but keeps newline and tab, for a format that quotes them (csv). */
export function printableLines(text: string): string {
  return text.replace(UNSAFE, (char) => (char === '\n' || char === '\t' ? char : visible(char)));
}

/** Turns a printable text into ASCII: typography to its plain like, any other character to a visible escape. */
export function asciiSafe(text: string): string {
  return text.replace(/[^\x00-\x7f]/gu, (char) => PLAIN[char] ?? visible(char));
}

/** Writes one character as JSON does: an astral one is two escapes. */
function jsonEscape(char: string): string {
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** Escapes serialized JSON once more: it parses to the same value, and is harmless on a terminal. */
export function jsonSafe(json: string): string {
  // Nearly all are plain ASCII without DEL: there is nothing to spell out.
  if (!/[^\n -~]/.test(json)) return json;
  // The one raw control character that JSON.stringify leaves is the newline of its own indentation.
  return json.replace(UNSAFE, (char) => (char === '\n' ? char : jsonEscape(char)));
}
