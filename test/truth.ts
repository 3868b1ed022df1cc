import { readFileSync, writeFileSync } from 'node:fs';

/** What an SMTP client of our lab really saw of a recipient, or of a dialogue that ended before any recipient. */
export interface TruthRow {
  scenario: string;
  /** ISO 8601, UTC. */
  time: string;
  client: string;
  /** Null before MAIL; `` is the null reverse-path. */
  sender: string | null;
  recipient: string | null;
  stage: string;
  verdict: 'accepted' | 'deferred' | 'rejected';
  /** A refusal for good: the client was told so, or Postfix was by the sender's server, and put the client off. */
  permanent: boolean;
  /** The reply, lines joined by `\n`; empty where the client did not wait for it. */
  reply: string;
  /** The answers to "why" that are right. */
  causes: readonly string[];
  /** What became of this sender's mail to this recipient in the end. */
  final: 'accepted' | 'delayed' | 'accepted-after-whitelist' | 'lost';
}

/** What exiwhy told of a refused recipient. */
export interface ToldRow {
  /** Null where the log does not tell the year. */
  time: number | null;
  client: string | null;
  sender: string | null;
  recipient: string | null;
  stage: string | null;
  permanent: boolean | null;
  cause: string;
  acceptedLater: boolean;
}

/** A log's stamp and the client's clock differ by the time that the reply took, and by what a stamp cuts off. */
const CLOCK_DIFFERENCE_MS = 3000;

const COLUMNS = [
  'scenario',
  'time',
  'client',
  'sender',
  'recipient',
  'stage',
  'verdict',
  'permanent',
  'final',
  'causes',
  'reply',
] as const;

/**
 * Compares what exiwhy told of the mail that we refused with the truth, both in the order of time.
 *
 * @param unlogged causes that are right too, because the log does not hold the real one.
 * @returns the differences, as sentences.
 */
export function differences(
  truth: readonly TruthRow[],
  told: readonly ToldRow[],
  unlogged: readonly string[] = [],
): string[] {
  const left = told.filter(({ cause }) => !/^(?:remote|local)-/.test(cause));
  const found: string[] = [];
  for (const row of truth.filter(({ verdict }) => verdict !== 'accepted')) {
    const { scenario, client, sender, recipient, stage, causes, final } = row;
    const index = left.findIndex(
      (one) =>
        one.client === client &&
        one.sender === sender &&
        // The end of the data is refused for all recipients; some logs name one.
        (one.recipient === recipient || (recipient === null && stage === 'data')) &&
        one.stage === stage,
    );
    const [one] = index === -1 ? [] : left.splice(index, 1);
    const where = `${scenario} (${client}, ${stage}, <${sender}> to <${recipient}>)`;
    if (!one) {
      found.push(`${where}: not told`);
      continue;
    }
    if (![...causes, ...unlogged].includes(one.cause))
      found.push(`${where}: cause is ${one.cause}, not ${causes.join(' or ')}`);
    if (one.permanent !== row.permanent) found.push(`${where}: permanent is ${one.permanent}`);
    if (one.acceptedLater !== (final !== 'lost'))
      found.push(`${where}: accepted later is ${one.acceptedLater}`);
    // A client that did not wait has no reply to go by.
    if (one.time === null || row.reply === '') continue;
    if (Math.abs(one.time - Date.parse(row.time)) > CLOCK_DIFFERENCE_MS)
      found.push(`${where}: seen at ${row.time}, told as ${new Date(one.time).toISOString()}`);
  }
  const invented = left.map((one) => `invented: ${JSON.stringify(one)}`);
  return [...found, ...invented];
}

/** Reads what writeTruth() wrote. */
export function readTruth(path: string): TruthRow[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  if (head !== COLUMNS.join('\t')) throw new Error(`${path} has other columns than ${COLUMNS.join(', ')}`);
  return lines.map((line) => {
    const cell = Object.fromEntries(line.split('\t').map((text, index) => [COLUMNS[index], text]));
    const text = (column: (typeof COLUMNS)[number]): string => cell[column] ?? '';
    return {
      scenario: text('scenario'),
      time: text('time'),
      client: text('client'),
      sender: addressFrom(text('sender')),
      recipient: addressFrom(text('recipient')),
      stage: text('stage'),
      verdict: oneOf(text('verdict'), ['accepted', 'deferred', 'rejected']),
      permanent: oneOf(text('permanent'), ['true', 'false']) === 'true',
      final: oneOf(text('final'), ['accepted', 'delayed', 'accepted-after-whitelist', 'lost']),
      causes: text('causes').split('|'),
      reply: JSON.parse(text('reply')),
    };
  });
}

/** Tab-separated, one row a line; an address in angle brackets, nothing where there is none; the reply as JSON. */
export function writeTruth(path: string, rows: readonly TruthRow[]): void {
  const lines = rows.map((row) =>
    [
      row.scenario,
      row.time,
      row.client,
      row.sender === null ? '' : `<${row.sender}>`,
      row.recipient === null ? '' : `<${row.recipient}>`,
      row.stage,
      row.verdict,
      String(row.permanent),
      row.final,
      row.causes.join('|'),
      printable(row.reply),
    ].join('\t'),
  );
  writeFileSync(path, `${[COLUMNS.join('\t'), ...lines].join('\n')}\n`);
}

/** A JSON string of printable ASCII. */
function printable(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function addressFrom(text: string): string | null {
  return text === '' ? null : text.slice(1, -1);
}

function oneOf<Word extends string>(text: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (!word) throw new Error(`${text} is none of ${words.join(', ')}`);
  return word;
}
