import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causes } from '../../src/causes/index.ts';
import { type Answered, explain } from '../../src/remedies/explain.ts';
import { exiwhy } from '../cli.ts';

const H = 'H=mail.x.example (x) [203.0.113.9]:25';
const POSTFIX = 'Nov 21 04:02:26 mx postfix';
const FROM = 'NOQUEUE: reject: RCPT from unknown[203.0.113.9]:';
const TRAILER = '; from=<a@x.example> to=<b@h.example> proto=ESMTP helo=<x>';

describe('explain', () => {
  it.each<[text: string, kind: string, cause: string | null, answered?: Answered]>([
    [
      `2026-11-21 04:43:00 ${H} sender verify fail for <a@x.example>: mx.x.example [198.51.100.2] : response to "MAIL FROM:<>" was: 550 no`,
      'exim-line',
      'callout-null-sender-refused',
    ],
    [`${H} F=<a@x.example> rejected RCPT <b@h.example>: relay not permitted`, 'exim-line', 'relay-denied'],
    [
      '2026-11-21 04:43:00 1xUcwG-00001z-38 ** b@y.example F=<a@h.example> R=dnslookup T=remote_smtp H=mx.y.example [198.51.100.9]: SMTP error from remote mail server after RCPT TO:<b@y.example>: 550-Verification failed for <a@h.example>\\n550 Sender verify failed',
      'exim-line',
      'remote-sender-callout-failed',
    ],
    [
      'Jun 25 01:24:53 vh256 splogger: 1joDp7-0002mn-2s ** b@y.example R=dnslookup T=remote_smtp H=mxs.y.example [198.51.100.9] X=TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256 CV=yes: SMTP error from remote mail server after end of data: 550 spam message rejected. Please visit http://help.y.example/notspam',
      'exim-line',
      'remote-spam',
    ],
    [
      `In order to restrict the quantity of bogus and spam messages our server requires that every inbound mail message be sent from an email address which can be verified as genuine. ${'It is long. '.repeat(8)}`,
      'unknown',
      null,
    ],
    [
      '2026-11-21 04:43:00 1xUcwG-00001z-38 == b@y.example R=dnslookup T=remote_smtp defer (111): Connection refused',
      'exim-line',
      'remote-connect-refused',
    ],
    ['2026-11-21 04:43:00 1xUcwG-00001z-38 => b@y.example R=dnslookup T=remote_smtp', 'exim-line', null],
    [
      `${POSTFIX}/smtpd[12]: ${FROM} 450 4.1.7 <a@x.example>: Sender address rejected: unverified address: host mx.x.example[198.51.100.2] said: 550 5.1.1 User unknown (in reply to RCPT TO command)${TRAILER}`,
      'postfix-line',
      'callout-mailbox-unknown',
    ],
    [
      `${POSTFIX}/smtpd[12]: ${FROM} 450 4.1.7 <a@x.example>: Sender address rejected: unverified address: connect to mx.x.example[198.51.100.2]:25: Connection refused${TRAILER}`,
      'postfix-line',
      'callout-connect-refused',
    ],
    [
      `${POSTFIX}/smtpd[12]: ${FROM} 550 5.1.7 <a@x.example>: Sender address rejected: undeliverable address: host mx.x.example[198.51.100.2] said: 550 no nulls (in reply to MAIL FROM command)${TRAILER}`,
      'postfix-line',
      'callout-null-sender-refused',
    ],
    [
      `${POSTFIX}/smtpd[12]: ${FROM} 450 4.1.7 <a@x.example>: Sender address rejected: unverified address: Address verification in progress${TRAILER}`,
      'postfix-line',
      'callout-pending',
    ],
    [
      `${POSTFIX}/smtp[12]: 4F1B2: to=<b@y.example>, relay=mx.y.example[198.51.100.9]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host mx.y.example[198.51.100.9] said: 554 5.7.1 Relay access denied (in reply to RCPT TO command))`,
      'postfix-line',
      'remote-relay-denied',
    ],
    ['550 5.1.1 User unknown', 'smtp-reply', 'remote-mailbox-unknown'],
    ['550 5.1.1 User unknown', 'smtp-reply', 'callout-mailbox-unknown', 'callout'],
    ['451 4.7.1 Greylisted', 'smtp-reply', 'remote-greylisted'],
    ['451 4.7.1 Greylisted', 'smtp-reply', 'callout-greylisted', 'callout'],
    ['250 OK', 'smtp-reply', null],
    ['5.1.1 no such person', 'smtp-reply', 'remote-mailbox-unknown'],
    ['Error message below: 550 - no such user here', 'smtp-reply', 'remote-mailbox-unknown'],
    ['mx.y.example ESMTP 554 5.7.0 refused by Spamhaus', 'smtp-reply', 'remote-server-blocklisted'],
    ['220-y.example 421 4.2.1 please try later', 'smtp-reply', 'remote-temporary'],
    ['Callout verification failed: 550 No Such User Here', 'smtp-reply', 'remote-sender-callout-failed'],
    ['empty envelope senders not allowed', 'unknown', 'remote-policy'],
    ['empty envelope senders not allowed', 'unknown', 'callout-null-sender-refused', 'callout'],
    ['192.0.2.1 is not yet authorized to deliver mail', 'unknown', 'remote-greylisted'],
    ['Domain y.example does not accept mail (nullMX)', 'unknown', 'remote-null-mx'],
    ['Address verification in progress', 'unknown', 'remote-temporary'],
    [
      '550-Verification failed for <a@h.example>\n550-Called:   192.0.2.1\n550-Response: 550 no\n550 Sender verify failed',
      'bounce',
      'remote-sender-callout-failed',
    ],
    [
      'Final-Recipient: rfc822; b@y.example\nAction: failed\nDiagnostic-Code: smtp; 552 5.2.2\n Mailbox full\n',
      'bounce',
      'remote-mailbox-full',
    ],
    [
      '  b@y.example\n    SMTP error from remote mail server after RCPT TO:<b@y.example>:\n    host mx.y.example [198.51.100.9]: 550 5.1.1 No such user\n',
      'bounce',
      'remote-mailbox-unknown',
    ],
    ['callout-null-sender-refused', 'cause', 'callout-null-sender-refused'],
    [
      'could not connect to mx.x.example [192.0.2.5]: Connection timed out',
      'unknown',
      'callout-connect-timeout',
    ],
    ['relay not permitted', 'unknown', 'relay-denied'],
    ['Mailing to remote domains not supported', 'unknown', 'local-policy'],
    ['all relevant MX records point to non-existent hosts', 'unknown', 'remote-dns-failure'],
    ['the weather is fine', 'unknown', null],
  ])('%s', (text, kind, cause, answered = 'delivery') =>
    expect(explain(text, answered)).toMatchObject({ kind, cause }));

  it.each(causes.map(({ id }) => id))('knows the cause %s', (id) => {
    expect(explain(id, 'delivery')).toMatchObject({
      kind: 'cause',
      cause: id,
      meaning: expect.stringMatching(/\.$/),
    });
  });

  it('offers what the reply offers, and not the addresses that it was asked about', () => {
    const text = '550 5.7.1 <a@x.example>: see https://help.y.example/q or mail desk@y.example';
    expect(explain(text, 'delivery').contacts).toEqual(['https://help.y.example/q', 'desk@y.example']);
    expect(explain(`${H} F=<a@x.example> rejected RCPT <b@h.example>: no`, 'delivery').contacts).toEqual([]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => explain(text, 'delivery').text === text));
  });
});

describe('exiwhy explain', () => {
  it('takes arguments, unquoted words, or lines of stdin', () => {
    const causesOf = (stdout: string): unknown[] =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).cause);
    const nd = ['explain', '--format', 'ndjson'];
    expect(causesOf(exiwhy([...nd, '550', '5.1.1', 'User', 'unknown']).stdout)).toEqual([
      'remote-mailbox-unknown',
    ]);
    expect(causesOf(exiwhy([...nd, '550 5.1.1 a b', '552 5.2.2 c d']).stdout)).toEqual([
      'remote-mailbox-unknown',
      'remote-mailbox-full',
    ]);
    expect(causesOf(exiwhy(nd, '550 5.1.1 a\n\n550-a\n550 Sender verify failed\n').stdout)).toEqual([
      'remote-mailbox-unknown',
      'remote-sender-callout-failed',
    ]);
    // a reply that was cut does not swallow one of another code
    expect(causesOf(exiwhy(nd, '550-5.1.1 a\n552 5.2.2 b\n').stdout)).toEqual([
      'remote-mailbox-unknown',
      'remote-mailbox-full',
    ]);
    expect(causesOf(exiwhy(nd, 'Subject: x\n\nDiagnostic-Code: smtp; 550 5.1.1 x\n').stdout)).toEqual([
      'remote-mailbox-unknown',
    ]);
  });
});
