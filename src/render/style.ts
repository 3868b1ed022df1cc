/** Colour: whether it is wanted, and which one a tone gets. The only place that knows chalk. */
import { Chalk } from 'chalk';
import type { Tone } from '../model/document.ts';

export const colorModes = ['auto', 'always', 'never'] as const;
export type ColorMode = (typeof colorModes)[number];

/** Gives a text the colour of its tone. */
export type Paint = (text: string, tone?: Tone) => string;

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

/** Makes the painter. Without colour it hands every text back as it is. */
export function painter(color: boolean): Paint {
  // Level 1, the 16 colours that the admin's own terminal theme has made readable.
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const tones: Record<Tone, (text: string) => string> = {
    plain: (text) => text,
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    dim: chalk.dim,
    strong: chalk.bold,
  };
  return (text, tone = 'plain') => tones[tone](text);
}
