import type { Books } from '../analysis.ts';
import type { Class } from '../class.ts';
import type { Metric, Sample } from '../model/metric.ts';
import type { Outcome } from '../outcome.ts';
import type { Summary } from '../summary.ts';
import type { Tally } from '../tally.ts';

const CLASSES: readonly Class[] = ['fail', 'defer', 'connect', 'other'];

const OUTCOMES: readonly (readonly [Outcome, keyof Tally])[] = [
  ['never-accepted', 'neverAccepted'],
  ['accepted-later', 'acceptedLater'],
  ['retrying', 'retrying'],
];

/**
 * The numbers of a report for a monitoring system. Causes, classes and outcomes come from tables of ours, so there are
 * never more than some hundred series.
 *
 * @param outbound the summary of our own mail.
 * @param complete whether all the input was read.
 */
export function reportMetrics(
  summary: Summary,
  outbound: Summary,
  books: Books,
  complete: boolean,
): Metric[] {
  return [
    {
      name: 'exiwhy_attempts',
      help: "Refused attempts of others' mail, and failed deliveries of our own.",
      samples: [
        { labels: { direction: 'inbound' }, value: summary.total.attempts },
        { labels: { direction: 'outbound' }, value: outbound.total.attempts },
      ],
    },
    {
      name: 'exiwhy_refusals',
      help: 'Refused attempts by cause, and by how sender verification ended where it was the reason.',
      samples: samplesOf(summary, (row) =>
        CLASSES.map((name) => ({ labels: { class: name }, value: row[name] })).filter(
          ({ value }) => value > 0,
        ),
      ),
    },
    {
      name: 'exiwhy_refusal_outcomes',
      help: 'Refused attempts by cause and by what became of the mail.',
      samples: samplesOf(summary, outcomesOf),
    },
    {
      name: 'exiwhy_outbound_failures',
      help: 'Failed deliveries of our own mail by cause and by what became of it.',
      samples: samplesOf(outbound, outcomesOf),
    },
    {
      name: 'exiwhy_wanted_mails',
      help: 'Mails that were stopped and never accepted though their sender may exist.',
      samples: [{ labels: {}, value: summary.problems.mails }],
    },
    {
      name: 'exiwhy_log_lines',
      help: 'Lines of the log by what was made of them.',
      samples: [
        { labels: { state: 'used' }, value: books.used },
        { labels: { state: 'ignored' }, value: books.ignored },
        { labels: { state: 'not-understood' }, value: books.notUnderstood },
      ],
    },
    {
      name: 'exiwhy_input_complete',
      help: '1 if all the input could be read, else 0: then the other numbers are too low.',
      samples: [{ labels: {}, value: complete ? 1 : 0 }],
    },
  ];
}

function samplesOf({ byCause }: Summary, samples: (row: Tally) => readonly Sample[]): Sample[] {
  return byCause.rows.flatMap((row) =>
    samples(row).map(({ labels, value }) => ({ labels: { cause: row.key, ...labels }, value })),
  );
}

function outcomesOf(row: Tally): Sample[] {
  return OUTCOMES.map(([outcome, key]) => ({ labels: { outcome }, value: Number(row[key]) }));
}
