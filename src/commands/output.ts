import { UsageError } from '../errors.ts';
import type { Document } from '../model/document.ts';
import { formatOfPath, isFormat, rendererOf } from '../render/index.ts';
import type { CommonOptions, Context } from './context.ts';

/** Options of a command whose answer may be mailed. */
export interface DeliveryOptions extends CommonOptions {
  quietIfEmpty?: boolean;
  mailTo?: string[];
  mailFrom?: string;
  sendmail?: string;
}

/** A mail is no `Format`: besides the document it needs an envelope. */
const MAIL = 'eml';

/** The format that --format or the name behind --output asks for. */
export function formatOf({ format, output }: CommonOptions): string {
  if (format !== undefined) return format;
  if (output?.toLowerCase().endsWith(`.${MAIL}`)) return MAIL;
  return output === undefined ? 'text' : (formatOfPath(output) ?? 'text');
}

/** Whether the log lines behind what is told will be shown. */
export function showsEvidence(options: DeliveryOptions): boolean {
  return options.mailTo !== undefined || ['html', MAIL].includes(formatOf(options));
}

/** Says what is wrong with the addresses or with sendmail before the log is read. */
export async function checkDelivery({ mailTo, mailFrom, sendmail }: DeliveryOptions): Promise<void> {
  if (mailTo === undefined && mailFrom === undefined) return;
  const { checkedAddress } = await import('../mail/address.ts');
  for (const address of mailTo ?? []) checkedAddress(address);
  if (mailFrom !== undefined) checkedAddress(mailFrom);
  if (mailTo === undefined) return;
  const { SENDMAIL, checkSendmail } = await import('../mail/sendmail.ts');
  checkSendmail(sendmail ?? SENDMAIL);
}

/**
 * Prints a document in the format that --format or the name behind --output asks for, and mails it where --mail-to
 * says so; then it is printed only when that was asked for too.
 */
export async function print(whole: Document, options: DeliveryOptions, context: Context): Promise<void> {
  if (options.quietIfEmpty && whole.nothingToDo) return;
  const document = context.redactor.document(whole);
  const asked = options.format !== undefined || options.output !== undefined;
  if (asked || options.mailTo === undefined)
    await printText(await textOf(document, options, context), context);
  if (options.mailTo !== undefined) await send(document, options, context);
}

/** Mails a document to those whom --mail-to names. */
export async function send(document: Document, options: DeliveryOptions, context: Context): Promise<void> {
  const { SENDMAIL, sendMessage } = await import('../mail/sendmail.ts');
  const message = await compose(document, options, context);
  await sendMessage(message, options.mailTo ?? [], options.sendmail ?? SENDMAIL);
}

async function textOf(document: Document, options: DeliveryOptions, context: Context): Promise<string> {
  const format = formatOf(options);
  // A message is ASCII: all else in it is encoded.
  if (format === MAIL) return (await compose(document, options, context)).toString('ascii');
  const fits = format !== 'prometheus' || document.metrics !== undefined;
  if (!isFormat(format) || !fits) throw new UsageError(`this command has no format ${format}`);
  return (await rendererOf(format))(document, context);
}

async function compose(document: Document, options: DeliveryOptions, context: Context): Promise<Buffer> {
  const { ownAddress } = await import('../mail/address.ts');
  const { composeMessage } = await import('../mail/message.ts');
  return composeMessage(document, {
    from: options.mailFrom ?? ownAddress(),
    to: options.mailTo ?? [],
    date: context.now,
  });
}

/** A quiet command prints nothing when there is nothing; everything else ends in a newline. */
export async function printText(text: string, context: Context): Promise<void> {
  if (text !== '') context.out.write(text.endsWith('\n') ? text : `${text}\n`);
  await context.out.flush();
}
