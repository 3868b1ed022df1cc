const BITS = 12;
const PAGE = 1 << BITS;
const MASK = PAGE - 1;
const LEAST = 16;

/**
 * Records of a few whole numbers of 32 bits, side by side: one look at memory a record. They stand in pages, so growing
 * neither copies what is there nor takes twice its place.
 */
export class IntTable {
  length = 0;
  readonly #width: number;
  readonly #pages: Int32Array[] = [];
  /** How many records have room. */
  #room = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** @returns the number of a new record, whose numbers are all 0. */
  push(): number {
    if (this.length === this.#room) this.#grow();
    return this.length++;
  }

  /** The first page grows from a few records on: there may be thousands of tables that stay short. */
  #grow(): void {
    if (this.#room >= PAGE) {
      this.#pages.push(new Int32Array(PAGE * this.#width));
      this.#room += PAGE;
      return;
    }
    this.#room = Math.max(LEAST, this.#room * 2);
    const larger = new Int32Array(this.#room * this.#width);
    larger.set(this.#pages[0] ?? []);
    this.#pages[0] = larger;
  }

  /** Where the numbers of a record stand: good until the next push(). */
  page(record: number): Int32Array {
    return this.#pages[record >>> BITS] ?? NOTHING;
  }

  /** The place of its first number in its page. */
  place(record: number): number {
    return (record & MASK) * this.#width;
  }
}

/** All numbers behind the end are 0. */
const NOTHING = new Int32Array(0);

/** Adds to one number. */
export function addTo(page: Int32Array, place: number, count: number): void {
  page[place] = (page[place] ?? 0) + count;
}
