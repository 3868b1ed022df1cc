import type { LogRecord, Stage } from '../../model/record.ts';
import { readClient } from './client.ts';
import { refuse } from './refusal.ts';

/** A line about a connection: `OPENING CLIENT REST`. */
interface Sentence {
  /** The client stands directly behind it. */
  opening: RegExp;
  read: (record: LogRecord, opening: RegExpExecArray, rest: string) => void;
}

/** The last line of a connection counts its commands (3.0+): ` ehlo=1 mail=0/1 quit=1 commands=2/3`. */
function connection(record: LogRecord, opening: RegExpExecArray, rest: string): void {
  record.kind = 'connection';
  record.reason = opening[0].trim();
  record.subject = rest.trim();
}

/** The command that anvil(8) counts: the one that smtpd(8) refuses. */
const LIMITED: Readonly<Record<string, Stage>> = {
  'Message delivery request': 'mail',
  'Recipient address': 'rcpt',
  'New TLS session': 'tls',
  'AUTH command': 'auth',
  'BDAT command': 'data',
};

/** smtpd(8), postscreen(8) and anvil(8) about one client, Postfix 2.0-3.10. */
const SENTENCES: readonly Sentence[] = [
  { opening: /^(?:connect|disconnect) from /, read: connection },
  // lost connection after RCPT (12 bytes) from mx.example[203.0.113.5]
  {
    opening:
      /^(?:lost connection|timeout|too many errors|too many unknown commands) after \S+(?: \(\d+ bytes\))? from /,
    read: connection,
  },
  // warning: mx.example[203.0.113.5]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=bob
  {
    opening: /^warning: (?=\S{1,300}\](?::\d+)?: SASL )/,
    read: (record, _, rest) => {
      const found =
        /^: SASL \S+ authentication (?:failed|aborted)(?:: (.*?))?(?:, sasl_username=(.*))?$/s.exec(rest);
      if (!found) return;
      refuse(record, 'auth', `SASL authentication failed: ${found[1] ?? ''}`);
      record.kind = 'auth-failure';
      // xsasl_dovecot_server.c, smtpd_sasl_glue.c: `454 4.7.0 Temporary authentication failure`
      record.permanent = !/^(?:Connection lost to|Temporary) authentication/i.test(found[1] ?? '');
      record.reason = rest.slice(2);
      record.subject = record.permanent
        ? 'SASL authentication failed'
        : 'authenticator failed: 454 Temporary authentication failure';
    },
  },
  // warning: Illegal address syntax from mx.example[203.0.113.5] in RCPT command: <b@@y.example>
  {
    opening: /^warning: (Illegal address syntax) from /,
    read: (record, opening, rest) => {
      const [, command, address = null] = /^ in (MAIL|RCPT) command: (?:<(.*)>$)?/s.exec(rest) ?? [];
      refuse(record, command === 'RCPT' ? 'rcpt' : 'mail', `${opening[1]}${rest}`);
      if (command === 'RCPT') record.recipient = address;
      else record.sender = address;
      // smtpd.c answers 501 5.1.7 or 501 5.1.3
      record.permanent = true;
      record.subject = opening[1] ?? '';
    },
  },
  // warning: Connection rate limit exceeded: 2 from mx.example[203.0.113.5] for service smtp
  {
    opening:
      /^warning: ((Connection|Message delivery request|Recipient address|New TLS session|AUTH command|BDAT command)[a-z A-Z]* limit exceeded): \d+ from /,
    read: (record, opening) => {
      refuse(record, LIMITED[opening[2] ?? ''] ?? 'connect', opening[1] ?? '');
      // smtpd.c answers 421 or 450 to each of them
      record.permanent = false;
      record.reason = opening[0].slice('warning: '.length, -' from '.length);
      record.subject = opening[1] ?? '';
    },
  },
  // bare <LF> received after DATA (1234 bytes) from mx.example[203.0.113.5]
  {
    opening: /^(bare <LF> received) after \S+(?: \(\d+ bytes\))? from /,
    read: (record, opening) => {
      refuse(record, 'data', opening[1] ?? '');
      record.permanent = true;
      record.subject = opening[1] ?? '';
    },
  },
  // abort: TLS from mx.example[203.0.113.5]: No client certificate presented
  {
    opening: /^(?:abort: TLS|warning: Wrapper-mode request dropped) from /,
    read: (record, _, rest) => {
      refuse(record, 'tls', rest.replace(/^:? /, ''));
      record.permanent = false;
      record.subject = `TLS error: ${record.reason}`;
    },
  },
  // warning: Refusing STARTTLS request from mx.example[203.0.113.5] for service smtp
  {
    opening: /^warning: (Refusing (?:STARTTLS|TLS service) request) from /,
    read: (record, opening) => {
      refuse(record, 'tls', opening[1] ?? '');
      record.permanent = false;
      record.subject = 'New TLS session rate limit exceeded';
    },
  },
  {
    opening: /^(SSL_accept error) from /,
    read: (record, opening, rest) => {
      refuse(record, 'tls', `${opening[1]}${rest}`);
      record.permanent = true;
      record.subject = `TLS error: ${record.reason}`;
    },
  },
  // postscreen: CONNECT from [203.0.113.9]:51143 to [198.51.100.10]:25, PREGREET 22 after 0 from [203.0.113.5]:34331: EHLO x
  {
    opening:
      /^(?:CONNECT|PASS (?:NEW|OLD)|(?:ALLOW|DENY|WHITE|BLACK)LIST(?:ED|VETO)?|ALLOWLIST VETO|WHITELIST VETO|PREGREET \d+ after \S+|HANGUP after \S+|DNSBL rank \d+ for|COMMAND \S+ LIMIT|BARE NEWLINE|NON-SMTP COMMAND|COMMAND (?:PIPELINING|TIME LIMIT|COUNT LIMIT|LENGTH LIMIT)|DISCONNECT)(?: from)? (?=\[)/,
    read: connection,
  },
];

/** @returns whether the line was such a sentence; the record is filled in. */
export function readSession(record: LogRecord, text: string): boolean {
  for (const { opening, read } of SENTENCES) {
    const found = opening.exec(text);
    if (!found) continue;
    const item = readClient(text, found[0].length);
    if (!item) return false;
    record.client = item.client;
    read(record, found, text.slice(item.end));
    return record.kind !== 'other';
  }
  return false;
}
