import { isIP } from 'node:net';

/** Whether a HELO name is none: a word without a dot, or an address. RFC 5321 section 4.1.1.1 asks for the host's own full name. */
export function isBogusHelo(name: string): boolean {
  return !name.includes('.') || isIP(name.replace(/^\[(?:IPv6:)?|\]$/gi, '')) !== 0;
}
