import { keyOfAddress, OneAddress } from './address-bytes.ts';
import { latin1, startsWith } from './bytes.ts';
import { InputError } from './errors.ts';
import { domainOf } from './model/address.ts';
import type { LogRecord } from './model/record.ts';
import { arrowAt, CLIENT, textOf } from './mta/exim/relevant.ts';
import { type Company, domainsIn, isFailedRecipient, isFailure, sessionOf } from './mta/exim/search.ts';
import { createParser } from './mta/parser.ts';
import { isEcho } from './outbound.ts';
import { SenderFilter } from './sender-filter.ts';
import { AddressLines } from './sources/address-lines.ts';
import { decodeLatin1, textStart } from './sources/lines.ts';
import { type LogFile, readBlocks } from './sources/open.ts';
import type { PartsReader } from './sources/parts.ts';
import { Span } from './span.ts';
import { createStampClock } from './time/zone.ts';

/** 16 KiB: nobody but a spammer or a mailing list has to do with more than ten thousand others. */
const BITS = 1 << 17;

/** Texts that are asked for by their bytes; whatever the case of their ASCII letters. */
class Texts {
  readonly #all = new Set<string>();
  /** Spares most of the bytes from becoming strings. */
  readonly #filter = new SenderFilter(BITS);

  add(text: string): void {
    this.#all.add(text.toLowerCase());
    this.#filter.add(text);
  }

  has(block: Buffer, { start, end }: Span): boolean {
    return this.#filter.has(block, start, end) && this.#all.has(latin1(block, start, end).toLowerCase());
  }

  addAll(texts: readonly string[]): void {
    for (const text of texts) this.add(text);
  }

  all(): string[] {
    return [...this.#all];
  }
}

/** Who belongs to a circle, as another thread can be told it. */
export interface Members {
  clients: string[];
  domains: string[];
  messages: string[];
  farDomains: string[];
}

/**
 * Who has to do with an address: what the lines that name it name besides.
 *
 *     H=mx [203.0.113.5] F=<ann@x.example> rejected RCPT <bob@hosted.example>: ...     client, domain of the sender
 *     1xUcwH-00003u-28 <= bob@hosted.example H=(pc) [203.0.113.160] ...                message
 *     1xUcwH-00003u-28 == rita@far.example ...: retry time not reached for any host    domain that it writes to
 */
export class Circle implements Company {
  readonly #key: string | null;
  readonly #clients = new Texts();
  readonly #domains = new Texts();
  readonly #messages = new Texts();
  readonly #farDomains = new Texts();
  readonly #named: string[];

  /** @param address in lower case. */
  constructor(address: string) {
    this.#key = keyOfAddress(address);
    this.#named = this.#key === null ? [] : [this.#key];
  }

  /** The circle that has these members: for every line it says the same. */
  static of(address: string, { clients, domains, messages, farDomains }: Members): Circle {
    const circle = new Circle(address);
    circle.#clients.addAll(clients);
    circle.#domains.addAll(domains);
    circle.#messages.addAll(messages);
    circle.#farDomains.addAll(farDomains);
    return circle;
  }

  members(): Members {
    return {
      clients: this.#clients.all(),
      domains: this.#domains.all(),
      messages: this.#messages.all(),
      farDomains: this.#farDomains.all(),
    };
  }

  /** Takes a record whose line begins with a client and names the address. */
  add({ client, sender }: LogRecord): void {
    if (client?.ip) {
      this.#clients.add(sessionOf(client));
      // Some lines have no port.
      this.#clients.add(client.ip);
    }
    const domain = domainOf(sender);
    if (domain !== null) this.#domains.add(domain);
  }

  /** Takes the id of a message that a line with the address is about. */
  addMessage(block: Buffer, id: Span): void {
    if (this.hasMessage(block, id)) return;
    const text = latin1(block, id.start, id.end);
    this.#messages.add(text);
    this.#named.push(text);
  }

  /** Takes a line about one of these messages which says that it failed as one to the same domain did before. */
  addEcho(block: Buffer, start: number, end: number): void {
    for (const domain of domainsIn(block, start, end))
      this.#farDomains.add(latin1(block, domain.start, domain.end));
  }

  hasClient(block: Buffer, client: Span): boolean {
    return this.#clients.has(block, client);
  }

  hasDomain(block: Buffer, domain: Span): boolean {
    return this.#domains.has(block, domain);
  }

  hasMessage(block: Buffer, id: Span): boolean {
    return this.#messages.has(block, id);
  }

  /** Of a line that does, the message is known. */
  namesAddress(): boolean {
    return false;
  }

  hasFarDomain(block: Buffer, domain: Span): boolean {
    return this.#farDomains.has(block, domain);
  }

  /** Each line that the circle is made of holds one of these; it grows as they are found. null: that cannot be said. */
  namedBy(): readonly string[] | null {
    return this.#key === null ? null : this.#named;
  }

  /** Each line that matters to the circle, when it is whole, holds one of these; null: that cannot be said. */
  keys(): readonly string[] | null {
    if (this.#key === null) return null;
    return [this.#key, ...Object.values(this.members()).flat()];
  }
}

/**
 * Reads the files once for nothing but the lines that name the address: with what they name besides, the other reader
 * can leave out nearly all the lines of others.
 *
 * @param files that can be read again; one that cannot be read is told by the other reader.
 * @param address in lower case.
 */
export async function circleOf(
  files: readonly LogFile[],
  address: string,
  timeZone: string,
): Promise<Circle> {
  const circle = new Circle(address);
  const one = new OneAddress(address);
  for (const file of files) {
    const parser = createParser(createStampClock(timeZone, Date.now()));
    const id = new Span();
    const take = (block: Buffer, first: number, end: number): void => {
      const start = textStart(block, first, end);
      const text = textOf(block, start, end);
      // Lines without Exim's own stamp are read by the other reader in any case.
      if (text === -1) return;
      const arrow = arrowAt(block, text);
      const failed = arrow !== -1 && isFailure(block, arrow);
      id.start = text;
      id.end = arrow - 1;
      const named = one.areIn(block, text, end);
      if (!named && !(failed && circle.hasMessage(block, id))) return;
      if (arrow !== -1) circle.addMessage(block, id);
      const client = startsWith(block, arrow === -1 ? text : arrow, end, CLIENT);
      if (!client && !failed) return;
      const parsed = parser.parse({
        text: decodeLatin1(latin1(block, start, end)),
        file: file.name,
        line: 0,
      });
      if (typeof parsed === 'string') return;
      if (client) circle.add(parsed);
      else if (isEcho(parsed)) circle.addEcho(block, arrow, end);
    };
    const lines = new AddressLines(address, take, isFailedRecipient);
    await readAll(file, circle.namedBy(), lines);
  }
  return circle;
}

/** Nobody counts. */
const NOBODY: PartsReader = { passOver: () => {}, onProgress: () => {} };

async function readAll(file: LogFile, keys: readonly string[] | null, lines: AddressLines): Promise<void> {
  const { parts } = file;
  try {
    for await (const block of parts && keys ? parts.read(keys, NOBODY, true) : readBlocks(file))
      lines.push(block);
    lines.drain();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
}
