/** Which colour a tone gets. The only place that knows chalk. */
import { Chalk } from 'chalk';
import type { Tone } from '../model/document.ts';

/** Gives a text the colour of its tone. */
export type Paint = (text: string, tone?: Tone) => string;

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
