import type { InputError } from '../errors.ts';
import type { MtaChoice } from '../mta/parser.ts';
import type { Redactor } from '../redact/openly.ts';
import type { ColorMode, RenderOptions } from '../render/options.ts';

/** What a command may touch of the process: so that tests run it without one. */
export interface Context extends RenderOptions {
  out: Output;
  /** A message for people, to stderr. */
  warn: (text: string) => void;
  env: NodeJS.ProcessEnv;
  /** Progress is drawn only where a person sees it. */
  progress: { isTTY: boolean; columns: number; write: (text: string) => void };
  now: number;
  /** Takes the names out of what is said. */
  redactor: Redactor;
  /** Asks to be told of Ctrl-C instead of being ended by it. */
  interrupted: () => AbortSignal;
}

/** Where data goes: stdout, or the file of --output. */
export interface Output {
  write(text: string): void;
  /** Waits until the reader has taken what was written. */
  flush(): Promise<void>;
  /** Waits until all of it is out. Nothing can be written afterwards; a second call does nothing. */
  close(): Promise<void>;
}

/** Options that every command knows, as commander hands them over. */
export interface CommonOptions {
  since?: string;
  until?: string;
  timezone?: string;
  format?: string;
  output?: string;
  cause?: string[];
  color?: ColorMode;
  mta?: MtaChoice;
  quiet?: boolean;
  userdomains?: string;
  retryWindow?: string;
  redact?: boolean;
  redactKey?: string;
  index?: string;
}

/** Whether names are to be taken out. */
export function isRedacted({ redact, redactKey }: CommonOptions): boolean {
  return redact === true || redactKey !== undefined;
}

/** Exit status: as grep for a search; 0 or 2 for the others, 3 where a threshold of --fail-on was crossed. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** Prints an input's error as sentences: what, why, what to do. */
export function describe(error: InputError): string {
  const help = error.help ? `\n  help: ${error.help}` : '';
  return `exiwhy: error: cannot read ${error.path}\n  reason: ${error.reason}${help}`;
}
