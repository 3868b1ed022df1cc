/** The message, read back by a MIME parser that is not the writer's. */
import PostalMime, { type Email } from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { composeMessage, type Envelope } from '../../src/mail/message.ts';
import type { Document } from '../../src/model/document.ts';
import { render } from '../render/render.ts';
import { hostile, sample } from '../render/sample.ts';

const envelope: Envelope = {
  from: 'root@mx.example.com',
  to: ['admin@example.com', 'ops@example.net'],
  date: Date.UTC(2026, 10, 21, 6, 17),
};

async function parsed(document: Document): Promise<{ email: Email; source: string }> {
  const message = await composeMessage(document, envelope);
  return { email: await PostalMime.parse(message), source: message.toString('latin1') };
}

describe('a message', async () => {
  const { email, source } = await parsed(sample);
  const text = render(sample, 'text', { width: 78, color: false, unicode: false });

  it('has the text that cron would send, its first line as the subject', () => {
    expect(email.text?.trimEnd()).toBe(text.trimEnd());
    expect(email.subject).toBe(text.split('\n')[0]);
  });

  it('says from whom, to whom, when, and that no robot should answer', () => {
    expect(email.from).toMatchObject({ address: 'root@mx.example.com' });
    expect(email.from?.name).toMatch(/^exiwhy on /);
    expect(email.to?.map(({ address }) => address)).toEqual(envelope.to);
    expect(email.date).toBe('2026-11-21T06:17:00.000Z');
    expect(email.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
  });

  it('shows each attached picture inline, and only those', () => {
    const shown = [...(email.html ?? '').matchAll(/\ssrc="([^"]*)"/g)].map(([, target]) => target);
    expect(email.attachments.map(({ contentId }) => `cid:${contentId?.slice(1, -1)}`)).toEqual(shown);
    expect(shown).toHaveLength(2);
    for (const { content, mimeType, disposition } of email.attachments) {
      expect([mimeType, disposition]).toEqual(['image/png', 'inline']);
      const png = Buffer.from(content as ArrayBuffer);
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      // IHDR: the width stands behind the signature and the chunk's head.
      expect(png.readUInt32BE(16)).toBe(800);
    }
  });

  it('is lines of ASCII that every mail server passes on (RFC 5321 4.5.3.1.6)', () => {
    expect(source).toMatch(/^[\t\r\n -~]*$/);
    for (const line of source.split('\n')) expect(line.length).toBeLessThanOrEqual(998);
  });
});

it('a hostile title becomes no header', async () => {
  const title = `no mail\r\nBcc: thief@example.org\n\n${hostile}`;
  const { email } = await parsed({ ...sample, title });
  expect(email.headers.map(({ key }) => key)).not.toContain('bcc');
  expect(email.subject).toContain('no mail');
  expect(email.subject).toBe(email.text?.split('\n')[0]);
});
