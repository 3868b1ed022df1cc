import type { Attempt } from './attempt.ts';
import { type CauseId, causeOf } from './causes/index.ts';

/** Why another server could not verify an address of ours. */
type Failure = 'mailbox' | 'domain' | 'unreachable';

/**
 * What the other server tells of its check, in the order of trust: the words of Exim's acl.c and verify.c, of Postfix's
 * smtpd_check.c, and what they quote of our own server's answer.
 *
 *     550-Verification failed for <ghost@hosted.example>\n550-Response: 550 No Such User Here\n550 Sender verify failed
 *     450 4.1.7 <bob@hosted.example>: Sender address rejected: unverified address: connect to srv1...: Connection timed out
 *     450 4.1.8 <bob@hosted.example>: Sender address rejected: Domain not found
 */
const FAILURES: readonly (readonly [failure: Failure, words: RegExp])[] = [
  [
    'domain',
    /unrout\w{1,9} (?:sender|address|return)|\bdomain\b.{0,60}\b(?:not found|not exist|must|invalid|resolve)|host not found|no mx\b/i,
  ],
  [
    'unreachable',
    /timed out|timeout|connection refused|unreachable|no route|could not (?:complete|connect)|lost connection|in progress/i,
  ],
  [
    'mailbox',
    /no such|unknown|not exist|doesn't exist|unavailable|rejected your return|response: +5|said: 5/i,
  ],
];

/** An address that may stand in a line for a file: no quotes, spaces, colons or other marks of a syntax. */
const PLAIN_ADDRESS = /^[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/**
 * What a blocklist answers to a resolver that it does not serve, and whoever reads only that there is an answer takes
 * every client for listed (Spamhaus: 127.255.255.254 and .255):
 *
 *     Service unavailable; Client host [192.0.2.1] blocked using zen.example; Error: open resolver; https://www.spamhaus.org/returnc/pub/...
 */
const UNSERVED = /\bError: (?:open resolver|excessive number of queries)\b|\/returnc\/(?:pub|vol)\b/i;

/**
 * What to do about an attempt: the advice of its cause, or what fits this very attempt better.
 *
 * @returns one or two sentences.
 */
export function adviceOf(attempt: Attempt): string {
  const { cause, sender, callout, reason } = attempt;
  const said = callout?.text ?? reason ?? '';
  const isCheck = cause === 'remote-sender-callout-failed';
  const special = isCheck ? cureOf(sender, said) : UNSERVED.test(said) && BLIND_LISTS[cause];
  return special || causeOf(cause).advice;
}

const BLIND_LISTS: Readonly<Partial<Record<CauseId, string>>> = {
  'dnsbl-listed':
    "The list does not serve this server's resolver, so every client looks listed: ask it through a resolver of your " +
    'own, or with a key of the list, and until then take the list out of the configuration.',
  'remote-server-blocklisted':
    'The list does not serve their resolver, so every client looks listed to them: tell their postmaster; no removal ' +
    'helps.',
};

function cureOf(sender: string | null, said: string): string | undefined {
  if (!sender || !PLAIN_ADDRESS.test(sender)) return undefined;
  const failure = FAILURES.find(([, words]) => words.test(said))?.[0];
  return failure && CURES[failure](sender);
}

const CURES: Readonly<Record<Failure, (sender: string) => string>> = {
  mailbox: (sender) =>
    `Their check was told that ${sender} does not exist: create it, or let it accept bounces (cPanel: ` +
    `\`${sender}: :blackhole:\` in /etc/valiases/${sender.slice(sender.indexOf('@') + 1)}).`,
  domain: (sender) =>
    `The domain of ${sender} has no MX or address record that they can use: add one, or, if a script sends under the ` +
    'name of this host, give it an envelope sender that exists (sendmail -f).',
  unreachable: (sender) =>
    `Their server did not reach the mail server of ${sender}: open port 25 of its MX host to them, or correct the MX record.`,
};
