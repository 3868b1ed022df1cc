import type { LogLine } from '../model/record.ts';
import { RecentMap } from '../recent-map.ts';

export type Batches = AsyncIterable<LogLine[]>;

/**
 * Exim writes a refusal to the main log and again, word for word, to the reject log. Given both, the reject log's
 * lines are laid between the main log's by their stamps, and what the main log already said is left out: so nothing
 * counts twice, and what only the reject log holds (`log_reject_target = reject`) is not lost.
 *
 * @param onRepeat is told of each line that was left out.
 */
export async function* mergeRejectLog(
  main: Batches,
  reject: Batches,
  onRepeat: (line: LogLine) => void,
): Batches {
  const said = new RecentLines();
  const rejects = new Reader(reject);
  for await (const batch of main) {
    const merged: LogLine[] = [];
    for (const line of batch) {
      const stamp = stampOf(line);
      for (let next = await rejects.peek(); next && stampOf(next) < stamp; next = await rejects.peek()) {
        take(rejects, said, merged, onRepeat);
      }
      said.add(line.text);
      merged.push(line);
    }
    yield merged;
  }
  const rest: LogLine[] = [];
  while (await rejects.peek()) take(rejects, said, rest, onRepeat);
  yield rest;
}

function take(
  rejects: Reader,
  said: RecentLines,
  merged: LogLine[],
  onRepeat: (line: LogLine) => void,
): void {
  const line = rejects.take();
  if (said.remove(line.text)) onRepeat(line);
  else merged.push(line);
}

/** Stamps are compared as text: `2026-11-21 04:43:00`. A line without one belongs to the line before it. */
function stampOf(line: LogLine): string {
  return /^\d{4}-/.test(line.text) ? line.text.slice(0, 19) : '';
}

/** How many lines of the main log are remembered: an hour of a busy server, for the hour that is repeated in autumn. */
const REMEMBERED = 100_000;

class RecentLines {
  readonly #counts = new RecentMap<number>(REMEMBERED);

  add(text: string): void {
    // Message lines with an arrow never stand in a reject log.
    if (!/rejected|verify|refused|dropped|failed|error/.test(text)) return;
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
  }

  remove(text: string): boolean {
    const count = this.#counts.get(text) ?? 0;
    if (count > 0) this.#counts.set(text, count - 1);
    return count > 0;
  }
}

/** Reads batches a line at a time. */
class Reader {
  readonly #batches: AsyncIterator<LogLine[]>;
  #batch: LogLine[] = [];
  #at = 0;

  constructor(batches: Batches) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  async peek(): Promise<LogLine | undefined> {
    while (this.#at >= this.#batch.length) {
      const next = await this.#batches.next();
      if (next.done) return undefined;
      this.#batch = next.value;
      this.#at = 0;
    }
    return this.#batch[this.#at];
  }

  /** Only after peek() has returned a line. */
  take(): LogLine {
    const line = this.#batch[this.#at++];
    if (!line) throw new Error('take() without peek()');
    return line;
  }
}
