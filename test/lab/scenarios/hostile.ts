import { FORGED, IMITATIONS } from '../../imitations.ts';
import { accepted, type Mail, once, rejected, type Scenario, type Session } from '../model.ts';

const [IP, FROM] = FORGED;
/** The words of a reply are its cause, whoever they imitate; all else is known. */
const UNKNOWN = rejected(['callout-mailbox-unknown', 'callout-relay-denied', 'callout-refused']);

/** What acts upon who shows it; a server changes it or passes it on. */
const ACTIVE = [
  '=cmd|calc!A0',
  '<script>alert(1)</script>',
  '[click](javascript:alert(4))',
  '\x1b[2J\x07',
  '\x9b31m',
  'a\xe2\x80\xaeb',
  // Postfix cuts its lines at 2000 characters.
  'x'.repeat(1000),
];

/** Local parts, quoted as RFC 5321 section 4.1.2 asks for. */
const LOCAL_PARTS = [
  '; from=<a',
  '> F=<a',
  `x> H=m [${IP}]:25 F=<a`,
  `> rejected RCPT <a`,
  ': C: ',
  '=1+1 |a',
  '<b>',
];

const reply = (text: string): Pick<Scenario, 'targets'> => ({
  targets: [{ rcpt: `550 5.1.1 ${text} user unknown` }],
});

function each(
  kind: string,
  texts: readonly string[],
  scenario: (text: string) => Omit<Scenario, 'id' | 'title'>,
) {
  return texts.map(
    (text, at): Scenario => ({
      id: `${kind}${at}`,
      title: `${kind}: ${text.slice(0, 40)}`,
      ...scenario(text),
    }),
  );
}

const session = (mail: Partial<Mail>, rest: Partial<Session> = {}): Session =>
  once(UNKNOWN, { mail, ...rest });

/** The callout server's words, and the senders' addresses. */
export const hostileWords: readonly Scenario[] = [
  ...each('reply', [...IMITATIONS, ...ACTIVE], (text) => ({ ...reply(text), sessions: [session({})] })),
  ...each('banner', IMITATIONS.slice(0, 5), (text) => ({
    targets: [{ banner: `554 5.7.1 ${text}` }],
    sessions: [once(rejected(['callout-banner-refused', 'callout-server-blocklisted']))],
  })),
  ...each('local', LOCAL_PARTS, (text) => ({
    ...reply(text),
    sessions: [session({ from: `"${text}"@local${LOCAL_PARTS.indexOf(text)}.example` })],
  })),
  ...each('subject', [...IMITATIONS, ...ACTIVE.slice(0, 3)], (text) => ({
    sessions: [
      once(accepted, {
        mail: {
          headers: `From: <${FROM}>\r\nTo: <bob@hosted.example>\r\nSubject: " ${text} " from <${FROM}> for ${FROM}`,
        },
      }),
    ],
  })),
];

/** What the clients call themselves, where the server takes any name. */
export const hostileNames: readonly Scenario[] = each(
  'name',
  [
    'F=<evil>',
    `[${IP}]:25`,
    `x[${IP}]:25`,
    `x)[${IP}]`,
    `(x)`,
    `F=<${FROM}>`,
    '=1+1',
    '<script>',
    'a|b',
    '\x1b[2J',
    '"x',
    'x\\n550',
  ],
  (text) => ({ ...reply('no'), sessions: [session({}, { helo: text })] }),
);
