import { IntTable } from './int-table.ts';

/** Whole numbers of 32 bits, one after the other: a table of one number a record. */
export class IntColumn {
  readonly #table = new IntTable(1);

  get length(): number {
    return this.#table.length;
  }

  /** @returns the index of the new value. */
  push(value: number): number {
    const index = this.#table.push();
    this.set(index, value);
    return index;
  }

  /** @returns 0 behind the end. */
  get(index: number): number {
    return this.#table.page(index)[this.#table.place(index)] ?? 0;
  }

  set(index: number, value: number): void {
    this.#table.page(index)[this.#table.place(index)] = value;
  }
}
