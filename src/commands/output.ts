import { UsageError } from '../errors.ts';
import type { Envelope } from '../mail/message.ts';
import type { Document } from '../model/document.ts';
import { type Format, formatOfPath, isFormat, rendererOf } from '../render/index.ts';
import type { CommonOptions, Context } from './context.ts';

/** Options of a command whose answer may be mailed. */
export interface DeliveryOptions extends CommonOptions {
  quietIfEmpty?: boolean;
  mailTo?: string[];
  mailFrom?: string;
  sendmail?: string;
}

/** A mail is no `Format`: besides the document it needs an envelope. */
type OutputFormat = Format | 'eml';

function outputFormat({ format, output }: CommonOptions): OutputFormat {
  if (format === undefined) {
    if (output?.toLowerCase().endsWith('.eml')) return 'eml';
    return output === undefined ? 'text' : (formatOfPath(output) ?? 'text');
  }
  if (format === 'eml' || isFormat(format)) return format;
  throw new UsageError(`this command has no format ${format}`);
}

/** Whether the log lines behind a card will be shown. */
export function showsEvidence(options: DeliveryOptions): boolean {
  return options.mailTo !== undefined || ['html', 'eml'].includes(outputFormat(options));
}

/** Says what is wrong with the addresses or with sendmail before the log is read. */
export async function checkDelivery(options: DeliveryOptions): Promise<void> {
  const { checkedAddress } = await import('../mail/address.ts');
  for (const address of options.mailTo ?? []) checkedAddress(address);
  if (options.mailFrom !== undefined) checkedAddress(options.mailFrom);
  if (options.mailTo === undefined) return;
  const { SENDMAIL, checkSendmail } = await import('../mail/sendmail.ts');
  checkSendmail(options.sendmail ?? SENDMAIL);
}

/**
 * Prints a document in the format that --format or the name behind --output asks for, and mails it where --mail-to
 * says so; then it is printed only when that was asked for too.
 */
export async function print(document: Document, options: DeliveryOptions, context: Context): Promise<void> {
  const format = outputFormat(options);
  if (options.quietIfEmpty && document.nothingToDo) return;
  const asked = options.format !== undefined || options.output !== undefined;
  if (asked || options.mailTo === undefined) {
    const text =
      format === 'eml'
        ? (await compose(document, options, context)).toString('latin1')
        : (await rendererOf(format))(document, context);
    await printText(text, options, context);
  }
  if (options.mailTo !== undefined) {
    const { SENDMAIL, sendMessage } = await import('../mail/sendmail.ts');
    const message = await compose(document, options, context);
    await sendMessage(message, options.mailTo, options.sendmail ?? SENDMAIL);
  }
}

async function compose(document: Document, options: DeliveryOptions, context: Context): Promise<Buffer> {
  const { ownAddress } = await import('../mail/address.ts');
  const { composeMessage } = await import('../mail/message.ts');
  const envelope: Envelope = {
    from: options.mailFrom ?? ownAddress(),
    to: options.mailTo ?? [],
    date: context.now,
  };
  return composeMessage(document, envelope);
}

/** A quiet command prints nothing when there is nothing; everything else ends in a newline. */
export async function printText(text: string, _options: CommonOptions, context: Context): Promise<void> {
  if (text !== '') context.out.write(text.endsWith('\n') ? text : `${text}\n`);
  await context.out.flush();
}
