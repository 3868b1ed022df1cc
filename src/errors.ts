/** The command line was wrong: what, and what would be right. The process exits with 2. */
export class UsageError extends Error {
  override name = 'UsageError';
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.help = help;
  }
}

/** A monitoring plugin could not find the state out. The process says so on stdout and exits with 3. */
export class UnknownState extends Error {
  override name = 'UnknownState';
}

/** One input could not be read, or is not a mail log. It is reported, the other inputs are still read, exit 2. */
export class InputError extends Error {
  override name = 'InputError';
  readonly path: string;
  readonly reason: string;
  readonly help: string | undefined;
  constructor(path: string, reason: string, help?: string) {
    super(`cannot read ${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
    this.help = help;
  }
}

/** What a caught error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @returns the code of a failed system call, as `ENOENT`; `''` for any other failure. */
export function codeOf(failure: unknown): string {
  return failure instanceof Error && 'code' in failure && typeof failure.code === 'string'
    ? failure.code
    : '';
}
