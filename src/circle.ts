import { latin1, startsWith } from './bytes.ts';
import { InputError } from './errors.ts';
import { domainOf } from './model/address.ts';
import type { LogRecord } from './model/record.ts';
import { addressDomain, type Span } from './mta/exim/plain.ts';
import { arrowAt, CLIENT, type Interest, type Place, textOf } from './mta/exim/relevant.ts';
import type { Company } from './mta/exim/search.ts';
import { createParser } from './mta/parser.ts';
import { SenderFilter } from './sender-filter.ts';
import { AddressLines } from './sources/address-lines.ts';
import { decodeLatin1, textStart } from './sources/lines.ts';
import { type LogFile, readBlocks } from './sources/open.ts';
import { createStampClock } from './time/zone.ts';

/** 16 KiB each: nobody but a spammer or a mailing list has to do with more than ten thousand others. */
const BITS = 1 << 17;

/**
 * Who has to do with an address: the clients, the domains of the senders and the messages of the lines that hold it.
 * Now and then it takes another for one of them, which costs no more than to read a line too much.
 */
export class Circle implements Company {
  readonly #clients = new SenderFilter(BITS);
  readonly #domains = new SenderFilter(BITS);
  readonly #messages = new SenderFilter(BITS);

  /** Takes a record whose line holds the address. */
  add({ client, sender }: LogRecord): void {
    if (client?.ip) this.#clients.add(client.ip);
    const domain = domainOf(sender);
    if (domain !== null) this.#domains.add(domain);
  }

  /** Takes the id of a message that a line with the address is about. */
  addMessage(block: Buffer, start: number, end: number): void {
    this.#messages.addBytes(block, start, end);
  }

  hasClient(block: Buffer, { start, end }: Span): boolean {
    return this.#clients.has(block, start, end);
  }

  hasDomainOf(block: Buffer, sender: Span): boolean {
    const start = addressDomain(block, sender);
    return start !== -1 && this.#domains.has(block, start, sender.end);
  }

  /** Of the messages only these. */
  narrowed(interest: Interest): Interest {
    const knows = ({ block, text, end }: Place): boolean => this.#messages.has(block, text, end);
    return {
      client: (place) => interest.client(place),
      arrives: (place, address) => (knows(place) ? interest.arrives(place, address) : 'ignored'),
      delivers: (place, arrow) => (knows(place) ? interest.delivers(place, arrow) : 'ignored'),
    };
  }
}

/**
 * Reads the files once for nothing but the lines that hold the address: with what they name, the other reader can leave
 * out nearly all the lines of others.
 *
 * @param files that can be read again; one that cannot be read is told by the other reader.
 * @param needle the address, in lower case.
 */
export async function circleOf(files: readonly LogFile[], needle: string, timeZone: string): Promise<Circle> {
  const circle = new Circle();
  for (const file of files) {
    const parser = createParser(createStampClock(timeZone, Date.now()));
    const lines = new AddressLines(needle, (block, first, end) => {
      const start = textStart(block, first, end);
      const text = textOf(block, start, end);
      // Lines without Exim's own stamp are read by the other reader in any case.
      if (text === -1) return;
      const arrow = arrowAt(block, text);
      if (arrow !== -1) circle.addMessage(block, text, arrow - 1);
      if (!startsWith(block, arrow === -1 ? text : arrow, end, CLIENT)) return;
      const parsed = parser.parse({
        text: decodeLatin1(latin1(block, start, end)),
        file: file.name,
        line: 0,
      });
      if (typeof parsed !== 'string') circle.add(parsed);
    });
    try {
      for await (const block of readBlocks(file)) lines.push(block);
      lines.drain();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return circle;
}
