/**
 * Speed and memory of whole processes beside their peers, on a generated log, and whether the answer is
 * right.
 * A wrong count makes the exit status 1; no time ever does.
 *
 *   npm run bench -- [--bytes 200e6] [--rounds 5] [--only report,trace] [--reject 1] [--seed 1]
 */

import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { differences } from './compare.js';
import { generate } from './generate.js';
import { measure } from './measure.js';
import { missing, OURS, PEERS, REFERENCES } from './peers.js';

/**
 * @typedef {import('./measure.js').Run} Run
 * @typedef {import('./peers.js').Job} Job
 * @typedef {import('./truth.js').Truth} Truth
 */

/**
 * Makes the log once and keeps it for the next run.
 *
 * @param {{ bytes: number, seed: number, reject: number }} wanted
 * @returns {Promise<{ log: string, gz: string, truth: Truth }>}
 */
async function prepare(wanted) {
  const folder = join(tmpdir(), 'exiwhy-bench');
  const log = join(folder, `bytes-${wanted.bytes}-seed-${wanted.seed}-reject-${wanted.reject}.log`);
  const gz = `${log}.gz`;
  const note = `${log}.json`;
  if (!isFresh(note)) {
    console.log(`making ${log}`);
    mkdirSync(folder, { recursive: true });
    const truth = generate({ ...wanted, out: log });
    await pipeline(createReadStream(log), createGzip(), createWriteStream(gz));
    // The truth comes last: where it stands, the files before it are whole.
    writeFileSync(note, JSON.stringify({ made: generatorText(), truth }));
  }
  return { log, gz, truth: JSON.parse(readFileSync(note, 'utf8')).truth };
}

/**
 * A log of another generator is of no use.
 *
 * @param {string} note
 */
function isFresh(note) {
  return existsSync(note) && JSON.parse(readFileSync(note, 'utf8')).made === generatorText();
}

function generatorText() {
  const parts = ['random', 'world', 'forms', 'truth', 'sessions', 'generate'];
  return parts.map((part) => readFileSync(new URL(`${part}.js`, import.meta.url), 'utf8')).join('');
}

/**
 * Interleaved rounds (A B C, A B C), so that a slow minute of the machine is everybody's.
 *
 * @param {readonly Job[]} jobs
 * @param {number} rounds
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Map<Job, Run[]>>}
 */
async function race(jobs, rounds, env) {
  /** @type {Map<Job, Run[]>} */
  const runs = new Map(jobs.map((job) => [job, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [job, done] of runs) {
      const run = await measure(
        job.run,
        { ...env, LC_ALL: job.locale ?? 'C' },
        job.ours === 'report' && round === 0,
      );
      done.push(run);
    }
  }
  return runs;
}

/**
 * @param {Map<Job, Run[]>} runs
 * @param {number} bytes
 */
function table(runs, bytes) {
  const references = Object.values(REFERENCES);
  const byName = new Map([...runs].map(([job, done]) => [job.name, done]));
  const rows = [...runs].map(([job, done]) => {
    const seconds = median(done.map((run) => run.seconds));
    const peak = Math.max(...done.map((run) => run.peak ?? 0));
    return [
      job.name,
      seconds.toFixed(3),
      (bytes / 1e6 / seconds).toFixed(0),
      ...references.map((name) => ratio(done, byName.get(name))),
      peak ? (peak / 2 ** 20).toFixed(0) : '-',
      failed(done) ? `exit ${done[0]?.status}: ${done[0]?.stderr.split('\n', 1)[0]}` : '',
    ];
  });
  return columns([['', 's', 'MB/s', ...references.map((name) => `x ${name}`), 'RSS MB', ''], ...rows]);
}

/**
 * The median of the quotients of each round.
 *
 * @param {Run[]} runs
 * @param {Run[] | undefined} reference
 */
function ratio(runs, reference) {
  if (!reference) return '-';
  return median(runs.map((run, round) => run.seconds / reference[round].seconds)).toFixed(2);
}

/**
 * WHO stands in the log, so nobody has a reason to exit with anything but 0.
 *
 * @param {Run[]} runs
 */
function failed(runs) {
  return runs.some(({ status }) => status !== 0);
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/**
 * Names to the left, numbers to the right.
 *
 * @param {string[][]} rows
 */
function columns(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const last = widths.length - 1;
  return rows
    .map((row) =>
      row.map((cell, i) => (i % last ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}

/**
 * Prints where a report and the truth differ.
 *
 * @param {Job} job
 * @param {Run} run
 * @param {Truth} truth
 * @returns {boolean} whether the report is right
 */
function check(job, run, truth) {
  /** @type {import('./compare.js').Difference[]} */
  let found;
  try {
    found = differences(JSON.parse(run.stdout), truth);
  } catch (error) {
    console.log(`\n${job.name}: no JSON: ${error instanceof Error ? error.message : error}`);
    return false;
  }
  if (found.length === 0) {
    console.log(`\n${job.name}: all counts are right`);
    return true;
  }
  console.log(`\n${job.name}: differs from the truth`);
  const cells = found.map(({ what, truth, report }) => [what, String(truth), String(report), '']);
  console.log(columns([['', 'truth', 'report', ''], ...cells]));
  return false;
}

/**
 * A busy sender whose address is plain text to grep.
 *
 * @param {Truth} truth
 */
function somebody(truth) {
  return truth.topSenders.findLast(({ name }) => /^[\w.-]+@/.test(name))?.name ?? '@';
}

async function main() {
  const { values } = parseArgs({
    options: {
      bytes: { type: 'string', default: '200e6' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: 'report,trace,events' },
      reject: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
    },
  });
  const bytes = Number(values.bytes);
  const only = values.only.split(',');
  const { log, gz, truth } = await prepare({
    bytes,
    seed: Number(values.seed),
    reject: Number(values.reject),
  });
  const jobs = [
    ...PEERS.filter((job) => missing(job).length === 0),
    ...OURS.filter((job) => job.ours && only.includes(job.ours)),
  ];
  const env = {
    ...process.env,
    TZ: 'UTC',
    LOG: log,
    GZ: gz,
    WHO: somebody(truth),
    NODE: process.execPath,
    CLI: fileURLToPath(new URL('../../bin/exiwhy.js', import.meta.url)),
  };
  console.log(
    `${truth.lines} lines, ${(truth.bytes / 1e6).toFixed(0)} MB, ${truth.attempts} attempts; node ${process.version}, ${cpus().length} CPUs`,
  );
  const runs = await race(jobs, Number(values.rounds), env);
  console.log(`\n${table(runs, truth.bytes)}`);
  for (const job of PEERS) {
    const lacks = missing(job);
    if (lacks.length > 0) console.log(`${job.name}: not installed (${lacks.join(', ')})`);
  }
  for (const [job, done] of runs) {
    const right = job.ours === 'report' ? check(job, done[0], truth) : true;
    if (!right || (job.ours && failed(done))) process.exitCode = 1;
  }
}

await main();
