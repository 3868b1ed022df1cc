import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import { organisationOf } from '../organisation.ts';
import { RecentMap } from '../recent-map.ts';

type Kind = 'user' | 'name' | 'host' | 'dom';

/** Pseudonyms that are kept instead of computed again. */
const REMEMBERED = 50_000;
/** Of base32: 40 bits, so that of a million names hardly two fall together. */
const LENGTH = 8;
/** RFC 4648 section 6, in lower case. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** What this file makes is never made anew: so a text may be redacted twice. */
const OWN_WORD = /^(?:user|name|host|dom)-[a-z2-7]{8}(?:\.dom-[a-z2-7]{8})?(?:\.invalid)?$/;
const OWN_ADDRESS = /^user-[a-z2-7]{8}@/;

/**
 * Stands in for names and numbers: the same for the same, under the same key, and nothing that leads back without it
 * (HMAC-SHA256). None can be taken for a real one: domains end in `.invalid` (RFC 2606 section 2), IPv4 addresses are of
 * 240.0.0.0/4 (RFC 1112 section 4, never given out), IPv6 addresses of 3fff::/20 (documentation, RFC 9637).
 *
 *     bob@mail.customer.example -> user-3ksd7qbw@host-xg2mm4tz.dom-p4n5ay6l.invalid
 */
export class Pseudonyms {
  readonly #key: Buffer;
  readonly #known = new RecentMap<string>(REMEMBERED);

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** A mail address, or a local part alone. The null reverse-path stays. */
  address(text: string): string {
    if (text === '' || OWN_ADDRESS.test(text)) return text;
    const at = text.lastIndexOf('@');
    if (at === -1) return this.#word('user', text);
    // The whole address decides on the local part: else `info` would be known by its frequency.
    const local = at === 0 ? '' : this.#word('user', text);
    return `${local}@${this.domain(text.slice(at + 1))}`;
  }

  /** A domain or a host: those of one registered domain share its pseudonym. */
  domain(text: string): string {
    const name = text.replace(/\.$/, '').toLowerCase();
    if (name === '' || OWN_WORD.test(name)) return text;
    const literal = /^\[(?:ipv6:)?(.*)\]$/.exec(name)?.[1];
    if (literal !== undefined) return `[${this.ip(literal)}]`;
    if (isIP(name) !== 0) return this.ip(name);
    if (!name.includes('.')) return this.name(text);
    const registered = organisationOf(name) ?? name;
    const domain = `${this.#word('dom', registered)}.invalid`;
    return registered === name ? domain : `${this.#word('host', name)}.${domain}`;
  }

  /** What has no shape: a login, an account, a HELO name of one word. */
  name(text: string): string {
    return text === '' || OWN_WORD.test(text) ? text : this.#word('name', text);
  }

  /** An IP address; what is none gets a name. */
  ip(text: string): string {
    const version = isIP(text);
    if (version === 4) return this.#ipv4(text);
    return version === 6 ? this.#ipv6(canonical(text)) : this.name(text);
  }

  #ipv4(text: string): string {
    if (Number(text.split('.')[0]) >= 240) return text;
    return this.#remembered(`ipv4 ${text}`, ([first = 0, ...rest]) =>
      [240 | (first & 15), ...rest.slice(0, 3)].join('.'),
    );
  }

  #ipv6(text: string): string {
    if (text.startsWith('3fff:')) return text;
    return this.#remembered(`ipv6 ${text}`, (digest) => {
      const groups = Array.from({ length: 7 }, (_, index) =>
        (digest.readUInt16BE(index * 2) | 0x1000).toString(16),
      );
      // The first of them is within 3fff::/20.
      return ['3fff', groups[0]?.slice(1), ...groups.slice(1)].join(':');
    });
  }

  #word(kind: Kind, text: string): string {
    return this.#remembered(`${kind} ${text.toLowerCase()}`, (digest) => {
      const letters = [...digest.subarray(0, LENGTH)].map((byte) => ALPHABET[byte & 31]);
      return `${kind}-${letters.join('')}`;
    });
  }

  #remembered(subject: string, make: (digest: Buffer) => string): string {
    const known = this.#known.get(subject);
    if (known !== undefined) return known;
    const made = make(createHmac('sha256', this.#key).update(subject).digest());
    this.#known.set(subject, made);
    return made;
  }
}

/** One spelling for each IPv6 address (RFC 5952). */
function canonical(text: string): string {
  const url = `http://[${text.replace(/%.*/, '')}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : text.toLowerCase();
}
