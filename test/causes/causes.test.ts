import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pattern, ReplyRule } from '../../src/causes/cause.ts';
import { patternFits, type Question, replyIn, subjectOf, tierOf } from '../../src/causes/find.ts';
import { causeOf, causes, findCause, isCauseId } from '../../src/causes/index.ts';
import { LONGEST_KEY, MOST_KEYS, memoise } from '../../src/causes/memo.ts';
import type { Context } from '../../src/model/record.ts';

/** The public contract, section 4: these ids stand in the JSON of users. */
const CONTRACT = `
sender-domain-unroutable sender-domain-mx-unusable sender-domain-null-mx sender-domain-dns-temporary
sender-domain-mx-is-us sender-local-unknown callout-connect-timeout callout-connect-refused
callout-connect-unreachable callout-connection-dropped callout-banner-refused callout-helo-refused
callout-null-sender-refused callout-tls-required callout-auth-required callout-mailbox-unknown
callout-mailbox-full callout-mailbox-disabled callout-relay-denied callout-server-blocklisted
callout-postmaster-refused callout-refused callout-greylisted callout-rate-limited callout-temporary-refusal
callout-smtp-timeout callout-tls-failure callout-reply-malformed callout-smtputf8-unsupported
verify-misconfigured callout-unspecified callout-pending verify-reason-unlogged
relay-denied recipient-unknown recipient-mailbox-full recipient-suspended recipient-restricted dnsbl-listed
client-blocked country-blocked sender-blocked reverse-dns-missing helo-rejected helo-required auth-required
auth-failed rate-limited too-many-recipients dictionary-attack greylisted spf-fail dkim-fail dmarc-fail
header-invalid header-sender-unverifiable content-spam content-malware content-blocked message-too-large
protocol-error protocol-synchronization tls-failure connection-limit server-temporary policy-other unclassified
remote-sender-callout-failed remote-mailbox-unknown remote-mailbox-full remote-mailbox-disabled remote-relay-denied
remote-server-blocklisted remote-greylisted remote-rate-limited remote-spam remote-malware
remote-authentication-failed remote-message-too-large remote-content-blocked remote-dns-failure
remote-connect-timeout remote-connect-refused remote-connect-unreachable remote-connection-dropped
remote-tls-failure remote-null-mx remote-policy remote-temporary remote-refused local-policy local-delivery-failed
`
  .trim()
  .split(/\s+/);

const CONTEXTS: readonly Context[] = [
  'verify-route',
  'callout-connect',
  'callout-banner',
  'callout-helo',
  'callout-tls',
  'callout-mail',
  'callout-rcpt',
  'callout-postmaster',
  'callout-random',
  'callout-unspecified',
  'verify-unlogged',
  'rejection',
  'remote-route',
  'remote-connect',
  'remote-tls',
  'remote-mail',
  'remote-reply',
  'local-delivery',
];

function ask(context: Context, subject: string, rest: Partial<Question> = {}): string {
  return findCause({ context, permanent: null, subject, ...rest });
}

/** Every pattern and reply rule with one example in one of its contexts. */
interface Case {
  id: string;
  rule: Pattern | ReplyRule;
  question: Question;
}

const cases: Case[] = causes.flatMap(({ id, patterns, replies = [] }) =>
  [...patterns, ...replies].flatMap((rule) =>
    rule.in.flatMap((context) =>
      rule.examples.map((subject) => ({
        id,
        rule,
        question: {
          context,
          permanent: ('permanent' in rule ? rule.permanent : null) ?? null,
          subject,
        },
      })),
    ),
  ),
);

const patternsOfTable = causes.flatMap(({ id, patterns }) => patterns.map((pattern) => ({ id, pattern })));

describe('the table of causes', () => {
  it('has every id of the contract once, and no other', () => {
    expect(causes.map(({ id }) => id).sort()).toEqual([...CONTRACT].sort());
  });

  it.each(causes.map((cause) => [cause.id, cause] as const))('%s is complete', (id, cause) => {
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(cause.title.length).toBeLessThanOrEqual(40);
    expect(cause.title).toMatch(/[^.]$/);
    expect(cause.advice, 'one sentence').toMatch(/^[A-Z][^.!?\n]*(?:[.]\S[^.!?\n]*)*\.$/);
    expect(cause.source).toMatch(/Exim|cPanel|Debian|Postfix|RFC|DKIM|DMARC|MIME/);
    if (cause.caution !== undefined) expect(cause.caution).toMatch(/^[A-Z].*\.$/);
    expect(cause.caution === undefined || cause.skips !== 'nothing', 'a caution is about a check').toBe(true);
    expect(isCauseId(id) && causeOf(id)).toBe(cause);
  });

  it('can reach every row', () => {
    const reached = new Set(cases.map(({ question }) => findCause(question)));
    reached.add(findCause({ context: 'rejection', permanent: null, subject: 'rhubarb' }));
    expect([...reached].sort()).toEqual([...CONTRACT].sort());
  });

  it('knows its ids', () => {
    expect(isCauseId('relay-denied')).toBe(true);
    expect(isCauseId('constructor')).toBe(false);
    expect(() => causeOf('nonsense' as 'unclassified')).toThrow('nonsense');
  });
});

describe('patterns', () => {
  it.each(
    patternsOfTable.map(({ id, pattern }) => [id, pattern.match.source, pattern] as const),
  )('%s: %s is anchored, or a declared phrase', (_id, source, { anywhere, match }) => {
    expect(match.global || match.sticky, 'a test must not depend on the one before').toBe(false);
    if (anywhere) expect(source).not.toMatch(/(?:^|[^\\])\.[*+]/);
    else expect(source).toMatch(/^\^/);
    // a repetition of a repetition could take exponential time
    expect(source).not.toMatch(/[*+]\)[*+{]/);
  });

  it.each(
    cases.map((one) => [one.id, one.question.context, one.question.subject, one] as const),
  )('%s, %s: %s', (id, _context, _subject, { question }) => {
    expect(findCause(question)).toBe(id);
  });

  // Anchored patterns come before phrases and those before fallbacks: each is compared with its own tier and above.
  it.each(
    cases.map((one) => [one.id, one.question.context, one.question.subject, one] as const),
  )('only %s, %s: %s', (id, _context, _subject, { question, rule }) => {
    if (replyIn(question) !== null) return;
    const subject = subjectOf(question);
    const takers = patternsOfTable.filter(
      ({ pattern }) =>
        pattern.in.includes(question.context) &&
        'match' in rule &&
        tierOf(pattern) <= tierOf(rule) &&
        patternFits(pattern, question, subject),
    );
    expect([...new Set(takers.map((taker) => taker.id))]).toEqual([id]);
  });

  it('takes linear time over hostile texts', () => {
    const length = 60_000;
    const hostile = [
      'a',
      ' ',
      ': ',
      '"',
      '>: ',
      'SPF ',
      'sender ',
      'address address ',
      'RCPT TO:<',
      '[1] : ',
      'x" from ',
    ]
      .map((part) => part.repeat(length / part.length))
      .flatMap((tail) => [tail, `response to "RCPT TO:${tail}`, `mx.a.example [192.0.2.1] : ${tail}`]);
    const start = performance.now();
    for (const subject of hostile) for (const context of CONTEXTS) ask(context, subject);
    // 400 look-ups of 60 kB: about 1 s; a quadratic pattern takes minutes
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('findCause', () => {
  it('reads a reply only where the grammar saw one', () => {
    const reply = '554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org';
    expect(ask('callout-banner', reply)).toBe('callout-server-blocklisted');
    expect(ask('callout-rcpt', reply)).toBe('callout-server-blocklisted');
    expect(ask('callout-rcpt', '550 5.1.1 <a@relay-denied.example>: User unknown')).toBe(
      'callout-mailbox-unknown',
    );
    expect(ask('callout-rcpt', '550 5.1.1 Connection refused: no such user')).toBe('callout-mailbox-unknown');
    expect(ask('verify-route', '550 No Such User Here')).toBe('sender-local-unknown');
  });

  it.each([
    ['callout-banner', '554 5.7.1 You are not allowed to connect', 'callout-banner-refused'],
    ['callout-banner', '421 4.3.2 too busy, try again later', 'callout-temporary-refusal'],
    ['callout-helo', '550 5.7.1 Bad HELO: go away', 'callout-helo-refused'],
    ['callout-mail', '550 5.7.1 no null senders', 'callout-null-sender-refused'],
    ['callout-mail', '550 5.1.1 User unknown', 'callout-null-sender-refused'],
    ['callout-mail', '530 5.7.0 Must issue a STARTTLS command first', 'callout-tls-required'],
    ['callout-mail', '530 5.7.1 Authentication required', 'callout-auth-required'],
    ['callout-postmaster', '550 5.1.1 User unknown', 'callout-postmaster-refused'],
    ['callout-postmaster', '451 4.3.0 later', 'callout-temporary-refusal'],
    ['callout-rcpt', '550-5.1.1 The account\\n550 5.1.1 does not exist', 'callout-mailbox-unknown'],
    ['callout-rcpt', '550', 'callout-refused'],
    ['callout-random', '250 OK', 'callout-unspecified'],
    ['callout-rcpt', '850 RUBBISH', 'callout-reply-malformed'],
    ['callout-rcpt', 'connection dropped', 'callout-connection-dropped'],
    ['callout-tls', '454 TLS not available', 'callout-tls-failure'],
    ['callout-tls', 'something new', 'callout-tls-failure'],
    ['callout-connect', 'No buffer space available', 'callout-connect-unreachable'],
    ['callout-connect', '', 'callout-unspecified'],
    ['callout-unspecified', '', 'callout-unspecified'],
    ['verify-unlogged', '', 'verify-reason-unlogged'],
    ['rejection', '', 'policy-other'],
    ['rejection', 'Not today', 'unclassified'],
  ] as const)('%s: %s is %s', (context, subject, id) => {
    expect(ask(context, subject)).toBe(id);
  });

  it('takes an unknown router text by its kind', () => {
    expect(ask('verify-route', 'go away', { permanent: true })).toBe('sender-domain-unroutable');
    expect(ask('verify-route', 'this mailbox was closed', { permanent: true })).toBe('sender-local-unknown');
    expect(ask('verify-route', 'go away for now', { permanent: false })).toBe('verify-misconfigured');
    expect(ask('verify-route', 'database lookup trouble', { permanent: false })).toBe(
      'sender-domain-dns-temporary',
    );
  });

  it.each([
    ['"JunkMail rejected - SPF.greylist.example (virus) [192.0.2.1] is in an RBL: DKIM"', 'dnsbl-listed'],
    ['syntactically invalid argument(s): User unknown', 'helo-rejected'],
    ["Rejected relay attempt: '192.0.2.1' From: 'virus@b.example' To: 'spam@d.example'", 'relay-denied'],
    ['too many unrecognized commands (last was "relay not permitted")', 'protocol-error'],
    ['authenticator failed: 535 Incorrect authentication data (set_id=435 mailbox is full)', 'auth-failed'],
    [
      'mx.a.example [192.0.2.1] : SMTP error from remote mail server after RCPT TO:<spf@b.example>: 550 5.1.1 User unknown',
      'recipient-unknown',
    ],
  ])('is not led by what a stranger says: %s', (subject, id) => {
    expect(ask('rejection', subject)).toBe(id);
  });

  it('returns a known id for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom(...cases.map(({ question }) => question.subject)),
        ),
        fc.string(),
        fc.constantFrom(...CONTEXTS),
        fc.constantFrom(true, false, null),
        (head, tail, context, permanent) => {
          const question = { context, permanent, subject: head + tail };
          expect(isCauseId(findCause(question))).toBe(true);
          expect(findCause(question)).toBe(
            findCause({ ...question, subject: ` ${question.subject}`.slice(1) }),
          );
        },
      ),
    );
  });
});

describe('the memo', () => {
  const question: Question = { context: 'rejection', permanent: true, subject: 'x' };

  it('is bounded by count and by length', () => {
    const find = memoise(({ subject }) => subject.length);
    for (let i = 0; i < 3 * MOST_KEYS; i++) find({ ...question, subject: `reason ${i}` });
    expect(find.size()).toBeLessThanOrEqual(MOST_KEYS);
    const before = find.size();
    expect(find({ ...question, subject: 'x'.repeat(LONGEST_KEY + 1) })).toBe(LONGEST_KEY + 1);
    expect(find.size()).toBe(before);
  });

  it('asks once for the same question and again for another context or kind', () => {
    const asked: Question[] = [];
    const find = memoise((one) => asked.push(one));
    expect([find(question), find(question)]).toEqual([1, 1]);
    expect(find({ ...question, context: 'verify-route' })).toBe(2);
    expect(find({ ...question, permanent: false })).toBe(3);
  });
});
