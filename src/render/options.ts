/** How the text is to look, found out from the place it goes to. */
export const colorModes = ['auto', 'always', 'never'] as const;
export type ColorMode = (typeof colorModes)[number];

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

/**
 * Decides whether to colour. The option wins over the environment, FORCE_COLOR over NO_COLOR (as in Node itself),
 * both over the look at the terminal. chalk 5 does not know NO_COLOR, hence here.
 */
export function wantsColor(
  mode: ColorMode,
  env: Readonly<Record<string, string | undefined>>,
  isTTY: boolean,
): boolean {
  if (mode !== 'auto') return mode === 'always';
  const { FORCE_COLOR, NO_COLOR, TERM } = env;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR) return false;
  return isTTY && TERM !== 'dumb';
}
