import { expect, it } from 'vitest';
import { causeOf } from '../src/causes/index.ts';
import { reportCharts } from '../src/commands/report-charts.ts';
import type { Problem, Summary } from '../src/summary.ts';
import type { Tally } from '../src/tally.ts';

const tally = (key: string, over: Partial<Tally> = {}): Tally => ({
  key,
  attempts: 0,
  permanent: 0,
  temporary: 0,
  fail: 0,
  defer: 0,
  connect: 0,
  other: 0,
  neverAccepted: 0,
  acceptedLater: 0,
  retrying: 0,
  first: 0,
  last: 0,
  ...over,
});

const problem = (sender: string, mails: number, retrying: boolean): Problem => ({
  cause: causeOf('callout-connect-timeout'),
  sender,
  senders: 1,
  client: { ip: null, name: null },
  callout: { ip: null, name: null },
  recipients: [],
  recipientCount: 0,
  mails,
  attempts: mails,
  retrying,
  first: 0,
  last: 0,
});

function summary(problems: Problem[], byCause: Tally[]): Summary {
  const table = { rows: [], count: 0 };
  const none = { largest: [], count: 0, mails: 0, domains: 0 };
  return {
    total: tally('total'),
    problems: { ...none, largest: problems, count: problems.length },
    submissions: none,
    byCause: { rows: byCause, count: byCause.length },
    byClient: table,
    byOrganisation: table,
    byNetwork: table,
    bySenderDomain: table,
    byRecipientDomain: table,
    byAccount: table,
    bySenderAccount: table,
  };
}

const hours = [
  { hour: 0, fail: 1, defer: 2, connect: 3, other: 4 },
  { hour: 1, fail: 0, defer: 0, connect: 9, other: 0 },
];

/** The numbers of a chart by its series and categories. */
const numbersOf = (problems: Problem[], byCause: Tally[]): unknown[] =>
  reportCharts(summary(problems, byCause), hours).map(({ categories, series }) =>
    Object.fromEntries(
      series.map(({ title, values }) => [
        title,
        Object.fromEntries(categories.map((name, at) => [name, values[at]])),
      ]),
    ),
  );

it('counts hours by kind, causes by outcome, and each sender once, whatever stopped its mails', () => {
  const problems = [problem('@x.example', 3, true), problem('y', 2, false), problem('@x.example', 1, false)];
  const causes = [tally('relay-denied', { neverAccepted: 5, acceptedLater: 6, retrying: 7 })];
  expect(numbersOf(problems, causes)).toEqual([
    {
      fail: { '00:00': 1, '01:00': 0 },
      defer: { '00:00': 2, '01:00': 0 },
      'could not connect': { '00:00': 3, '01:00': 9 },
      other: { '00:00': 4, '01:00': 0 },
    },
    {
      'never accepted': { 'relay-denied': 5 },
      'may still be retried': { 'relay-denied': 7 },
      'accepted later': { 'relay-denied': 6 },
    },
    { 'never accepted': { '@x.example': 1, y: 2 }, 'may still be retried': { '@x.example': 3, y: 0 } },
  ]);
});

it('has no chart of wanted mail where there is none, and no more bars than an eye takes in', () => {
  const causes = Array.from({ length: 40 }, (_, at) => tally(`cause-${at}`, { neverAccepted: 1 }));
  const charts = reportCharts(summary([], causes), hours);
  expect(charts.map(({ title }) => title)).toEqual(['Refusals by hour of the day', 'Refusals by cause']);
  expect(charts[1]?.categories).toHaveLength(10);
});
