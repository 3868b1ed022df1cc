import type { Hour } from '../aggregate.ts';
import type { Chart } from '../model/document.ts';
import type { Problem, Summary } from '../summary.ts';
import type { Tally } from '../tally.ts';

/** The charts of a report: when it happened, why, and what of it may have been wanted. */
export function reportCharts({ byCause, problems }: Summary, hours: readonly Hour[]): Chart[] {
  const charts = [hourChart(hours), causeChart(byCause.rows)];
  return problems.count === 0 ? charts : [...charts, problemChart(problems.largest)];
}

function hourChart(hours: readonly Hour[]): Chart {
  return {
    type: 'chart',
    title: 'Refusals by hour of the day',
    shape: 'columns',
    label: 'hour',
    categories: hours.map(({ hour }) => `${String(hour).padStart(2, '0')}:00`),
    series: [
      { title: 'fail', tone: 'bad', values: hours.map(({ fail }) => fail) },
      { title: 'defer', tone: 'warn', values: hours.map(({ defer }) => defer) },
      { title: 'could not connect', tone: 'strong', values: hours.map(({ connect }) => connect) },
      { title: 'other', tone: 'dim', values: hours.map(({ other }) => other) },
    ],
  };
}

/** Bars that an eye takes in at once; the tables and the cards have all. */
const BARS = 10;

/** What became of the refusals, for each of the most frequent causes. */
function causeChart(rows: readonly Tally[]): Chart {
  const largest = rows.slice(0, BARS);
  return {
    type: 'chart',
    title: 'Refusals by cause',
    shape: 'bars',
    label: 'cause',
    categories: largest.map(({ key }) => key),
    series: [
      { title: 'never accepted', tone: 'bad', values: largest.map((row) => row.neverAccepted) },
      { title: 'may still be retried', tone: 'warn', values: largest.map((row) => row.retrying) },
      { title: 'accepted later', tone: 'good', values: largest.map((row) => row.acceptedLater) },
    ],
  };
}

/** Mails that may have been wanted, for each of the senders with the most. */
function problemChart(problems: readonly Problem[]): Chart {
  const senders = [...new Set(problems.map(({ sender }) => sender))].slice(0, BARS);
  const mails = (open: boolean): number[] =>
    senders.map((name) =>
      problems.reduce(
        (sum, { sender, retrying, mails }) => (sender === name && retrying === open ? sum + mails : sum),
        0,
      ),
    );
  return {
    type: 'chart',
    title: 'Mail that may be wanted and was not accepted',
    shape: 'bars',
    label: 'sender',
    categories: senders,
    series: [
      { title: 'never accepted', tone: 'bad', values: mails(false) },
      { title: 'may still be retried', tone: 'warn', values: mails(true) },
    ],
  };
}
