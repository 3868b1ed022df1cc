/** What a command has to say, before anybody chooses how it looks. Commands build it, `render/` prints it. */

import type { Metric } from './metric.ts';

/** What a piece of text means to the reader; `render/style.ts` gives it a colour. */
export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'dim' | 'strong';

/** A text with a tone. Where a tone is not wanted, a bare string (or number) says the same. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

/** One column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Prose: may be broken over lines where there is no room. Any other value is never broken, never cut. */
  readonly wrap?: boolean;
  /** The column is not made narrower than this, in terminal columns. */
  readonly minWidth?: number;
}

/** One part of a document. */
export type Block =
  | { readonly type: 'heading'; readonly text: string }
  /** Prose, wrapped to the width. A newline starts a new line; `- ` at its beginning makes a hanging item. */
  | { readonly type: 'text'; readonly text: string; readonly tone?: Tone }
  | {
      readonly type: 'table';
      readonly title?: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly (string | number | Cell)[])[];
      readonly note?: string;
    }
  /** One thing told at length: a head line, and labelled facts under it. */
  | {
      readonly type: 'card';
      readonly head: readonly (string | Cell)[];
      readonly facts: readonly (readonly [label: string, value: string | Cell])[];
    }
  /** Log lines, word for word: never wrapped, never cut. */
  | { readonly type: 'lines'; readonly lines: readonly string[] };

/** The whole answer of one command, in the three shapes that the formats need. */
export interface Document {
  /** The verdict: fit for a mail's subject, and the first line of the text. */
  readonly title: string;
  /** For people: text and markdown. */
  readonly blocks: readonly Block[];
  /** For scripts: the one JSON document. */
  readonly json: unknown;
  /** For scripts: one object for each line of ndjson, for each row of csv. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** For monitoring; absent where nothing is counted. */
  readonly metrics?: readonly Metric[];
}
