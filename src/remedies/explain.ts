import { type CauseId, causeOf, type Fault, findCause, findKnownCause, isCauseId } from '../causes/index.ts';
import { findReplyRow } from '../causes/reply.ts';
import { parseReply } from '../causes/reply-text.ts';
import { classify } from '../classify.ts';
import type { LogRecord } from '../model/record.ts';
import { readVerification } from '../mta/exim/verification.ts';
import { outboundContext } from '../mta/outbound.ts';
import { createParser } from '../mta/parser.ts';
import { daemonOf } from '../mta/postfix/daemons.ts';
import { readRemote } from '../mta/postfix/remote.ts';
import { readSyslogHead } from '../mta/syslog.ts';
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
    ofLine(trimmed) ??
    ofBounce(trimmed) ??
    ofReply(trimmed, answered) ??
    ofReason(trimmed, answered);
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
  return isCauseId(text) ? described('cause', text, permanent) : null;
}

/** What the table says of a cause. */
function described(kind: Explanation['kind'], id: CauseId, permanent: boolean | null): Found {
  const { title, fault, advice, source } = causeOf(id);
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

const NOTHING_TO_DO = { fault: 'nobody', advice: 'Nothing is to be done.' } as const;

/** How lines of Exim begin behind their stamp. */
const EXIM_TEXT = /^(?:H=|F=<|U=\S+ F=<|\w{6}-\w{6,11}-\w{2,4} (?:==|\*\*|=>|->|<=|H=) ?)/;

/**
 * A line of a log; of Exim's also without its stamp, or from a syslog in which it goes by another name:
 *
 *     Jun 25 01:24:53 vh256 splogger: 1joDp7-0002mn-2s ** b@y.example R=dnslookup T=remote_smtp: ...
 */
function ofLine(text: string): Found | null {
  if (text.includes('\n')) return null;
  const own = text.slice(readSyslogHead(text)?.text ?? 0);
  const stamped = EXIM_TEXT.test(own) ? `2000-01-01 00:00:00 ${own}` : text;
  // The year of a syslog stamp does not matter here.
  const record = createParser(createStampClock('UTC', 0)).parse({ text: stamped, file: '-', line: 1 });
  if (typeof record === 'string') return isPostfixLine(text) ? unknown('postfix-line', null) : null;
  const kind = record.mta === 'exim' ? 'exim-line' : 'postfix-line';
  const cause = classify(record);
  if (cause !== null) return described(kind, cause, record.permanent);
  const meaning = PASSED[record.kind];
  if (meaning) return { ...unknown(kind, null), ...NOTHING_TO_DO, meaning };
  return kind === 'postfix-line' ? unknown(kind, null) : null;
}

function isPostfixLine(text: string): boolean {
  const head = readSyslogHead(text);
  return head !== null && daemonOf(head.program) !== null;
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
  const permanent = code === undefined ? null : code === '5';
  return described('bounce', answerTo('delivery', reply, permanent), permanent);
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

/** A reply, with its code in front or somewhere behind who quotes it: `Error message below: 550 - no such user`. */
function ofReply(text: string, answered: Answered): Found | null {
  const bare = text.replace(/^"|"$/g, '');
  if (/^2\d\d(?:[ -]|$)/.test(bare) && !QUOTED.test(bare))
    return { ...unknown('smtp-reply', null), ...NOTHING_TO_DO, meaning: 'The command was accepted.' };
  const leading = /^[45](?:\d\d(?:[ -]|$)|\.\d{1,3}\.\d{1,3}(?: |$))/.test(bare);
  const code = leading ? undefined : QUOTED.exec(bare)?.[1];
  if (!leading && code === undefined) return null;
  const reply = leading ? bare : `${code} ${bare}`;
  const permanent = reply.startsWith('5');
  return described('smtp-reply', answerTo(answered, reply, permanent), permanent);
}

/** A reply code in the middle of a text: behind a colon, or before its enhanced code. */
const QUOTED = /(?:[:;] ?|\s(?=[45]\d\d[- ]#?[45]\.\d{1,3}\.\d))([45]\d\d)(?=[- ])/;

/** What a reply means, to our own mail or to a callout. */
function answerTo(answered: Answered, reply: string, permanent: boolean | null): CauseId {
  const context = answered === 'delivery' ? 'remote-reply' : 'callout-rcpt';
  return findCause({ context, permanent, subject: reply });
}

/** What is longer is prose that happens to use a word of a reason. */
const LONGEST_REASON = 250;

/** A reason alone, as somebody reads it out of a line. */
function ofReason(text: string, answered: Answered): Found {
  const exim = readVerification(text, null);
  if (exim.callout) return described('unknown', findCause({ ...exim, permanent: null }), null);
  const { context, subject } = readRemote(text, null);
  if (context !== null) {
    const place = answered === 'delivery' ? outboundContext(context) : context;
    return described('unknown', findCause({ context: place, permanent: null, subject }), null);
  }
  if (text.length > LONGEST_REASON) return unknown('unknown', null);
  const route = answered === 'delivery' ? 'remote-route' : 'verify-route';
  const cause = ([route, 'rejection'] as const)
    .map((place) => findKnownCause({ context: place, permanent: null, subject: text }))
    // whose mailbox it is, a reason without its line does not say
    .find((id) => id !== null && id !== 'local-delivery-failed');
  return cause ? described('unknown', cause, null) : ofWords(text, answered);
}

/** The words of a reply whose code was left out: only a class that its words fit can tell. */
function ofWords(text: string, answered: Answered): Found {
  const row = findReplyRow(parseReply(text));
  if (!row) return unknown('unknown', null);
  const reply = `${row.codes?.includes('4') ? '4' : '5'}.0.0 ${text}`;
  return described('unknown', answerTo(answered, reply, null), null);
}
