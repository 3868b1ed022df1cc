import type { Fault } from '../causes/cause.ts';
import { causes, findCause } from '../causes/index.ts';
import { findRemoteCause, remoteCauseOf } from '../causes/remote.ts';
import { classify } from '../classify.ts';
import type { Context, LogRecord } from '../model/record.ts';
import { createParser } from '../mta/exim/parser.ts';
import { readVerification } from '../mta/exim/verification.ts';
import { createStampClock } from '../time/zone.ts';
import { offeredIn } from './reply-contacts.ts';

/** What a pasted text means. */
export interface Explanation {
  text: string;
  kind: 'exim-line' | 'postfix-line' | 'smtp-reply' | 'bounce' | 'cause' | 'unknown';
  cause: string | null;
  permanent: boolean | null;
  fault: Fault;
  meaning: string;
  advice: string;
  /** The RFC's section, or the function that prints the text. */
  source: string | null;
  /** Links and addresses that the text itself offers. */
  contacts: string[];
}

/** Who was answered: our own mail on its way out, or our callout that verified a sender. */
export type Answered = 'delivery' | 'callout';

type Found = Omit<Explanation, 'text' | 'contacts'>;

/** Explains a log line, a bounce, a reply, or the id of a cause. Offline, and never throws. */
export function explain(text: string, answered: Answered): Explanation {
  const trimmed = text.trim();
  const found =
    ofCauseId(trimmed) ??
    ofEximLine(trimmed) ??
    ofPostfixLine(trimmed, answered) ??
    ofBounce(trimmed) ??
    ofReply(trimmed, answered) ??
    ofReason(trimmed);
  return { text, ...found, contacts: offeredBy(found.kind, trimmed) };
}

/** What another server offers stands in its reply; addresses in angle brackets are the ones that it was asked about. */
function offeredBy(kind: Explanation['kind'], text: string): string[] {
  const start = kind === 'cause' ? -1 : text.search(/(?:^|[:;\s])[245]\d\d[ -]/);
  if (start === -1) return [];
  const asked = [...text.matchAll(/<([^<>\s]+)>/g)].map(([, address = '']) => address);
  const { links, addresses } = offeredIn(text.slice(start), asked);
  return [...links, ...addresses];
}

function ofCauseId(text: string): Found | null {
  const permanent = null;
  return causes.some(({ id }) => id === text) || remoteCauseOf(text)
    ? described('cause', text, permanent)
    : null;
}

/** What the table says of a cause; a null cause is a line that refuses nothing. */
function described(kind: Explanation['kind'], id: string, permanent: boolean | null): Found {
  const cause = causes.find((one) => one.id === id) ?? remoteCauseOf(id);
  if (!cause) return unknown(kind, permanent);
  const { title, fault, advice, source } = cause;
  const when = permanent === null ? '' : permanent ? ' It is final.' : ' It is temporary.';
  return { kind, cause: id, permanent, fault, meaning: `${title}.${when}`, advice, source };
}

function unknown(kind: Explanation['kind'], permanent: boolean | null): Found {
  return {
    kind,
    cause: null,
    permanent,
    fault: 'unknown',
    meaning: 'Nothing that exiwhy knows: no refusal, or words that are in no table.',
    advice: 'Paste the whole line of the log, or the reply from its three-digit code on.',
    source: null,
  };
}

const PASSED: Readonly<Partial<Record<LogRecord['kind'], string>>> = {
  arrival: 'A message was accepted by this server.',
  delivery: 'A message was delivered.',
  completed: 'All recipients of a message are done.',
  warning: 'A remark of a rule; nothing was refused.',
  connection: 'A connection, nothing was refused.',
};

/** A line of an Exim log, with or without its stamp. */
function ofEximLine(text: string): Found | null {
  if (text.includes('\n')) return null;
  const stamped = /^(?:H=|F=<|U=\S+ F=<)/.test(text) ? `2000-01-01 00:00:00 ${text}` : text;
  // The year of a syslog stamp does not matter here.
  const record = createParser(createStampClock('UTC', 0)).parse({ text: stamped, file: '-', line: 1 });
  if (typeof record === 'string') return null;
  const { kind, reason, permanent } = record;
  if (kind === 'bounce' || kind === 'deferral') {
    const remote = findRemoteCause(replyBehindSentence(reason ?? ''));
    return described(
      'exim-line',
      remote?.id ?? (kind === 'bounce' ? 'remote-refused' : 'remote-temporary'),
      permanent,
    );
  }
  const cause = classify(record);
  if (cause !== null) return described('exim-line', cause, permanent);
  const meaning = PASSED[kind];
  return meaning
    ? { ...unknown('exim-line', null), meaning, fault: 'nobody', advice: 'Nothing is to be done.' }
    : null;
}

/** `SMTP error from remote mail server after RCPT TO:<a@example>: 550 unknown`, `... said: 550 unknown`. */
function replyBehindSentence(reason: string): string {
  const behind = /^SMTP error from remote mail server after .*?: (?=[245]\d\d[ -])/s.exec(reason);
  return behind ? reason.slice(behind[0].length) : reason;
}

const POSTFIX = /(?:^|\s)postfix[\w-]*(?:\/[\w-]+)*\/[\w-]+\[\d+\]: (.*)$/s;
const REJECT =
  /^\w+: (?:reject|reject_warning|milter-reject): \w[\w-]* from \S+: ([245]\d\d) (?:[245]\.\d+\.\d+ )?(.*)$/s;
const STATUS = /\bstatus=(sent|deferred|bounced|deliverable|undeliverable)\b[^(]*\((.*)\)$/s;
const UNVERIFIED = /^<[^>]*>: Sender address rejected: (?:unverified|undeliverable) address: (.*)$/s;
const SAID = /^host \S+\[[^\]\s]+\] (?:said|refused to talk to me): ([245]\d\d[ -].*)$/s;

/** The lines of Postfix that refuse or fail: its own refusal, a sender that it could not verify, a delivery. */
function ofPostfixLine(text: string, answered: Answered): Found | null {
  const line = POSTFIX.exec(text)?.[1];
  if (line === undefined) return null;
  const reject = REJECT.exec(line);
  if (reject) return ofPostfixReject(reject[1] ?? '', (reject[2] ?? '').replace(/; from=<.*$/s, ''));
  const status = STATUS.exec(line);
  if (!status) return unknown('postfix-line', null);
  const [, word = '', reason = ''] = status;
  if (word === 'sent' || word === 'deliverable') {
    return {
      ...unknown('postfix-line', null),
      meaning: 'A message was delivered.',
      fault: 'nobody',
      advice: 'Nothing is to be done.',
    };
  }
  const permanent = word === 'bounced' || (word === 'undeliverable' && !/\bdsn=4/.test(line));
  if (word === 'undeliverable' || answered === 'callout')
    return described('postfix-line', verificationCause(reason), permanent);
  const remote = findRemoteCause(SAID.exec(reason)?.[1] ?? reason);
  return described(
    'postfix-line',
    remote?.id ?? (permanent ? 'remote-refused' : 'remote-temporary'),
    permanent,
  );
}

function ofPostfixReject(code: string, words: string): Found {
  const permanent = code.startsWith('5');
  const unverified = UNVERIFIED.exec(words);
  if (unverified) return described('postfix-line', verificationCause(unverified[1] ?? ''), permanent);
  const subject = words.replace(/^<[^>]*>: /, '');
  const stage = null;
  return described('postfix-line', findCause({ context: 'rejection', stage, permanent, subject }), permanent);
}

/** Where the answered command stood, as Postfix writes it behind the reply. */
const COMMANDS: readonly (readonly [RegExp, Context])[] = [
  [/\(in reply to MAIL FROM command\)$/, 'callout-mail'],
  [/\(in reply to (?:EHLO|HELO) command\)$/, 'callout-helo'],
  [/^host \S+ refused to talk to me: /, 'callout-banner'],
];

/** `host h[ip] said: 550 unknown (in reply to RCPT TO command)`, `connect to h[ip]:25: Connection refused`. */
function verificationCause(reason: string): string {
  if (/^Address verification in progress/.test(reason)) return 'callout-pending';
  const connect = /^connect to \S+\[[^\]\s]+\]:\d+: (.*)$/s.exec(reason);
  const said = SAID.exec(reason);
  const context: Context = connect
    ? 'callout-connect'
    : said
      ? (COMMANDS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'callout-rcpt')
      : 'verify-route';
  return findCause({ context, stage: null, permanent: null, subject: connect?.[1] ?? said?.[1] ?? reason });
}

/**
 * A bounce message: the reply stands in its Diagnostic-Code (RFC 3464 section 2.3.6), or in the prose of the server
 * that wrote it, over several lines.
 */
function ofBounce(text: string): Found | null {
  if (!text.includes('\n')) return null;
  const diagnostic = /^Diagnostic-Code: *(?:smtp|x-[\w-]+); *(.*(?:\n[ \t]+.*)*)/im.exec(text)?.[1];
  const lines = diagnostic === undefined ? repliesIn(text) : diagnostic.split(/\n\s*/);
  if (lines.length === 0) return null;
  const reply = lines.join('\\n');
  const code = /\b([245])\d\d\b/.exec(reply)?.[1];
  const remote = findRemoteCause(reply);
  return remote ? described('bounce', remote.id, code === undefined ? null : code === '5') : null;
}

/** The first run of lines that carry a reply code, however they are quoted or indented. */
function repliesIn(text: string): string[] {
  const found: string[] = [];
  for (const line of text.split('\n')) {
    const reply = /^[\s>]*(?:host \S+ \[[^\]\s]+\]: |.{0,200}? said: )?([45]\d\d[- ].*)$/.exec(line)?.[1];
    if (reply !== undefined) found.push(reply);
    else if (found.length > 0) break;
  }
  return found;
}

function ofReply(text: string, answered: Answered): Found | null {
  const bare = text.replace(/^"|"$/g, '');
  const code = /^([245])\d\d(?:[ -]|$)/.exec(bare)?.[1];
  if (code === undefined) return null;
  if (code === '2') {
    return {
      ...unknown('smtp-reply', null),
      meaning: 'The command was accepted.',
      fault: 'nobody',
      advice: 'Nothing is to be done.',
    };
  }
  const permanent = code === '5';
  if (answered === 'delivery') {
    const remote = findRemoteCause(bare);
    return described(
      'smtp-reply',
      remote?.id ?? (permanent ? 'remote-refused' : 'remote-temporary'),
      permanent,
    );
  }
  return described(
    'smtp-reply',
    findCause({ context: 'callout-rcpt', stage: 'rcpt', permanent, subject: bare }),
    permanent,
  );
}

/** A reason alone, as somebody reads it out of a line. */
function ofReason(text: string): Found {
  const { callout, context, subject } = readVerification(text, null);
  if (callout)
    return described('unknown', findCause({ context, stage: 'rcpt', permanent: null, subject }), null);
  const cause = findCause({ context: 'rejection', stage: null, permanent: null, subject: text });
  if (cause !== 'unclassified') return described('unknown', cause, null);
  const remote = findRemoteCause(text);
  return remote ? described('unknown', remote.id, null) : unknown('unknown', null);
}
