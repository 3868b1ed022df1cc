/** How the text is to look, found out from the place it goes to. */
import { type ColorMode, wantsColor } from './style.ts';

export interface RenderOptions {
  /** Columns that a line of text may take. */
  readonly width: number;
  readonly color: boolean;
  /** False: the text is plain ASCII, whatever the log holds. */
  readonly unicode: boolean;
}

/** A mail's line (RFC 5322 §2.1.1): what cron, `mail` and a pager show without breaking it. */
const MAIL_WIDTH = 78;

/** Narrower than this nothing can be laid out; a terminal that says 0 columns does not know. */
const LEAST_WIDTH = 20;

/**
 * Finds the options for an output stream. Whether Unicode can be shown is the locale's word, not the terminal's:
 * cron gives the charset of its locale to the mail that it sends.
 */
export function renderOptions(
  out: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
  color: ColorMode,
): RenderOptions {
  const isTTY = out.isTTY === true;
  const columns = out.columns ?? 0;
  const { LC_ALL, LC_CTYPE, LANG } = env;
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return {
    width: isTTY && columns >= LEAST_WIDTH ? columns : MAIL_WIDTH,
    color: wantsColor(color, env, isTTY),
    unicode: /utf-?8/i.test(locale),
  };
}
