/**
 * Writes an Exim main log of any size, with the truth about it: the same arguments give the same bytes.
 *
 *   node test/bench/generate.js --out FILE --bytes 1e9 --truth FILE.json [--seed 1] [--reject 0.1|1|5]
 *     [--senders 200000] [--hosts 100000] [--ids old|new] [--selector cpanel|default]
 */

import { closeSync, openSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from './random.js';
import { createSessions } from './sessions.js';
import { createTruth } from './truth.js';
import { createWorld } from './world.js';

/** Bytes gathered for one write. */
const CHUNK = 1 << 20;
/**
 * No zone in the log, and no change to or from daylight saving time within five weeks, so that it may be read
 * with every zone.
 */
const START = Date.UTC(2026, 0, 19) / 1000;
/** Lines a second, by the hour of the day. */
const RATE = [5, 4, 4, 4, 5, 6, 8, 11, 15, 17, 17, 16, 14, 15, 16, 16, 15, 13, 11, 9, 8, 7, 6, 5];
/** Sessions under way at once, and how many lines of others may stand between two lines of one of them. */
const CONCURRENT = 3;
const LONGEST_GAP = 3;

const IDS = /** @type {const} */ (['old', 'new']);
const SELECTORS = /** @type {const} */ (['cpanel', 'default']);

/**
 * @typedef {object} Options
 * @property {string} out
 * @property {number} bytes The log ends with the session that reaches this size.
 * @property {string} [truth] Where the truth is written as JSON.
 * @property {number} [seed]
 * @property {number} [reject] How many times the usual number of refusals.
 * @property {number} [senders]
 * @property {number} [hosts]
 * @property {'old' | 'new'} [ids] Message ids of 16 characters, or of 23 (Exim 4.97 and later).
 * @property {'cpanel' | 'default'} [selector] Whose `log_selector`.
 */

/**
 * Writes the log and returns the truth about it.
 *
 * @param {Options} options
 * @returns {import('./truth.js').Truth}
 */
export function generate(options) {
  const { seed = 1, reject = 1, senders = 200_000, hosts = 100_000 } = options;
  const { ids = 'new', selector = 'cpanel' } = options;
  // A multiple of 4, so that the class of the last senders exists: see sessions.js.
  const world = createWorld(4 * Math.ceil(senders / 4), hosts);
  const random = createRandom(seed);
  const truth = createTruth(world);
  const clock = { now: START, start: START };
  const next = createSessions({ world, random, truth, clock, options: { reject, ids, selector } });
  const file = openSync(options.out, 'w');
  try {
    const { lines, bytes } = write(file, options.bytes, interleave(next, random), clock, random);
    const report = truth.report(lines, bytes);
    if (options.truth) writeFileSync(options.truth, `${JSON.stringify(report, null, 2)}\n`);
    return report;
  } finally {
    closeSync(file);
  }
}

/**
 * Puts the stamps on, and lets time pass.
 *
 * @param {number} file
 * @param {number} size
 * @param {(open: boolean) => string | null} nextLine
 * @param {{ now: number }} clock
 * @param {import('./random.js').Random} random
 */
function write(file, size, nextLine, clock, random) {
  const chunk = Buffer.allocUnsafe(CHUNK);
  let lines = 0;
  let bytes = 0;
  let filled = 0;
  let stamp = stampOf(clock.now);
  let tick = tickOf(clock.now);
  for (let line = nextLine(true); line !== null; line = nextLine(bytes + filled < size)) {
    if (filled + line.length + stamp.length + 2 > CHUNK) {
      writeFileSync(file, chunk.subarray(0, filled));
      bytes += filled;
      filled = 0;
    }
    filled += chunk.write(`${stamp} ${line}\n`, filled, 'latin1');
    lines++;
    if (random.unit() < tick) {
      clock.now++;
      stamp = stampOf(clock.now);
      tick = tickOf(clock.now);
    }
  }
  writeFileSync(file, chunk.subarray(0, filled));
  return { lines, bytes: bytes + filled };
}

/**
 * Mixes the lines of concurrent sessions. The ages of the sessions always differ, so at most one has waited
 * for
 * LONGEST_GAP lines, and it goes next.
 *
 * @param {() => string[]} next
 * @param {import('./random.js').Random} random
 * @returns {(open: boolean) => string | null} the next line; once not `open`, no session begins any more,
 *   and null is the end
 */
function interleave(next, random) {
  const running = Array.from({ length: CONCURRENT }, () => ({
    lines: /** @type {string[]} */ ([]),
    at: 0,
    age: 0,
  }));
  return (open) => {
    const busy = open ? running : running.filter((session) => session.at < session.lines.length);
    if (busy.length === 0) return null;
    const session = busy.find(({ age }) => age >= LONGEST_GAP) ?? busy[random.below(busy.length)];
    if (session.at === session.lines.length) {
      session.lines = next();
      session.at = 0;
    }
    for (const other of running) other.age++;
    session.age = 0;
    return session.lines[session.at++];
  };
}

/** @param {number} now */
function stampOf(now) {
  return new Date(now * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * The chance that a second ends with a line.
 *
 * @param {number} now
 */
function tickOf(now) {
  return 1 / RATE[Math.floor(now / 3600) % 24];
}

function main() {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      bytes: { type: 'string', default: '1e8' },
      truth: { type: 'string' },
      seed: { type: 'string', default: '1' },
      reject: { type: 'string', default: '1' },
      senders: { type: 'string', default: '200000' },
      hosts: { type: 'string', default: '100000' },
      ids: { type: 'string', default: 'new' },
      selector: { type: 'string', default: 'cpanel' },
    },
  });
  if (!values.out) throw new Error('--out FILE is missing');
  const began = performance.now();
  const truth = generate({
    out: values.out,
    truth: values.truth,
    bytes: Number(values.bytes),
    seed: Number(values.seed),
    reject: Number(values.reject),
    senders: Number(values.senders),
    hosts: Number(values.hosts),
    ids: oneOf('ids', values.ids, IDS),
    selector: oneOf('selector', values.selector, SELECTORS),
  });
  const seconds = (performance.now() - began) / 1000;
  const speed = (truth.bytes / 1e6 / seconds).toFixed(0);
  console.error(`${truth.lines} lines, ${truth.bytes} bytes, ${seconds.toFixed(1)} s, ${speed} MB/s`);
}

/**
 * @template {string} T
 * @param {string} name
 * @param {string} value
 * @param {readonly T[]} allowed
 * @returns {T}
 */
function oneOf(name, value, allowed) {
  const found = allowed.find((word) => word === value);
  if (!found) throw new Error(`--${name} is one of: ${allowed.join(', ')}`);
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
