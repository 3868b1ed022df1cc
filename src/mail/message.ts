/** Document -> an Internet message (RFC 5322): text and HTML side by side, the charts as inline PNG. */
import { createTransport } from 'nodemailer';
import type { Document } from '../model/document.ts';
import { renderLetter } from '../render/html/letter.ts';
import { pngOf } from '../render/html/png.ts';
import { rendererOf } from '../render/index.ts';
import { machineName, qualified } from './address.ts';

/** Who writes to whom, and when. */
export interface Envelope {
  readonly from: string;
  /** May be empty: a draft. */
  readonly to: readonly string[];
  /** Epoch ms. */
  readonly date: number;
}

/** What cron would send: readable everywhere. */
const TEXT = { width: 78, color: false, unicode: false };

/** Composes the message. Its subject is the first line of its text. */
export async function composeMessage(document: Document, { from, to, date }: Envelope): Promise<Buffer> {
  const renderText = await rendererOf('text');
  const text = renderText(document, TEXT);
  const letter = renderLetter(document);
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  const { message } = await composer.sendMail({
    from: { name: `exiwhy on ${machineName()}`, address: qualified(from) },
    to: to.map(qualified),
    date: new Date(date),
    subject: text.slice(0, text.indexOf('\n')),
    // No answer from an out-of-office robot (RFC 3834 §5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    xMailer: false,
    text,
    html: letter.html,
    attachments: await Promise.all(
      letter.pictures.map(async ({ cid, svg }, at) => ({
        cid,
        filename: `chart-${at + 1}.png`,
        contentType: 'image/png',
        contentDisposition: 'inline' as const,
        content: await pngOf(svg),
      })),
    ),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  if (!Buffer.isBuffer(message)) throw new Error('the message is no buffer');
  return message;
}
