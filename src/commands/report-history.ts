import type { Accounts } from '../accounts.ts';
import { readAccounts } from '../accounts.ts';
import { UsageError } from '../errors.ts';
import { type CauseChange, causeChanges, type Newcomers, newcomers } from '../history/compare.ts';
import type { DayChanges } from '../history/days.ts';
import { keptLedger } from '../history/kept-ledger.ts';
import { type DaySnapshot, merged, mergedDay, mergedSides } from '../history/snapshot.ts';
import { History, type KeptDay } from '../history/store.ts';
import type { Block, Chart, Document } from '../model/document.ts';
import { summarise } from '../summary.ts';
import { dayOf, humanStamp, isoWithOffset } from '../time/iso.ts';
import { parseSpan } from '../time/window.ts';
import { offsetAt } from '../time/zone.ts';
import type { Context } from './context.ts';
import { retryWindowOf, type Window, windowOf } from './input.ts';
import { print } from './output.ts';
import type { ReportOptions } from './report.ts';
import { outboundExtra } from './report-outbound.ts';
import { hostText } from './report-problem.ts';
import { type Extra, numeric, topOf } from './report-section.ts';
import { reportDocument } from './report-text.ts';
import { many, number } from './words.ts';

/** Where `--from-history` looks unless told. */
export const HISTORY = '/var/lib/exiwhy/history';

const DAY = 86_400_000;

/** @throws UsageError for what does not go with a history. */
export function checkHistory({ history, state, fromHistory, since, until, cause }: ReportOptions): void {
  if (fromHistory && state !== undefined)
    throw new UsageError('--from-history reads no log, so there is nothing to remember in --state');
  if (fromHistory && cause !== undefined)
    throw new UsageError(
      'a history is told with all its causes',
      'it does not keep the other counts by cause: leave out --cause',
    );
  if (history !== undefined && state === undefined && !fromHistory) {
    throw new UsageError(
      since === undefined && until === undefined
        ? '--history counts each line once, and needs --state to know which are new'
        : '--history takes what --state finds to be new; --since and --until do not go with it',
      'add --state FILE; to read the history, add --from-history',
    );
  }
}

/** Whole days that are kept. @throws UsageError for less than one. */
export function keepOf({ keep }: ReportOptions): number {
  const days = Math.floor(parseSpan(keep ?? '90d') / DAY);
  if (days < 1) throw new UsageError(`--keep takes one day or more, not ${keep}`);
  return days;
}

/** The days of a history with what this run adds to them. */
export function daysWith(known: readonly KeptDay[], changes: DayChanges): ReadonlyMap<string, DaySnapshot> {
  const parts = new Map<string, DaySnapshot[]>();
  for (const { day, counts } of known) parts.set(day, [...(parts.get(day) ?? []), counts]);
  for (const [day, counts] of changes) parts.set(day, [...(parts.get(day) ?? []), counts]);
  return new Map([...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, all]) => [day, mergedDay(all)]));
}

/**
 * What is different on the newest whole day that this run has read.
 *
 * @param now epoch ms; its day is not over yet.
 */
export function dayExtra(
  days: ReadonlyMap<string, DaySnapshot>,
  changes: DayChanges,
  accounts: Accounts,
  window: Window,
  now: number,
  top: number,
): Extra[] {
  const { timeZone } = window;
  const today = dayIn(window, now);
  const day = [...changes.keys()]
    .filter((one) => one < today)
    .sort()
    .at(-1);
  if (day === undefined) return [];
  const [before, weekBefore] = [1, 7].map((back) => daysBefore(day, back));
  return [comparisonExtra({ days, from: day, to: day, before, weekBefore, timeZone, accounts, top })];
}

function daysBefore(day: string, back: number): string {
  return new Date(Date.parse(day) - back * DAY).toISOString().slice(0, 10);
}

interface Compared {
  days: ReadonlyMap<string, DaySnapshot>;
  /** The first and the last day that is told of. */
  from: string;
  to: string;
  /** The first day of the time just before, as long as this one, and of the same time a week before. */
  before: string | undefined;
  weekBefore: string | undefined;
  timeZone: string;
  accounts: Accounts;
  top: number;
}

function comparisonExtra({ days, from, to, before, weekBefore, timeZone, accounts, top }: Compared): Extra {
  const length = (Date.parse(to) - Date.parse(from)) / DAY;
  const inbound = (first: string, last: string): DaySnapshot['inbound'] | null => {
    const found = [...days].filter(([day]) => day >= first && day <= last);
    return found.length === 0 ? null : merged(found.map(([, counts]) => counts.inbound));
  };
  const lastOf = (first: string): string => daysBefore(first, -length);
  const now = inbound(from, to) ?? merged([]);
  const past = before === undefined ? null : inbound(before, lastOf(before));
  const week = weekBefore === undefined ? null : inbound(weekBefore, lastOf(weekBefore));
  const earlierDays = [...days.keys()].filter((day) => day < from);
  const earlier = earlierDays.length === 0 ? null : inbound(earlierDays[0] ?? '', daysBefore(from, 1));
  const causes = causeChanges(now, past, week);
  const accepted = earlierDays.map((day) => days.get(day)?.accepted ?? '');
  const fresh = earlier ? newcomers(now, earlier, accepted, accounts) : [];
  const what = from === to ? from : `${from} to ${to}`;
  const stampOf = (at: number): string => isoWithOffset(at, offsetAt(timeZone, at));
  const clean = earlierDays.length;
  return {
    verdict: null,
    isNews: true,
    blocks: [
      { type: 'heading', text: `What has changed (${what})` },
      { type: 'text', text: countsText(now.tables.total.get('total')?.attempts ?? 0, past, week) },
      ...fresh
        .slice(0, top)
        .map((one): Block => ({ type: 'text', text: newcomersText(one, timeZone, clean) })),
      ...dayCharts(days, to),
      ...(past || week ? causeBlocks(causes, from === to) : []),
    ],
    json: {
      comparison: {
        from,
        to,
        byCause: causes,
        newcomers: fresh.slice(0, top).map((one) => ({ ...one, since: stampOf(one.since) })),
        daysBefore: clean,
      },
    },
    records: [],
  };
}

/** Days that a chart shows at most: a month. */
const DAYS_SHOWN = 31;

/** The days that are told of and those before them, as far as there is room. */
function dayCharts(days: ReadonlyMap<string, DaySnapshot>, to: string): Chart[] {
  const shown = [...days].filter(([day]) => day <= to).slice(-DAYS_SHOWN);
  if (shown.length < 2) return [];
  const counts = (name: 'fail' | 'defer' | 'connect' | 'other'): number[] =>
    shown.map(([, { inbound }]) => inbound.tables.total.get('total')?.[name] ?? 0);
  return [
    {
      type: 'chart',
      title: 'Refusals by day',
      shape: 'columns',
      label: 'day',
      categories: shown.map(([day]) => day),
      series: [
        { title: 'fail', tone: 'bad', values: counts('fail') },
        { title: 'defer', tone: 'warn', values: counts('defer') },
        { title: 'could not connect', tone: 'strong', values: counts('connect') },
        { title: 'other', tone: 'dim', values: counts('other') },
      ],
    },
  ];
}

type Known = DaySnapshot['inbound'] | null;

function countsText(now: number, before: Known, weekBefore: Known): string {
  const against = (known: Known, when: string): string[] => {
    if (!known) return [];
    const then = known.tables.total.get('total')?.attempts ?? 0;
    const more = now - then;
    const much = more === 0 ? 'as many as' : `${number(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'} than`;
    return [`${much} ${when} (${number(then)})`];
  };
  const parts = [...against(before, 'just before'), ...against(weekBefore, 'a week before')];
  const tail = parts.length === 0 ? 'the history holds nothing to compare with' : parts.join(', ');
  return `${many(now, 'refusal')}: ${tail}.`;
}

/**
 *     New: mail from 6 senders to 4 accounts or domains, all of them accepted before (the steadiest on 41 of the 45 earlier
 *     days that are known) and none stopped, fails since 09:40, all at mx.x [198.51.100.7]
 */
function newcomersText(
  { senders, receivers, since, host, asked, cause, acceptedBefore, acceptedDays }: Newcomers,
  timeZone: string,
  clean: number,
): string {
  const who = senders.length === 1 ? (senders[0] ?? '') : `${number(senders.length)} senders`;
  const whom =
    receivers.length === 1 ? (receivers[0] ?? '') : `${number(receivers.length)} accounts or domains`;
  const before = beforeText(senders.length, acceptedBefore, acceptedDays, clean);
  const all = senders.length > 1 ? 'all ' : '';
  return (
    `New: mail from ${who} to ${whom}, ${before}, fails since ${humanStamp(since, offsetAt(timeZone, since))}, ` +
    `${all}${asked ? 'at' : 'sent by'} ${hostText(host)} (${cause}).`
  );
}

/** The days that a history holds need not be the last ones. */
function beforeText(senders: number, accepted: number, days: number, clean: number): string {
  const known =
    clean === 1 ? 'the one earlier day that is known' : `the ${number(clean)} earlier days that are known`;
  if (accepted === 0) return `not stopped on ${clean === 1 ? '' : 'any of '}${known}`;
  const when = `on ${clean === 1 ? '' : `${number(days)} of `}${known}`;
  if (senders === 1) return `accepted ${when} and never stopped`;
  const who = accepted === senders ? 'all of them' : `${number(accepted)} of them`;
  return `${who} accepted before (the steadiest ${when}) and none stopped`;
}

function causeBlocks(causes: readonly CauseChange[], isDay: boolean): Block[] {
  if (causes.length === 0) return [];
  return [
    {
      type: 'table',
      columns: [
        { title: 'cause' },
        numeric(isDay ? 'that day' : 'this time'),
        numeric(isDay ? 'day before' : 'before'),
        numeric('week before'),
        { title: 'trend' },
      ],
      rows: causes.map(({ cause, now, before, weekBefore, trend }) => [
        cause,
        now,
        before ?? '?',
        weekBefore ?? '?',
        trend ?? '',
      ]),
    },
  ];
}

/** `exiwhy report --from-history`: weeks and months without the logs. */
export async function reportFromHistory(options: ReportOptions, context: Context): Promise<Document> {
  const window = windowOf(options, context.now);
  const path = options.history ?? HISTORY;
  const history = await History.open(path, { create: false });
  let kept: KeptDay[];
  try {
    kept = await history.days();
  } finally {
    await history.close();
  }
  return printKept(kept, window, `the history ${path}`, [], options, context);
}

/** Prints the report of what was kept, with more parts in it. */
export async function printKept(
  kept: readonly KeptDay[],
  window: Window,
  source: string,
  more: readonly Extra[],
  options: ReportOptions,
  context: Context,
): Promise<Document> {
  const days = daysWith(kept, new Map());
  const wanted = [...days].filter(([day]) => touches(window, day));
  const { inbound, outbound } = mergedSides(wanted.map(([, counts]) => counts));
  const top = topOf(options.top ?? '10');
  const detail = options.detail ?? 'med';
  const accounts = readAccounts(options.userdomains);
  const retryWindow = retryWindowOf(options);
  const [ledger, ours] = [keptLedger(inbound), keptLedger(outbound)];
  const [from, to] = [wanted[0]?.[0], wanted.at(-1)?.[0]];
  const compared =
    from !== undefined && to !== undefined ? [periodExtra(days, from, to, window, accounts, top)] : [];
  const document = reportDocument({
    owner: null,
    summary: context.redactor.summary(summarise(ledger, accounts, retryWindow, top)),
    ours: [],
    aggregate: ledger,
    books: { files: [], lines: 0, used: 0, ignored: 0, notUnderstood: 0, cut: 0, samples: [], notRead: [] },
    source:
      from === undefined
        ? `${source}, which holds nothing of that time`
        : `${source} (${many(wanted.length, 'day')} from ${from} to ${to})`,
    window,
    detail,
    proofs: null,
    extras: [
      ...more,
      ...compared,
      outboundExtra(
        context.redactor.summary(summarise(ours, accounts, retryWindow, top)),
        ours,
        detail,
        null,
      ),
    ],
  });
  await print(document, options, context);
  return document;
}

/** The time before is as long as this one, and so is the one that ends a week earlier; both only if they are apart. */
function periodExtra(
  days: ReadonlyMap<string, DaySnapshot>,
  from: string,
  to: string,
  { timeZone }: Window,
  accounts: Accounts,
  top: number,
): Extra {
  const length = (Date.parse(to) - Date.parse(from)) / DAY + 1;
  const weekBefore = length < 7 ? daysBefore(from, 7) : undefined;
  return comparisonExtra({
    days,
    from,
    to,
    before: daysBefore(from, length),
    weekBefore,
    timeZone,
    accounts,
    top,
  });
}

/** Whether a window holds some of this day: a history knows whole days only. */
export function touches(window: Window, day: string): boolean {
  const { since, until } = window;
  return (
    (since === null || day >= dayIn(window, since)) && (until === null || day <= dayIn(window, until - 1))
  );
}

/** The calendar day of a moment, on the log's clock. */
export function dayIn({ timeZone }: Window, at: number): string {
  return dayOf(at, offsetAt(timeZone, at));
}
