/** Counts what the generator writes, so that a reader of the log can be checked against it. */

const TOP = 20;

/**
 * @typedef {object} Attempt One refused recipient; before RCPT and at DATA, the refused transaction.
 * @property {string} cause
 * @property {string} stage
 * @property {boolean} temporary
 * @property {number | null} sender
 * @property {number} host
 *
 * @typedef {{ name: string, attempts: number }} Ranked
 *
 * @typedef {object} Truth
 * @property {1} schema
 * @property {number} lines
 * @property {number} bytes
 * @property {number} attempts Refusals by us, of logins too. Not in it: remote refusals of our own mail.
 * @property {number} temporary How many of them were temporary.
 * @property {Record<string, number>} byStage
 * @property {Record<string, number>} byCause Bare lines stand under the cause that the cache holds.
 * @property {{ attempts: number, byCause: Record<string, number> }} senderVerification
 * @property {{ fail: number, defer: number, bare: number }} verifyLines `bare` is a part of `fail`.
 * @property {{ 'accepted-later': number }} outcomes
 * @property {{ arrivals: number, deliveries: number, bounces: number, deferrals: number, warnings: number,
 *   decoys: number }} other Lines that are no attempt.
 * @property {{ senders: number, hosts: number }} distinct
 * @property {Ranked[]} topSenders The null reverse-path is ''.
 * @property {Ranked[]} topHosts By the address of the SMTP client.
 */

/** @param {import('./world.js').World} world */
export function createTruth(world) {
  const senders = new Uint32Array(world.senders + 1);
  const hosts = new Uint32Array(world.hosts);
  /** @type {Record<string, number>} */
  const byStage = {};
  /** @type {Record<string, number>} */
  const byCause = {};
  /** @type {Record<string, number>} */
  const byVerification = {};
  const verifyLines = { fail: 0, defer: 0, bare: 0 };
  const outcomes = { 'accepted-later': 0 };
  const other = {
    arrivals: 0,
    deliveries: 0,
    bounces: 0,
    deferrals: 0,
    warnings: 0,
    decoys: 0,
  };
  let attempts = 0;
  let temporary = 0;
  let verified = 0;

  /** @param {Attempt} attempt */
  function refused(attempt) {
    attempts++;
    if (attempt.temporary) temporary++;
    if (attempt.sender !== null) senders[attempt.sender]++;
    hosts[attempt.host]++;
    add(byStage, attempt.stage);
    add(byCause, attempt.cause);
  }

  return {
    other,
    outcomes,
    refused,
    /**
     * A refusal that rests on sender verification, and its verify line.
     *
     * @param {Attempt} attempt
     * @param {boolean} bare
     */
    unverified(attempt, bare) {
      refused(attempt);
      verified++;
      add(byVerification, attempt.cause);
      verifyLines[attempt.temporary ? 'defer' : 'fail']++;
      if (bare) verifyLines.bare++;
    },
    /**
     * @param {number} lines
     * @param {number} bytes
     * @returns {Truth}
     */
    report: (lines, bytes) => ({
      schema: 1,
      lines,
      bytes,
      attempts,
      temporary,
      byStage,
      byCause,
      senderVerification: { attempts: verified, byCause: byVerification },
      verifyLines,
      outcomes,
      other,
      distinct: { senders: distinct(senders), hosts: distinct(hosts) },
      topSenders: top(senders, world.sender),
      topHosts: top(hosts, world.ip),
    }),
  };
}

/**
 * @param {Record<string, number>} counts
 * @param {string} key
 */
function add(counts, key) {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** @param {Uint32Array} counts */
function distinct(counts) {
  return counts.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0);
}

/**
 * @param {Uint32Array} counts
 * @param {(n: number) => string} nameOf
 * @returns {Ranked[]}
 */
function top(counts, nameOf) {
  const busy = Array.from(counts.keys()).filter((n) => counts[n] > 0);
  busy.sort((a, b) => counts[b] - counts[a] || a - b);
  return busy.slice(0, TOP).map((n) => ({ name: nameOf(n), attempts: counts[n] }));
}
