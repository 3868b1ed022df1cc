import { type Circle, circleOf } from '../circle.ts';
import type { SecondThread } from '../two-threads/second-thread.ts';
import type { CommonOptions, Context } from './context.ts';
import { withIndex } from './indexed.ts';
import { type Choose, filesFor } from './input.ts';
import { secondThreadFor } from './two-threads.ts';

/**
 * The logs of a search for one address, in which the lines of all others need not be read: its circle is found first,
 * with an index where there is one, and by two threads where there is much to read.
 */
export class NarrowedLogs {
  /** Whom the address has to do with; null as long as nobody has looked, or where every line has to be read. */
  circle: Circle | null = null;
  #second: SecondThread | null = null;
  readonly #address: string | null;
  readonly #options: CommonOptions;
  readonly #context: Context;

  /** @param address in lower case; null: no one address is looked for. */
  constructor(address: string | null, options: CommonOptions, context: Context) {
    this.#address = address;
    this.#options = options;
    this.#context = context;
  }

  readonly choose: Choose = async (logs, window, onError) => {
    const address = this.#address;
    const files = await filesFor(logs, window, onError);
    if (address === null || files.some(({ size }) => size === null)) return files;
    // A line that is written meanwhile may need one that was left out: what grows is read as it was.
    const whole = files.map((file) => (file.size === null ? file : { ...file, until: file.size }));
    // Of Postfix's lines all are read.
    const narrows = this.#options.mta !== 'postfix';
    const indexed = narrows ? await withIndex(whole, this.#options, this.#context) : whole;
    this.#second = narrows ? await secondThreadFor(indexed, address) : null;
    const circle = await circleOf(this.#second?.naming(address) ?? indexed, address, window.timeZone);
    this.circle = circle;
    const keys = circle.keys();
    if (keys === null) return whole;
    const read = this.#second?.concerning(address, circle) ?? indexed;
    return read.map((file) => ({ ...file, keys }));
  };

  /** Is called when all has been read. */
  async close(): Promise<void> {
    await this.#second?.close();
  }
}
