import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findReplyRow, type ReplyMeaning, replyMeaning, replyRows } from '../../src/causes/reply.ts';
import { parseReply, wordsOf } from '../../src/causes/reply-text.ts';

const MEANINGS: ReadonlySet<string> = new Set<ReplyMeaning>([
  ...replyRows.map(({ meaning }) => meaning),
  'refused',
]);

function meaningOf(logged: string): ReplyMeaning {
  return replyMeaning(parseReply(logged));
}

describe('parseReply', () => {
  it.each([
    ['550', 550, null, ''],
    ['550 no, thank you', 550, null, 'no, thank you'],
    ['550 5.1.1 User unknown', 550, '5.1.1', 'User unknown'],
    ['550-5.1.1 The account\\n550 5.1.1 see', 550, '5.1.1', 'The account see'],
    ['550-No.\\n550-Really\\n550 not', 550, null, 'No. Really not'],
    ['550-5.1.1 The account 550 5.1.1 see', 550, '5.1.1', 'The account see'],
    ['550-one\n550 two', 550, null, 'one two'],
    ['550-5.1.1 cut', 550, '5.1.1', 'cut'],
    ['511 sorry, no mailbox (#5.1.1 - chkuser)', 511, '5.1.1', 'sorry, no mailbox - chkuser)'],
    ["553 sorry, that isn't mine (#5.7.1)", 553, '5.7.1', "sorry, that isn't mine"],
    ['550 #5.1.0 Address rejected.', 550, '5.1.0', 'Address rejected.'],
    ['550 [5.1.1] gone', 550, '5.1.1', 'gone'],
    ['5.1.1 gone', null, '5.1.1', 'gone'],
    ['gone', null, null, 'gone'],
    ['', null, null, ''],
    [
      'host mx.example[192.0.2.1] said: 450 4.2.0 later',
      450,
      '4.2.0',
      'host mx.example[192.0.2.1] said: later',
    ],
  ])('%s', (logged, code, enhanced, text) => {
    expect(parseReply(logged)).toEqual({ code, enhanced, text });
  });

  it('takes no part of an IP address or of another number for an enhanced code', () => {
    expect(parseReply('550 5.6.7.8 is listed').enhanced).toBeNull();
    expect(parseReply('550 later (#id-5.9.3)').enhanced).toBeNull();
  });

  it('takes only an enhanced code of the class of the reply', () => {
    expect(parseReply('451 a server said: 5.1.1 unknown, 4.3.0 later').enhanced).toBe('4.3.0');
  });
});

describe('wordsOf', () => {
  it.each([
    ['<a@x.example>: No', '@ : no'],
    ['allowed...a.b@x.example', 'allowed... @'],
    ['mx1.quota-exceeded.example[192.0.2.1] says', '% says'],
    ['see https://x.example/user-unknown?virus=1 now', 'see % now'],
    ['see https://www.spamhaus.org/query/ip/192.0.2.1', 'see dnsbl'],
    ['from [192.0.2.1] and [2001:db8::1]', 'from [%] and [%]'],
    ['Boîte PLEINE', 'boite pleine'],
    ['bo\\303\\256te pleine', 'boite pleine'],
    ['RESOLVER.ADR.RecipNotFound', '% .recipnotfound'],
  ])('%s', (text, words) => {
    expect(wordsOf(text)).toBe(words);
  });
});

describe('replyRows', () => {
  const cases = replyRows.flatMap((row) => row.examples.map((example) => ({ row, example })));

  it.each(cases)('$row.meaning: $example', ({ row, example }) => {
    expect(findReplyRow(parseReply(example))).toBe(row);
    expect(meaningOf(example)).toBe(row.meaning);
  });

  it('compare with words in lower case, and hold no state', () => {
    for (const { match } of replyRows) {
      expect(match.flags).toBe('');
      expect(match.source.replace(/\\u[\da-f]{4}|\\[A-Z]/g, '')).not.toMatch(/[A-Z]/);
    }
  });

  it('stay fast, whatever a stranger writes', () => {
    const pieces = [
      'user ',
      'mailbox-',
      'a.',
      'ip ',
      '1:',
      'not ',
      '<',
      '550-',
      '5.1.',
      '\\303',
      'http://',
      'size ',
      'a@',
      ' ',
    ];
    const start = performance.now();
    for (const piece of pieces) meaningOf(`550 ${piece.repeat(10_000)}!`);
    expect((performance.now() - start) / pieces.length).toBeLessThan(250);
  });
});

describe('replyMeaning', () => {
  it.each([
    // the class of the code
    ['450', 'temporary'],
    ['421 4.3.2 no', 'temporary'],
    ['450 4.1.1 no', 'temporary'],
    ['450 4.7.1 no', 'temporary'],
    ['450 mailbox unavailable', 'temporary'],
    ['450 4.2.1 the account is locked', 'temporary'],
    ['450 4.1.1 user unknown', 'mailbox-unknown'],
    ['550', 'refused'],
    ['554 no', 'refused'],
    ['550 5.0.0 no', 'refused'],
    ['550 mailbox unavailable', 'mailbox-unknown'],
    ['850 RUBBISH', 'refused'],
    // the numbers alone
    ['550 5.1.1 no', 'mailbox-unknown'],
    ['550 5.1.2 no', 'dns-failure'],
    ['550 5.2.1 no', 'mailbox-disabled'],
    ['552 5.2.2 no', 'mailbox-full'],
    ['452 4.2.2 no', 'mailbox-full'],
    ['552 no', 'mailbox-full'],
    ['452 no', 'temporary'],
    ['550 5.7.1 no', 'policy'],
    ['530 no', 'auth-required'],
    ['550 5.7.26 no', 'authentication-failed'],
    // words before numbers
    ['550 5.1.1 mailbox is full', 'mailbox-full'],
    ['550 5.7.1 no such user', 'mailbox-unknown'],
    ['554 5.7.1 <a@x.example>: Relay access denied', 'relay-denied'],
    // greylisting is a matter of 4yz, and of no other wish to wait
    ['450 4.2.0 Greylisted, try again in 60 seconds', 'greylisted'],
    ['550 greylisted', 'refused'],
    ['451 4.3.0 Temporary lookup failure', 'temporary'],
    ['451 4.3.2 system not available', 'temporary'],
    ['451 Temporary local problem - please try later', 'temporary'],
    ['450 4.7.1 rate limit exceeded, try again in 5 minutes', 'rate-limited'],
    // whose reply it is
    [
      '550-Verification failed for <a@x.example>\\n550-Response: 550 No Such User Here\\n550 Sender verify failed',
      'sender-callout-failed',
    ],
    [
      '550 Recipient address rejected: undeliverable address: host mx said: 550 user unknown',
      'mailbox-unknown',
    ],
    ['554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied', 'policy'],
    ['550 5.4.1 Recipient address rejected: Access denied', 'mailbox-unknown'],
    // a stranger's address is no reason
    ['550 <over-quota@user-unknown.example>', 'refused'],
    ['550 see https://greylist.spam.example/mailbox-full?user=unknown', 'refused'],
    ['451 greylist.example', 'temporary'],
    ['550 5.1.1 <virus@blacklist.example>: unknown user', 'mailbox-unknown'],
  ] as const)('%s is %s', (logged, meaning) => {
    expect(meaningOf(logged)).toBe(meaning);
  });

  it('has an answer to everything', () => {
    const line = fc.tuple(
      fc.constantFrom('', '550 ', '450-', '5.1.1 '),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    fc.assert(fc.property(line, ([code, text]) => MEANINGS.has(meaningOf(code + text))));
    const reply = fc.record({
      code: fc.option(fc.integer()),
      enhanced: fc.option(fc.string()),
      text: fc.string({ unit: 'binary' }),
    });
    fc.assert(fc.property(reply, (one) => MEANINGS.has(replyMeaning(one))));
  });

  it('never calls a mailbox disabled or a sender greylisted against the class of the code', () => {
    const text = fc.array(
      fc.constantFrom('mailbox', 'user', 'is', 'disabled', 'locked', 'greylisted', 'try', '5 min'),
    );
    fc.assert(
      fc.property(text, (words) => {
        expect(meaningOf(`450 ${words.join(' ')}`)).not.toBe('mailbox-disabled');
        expect(meaningOf(`550 ${words.join(' ')}`)).not.toBe('greylisted');
      }),
    );
  });
});
