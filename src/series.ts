import { HashIndex } from './hash-index.ts';
import { addTo, IntTable } from './int-table.ts';
import type { Moment } from './model/moment.ts';
import type { Hash } from './text-hash.ts';

/** The numbers of a series: how often it was refused, */
const TRIES = 0;
/** when last, in whole seconds, unsigned, */
const LAST = 1;
/** and the number of its acceptance plus 1; 0: none. */
const ACCEPTED = 2;
const WIDTH = 3;

/**
 * Did it get through later? One series for each sender and recipient that were refused, until they are accepted; a
 * refusal after that begins a new series. A busy log has a million of them, so a series is a few numbers side by side in
 * typed arrays (about 40 bytes with its key).
 */
export class SeriesTable {
  readonly #index = new HashIndex();
  readonly #cells = new IntTable(WIDTH);
  readonly #acceptances: Moment[] = [];

  /**
   * @param key null for what can never be accepted later: it is a series of its own.
   * @param at epoch ms.
   * @returns the number of the series that this refusal belongs to.
   */
  refused(key: Hash | null, at: number): number {
    const seconds = Math.floor(at / 1000);
    if (key === null) return this.#begin(seconds);
    const slot = this.#index.placeOf(key);
    const known = this.#index.get(slot);
    if (known === -1) {
      const series = this.#begin(seconds);
      this.#index.set(slot, key, series);
      return series;
    }
    const page = this.#cells.page(known);
    const place = this.#cells.place(known);
    addTo(page, place + TRIES, 1);
    if (seconds > (page[place + LAST] ?? 0) >>> 0) page[place + LAST] = seconds;
    return known;
  }

  #begin(seconds: number): number {
    const series = this.#cells.push();
    const page = this.#cells.page(series);
    const place = this.#cells.place(series);
    page[place + TRIES] = 1;
    page[place + LAST] = seconds;
    return series;
  }

  /** How many there are: the number of the next one. */
  get size(): number {
    return this.#cells.length;
  }

  /**
   * The mail of this key got through: its series, if there is one, is over.
   *
   * @param size of this table when the mail came in. A series that began after it, by its number and by its clock, was
   *   of another mail.
   */
  accepted(key: Hash, { at, offset }: Moment, size = Number.POSITIVE_INFINITY): void {
    const place = this.#index.placeOf(key);
    const series = this.#index.get(place);
    if (series === -1 || (series >= size && at < this.lastAt(series))) return;
    this.#cells.page(series)[this.#cells.place(series) + ACCEPTED] = this.#acceptances.push({ at, offset });
    this.#index.set(place, key, -1);
  }

  #get(series: number, cell: number): number {
    return this.#cells.page(series)[this.#cells.place(series) + cell] ?? 0;
  }

  /** How often it was refused. */
  tries(series: number): number {
    return this.#get(series, TRIES);
  }

  /** Epoch ms of the last refusal, in whole seconds. */
  lastAt(series: number): number {
    return (this.#get(series, LAST) >>> 0) * 1000;
  }

  /** When it got through, if it did. */
  acceptance(series: number): Moment | undefined {
    return this.#acceptances[this.#get(series, ACCEPTED) - 1];
  }
}
