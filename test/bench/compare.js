/** Compares what a report says with the truth about the log. */

/**
 * @typedef {object} Difference
 * @property {string} what
 * @property {unknown} truth
 * @property {unknown} report undefined where the report does not say.
 */

/**
 * @param {any} report The JSON of `exiwhy report`; any field may be missing, and is then a difference.
 * @param {import('./truth.js').Truth} truth
 * @returns {Difference[]}
 */
export function differences(report, truth) {
  const causes = new Map(list(report?.byCause).map((row) => [row.cause, row.attempts]));
  const ids = new Set([...Object.keys(truth.byCause), ...causes.keys()]);
  const books = report?.books ?? {};
  /** @type {Difference[]} */
  const all = [
    { what: 'attempts', truth: truth.attempts, report: report?.attempts },
    {
      what: 'outcomes.accepted-later',
      truth: truth.outcomes['accepted-later'],
      report: report?.outcomes?.['accepted-later'],
    },
    { what: 'books.lines', truth: truth.lines, report: books.lines },
    {
      what: 'books.used + ignored + notUnderstood',
      truth: truth.lines,
      report: books.used + books.ignored + books.notUnderstood,
    },
    { what: 'books.notUnderstood', truth: 0, report: books.notUnderstood },
    ...[...ids].sort().map((id) => ({
      what: `byCause ${id}`,
      truth: truth.byCause[id] ?? 0,
      report: causes.get(id) ?? 0,
    })),
  ];
  return all.filter((row) => row.truth !== row.report);
}

/**
 * @param {any} rows
 * @returns {{ cause: string, attempts: number }[]}
 */
function list(rows) {
  return Array.isArray(rows) ? rows : [];
}
