import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../src/model/record.ts';
import { parseAll, parseOne, stamped } from './parse.ts';

/** The fields that a trap is about. */
type Expected = Partial<{
  kind: LogRecord['kind'];
  verdict: LogRecord['verdict'];
  stage: LogRecord['stage'];
  permanent: boolean | null;
  sender: string | null;
  recipient: string | null;
  client: string | null;
  port: number | null;
  reverseName: string | null;
  heloName: string | null;
  callout: string | null;
  calloutHost: string | null;
  command: string | null;
  code: number | null;
  enhanced: string | null;
  context: LogRecord['context'];
  subject: string;
  reason: string | null;
  queueId: string | null;
  pid: number | null;
  authenticatedAs: string | null;
  truncated: boolean;
  verifyFailure: LogRecord['verifyFailure'];
  localUser: string | null;
}>;

function flat(record: LogRecord): Required<Expected> {
  const { client, callout } = record;
  return {
    kind: record.kind,
    verdict: record.verdict,
    stage: record.stage,
    permanent: record.permanent,
    sender: record.sender,
    recipient: record.recipient,
    client: client?.ip ?? null,
    port: client?.port ?? null,
    reverseName: client?.reverseName ?? null,
    heloName: client?.heloName ?? null,
    callout: callout?.ip ?? null,
    calloutHost: callout?.host ?? null,
    command: callout?.command ?? null,
    code: callout?.code ?? null,
    enhanced: callout?.enhanced ?? null,
    context: record.context,
    subject: record.subject,
    reason: record.reason,
    queueId: record.queueId,
    pid: record.pid,
    authenticatedAs: record.authenticatedAs,
    truncated: record.truncated,
    verifyFailure: record.verifyFailure,
    localUser: record.localUser,
  };
}

const y100 = `y${'x'.repeat(98)}z`;

/** One row a trap; the numbers are those of the list of traps that the grammar of Exim's log sets. */
const TRAPS: readonly (readonly [trap: string, line: string, expected: Expected])[] = [
  [
    '1: two addresses on one line',
    'H=mail.client.example [203.0.113.5] sender verify fail for <u@r.test>: mx.r.test [192.0.2.24] : SMTP error from remote mail server after RCPT TO:<u@r.test>: 550 5.1.1 User unknown',
    {
      client: '203.0.113.5',
      callout: '192.0.2.24',
      code: 550,
      enhanced: '5.1.1',
      command: 'RCPT TO:<u@r.test>',
    },
  ],
  [
    '2: a third address in the remote text',
    'H=mail.client.example [203.0.113.5] sender verify fail for <u@r.test>: mx.r.test [192.0.2.24] : SMTP error from remote mail server after RCPT TO:<u@r.test>: 550-Blocked [198.51.100.9]:25\\n550 see http://x.example/?ip=198.51.100.9',
    { client: '203.0.113.5', callout: '192.0.2.24', code: 550, enhanced: null },
  ],
  [
    '3: a HELO name in brackets',
    'H=([10.1.2.3]) [203.0.113.7] F=<a@r.test> rejected RCPT <b@here.test>: relay not permitted',
    { client: '203.0.113.7', heloName: '[10.1.2.3]', reverseName: null },
  ],
  [
    '3: an IPv6 literal as HELO name',
    'H=([IPv6:2001:db8:0::2]) [2001:db8::2]:4711 I=[2001:db8::10]:25 F=<a@r.test> rejected RCPT <b@here.test>: no',
    { client: '2001:db8::2', port: 4711, heloName: '[IPv6:2001:db8:0::2]' },
  ],
  [
    '3: a bare address as HELO name',
    'H=mail.r.test (203.0.113.99) [203.0.113.7] rejected EHLO or HELO 203.0.113.99: no',
    { client: '203.0.113.7', heloName: '203.0.113.99', reverseName: 'mail.r.test', stage: 'helo' },
  ],
  [
    '3: a HELO name with parentheses',
    'H=(win_pc-(x)) [203.0.113.7]:99 F=<> rejected RCPT <b@here.test>: no',
    { client: '203.0.113.7', heloName: 'win_pc-(x)', port: 99, sender: '' },
  ],
  [
    '3: a HELO name that imitates the end of the item',
    'H=(a) [192.0.2.66] b) [203.0.113.7]:99 F=<a@r.test> rejected RCPT <b@here.test>: no',
    { client: '203.0.113.7', heloName: 'a) [192.0.2.66] b', port: 99 },
  ],
  [
    '4: H= of an outgoing line is no client',
    '1xUdDW-000000007tg-31lT H=mx.refused.test [192.0.2.36] Connection refused',
    { kind: 'other', client: null, queueId: '1xUdDW-000000007tg-31lT' },
  ],
  [
    '5: a bare verify line',
    'H=mail.client.example [203.0.113.5] sender verify fail for <u2@r.test>',
    { kind: 'sender-verify', verdict: 'fail', sender: 'u2@r.test', context: 'verify-unlogged', reason: null },
  ],
  [
    '6: a quoted local part with a space and a bracket',
    'H=mail.client.example [203.0.113.5] sender verify fail for <"a > b"@r.test>: Unrouteable address',
    { sender: '"a > b"@r.test', context: 'verify-route', subject: 'Unrouteable address' },
  ],
  [
    '7: a raw RCPT argument',
    'H=mail.client.example [203.0.113.5] F=<u@r.test> rejected RCPT r17@here.test: Sender verify failed',
    { recipient: 'r17@here.test', verifyFailure: 'fail', permanent: true },
  ],
  [
    '7: an argument that Exim cut at 100 characters',
    `H=mail.client.example [203.0.113.5] F=<u@r.test> rejected RCPT <${y100.slice(0, 99)}: relay not permitted`,
    { recipient: y100.slice(0, 99), truncated: true, reason: 'relay not permitted' },
  ],
  [
    '7: a quoted argument that holds a sentence',
    'H=[203.0.113.5] F=<u@r.test> rejected RCPT <"deny verify: junk"@here.test>: no: thanks',
    { recipient: '"deny verify: junk"@here.test', reason: 'no: thanks' },
  ],
  [
    '8: `: ` inside a quoted address',
    'H=[203.0.113.5] sender verify defer for <"a: b"@r.test>: Could not complete sender verify callout: mx.r.test [2001:db8::24] : Connection refused',
    {
      sender: '"a: b"@r.test',
      callout: '2001:db8::24',
      context: 'callout-connect',
      subject: 'Connection refused',
    },
  ],
  [
    '9: chained hosts: who answered is the first, the text belongs to the other',
    'H=[203.0.113.5] sender verify fail for <u@m.test>: mx2.m.test [192.0.2.20] : mx1.m.test [192.0.2.36] : Connection refused',
    { callout: '192.0.2.20', context: 'callout-unspecified', code: null },
  ],
  [
    '10: NULL is a lost answer',
    'H=[203.0.113.5] sender verify defer for <u@m.test>: Could not complete sender verify callout: mx.m.test [192.0.2.21] : NULL',
    { callout: '192.0.2.21', context: 'callout-unspecified' },
  ],
  [
    '11: the host repeated as its own reason',
    'H=[203.0.113.5] sender verify defer for <u@m.test>: Could not complete sender verify callout: mx.m.test [192.0.2.21] : mx.m.test [192.0.2.21]',
    { callout: '192.0.2.21', context: 'callout-unspecified' },
  ],
  [
    '13: a refusal that a verify line precedes by chance',
    'H=[203.0.113.5] F=<u@r.test> rejected RCPT <r12@here.test>: relay not permitted',
    { verifyFailure: null, context: 'rejection' },
  ],
  [
    '15: fail on the one line, temporary on the other',
    'H=[203.0.113.5] F=<u@r.test> temporarily rejected RCPT <r@here.test>: Sender verify failed',
    { verifyFailure: 'fail', permanent: false },
  ],
  [
    "15: a site's text before the literal",
    'H=[203.0.113.5] F=<u@r.test> rejected RCPT <r@here.test>: my: text: Sender verify failed',
    { verifyFailure: 'fail', permanent: true, reason: 'my: text: Sender verify failed' },
  ],
  [
    '17: the MAIL ACL has no F=',
    'H=[203.0.113.5] rejected MAIL <u@x.test>: Sender verify failed',
    { stage: 'mail', sender: 'u@x.test', recipient: null, verifyFailure: 'fail' },
  ],
  [
    '17: the DATA ACL knows nobody',
    'H=[203.0.113.5] rejected DATA: Sender verify failed',
    { stage: 'data', sender: null, recipient: null },
  ],
  [
    '18: message ids of 23 characters',
    '1xUccU-000000003Jf-1VvA H=[203.0.113.5] F=<u@x.test> rejected after DATA: there is no valid sender in any header line',
    { queueId: '1xUccU-000000003Jf-1VvA', stage: 'data', sender: 'u@x.test' },
  ],
  [
    '18: message ids of 16 characters',
    '10HmaX-0005vi-00 <= a@x.test H=mail.x.test [203.0.113.5] P=esmtp S=1',
    { queueId: '10HmaX-0005vi-00', kind: 'arrival', client: '203.0.113.5' },
  ],
  [
    '20: discarded is not refused, though it says so (4.85 and older)',
    'H=[203.0.113.5] F=<u@x.test> rejected RCPT <r@here.test>: discarded by RCPT ACL: text',
    { kind: 'other', permanent: null },
  ],
  [
    '20: discarded since 4.86',
    'H=[203.0.113.5] F=<u@x.test> RCPT <r@here.test>: discarded by RCPT ACL: text',
    { kind: 'other', permanent: null },
  ],
  [
    '20: refused without the word',
    "H=[203.0.113.5] dropped by 'connect' ACL: Country is banned",
    { kind: 'rejection', stage: 'connect', reason: 'Country is banned' },
  ],
  [
    '20: refused before the first word',
    'refused connection from mail.x.test (foo) [203.0.113.5]:4711 (host_reject_connection)',
    { kind: 'rejection', stage: 'connect', client: '203.0.113.5', permanent: true },
  ],
  [
    '20: the order turned round',
    'unqualified sender rejected: <root> H=mail.x.test [203.0.113.18]:42361 I=[198.51.100.10]:25',
    { kind: 'rejection', stage: 'mail', sender: 'root', client: '203.0.113.18' },
  ],
  [
    '20: too many recipients',
    'too many recipients: excess temporarily rejected: sender=<x@y.test> H=[203.0.113.5]',
    { kind: 'rejection', stage: 'rcpt', permanent: false, sender: 'x@y.test', client: '203.0.113.5' },
  ],
  [
    '20: a failed login',
    'dovecot_login authenticator failed for (host) [203.0.113.5]:1234: 535 Incorrect authentication data (set_id=bob@x.test)',
    { kind: 'auth-failure', stage: 'auth', client: '203.0.113.5', heloName: 'host', permanent: true },
  ],
  [
    '20: a failed login since 4.99',
    'plain authenticator failed for H=(host) [203.0.113.5]: 435 Unable to authenticate at present',
    { kind: 'auth-failure', client: '203.0.113.5', permanent: false },
  ],
  [
    '20: an SMTP call that was dropped, two spaces before C=',
    'SMTP call from [203.0.113.5] dropped: too many syntax or protocol errors (last command was "x",  C=EHLO,MAIL)',
    { kind: 'rejection', client: '203.0.113.5' },
  ],
  [
    '21: a warning quotes the same words',
    'H=[203.0.113.5] Warning: Sender verify failed: Unrouteable address',
    { kind: 'warning', context: null, reason: 'Sender verify failed: Unrouteable address' },
  ],
  [
    '21: a subject quotes the same words',
    '1xUccU-000000003Jf-1VvA <= a@x.test H=mail.x.test [203.0.113.5] P=esmtp S=1 T="H=[192.0.2.1] F=<x@y> rejected RCPT <c@d>: no" from <a@x.test> for b@here.test',
    { kind: 'arrival', sender: 'a@x.test', client: '203.0.113.5' },
  ],
  [
    '22: a remote server quotes our words',
    '1xUccU-000000003Jf-1VvA ** u@x.test F=<a@here.test> R=dnslookup T=remote_smtp H=mx.x.test [192.0.2.1]: SMTP error from remote mail server after RCPT TO:<u@x.test>: 550 Sender verify failed',
    { kind: 'bounce', recipient: 'u@x.test', sender: 'a@here.test', client: null },
  ],
  [
    'a recipient whose mail goes nowhere',
    '1xUcwH-00002r-0T => :blackhole: <bob@here.test> R=virtual_aliases_nostar',
    { kind: 'delivery', recipient: 'bob@here.test' },
  ],
  [
    'no recipient is left',
    '1xUcwH-00002r-0T => discarded (system filter)',
    { kind: 'delivery', recipient: null },
  ],
  [
    'our own TLS cannot be set up: 454',
    'TLS error on connection from mail.x.test [203.0.113.5] (cert/key setup: cert=/etc/ssl/a.crt key=/etc/ssl/a.key): Error while reading file.',
    { kind: 'rejection', stage: 'tls', permanent: false },
  ],
  [
    'a handshake that failed: 554',
    'TLS error on connection from mail.x.test [203.0.113.5] (gnutls_handshake): An unexpected TLS packet was received.',
    { kind: 'rejection', stage: 'tls', permanent: true },
  ],
  [
    'the id of a connection before its client (4.98+)',
    'SMTP connection Ci=175433 from mail.x.test (foo) [203.0.113.5]:42050 I=[198.51.100.10]:25 lost D=0.397s',
    { kind: 'connection', client: '203.0.113.5', heloName: 'foo' },
  ],
  [
    'a TLS session that broke refuses nothing',
    'TLS error on connection from (v2.test) [203.0.113.5] (recv): The TLS connection was non-properly terminated.',
    { client: '203.0.113.5', permanent: null },
  ],
  [
    'TLS with a server that we deliver to',
    '1xUcwH-00002r-0T TLS error on connection to mx.x.test [192.0.2.1] (SSL_connect): error:140770FC:SSL routines',
    { kind: 'other', client: null, permanent: null },
  ],
  [
    'a host whose name DNSSEC has proven',
    ' DSH=mail.x.test [203.0.113.5] F=<u@x.test> rejected RCPT <b@here.test>: relay not permitted',
    { client: '203.0.113.5', reverseName: 'mail.x.test', sender: 'u@x.test', recipient: 'b@here.test' },
  ],
  [
    'the same of a server that we deliver to',
    '1xUcwH-00002r-0T == b@far.test R=dnslookup T=remote_smtp defer (110): Connection timed out H=mx.far.test DS [192.0.2.1]: SMTP timeout after initial connection',
    { callout: '192.0.2.1', reason: 'SMTP timeout after initial connection', context: 'remote-connect' },
  ],
  [
    'a transport to others under a name of its own',
    '1xUcwH-00002r-0T == b@far.test R=smarthost T=smarthost defer (111): Connection refused',
    { context: 'remote-connect' },
  ],
  [
    'a transport of our own, with the same words',
    '1xUcwH-00002r-0T == b@here.test R=local T=dovecot_lmtp defer (111): Connection refused',
    { context: 'local-delivery' },
  ],
  [
    'nobody was contacted',
    '1xUcwH-00002r-0T ** b@far.test R=dkim_lookuphost T=dkim_remote_smtp: message has lines too long for transport (received 2162, limit 2048)',
    { context: 'remote-route' },
  ],
  [
    'the answer for one recipient at the end of the data',
    '1xUcwH-00002r-0T ** b@here.test R=dovecot T=dovecot_lmtp H=127.0.0.1 [127.0.0.1]: LMTP error after DATA: 552 5.2.2 <b@here.test> Quota exceeded DT=1s',
    { callout: '127.0.0.1', command: 'DATA', code: 552, context: 'remote-reply' },
  ],
  [
    'the DKIM ACL behind BDAT',
    '1xUcwH-00002r-0T H=mail.x.test (cl) [203.0.113.5] rejected DKIM 12345 LAST: DKIM signature invalid',
    { stage: 'data', reason: 'DKIM signature invalid' },
  ],
  [
    'a quotation mark in the command that came too soon (4.98 and older)',
    'SMTP protocol synchronization error (next input sent too soon: pipelining was not advertised): rejected "MAIL FROM:<"a b"@x.test>" H=(cl) [203.0.113.5] next input="RCPT"',
    { kind: 'rejection', client: '203.0.113.5', permanent: true },
  ],
  [
    'ETRN is answered 458',
    'H=(cl) [203.0.113.5] rejected ETRN #here.test',
    { kind: 'rejection', permanent: false },
  ],
  [
    'VRFY is answered 252',
    'H=(cl) [203.0.113.5] rejected VRFY a@b.test',
    { kind: 'rejection', permanent: null },
  ],
  [
    'no room for the message',
    '1xUcwH-00002r-0T Message abandoned: Spool write error (No space left on device) while receiving message from mail.x.test (cl) [203.0.113.5]',
    { kind: 'rejection', stage: 'data', permanent: false, client: '203.0.113.5', heloName: 'cl' },
  ],
  [
    'a flag between the fields of local_scan()',
    '1xUcwH-00002r-0T F=a@x.test H=mail.x.test (cl) [203.0.113.5] P=esmtps L rejected by local_scan(): spam',
    { stage: 'data', sender: 'a@x.test', reason: 'spam' },
  ],
  [
    'one recipient of PRDR',
    '1xUcwH-00002r-0T PRDR R=<bob@here.test> temporary refusal',
    { kind: 'rejection', stage: 'data', permanent: false, recipient: 'bob@here.test' },
  ],
  [
    'a message that was passed on while it came',
    '1xUcwH-00002r-0T H=mail.x.test (cl) [203.0.113.5] b@here.test F=<a@x.test> rejected after DATA: R=hub T=hub_smtp H=mx.in.test [192.0.2.1] C="550 5.7.1 spam content"',
    { stage: 'data', sender: 'a@x.test', recipient: 'b@here.test', subject: '550 5.7.1 spam content' },
  ],
  [
    'the same, with the client at once behind the sender',
    '1xUcwH-00002r-0T rejected from <a@x.test>H=mail.x.test (cl) [203.0.113.5]: Too many "Received" headers',
    { sender: 'a@x.test', client: '203.0.113.5', reverseName: 'mail.x.test' },
  ],
  [
    'TCP Fast Open before the client',
    'unexpected disconnection while reading SMTP command from TFO* mail.x.test (cl) [203.0.113.5] D=3s',
    { kind: 'connection', client: '203.0.113.5', reverseName: 'mail.x.test' },
  ],
  [
    'a command that holds a colon',
    '1xUcwH-00002r-0T == |/usr/bin/x "a b: c" <bob@here.test> R=r T=address_pipe defer (0): x failed',
    { recipient: 'bob@here.test', reason: 'x failed', context: 'local-delivery' },
  ],
  [
    'an address that no router took, without +sender_on_delivery',
    '1xUkVN-00005r-0F ** rita@out-nxdomain.example: Unrouteable address',
    { kind: 'bounce', recipient: 'rita@out-nxdomain.example', sender: null, reason: 'Unrouteable address' },
  ],
  [
    '30: a local text looks like a remote one',
    'H=[203.0.113.5] sender verify fail for <u@here.test>: No Such User Here',
    { context: 'verify-route', callout: null },
  ],
  [
    '31: a space behind the name of the stage',
    'H=[203.0.113.5] rejected DKIM : no signature',
    { stage: 'data', reason: 'no signature' },
  ],
  [
    '31: temporarily at HELO',
    'H=[203.0.113.5] temporarily rejected EHLO or HELO x.test: later',
    { stage: 'helo', permanent: false, reason: 'later' },
  ],
  [
    '32: TLS fields before F=, the login behind it',
    'H=mail.x.test [203.0.113.5]:1 I=[198.51.100.10]:587 X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no DN="/CN=a \\"b\\" F=<x@y>" SNI=srv.test F=<u@x.test> A=plain:user rejected RCPT <b@here.test>: Sender verify failed',
    { sender: 'u@x.test', authenticatedAs: 'user', recipient: 'b@here.test' },
  ],
  [
    'a stranger writes a whole log line into his reply',
    'H=[203.0.113.5] sender verify fail for <u@r.test>: mx.r.test [192.0.2.24] : SMTP error from remote mail server after RCPT TO:<u@r.test>: 550 5.1.1 "user \\"x\\"" said: <x@y> (z) [1.2.3.4]:25 F=<evil@evil.test> rejected RCPT <a@b>: relay not permitted',
    {
      kind: 'sender-verify',
      client: '203.0.113.5',
      sender: 'u@r.test',
      recipient: null,
      callout: '192.0.2.24',
    },
  ],
  [
    'the old form of a refused connection',
    'H=relay1.example.com (qsv-spam1.example.com) [67.26.151.59]:36752 I=[69.161.211.25]:25 sender verify defer for <administrator@customer.example.com>: could not connect to customer.example.com [163.112.75.15]: Connection timed out',
    {
      client: '67.26.151.59',
      heloName: 'qsv-spam1.example.com',
      callout: '163.112.75.15',
      context: 'callout-connect',
      subject: 'Connection timed out',
      verdict: 'defer',
      permanent: false,
    },
  ],
  [
    'the old form of an answer',
    'H=[203.0.113.5] sender verify fail for <"al ice"@q.test>: response to "RCPT TO:<"al ice"@q.test>" from mx.q.test [192.0.2.9] was: 550 unknown',
    { callout: '192.0.2.9', command: 'RCPT TO:<"al ice"@q.test>', code: 550, context: 'callout-rcpt' },
  ],
  [
    'a postmaster callout',
    'H=[203.0.113.5] sender verify fail for <a@q.test>: mx.q.test [192.0.2.9] : SMTP error from remote mail server after RCPT TO:<postmaster@q.test>: 550 no',
    { context: 'callout-postmaster' },
  ],
  [
    'a random callout',
    'H=[203.0.113.5] sender verify defer for <a@q.test>: Could not complete sender verify callout: mx.q.test [192.0.2.9] : SMTP error from remote mail server after RCPT TO:<us.test-1763700000-testing@q.test>: 450 no',
    { context: 'callout-random' },
  ],
  [
    'the answer to EHLO inside the sentence about HELO',
    'H=[203.0.113.5] sender verify defer for <a@q.test>: Could not complete sender verify callout: mx.q.test [192.0.2.9] : Remote host closed connection in response to HELO us.test (EHLO response was: 421 4.7.0 no)',
    { context: 'callout-helo', command: 'HELO us.test', code: null },
  ],
  [
    'a program of this machine',
    '1xUcwH-00002r-0T F=<b@here.test> rejected by non-SMTP ACL: Sender verify failed',
    { client: null, localUser: '', sender: 'b@here.test' },
  ],
  [
    'a local submission',
    'U=root F=<root@here.test> rejected RCPT <b@x.test>: no',
    { client: null, localUser: 'root', sender: 'root@here.test' },
  ],
  [
    'mail that a program hands over',
    '10HmaX-0005vi-00 F=<a@here.test> rejected by non-SMTP ACL: Sender verify failed',
    { kind: 'rejection', stage: 'data', sender: 'a@here.test', verifyFailure: 'fail' },
  ],
  [
    'too big after DATA',
    '1xUcwH-00003f-1m rejected from <a@x.test> H=mail.x.test [203.0.113.164]:34015: message too big: read=28554 max=20480',
    {
      stage: 'data',
      sender: 'a@x.test',
      client: '203.0.113.164',
      reason: 'message too big: read=28554 max=20480',
    },
  ],
  [
    'too big at MAIL',
    'rejected MAIL FROM:<a@x.test> H=mail.x.test [203.0.113.164]:34015: message too big: size=9999999 max=20480',
    {
      stage: 'mail',
      sender: 'a@x.test',
      client: '203.0.113.164',
      reason: 'message too big: size=9999999 max=20480',
    },
  ],
  [
    'a TLS session that broke later',
    'TLS recv error on connection from mout.x.test [203.0.113.15]: A TLS packet with unexpected length was received.',
    { kind: 'rejection', stage: 'tls', client: '203.0.113.15' },
  ],
];

describe('the traps of the log', () => {
  it.each(TRAPS)('%s', (_, line, expected) => {
    expect(flat(parseOne(stamped(line)))).toMatchObject(expected);
  });

  it('19: a pid is digits only, an address in brackets is none', () => {
    expect(parseAll(['2026-11-21 04:43:00 [127.0.0.1] SSL verify error: depth=0 error=x cert=y'])).toEqual([
      'remark',
    ]);
    const line = '2026-11-21 04:43:00.123 +0100 [4711] H=[203.0.113.5] F=<> rejected RCPT <b@x.test>: no';
    expect(flat(parseOne(line))).toMatchObject({ pid: 4711 });
    expect(parseOne(line).at).toBe(Date.UTC(2026, 10, 21, 3, 43, 0, 123));
  });

  it('12: the remark about making the callout connection is no verification of its own', () => {
    const lines = ['calloout', 'callout'].map((word) =>
      stamped(`recipient verify defer (making ${word} connection): T=remote_smtp Network is unreachable`),
    );
    expect(parseAll(lines)).toEqual(['remark', 'remark']);
  });

  it('23: DT= behind the text of a bounce belongs to the line, not to the recipient', () => {
    const line = stamped(
      '10HmaX-0005vi-00 ** u@x.test F=<> R=r T=t H=h [192.0.2.1]: 550 5.1.1 User unknown DT=0s',
    );
    expect(flat(parseOne(line))).toMatchObject({ kind: 'bounce', recipient: 'u@x.test', sender: '' });
  });

  it('24: escapes are left as they are logged', () => {
    const text = '550 5.1.1 Empf\\344nger usér back\\slash';
    const line = `H=[203.0.113.5] sender verify fail for <usér@r.test>: mx.r.test [192.0.2.24] : SMTP error from remote mail server after RCPT TO:<usér@r.test>: ${text}`;
    const record = parseOne(stamped(line));
    expect(record.sender).toBe('usér@r.test');
    expect(record.callout?.text).toBe(text);
  });

  it('25: the second physical line of an entry is understood as such, a strange one is not', () => {
    expect(
      parseAll([' Suggested action: use keep_environment.', 'P Received: from x', 'line two here']),
    ).toEqual(['continuation', 'continuation', 'unknown']);
  });

  it.each([
    "Tainted filename for search: '/etc/exim/domains/x.test/aliases'",
    'Berkeley DB error: __fop_file_setup:  Retry limit (100) exceeded',
    'Failed to get user name for uid 99',
    'TLS session (gnutls_handshake): Key usage violation in certificate has been detected.',
  ])('no mail event: %s', (text) => {
    expect(parseAll([stamped(text)])).toEqual(['remark']);
  });

  it('cwd= may hold anything', () => {
    expect(
      parseAll([stamped('cwd=/x 3 args: exim H=[203.0.113.5] F=<> rejected RCPT <b@x.test>: no')]),
    ).toEqual(['remark']);
  });
});
