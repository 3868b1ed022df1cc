import { HashIndex, type Key } from './hash-index.ts';
import { IntColumn } from './int-column.ts';

/**
 * Did it get through later? One series for each sender and recipient that were refused, until they are accepted; a
 * refusal after that begins a new series. A busy log has a million of them, so a series is a few numbers in typed
 * arrays (about 40 bytes) and its key a 64-bit hash: at ten million keys the chance that any two fall together is one
 * in 400,000.
 */
export class SeriesTable {
  readonly #index = new HashIndex();
  readonly #tries = new IntColumn();
  /** Whole seconds, unsigned. */
  readonly #last = new IntColumn();
  /** Few of the refused get through: they need no column. */
  readonly #accepted = new Map<number, Acceptance>();

  /**
   * @param key null for what can never be accepted later: it is a series of its own.
   * @param at epoch ms.
   * @returns the number of the series that this refusal belongs to.
   */
  refused(key: Key | null, at: number): number {
    const known = key === null ? -1 : this.#index.get(key);
    const seconds = Math.floor(at / 1000);
    if (known === -1) {
      this.#last.push(seconds);
      const series = this.#tries.push(1);
      if (key !== null) this.#index.set(key, series);
      return series;
    }
    this.#tries.set(known, this.tries(known) + 1);
    if (seconds > this.lastAt(known) / 1000) this.#last.set(known, seconds);
    return known;
  }

  /** The mail of this key got through: its series, if there is one, is over. */
  accepted(key: Key, acceptance: Acceptance): void {
    const series = this.#index.get(key);
    if (series === -1) return;
    this.#accepted.set(series, { at: acceptance.at, offset: acceptance.offset });
    this.#index.set(key, -1);
  }

  /** How often it was refused. */
  tries(series: number): number {
    return this.#tries.get(series);
  }

  /** Epoch ms of the last refusal, in whole seconds. */
  lastAt(series: number): number {
    return (this.#last.get(series) >>> 0) * 1000;
  }

  /** When it got through, if it did. */
  acceptance(series: number): Acceptance | undefined {
    return this.#accepted.get(series);
  }
}

export interface Acceptance {
  /** Epoch ms. */
  at: number;
  /** Minutes east of UTC of the log's clock. */
  offset: number;
}
