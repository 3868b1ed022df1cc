/**
 * Scanners that walk a log line from left to right. Every loop is bounded by the line and none looks for a pattern
 * "somewhere": HELO names, addresses and replies are written by strangers.
 */
import { BACKSLASH, GREATER, LESS, QUOTE, SPACE } from '../ascii.ts';

/**
 * Finds the end of an `<address>` (RFC 5321 §4.1.2), minding a quoted local part, which may hold `>` and spaces.
 *
 *     F=<"a > b"@example.net> rejected
 *       ^ start              ^ returned: the index of the closing bracket
 *
 * @returns the index of `>`, or -1 when there is none.
 */
export function angleEnd(text: string, start: number): number {
  if (text.charCodeAt(start) !== LESS) return -1;
  let at = start + 1;
  if (text.charCodeAt(at) === QUOTE) {
    const close = quoteEnd(text, at);
    // An opening quote without its partner is not a quoted string: read on as plain characters.
    if (close !== -1) at = close + 1;
  }
  for (; at < text.length; at++) if (text.charCodeAt(at) === GREATER) return at;
  return -1;
}

/** @returns the index of the `"` that closes the quoted string at `start`, minding `\"`; or -1. */
export function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === BACKSLASH) at++;
    else if (c === QUOTE) return at;
  }
  return -1;
}

/** @returns the index of the space that ends the word at `start`, or the line's length. */
export function wordEnd(text: string, start: number): number {
  const at = text.indexOf(' ', start);
  return at === -1 ? text.length : at;
}

/** As wordEnd, but a quoted local part in front (`"a b"@example.net`) belongs to the word. */
export function addressEnd(text: string, start: number): number {
  if (text.charCodeAt(start) === QUOTE) {
    const close = quoteEnd(text, start);
    if (close !== -1) return wordEnd(text, close);
  }
  return wordEnd(text, start);
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** @returns the index behind the run of digits at `start`. */
export function digitsEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && isDigit(text.charCodeAt(at))) at++;
  return at;
}

export function isSpace(text: string, at: number): boolean {
  return text.charCodeAt(at) === SPACE;
}

/** The address in `<...>` or as it stands, without a closing bracket. */
export function withoutAngles(text: string): string {
  return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
}
