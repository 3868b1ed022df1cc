import { HashIndex, type Key } from './hash-index.ts';
import { IntColumn } from './int-column.ts';

/**
 * Did it get through later? One series for each sender and recipient that were refused, until they are accepted; a
 * refusal after that begins a new series. A busy log has a million of them, so a series is a few numbers in typed
 * arrays (about 45 bytes) and its key a 64-bit hash: at ten million keys the chance that any two fall together is one
 * in 400,000.
 */
export class SeriesTable {
  readonly #index = new HashIndex();
  readonly #tries = new IntColumn();
  /** Whole seconds, unsigned. */
  readonly #last = new IntColumn();
  /** The number of the acceptance plus 1; 0: none. */
  readonly #accepted = new IntColumn();
  readonly #acceptances: Acceptance[] = [];

  /**
   * @param key null for what can never be accepted later: it is a series of its own.
   * @param at epoch ms.
   * @returns the number of the series that this refusal belongs to.
   */
  refused(key: Key | null, at: number): number {
    const seconds = Math.floor(at / 1000);
    if (key === null) return this.#begin(seconds);
    const place = this.#index.placeOf(key);
    const known = this.#index.get(place);
    if (known === -1) {
      const series = this.#begin(seconds);
      this.#index.set(place, series);
      return series;
    }
    this.#tries.set(known, this.tries(known) + 1);
    if (seconds > this.lastAt(known) / 1000) this.#last.set(known, seconds);
    return known;
  }

  #begin(seconds: number): number {
    this.#last.push(seconds);
    this.#accepted.push(0);
    return this.#tries.push(1);
  }

  /** The mail of this key got through: its series, if there is one, is over. */
  accepted(key: Key, acceptance: Acceptance): void {
    const place = this.#index.placeOf(key);
    const series = this.#index.get(place);
    if (series === -1) return;
    const { at, offset } = acceptance;
    this.#accepted.set(series, this.#acceptances.push({ at, offset }));
    this.#index.set(place, -1);
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
    return this.#acceptances[this.#accepted.get(series) - 1];
  }
}

export interface Acceptance {
  /** Epoch ms. */
  at: number;
  /** Minutes east of UTC of the log's clock. */
  offset: number;
}
