import type { CommonOptions, Context, ExitStatus } from '../commands/context.ts';

/** How a command writes: all at the end, or as it goes. */
export type Manner = 'whole' | 'stream';

type Run<Subject, Options> = (subject: Subject, options: Options, context: Context) => Promise<ExitStatus>;

/** What the definition of a command needs to run it. */
export interface CommandLine {
  contextFor(options: CommonOptions, manner: Manner): Promise<Context>;
  /** Is told how the command ended. */
  finish(status: ExitStatus): void;
  /**
   * The action of a command that has nothing to decide before it runs.
   *
   * @param load its code, which is loaded when it is asked for.
   */
  run<Subject, Options extends CommonOptions>(
    load: () => Promise<Run<Subject, Options>>,
    manner?: Manner,
  ): (subject: Subject, options: Options) => Promise<void>;
}

/** Where the output is a folder, which the command makes itself. */
export function toFolder({ output: _, ...options }: CommonOptions): CommonOptions {
  return options;
}
