/** What the writers of text carry about: the room, the alphabet, the colours. */
import type { Cell } from '../model/document.ts';
import { asciiSafe, printable } from './escape.ts';
import type { RenderOptions } from './options.ts';
import { type Paint, painter } from './style.ts';

export interface Pen {
  readonly width: number;
  /** Makes a stranger's text safe. Comes before measuring and painting. */
  readonly clean: (text: string) => string;
  readonly paint: Paint;
}

/** Makes the pen for these options. */
export function penFor(options: RenderOptions): Pen {
  return {
    width: options.width,
    clean: options.unicode ? printable : (text) => asciiSafe(printable(text)),
    paint: painter(options.color),
  };
}

/** Reads the short forms of a cell. */
export function cellOf(value: string | number | Cell): Cell {
  return typeof value === 'object' ? value : { text: String(value) };
}
