/**
 * A delivery, read from its bytes: nearly every one only tells that a recipient gets mail.
 *
 *     1xUcwH-00002r-0T => bob <bob@hosted.example> F=<a@x.example> R=virtual_user T=dovecot_virtual_delivery
 *     1xUcwH-00002r-0T => carol@hosted.example R=local_user T=local_delivery
 */
import { GREATER, LESS, SPACE } from '../../ascii.ts';
import { startsWith } from '../../bytes.ts';
import { put, Span } from '../../span.ts';
import { isOneOf, plainAddress, wordEnd } from './plain.ts';
import type { Place } from './relevant.ts';

/** What stands behind the addresses, see ROUTER of delivery.ts. */
const FIELDS = ['F=<', 'P=<', 'R=', 'T='].map((word) => Buffer.from(word));
const COLON_SPACE = Buffer.from(': ');

/** Where the parts of the delivery stand. */
export interface PlainDelivery {
  block: Buffer;
  id: Span;
  recipient: Span;
}

const found: PlainDelivery = { block: Buffer.alloc(0), id: new Span(), recipient: new Span() };

/**
 * @param arrow where it stands: `=>`, `->`, `>>`, `*>`.
 * @returns the same object each time: read it before the next call. null for a delivery that is not plain.
 */
export function readPlainDelivery({ block, text, end }: Place, arrow: number): PlainDelivery | null {
  if (block[arrow + 1] !== GREATER || block[arrow + 2] !== SPACE) return null;
  const at = arrow + 3;
  const word = wordEnd(block, at, end);
  if (word <= at || block[at] === LESS || startsWith(block, word - 1, end, COLON_SPACE)) return null;
  found.block = block;
  put(found.id, text, arrow - 1);
  put(found.recipient, at, word);
  const behind = block[word + 1] === LESS ? plainAddress(found.recipient, block, word + 1, end) : word;
  if (behind === -1 || block[behind] !== SPACE) return null;
  return isOneOf(FIELDS, block, behind + 1, end) ? found : null;
}
