import { dayOf } from '../time/iso.ts';
import { isSenderEntry } from './lists.ts';
import { isNewHere, type Suggestion } from './suggest.ts';

/** Senders that a comment names. */
const NAMED = 2;

/**
 * The reason for an entry, for a comment in a list: only ASCII that has no meaning there, whatever the log holds.
 *
 *     2008-11-17 callout-connect-timeout, 1 try, administrator@customer.example.com
 */
export function reasonOf(
  { cases, because, replay }: Suggestion,
  offset: number,
  withReplay: boolean,
): string {
  const last = cases.reduce((most, one) => Math.max(most, one.last), cases[0].last);
  const attempts = cases.reduce((sum, one) => sum + one.attempts, 0);
  const senders = [...new Set(cases.flatMap((one) => one.senders))];
  const named = senders.slice(0, NAMED).map(commentWord);
  const more = senders.length > NAMED ? ` and ${senders.length - NAMED} more` : '';
  const replayed = withReplay
    ? `, lets in ${replay.wantedLetIn} wanted and ${replay.unwantedLetIn} unwanted attempts of this log`
    : '';
  return (
    `${dayOf(last, offset)} ${because.join(' ')}, ${attempts} ${attempts === 1 ? 'try' : 'tries'}, ` +
    `${named.join(' ')}${more}, score ${cases[0].wanted.score.toFixed(2)}${isNewHere(cases) ? ' (new here)' : ''}${replayed}`
  );
}

function commentWord(sender: string): string {
  const lower = sender.toLowerCase();
  return isSenderEntry(lower) ? lower : '(a sender with unusual characters)';
}
