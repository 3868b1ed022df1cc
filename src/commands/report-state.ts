import { UsageError } from '../errors.ts';
import type { Block } from '../model/document.ts';
import type { Outcome, Outcomes } from '../outcome.ts';
import { findMachineLog } from '../sources/discover.ts';
import { inspect } from '../sources/open.ts';
import { type Change, Increment, type IncrementFacts } from '../state/increment.ts';
import { dayOf, humanStamp, isoWithOffset } from '../time/iso.ts';
import { type Choose, firstStampOf, retryWindowOf } from './input.ts';
import type { ReportOptions } from './report.ts';
import { type Extra, numeric } from './report-section.ts';
import { many, number } from './words.ts';

/**
 * Begins the run that --state asks for.
 *
 * @returns null without --state.
 * @throws UsageError for what does not go with it.
 */
export function openIncrement(
  logs: readonly string[],
  options: ReportOptions,
  outcomes: Outcomes,
): Increment | null {
  const { state, since, until, cause } = options;
  if (state === undefined) return null;
  if (since !== undefined || until !== undefined || cause !== undefined) {
    throw new UsageError(
      '--state tells all that is new since the last report: --since, --until and --cause would leave some of it untold',
      'leave them out, or leave out --state for a report that nobody remembers',
    );
  }
  for (const log of logs) checkLog(log);
  return new Increment(state, outcomes, retryWindowOf(options));
}

function checkLog(log: string): void {
  if (log === '-' || inspectedSize(log) === null)
    throw new UsageError(`--state cannot remember how far ${log} was read`, 'name a file, not a pipe');
  if (/reject/i.test(log.slice(log.lastIndexOf('/') + 1))) {
    throw new UsageError(
      `--state reads main logs, not ${log}`,
      'the main log says all that the reject log says, unless log_reject_target keeps it out',
    );
  }
}

/** Null for a pipe. What cannot be looked at is told when it is read. */
function inspectedSize(log: string): number | null {
  try {
    return inspect(log).size;
  } catch {
    return 0;
  }
}

/** Chooses the files that hold something new. */
export function newOf(increment: Increment): Choose {
  return async (logs, window, onError) => {
    const paths = logs.length > 0 ? logs : [findMachineLog().name];
    return increment.open(paths, (file) => firstStampOf(file, window.timeZone), onError);
  };
}

/** What became of the refusals that earlier reports told, and how this report goes on from them. */
export function sinceExtra(increment: Increment, outcomes: Outcomes, top: number): Extra {
  const changes = [...increment.changes()];
  const facts = increment.facts();
  const accepted = changes.filter(({ to }) => to === 'accepted-later');
  const acceptedAt = ({ refusal: { series } }: Change): Moment => outcomes.series.acceptance(series) ?? NEVER;
  const latest = accepted.sort((a, b) => acceptedAt(b).at - acceptedAt(a).at).slice(0, top);
  return {
    verdict: null,
    blocks: [
      { type: 'heading', text: 'Since the last report' },
      { type: 'text', text: factsText(facts) },
      ...facts.notes.map((text): Block => ({ type: 'text', text })),
      { type: 'text', text: changesText(changes) },
      ...acceptedBlocks(latest, accepted.length, acceptedAt),
    ],
    json: {
      sinceLastReport: {
        ...facts,
        acceptedLater: refusalsOf(accepted),
        accepted: latest.map((change) => acceptedJson(change, acceptedAt(change))),
        corrections: corrections(changes),
      },
    },
    records: [],
  };
}

interface Moment {
  at: number;
  offset: number;
}

const NEVER: Moment = { at: 0, offset: 0 };

function factsText({ run, since, carriedLines, openMails, dropped }: IncrementFacts): string {
  if (run === 0)
    return 'This is the first report with this state: it tells the whole log, and the next one goes on from its end.';
  const lost =
    dropped === 0
      ? ''
      : ` ${many(dropped, 'older one')} had to be dropped, and later lines about them stand alone.`;
  return (
    `Goes on from report ${number(run)} of ${since}, with ${many(carriedLines, 'line')} and ` +
    `${many(openMails, 'refused mail')} whose end was open.${lost}`
  );
}

function changesText(changes: readonly Change[]): string {
  const count = (to: Outcome): number => refusalsOf(changes.filter((change) => change.to === to));
  const [accepted, given] = [count('accepted-later'), count('never-accepted')];
  const parts = [
    ...(accepted > 0 ? [`${many(accepted, 'refusal')} told before got through since`] : []),
    ...(given > 0 ? [`${many(given, 'refusal')} told before as open got no further try`] : []),
  ];
  return parts.length === 0 ? 'Nothing told before has come to another end.' : `${parts.join('; ')}.`;
}

function refusalsOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { count }) => sum + count, 0);
}

function acceptedBlocks(
  latest: readonly Change[],
  count: number,
  acceptedAt: (change: Change) => Moment,
): Block[] {
  if (count === 0) return [];
  return [
    {
      type: 'table',
      title: 'Accepted since the last report',
      columns: [
        { title: 'refused' },
        { title: 'accepted' },
        { title: 'from' },
        { title: 'to' },
        numeric('tries'),
        { title: 'cause' },
      ],
      rows: latest.map((change) => {
        const { attempt } = change.refusal;
        const { at, offset } = acceptedAt(change);
        return [
          humanStamp(attempt.at, attempt.offset),
          humanStamp(at, offset),
          attempt.sender ?? '',
          attempt.recipient ?? '',
          change.count,
          attempt.cause,
        ];
      }),
      ...(count > latest.length ? { note: `${number(count - latest.length)} more` } : {}),
    },
  ];
}

function acceptedJson({ refusal: { attempt }, count }: Change, { at, offset }: Moment): object {
  const { sender, recipient, client, cause } = attempt;
  const ip = client?.ip ?? null;
  const first = isoWithOffset(attempt.at, attempt.offset);
  return {
    sender,
    recipient,
    client: ip,
    cause,
    attempts: count,
    first,
    acceptedTime: isoWithOffset(at, offset),
  };
}

/** What has to be put right in the counts of earlier days. */
function corrections(changes: readonly Change[]): object[] {
  const sums = new Map<string, { attempts: number } & object>();
  for (const { refusal, count, from, to } of changes) {
    const { direction, cause, permanent, at, offset } = refusal.attempt;
    const what = { day: dayOf(at, offset), direction, cause, permanent: permanent === true, from, to };
    const key = JSON.stringify(what);
    const sum = sums.get(key) ?? { ...what, attempts: 0 };
    sum.attempts += count;
    sums.set(key, sum);
  }
  return [...sums.values()];
}
