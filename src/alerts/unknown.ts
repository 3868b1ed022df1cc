import type { UnknownState } from '../errors.ts';
import { asciiSafe, printable } from '../render/escape.ts';

/**
 * The one line of a plugin that knows no state. Any text may stand in the error, also some of the log: it becomes one
 * line of ASCII, without the bar that begins the performance data.
 */
export function unknownLine({ message }: UnknownState): string {
  const text = message.replace(/^(?:exiwhy: )?error: /, '').replace(/(?<!\s)\s*\n\s*/g, ', ');
  return `EXIWHY UNKNOWN - ${asciiSafe(printable(text)).replaceAll('|', '/')}\n`;
}
