/**
 * What the tool is measured against. Every command is run by `sh -c` with these variables: LOG and GZ are
 * the log
 * and its compressed copy, WHO is a sender address that the log holds, NODE and CLI run the tool itself.
 */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} Job
 * @property {string} name
 * @property {string} run
 * @property {string[]} [needs] Programs on the PATH, or files.
 * @property {string} [locale] LC_ALL; C where absent.
 * @property {'report' | 'trace' | 'events'} [ours] The command of the tool that this job measures.
 */

/** The jobs that the others are compared with. */
export const REFERENCES = { mawk: 'mawk', grep: 'grep -c', zcat: 'zcat' };

/** The tool's own jobs. `cat` makes the output a pipe that somebody reads, which /dev/null is not. */
/** @type {readonly Job[]} */
export const OURS = [
  ours('report', 'report', '"$NODE" "$CLI" report --format json "$LOG"'),
  ours('report .gz', 'report', '"$NODE" "$CLI" report --format json "$GZ"'),
  ours('trace', 'trace', '"$NODE" "$CLI" trace "$WHO" "$LOG"'),
  ours('trace, ndjson', 'trace', '"$NODE" "$CLI" trace "$WHO" --format ndjson "$LOG"'),
  ours('trace .gz', 'trace', '"$NODE" "$CLI" trace "$WHO" "$GZ"'),
  ours('events', 'events', '"$NODE" "$CLI" events --format ndjson "$LOG"'),
  ours('events .gz', 'events', '"$NODE" "$CLI" events --format ndjson "$GZ"'),
];

/** Counts every line with the word, and its senders and clients; knows no cause and falls for decoys. */
const MAWK = `mawk '/rejected/ {
  n++
  if (match($0, /F=<[^>]*>/)) senders[substr($0, RSTART, RLENGTH)]++
  if (match($0, /H=[^[]*\\[[^]]*\\]/)) hosts[substr($0, RSTART, RLENGTH)]++
}
END { for (s in senders) a++; for (h in hosts) b++; print n, a, b }' "$LOG"`;

const LOGWATCH = '/usr/share/logwatch/scripts/services/exim';

/** @type {readonly Job[]} */
export const PEERS = [
  { name: REFERENCES.grep, needs: ['grep'], run: `grep -c 'sender verify' "$LOG"` },
  {
    name: 'grep -iw | grep, C',
    needs: ['grep'],
    run: `grep -iw 'sender verify' "$LOG" | grep -- "$WHO"`,
  },
  {
    name: 'grep -iw | grep, UTF-8',
    needs: ['grep'],
    locale: 'C.UTF-8',
    run: `grep -iw 'sender verify' "$LOG" | grep -- "$WHO"`,
  },
  { name: REFERENCES.mawk, needs: ['mawk'], run: MAWK },
  { name: REFERENCES.zcat, needs: ['zcat'], run: 'zcat "$GZ"' },
  { name: 'zgrep -c', needs: ['zgrep'], run: `zgrep -c 'sender verify' "$GZ"` },
  { name: 'ripgrep', needs: ['rg'], run: `rg -c 'sender verify' "$LOG"` },
  { name: 'exigrep', needs: ['exigrep'], run: 'exigrep "$WHO" "$LOG"' },
  { name: 'eximstats', needs: ['eximstats'], run: 'eximstats "$LOG"' },
  { name: 'eximstats, lean', needs: ['eximstats'], run: 'eximstats -h0 -ne -nr -nt -t0 -q0 "$LOG"' },
  {
    name: 'logwatch exim',
    needs: ['perl', LOGWATCH],
    run: `LOGWATCH_DETAIL_LEVEL=10 perl -I/usr/share/logwatch/lib ${LOGWATCH} < "$LOG"`,
  },
  { name: 'lnav', needs: ['lnav'], run: `lnav -n -c ';SELECT count(*) FROM all_logs' "$LOG"` },
];

/**
 * What a job needs and this machine has not.
 *
 * @param {Job} job
 * @returns {string[]}
 */
export function missing(job) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return (job.needs ?? []).filter(
    (need) =>
      !(need.includes('/') ? existsSync(need) : folders.some((folder) => existsSync(join(folder, need)))),
  );
}

/**
 * @param {string} name
 * @param {'report' | 'trace' | 'events'} command
 * @param {string} run
 * @returns {Job}
 */
function ours(name, command, run) {
  return { name: `exiwhy ${name}`, ours: command, run: `exec ${run}` };
}
