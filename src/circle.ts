import { latin1 } from './bytes.ts';
import { InputError } from './errors.ts';
import { domainOf } from './model/address.ts';
import type { LogLine, LogRecord } from './model/record.ts';
import { addressDomain, type Span } from './mta/exim/plain.ts';
import { type Company, clientLinesHolding } from './mta/exim/search.ts';
import { createParser } from './mta/parser.ts';
import { LineSplitter } from './sources/lines.ts';
import { type LogFile, readBlocks } from './sources/open.ts';
import { createStampClock } from './time/zone.ts';

/** The clients, and the domains of the senders, of the lines that hold what is looked for. */
export class Circle implements Company {
  readonly #clients = new Set<string>();
  readonly #domains = new Set<string>();

  /** Takes a record whose line holds it. */
  add({ client, sender }: LogRecord): void {
    if (client?.ip) this.#clients.add(client.ip);
    const domain = domainOf(sender);
    if (domain !== null) this.#domains.add(domain);
  }

  hasClient(block: Buffer, { start, end }: Span): boolean {
    return this.#clients.has(latin1(block, start, end));
  }

  hasDomainOf(block: Buffer, sender: Span): boolean {
    const start = addressDomain(block, sender);
    return start !== -1 && this.#domains.has(latin1(block, start, sender.end).toLowerCase());
  }
}

/**
 * Reads the files once for nothing but the lines that hold the needle: with what they name, the other reader can leave
 * out nearly all the lines of others (measured on 1 GB: twice through takes two thirds of the time of once).
 *
 * @param files that can be read again; one that cannot be read is told by the other reader.
 * @param needle in lower case.
 */
export async function circleOf(files: readonly LogFile[], needle: string, timeZone: string): Promise<Circle> {
  const circle = new Circle();
  const look = clientLinesHolding(needle);
  for (const file of files) {
    const lines = new LineSplitter(file.name, look);
    const parser = createParser(createStampClock(timeZone, Date.now()));
    const take = (line: LogLine): void => {
      const parsed = parser.parse(line);
      if (typeof parsed !== 'string') circle.add(parsed);
    };
    try {
      for await (const block of readBlocks(file)) lines.push(block, take);
      lines.drain(take);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return circle;
}
