import { UsageError } from '../errors.ts';
import type { Document } from '../model/document.ts';
import { formatOfPath, isFormat, render } from '../render/index.ts';
import type { CommonOptions, Context } from './context.ts';

/** The format that --format or the name behind --output asks for. */
export function formatOf({ format, output }: CommonOptions): string {
  return format ?? (output === undefined ? 'text' : (formatOfPath(output) ?? 'text'));
}

/** Prints a document in the format that was asked for. */
export async function print(document: Document, options: CommonOptions, context: Context): Promise<void> {
  const format = formatOf(options);
  if (!isFormat(format)) throw new UsageError(`this command has no format ${format}`);
  await printText(render(document, format, context), context);
}

/** A quiet command prints nothing when there is nothing; everything else ends in a newline. */
export async function printText(text: string, context: Context): Promise<void> {
  if (text !== '') context.out.write(text.endsWith('\n') ? text : `${text}\n`);
  await context.out.flush();
}
