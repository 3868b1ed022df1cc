import { once } from 'node:events';
import { createWriteStream, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { unknownLine } from './alerts/unknown.ts';
import type { Manner } from './command-line/command-line.ts';
import type { CommonOptions, Context, Output } from './commands/context.ts';
import { describe } from './commands/context.ts';
import { InputError, messageOf, UnknownState, UsageError } from './errors.ts';
import { letHeapGrow } from './heap.ts';
import { asUsageError, createProgram } from './program.ts';
import { printableLines } from './render/escape.ts';
import { renderOptions } from './render/options.ts';
import { type Replaceable, replaceable, replaceWhole } from './replace-file.ts';

letHeapGrow(25);

/** Data is collected to blocks of this size before it goes out. */
const BLOCK = 64 * 1024;

function outputOf(stream: Writable): Output {
  let pending = '';
  const send = async (): Promise<void> => {
    const text = pending;
    pending = '';
    if (text !== '' && !stream.write(text)) await once(stream, 'drain');
  };
  return {
    write: (text) => {
      pending += text;
    },
    flush: async () => {
      if (pending.length >= BLOCK || stream === process.stdout) await send();
    },
    close: async () => {
      await send();
      if (stream === process.stdout) await taken(stream);
      else if (!stream.closed) {
        stream.end();
        await once(stream, 'close');
      }
    },
  };
}

/** Waits until the system has all that was written. A reader who has gone ends the process, see below. */
function taken(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', (error) => {
      if (!error) resolve();
    });
  });
}

/** What was there stays until all is written: who reads the file at any moment finds a whole one. */
function wholeFile(place: Replaceable): Output {
  let pending = '';
  let closed = false;
  return {
    write: (text) => {
      pending += text;
    },
    flush: async () => {},
    close: async () => {
      if (!closed) guarded(place.path, () => replaceWhole(place, pending));
      closed = true;
    },
  };
}

let output: Output | undefined;

/** Opened at once: a file that cannot be written is told before an hour of reading, not after. */
function fileOutput(path: string, manner: Manner): Output {
  return guarded(path, () => {
    const place = manner === 'whole' ? replaceable(path) : null;
    if (place) return wholeFile(place);
    const stream = createWriteStream(path, { fd: openSync(path, 'w') });
    stream.on('error', (error) => cannotWrite(path, error));
    return outputOf(stream);
  });
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`);
  }
}

function makeContext(options: CommonOptions, manner: Manner): Omit<Context, 'redactor'> {
  const { env, stderr, stdout } = process;
  const toFile = options.output !== undefined && options.output !== '-';
  output = toFile ? fileOutput(options.output ?? '', manner) : outputOf(stdout);
  return {
    out: output,
    warn: say,
    env,
    ...renderOptions(toFile ? {} : stdout, env, options.color ?? 'auto'),
    progress: {
      isTTY: stderr.isTTY === true,
      columns: stderr.columns ?? 0,
      write: (text) => stderr.write(text),
    },
    now: Date.now(),
    interrupted,
  };
}

/** The first Ctrl-C ends the work in order, the second one at once. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

/** What is said may quote a line of the log, which a stranger wrote for the terminal that shows it. */
function say(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

/** Ends at once, before anything is remembered as told. */
function cannotWrite(name: string, error: Error): never {
  say(`exiwhy: error: cannot write ${name}: ${messageOf(error)}`);
  process.exit(2);
}

function tell(error: unknown): void {
  if (error instanceof InputError) say(describe(error));
  else if (error instanceof UsageError) {
    say(`exiwhy: error: ${error.message}${error.help ? `\n  help: ${error.help}` : ''}`);
  } else if (error instanceof UnknownState) {
    process.stdout.write(unknownLine(error));
    process.exitCode = 3;
    return;
  } else throw error;
  process.exitCode = 2;
}

// `exiwhy events | head`: the reader has seen enough. That is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  cannotWrite('standard output', error);
});

async function main(): Promise<void> {
  try {
    const program = createProgram(makeContext, (status) => {
      process.exitCode = status;
    });
    await program.parseAsync();
    await output?.close();
  } catch (error) {
    const usage = asUsageError(error);
    if (usage === undefined) tell(error);
    // commander has printed its own message, and for --help and --version there is nothing to say.
    else if (usage !== null) process.exitCode = 2;
  }
}

void main();
