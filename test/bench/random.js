/**
 * Seeded chance: the same seed gives the same numbers on every machine.
 *
 * @typedef {object} Random
 * @property {() => number} unit A number from 0 up to, not including, 1.
 * @property {(n: number) => number} below A whole number from 0 up to, not including, n.
 * @property {(p: number) => boolean} chance True with probability p.
 * @property {(n: number) => number} zipf Like `below`, but k is as likely as 1 / (k + 1): few are busy,
 *   most are rare.
 */

/**
 * Mulberry32: 32 bits of state are enough for a log, and nothing here is a secret.
 *
 * @param {number} seed
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
  return {
    unit,
    below: (n) => Math.floor(unit() * n),
    chance: (p) => unit() < p,
    zipf: (n) => Math.floor(n ** unit()) - 1,
  };
}

/**
 * Draws rows in proportion to their weights.
 *
 * @template {{ weight: number }} T
 * @param {readonly T[]} rows
 * @returns {(unit: number) => T} takes a number from 0 up to, not including, 1
 */
export function weighted(rows) {
  const total = rows.reduce((sum, row) => sum + row.weight, 0);
  const wheel = rows.flatMap((row) => Array(Math.max(1, Math.round((row.weight / total) * 1000))).fill(row));
  return (unit) => wheel[Math.floor(unit * wheel.length)];
}
