import { describe, expect, it } from 'vitest';
import { parseAll } from './parse.ts';

const syslog = (rest: string): string => `Nov 21 04:43:00 srv1 ${rest}`;

/** What other programs write into the same syslog file; some say what a mail server says. */
const FOREIGN: readonly string[] = [
  // qmail's helper, which anybody may use
  'splogger: 1joDp7-0002mn-2s ** b@y.example R=dnslookup T=remote_smtp H=mxs.y.example [198.51.100.9]: SMTP error from remote mail server after end of data: 550 spam message rejected.',
  'splogger: H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <b@y.example>: relay not permitted',
  'qmail: 1593044693.123456 delivery 12: failure: 198.51.100.9_does_not_like_recipient./Remote_host_said:_550_no/',
  'sm-mta[77]: 05P1abc: to=<b@y.example>, relay=mx.y.example. [198.51.100.9], dsn=5.1.1, stat=User unknown',
  'smtpd[77]: 0bd5b2a1 smtp failed-command address=203.0.113.5 command="RCPT TO:<b@y.example>" result="550 Invalid recipient"',
  'opendkim[7]: 4F1B2: reject: RCPT from mx.x.example[203.0.113.5]: 550 no; from=<a@x.example> to=<b@y.example>',
  'postgrey[7]: action=greylist, reason=new, client_name=mx.x.example, client_address=203.0.113.5, sender=a@x.example, recipient=b@y.example',
  'postfix/policy-spf[5]: Policy action=550 Please see http://www.openspf.net/Why',
  'postfix-policyd[5]: NOQUEUE: reject: RCPT from mx.x.example[203.0.113.5]: 550 no',
  'amavis[5]: (01-02) Blocked SPAM {DiscardedInbound}, [203.0.113.5]:5 <a@x.example> -> <b@y.example>',
  'dovecot: lmtp(7): Error: 550 5.1.1 <b@y.example> User unknown',
  'kernel: [1.5] NOQUEUE: reject: RCPT from mx.x.example[203.0.113.5]: 550 no',
  // with a stamp like Exim's
  'postgres[33]: 2026-11-21 04:43:00.123 UTC [33] LOG:  connection received: host=127.0.0.1',
  'worker[34]: 2026-11-21 04:43:00 starting',
  'worker[34]: 2026-11-21 04:43:00 Completed',
  'worker[34]: H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <b@y.example>: relay not permitted',
].map(syslog);

describe('a line of another program', () => {
  it.each(FOREIGN)('%s', (line) => {
    expect(parseAll([line])).toEqual(['foreign']);
  });

  it('is foreign among those of mail servers, too', () => {
    const exim = syslog(
      'exim[1]: 2026-11-21 04:43:00 H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <b@y.example>: relay not permitted',
    );
    const postfix = syslog('postfix/qmgr[2]: 4F1B2: removed');
    const mixed = FOREIGN.flatMap((line) => [line, exim.replace('exim[1]', 'exim[3]'), postfix]);
    expect(parseAll(mixed).filter((_, index) => index % 3 === 0)).toEqual(FOREIGN.map(() => 'foreign'));
  });

  it('is one of Exim where it has told a mail event in the form of Exim: syslog_processname', () => {
    const bare =
      'H=mx.x.example [203.0.113.5] F=<a@x.example> rejected RCPT <b@y.example>: relay not permitted';
    const lines = [bare, `2026-11-21 04:43:00 ${bare}`, bare, 'what is this'];
    expect(parseAll(lines.map((text) => syslog(`outgoing[35]: ${text}`)))).toMatchObject([
      'foreign',
      { mta: 'exim', kind: 'rejection' },
      { mta: 'exim', kind: 'rejection' },
      'unknown',
    ]);
  });
});
