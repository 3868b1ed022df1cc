import { describe, expect, it } from 'vitest';
import { adviceOf } from '../src/advice.ts';
import { tracedLines } from './traced.ts';

const bounce = (sender: string, reply: string): string =>
  `2026-11-21 04:43:00 1xUcwH-00002r-0T ** x@far.example F=<${sender}> R=dnslookup T=remote_smtp H=mx.far.example [192.0.2.9]: SMTP error from remote mail server after RCPT TO:<x@far.example>: ${reply}`;

describe('the advice where our sender failed their check', () => {
  const said = (reply: string, sender = 'noreply@hosted.example'): string => {
    const [attempt] = tracedLines([bounce(sender, reply)]);
    expect(attempt?.attempt.cause).toBe('remote-sender-callout-failed');
    return attempt ? adviceOf(attempt.attempt) : '';
  };

  it.each([
    [
      '550-Verification failed for <noreply@hosted.example>\\n550-Response: 550 No Such User Here\\n550 Sender verify failed',
      '`noreply@hosted.example: :blackhole:` in /etc/valiases/hosted.example',
    ],
    [
      '550-Verification failed for <noreply@hosted.example>\\n550-Unrouteable address\\n550 Sender verify failed',
      'has no MX or address record',
    ],
    [
      '450 4.1.8 <noreply@hosted.example>: Sender address rejected: Domain not found',
      'has no MX or address record',
    ],
    [
      '450 4.1.7 <noreply@hosted.example>: Sender address rejected: unverified address: connect to srv1[192.0.2.1]:25: Connection timed out',
      'did not reach the mail server',
    ],
    ['550 Sender verify failed', 'Make our sender'],
  ])('%s', (reply, words) => {
    expect(said(reply)).toContain(words);
  });

  it('never writes a strange address into a line for a file', () => {
    expect(said('550 Sender verify failed: no such user', '"a: :include:/etc/passwd"@x.example')).toContain(
      'Make our sender',
    );
  });
});

describe('the advice where a blocklist does not serve a resolver', () => {
  const LIST = 'Error: open resolver; https://www.spamhaus.org/returnc/pub/192.0.2.9';

  it.each([
    [
      'dnsbl-listed',
      `2026-11-21 04:43:00 H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <b@here.example>: 203.0.113.5 is listed at zen.spamhaus.org (127.255.255.254: ${LIST})`,
      "does not serve this server's resolver",
    ],
    [
      'dnsbl-listed',
      '2026-11-21 04:43:00 H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <b@here.example>: 203.0.113.5 is listed at zen.spamhaus.org (127.0.0.2)',
      'Have the operator of the client ask the named list',
    ],
    [
      'remote-server-blocklisted',
      bounce(
        'a@here.example',
        `554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.x; ${LIST}`,
      ),
      'does not serve their resolver',
    ],
  ])('%s: %s', (cause, line, words) => {
    const [traced] = tracedLines([line]);
    expect(traced?.attempt.cause).toBe(cause);
    expect(traced && adviceOf(traced.attempt)).toContain(words);
  });
});
