import { domainOf } from '../model/address.ts';
import type { Callout, Client } from '../model/record.ts';
import type { Wanted } from '../remedies/signals.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { hideFreeText, hideNames, hideTokens, type Names } from './text.ts';

type Text = string | null | undefined;

/** What the fields of all records are made of: what stands in a field says how it is hidden. */
export class Fields {
  readonly #pseudonyms: Pseudonyms;

  constructor(key: Buffer) {
    this.#pseudonyms = new Pseudonyms(key);
  }

  /** A mail address, a local part, a login. */
  address = (text: string): string => this.#pseudonyms.address(text);

  /** A domain, a host, a HELO name. */
  domain = (text: string): string => this.#pseudonyms.domain(text);

  ip = (text: string): string => this.#pseudonyms.ip(text);

  /** An account. */
  name = (text: string): string => this.#pseudonyms.name(text);

  /** A sentence of ours with something of the log in it. */
  sentence = (text: string): string => hideTokens(text, this.#pseudonyms);

  /** What a stranger may have written. @param names what the line itself calls its client and its users. */
  free(text: string, names?: Names): string {
    return hideFreeText(text, this.#pseudonyms, names);
  }

  /** The names of one line or of one case. */
  names(addresses: readonly Text[], hosts: readonly Text[]): Names {
    const domains = addresses.map((text) => domainOf(text ?? null));
    return new Map([...pairs(addresses, this.address), ...pairs([...domains, ...hosts], this.domain)]);
  }

  client = ({ ip, port, reverseName, heloName }: Client): Client => ({
    ip: maybe(ip, this.ip),
    port,
    reverseName: maybe(reverseName, this.domain),
    heloName: maybe(heloName, this.domain),
  });

  callout(callout: Callout, names: Names): Callout {
    const { host, ip, command, text } = callout;
    return {
      ...callout,
      host: maybe(host, this.domain),
      ip: maybe(ip, this.ip),
      command: maybe(command, (words) => this.free(words, names)),
      text: maybe(text, (words) => this.free(words, names)),
    };
  }

  host<T extends { ip: string | null; name: string | null }>(one: T): T {
    return { ...one, ip: maybe(one.ip, this.ip), name: maybe(one.name, this.domain) };
  }

  wanted({ score, signals }: Wanted, names: Names): Wanted {
    return {
      score,
      signals: signals.map((one) => ({ ...one, text: hideNames(one.text, this.#pseudonyms, names) })),
    };
  }
}

function pairs(texts: readonly Text[], hide: (text: string) => string): [string, string][] {
  return texts.flatMap((text): [string, string][] => (text ? [[text, hide(text)]] : []));
}

/** Changes what is there. */
export function maybe<T, U>(value: T | null, change: (value: T) => U): U | null {
  return value === null ? null : change(value);
}
