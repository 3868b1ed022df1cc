import type { Block } from '../model/document.ts';
import type { OurFault } from '../remedies/ours.ts';
import { humanStamp, isoWithOffset } from '../time/iso.ts';
import { noun } from './words.ts';

/** What is our own fault, before anybody else is blamed. */
export function ourBlocks(faults: readonly OurFault[], offset: number): Block[] {
  if (faults.length === 0) return [];
  return [
    { type: 'heading', text: 'It is us' },
    ...faults.slice(0, SHOWN).map((fault) => card(fault, offset)),
    ...(faults.length > SHOWN
      ? [{ type: 'text', text: `... and ${faults.length - SHOWN} more (--format json shows them)` } as const]
      : []),
  ];
}

const SHOWN = 5;

function card({ id, what, attempts, domains, first, last, reply, advice }: OurFault, offset: number): Block {
  const facts: [string, string][] = [
    ['seen', `${humanStamp(first, offset)} to ${humanStamp(last, offset)}`],
    ['stopped', `${attempts} ${noun(attempts, 'try', 'tries')} of ${domains} ${noun(domains, 'domain')}`],
  ];
  if (reply !== null) facts.push(['log says', reply]);
  facts.push(['do', advice]);
  return { type: 'card', head: [{ text: what, tone: 'bad' }, `(${id})`], facts };
}

export function ourJson(fault: OurFault, offset: number): Readonly<Record<string, unknown>> {
  return { ...fault, first: isoWithOffset(fault.first, offset), last: isoWithOffset(fault.last, offset) };
}
