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
  /** What a short title stands for: shown where there is room or a pointer. */
  readonly meaning?: string;
  readonly align?: 'left' | 'right';
  /** Prose: may be broken over lines where there is no room. Any other value is never broken, never cut. */
  readonly wrap?: boolean;
  /** The column is not made narrower than this, in terminal columns. */
  readonly minWidth?: number;
}

/** What is counted in one chart under one name. */
export interface Series {
  readonly title: string;
  readonly tone: Tone;
  /** One for each category. */
  readonly values: readonly number[];
}

/** Numbers to be seen at a glance, which the document also tells in words or in a table: what cannot draw leaves it out. */
export interface Chart {
  readonly type: 'chart';
  readonly title: string;
  /** Upright columns for a run of time, lying bars for names. The series are stacked. */
  readonly shape: 'columns' | 'bars';
  /** What the categories are: `hour`. */
  readonly label: string;
  /** Each once. */
  readonly categories: readonly string[];
  readonly series: readonly Series[];
}

/** Rows under titles. */
export interface Table {
  readonly type: 'table';
  readonly title?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | number | Cell)[])[];
  /** For each row the log lines that prove it: for formats that can fold them away. */
  readonly evidence?: readonly (readonly string[])[];
  readonly note?: string;
}

/** One thing told at length: a head line, and labelled facts under it. */
export interface Card {
  readonly type: 'card';
  readonly head: readonly (string | Cell)[];
  readonly facts: readonly (readonly [label: string, value: string | Cell])[];
  /** Log lines that prove it, word for word: for formats that can fold them away. */
  readonly evidence?: readonly string[];
}

/** One part of a document that every format tells. */
export type Told =
  | { readonly type: 'heading'; readonly text: string }
  /** Prose, wrapped to the width. A newline starts a new line; `- ` at its beginning makes a hanging item. */
  | { readonly type: 'text'; readonly text: string; readonly tone?: Tone }
  | Table
  | Card
  /** Log lines, word for word: never wrapped, never cut. */
  | { readonly type: 'lines'; readonly lines: readonly string[] };

/** One part of a document. */
export type Block = Told | Chart;

/** The whole answer of one command, in the three shapes that the formats need. */
export interface Document {
  /** The verdict: fit for a mail's subject, and the first line of the text. */
  readonly title: string;
  /** Nobody has to act on it: a nightly run may keep it to itself. */
  readonly nothingToDo?: boolean;
  /** For people: text, markdown and html. */
  readonly blocks: readonly Block[];
  /** For scripts: the one JSON document. */
  readonly json: unknown;
  /** For scripts: one object for each line of ndjson, for each row of csv. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** For monitoring; absent where nothing is counted. */
  readonly metrics?: readonly Metric[];
}
