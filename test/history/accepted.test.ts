import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Accepted, AcceptedSenders, acceptedAmong, united } from '../../src/history/accepted.ts';

const DAY = '2026-11-20';

function acceptedOf(senders: readonly string[]): Accepted {
  const accepted = new AcceptedSenders();
  for (const sender of senders) accepted.add(DAY, sender);
  return accepted.days().get(DAY) ?? '';
}

const names = fc.array(
  fc.constantFrom(...'abcdefghij').map((name) => `${name}@x.example`),
  { maxLength: 12 },
);

describe('the senders of accepted mail', () => {
  it('are known again, and no others, however they were put together', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 4 }), names, (parts, asked) => {
        const accepted = united(parts.map(acceptedOf));
        expect(acceptedAmong(accepted, asked)).toEqual(asked.filter((name) => parts.flat().includes(name)));
        expect(accepted).toBe(acceptedOf(parts.flat()));
        expect(united([accepted, accepted])).toBe(accepted);
      }),
    );
  });

  it.each([
    [
      '2026-11-20 04:43:00 1xUcwH-00002r-0T <= a@x.example H=mail.example [203.0.113.5] P=esmtp',
      'A@X.example',
    ],
    [
      '2026-11-20 04:43:00 1xUcwH-00002r-0T <= "a b"@x.example H=mail.example [203.0.113.5]',
      '"a b"@x.example',
    ],
    ['2026-11-20 04:43:00 1xUcwH-00002r-0T <= a@caf\u00e9.example H=mail.example', 'a@caf\u00e9.example'],
  ])('are read from %s', (line, sender) => {
    const accepted = new AcceptedSenders();
    const block = Buffer.from(`x\n${line}\n`);
    accepted.addLine(block, 2, 2 + Buffer.from(line).indexOf('<= ') + 3, block.length - 1);
    expect(acceptedAmong(accepted.days().get(DAY) ?? '', [sender, 'x'])).toEqual([sender]);
  });

  it.each([
    '2026-11-20 04:43:00 1xUcwH-00002r-0T <= <> R=x',
    '2026-1!-20 04:43:00 1xUcwH-00002r-0T <= a@x.example',
  ])('are none in %s', (line) => {
    const accepted = new AcceptedSenders();
    accepted.addLine(Buffer.from(line), 0, line.indexOf('<= ') + 3, line.length);
    expect(accepted.days().size).toBe(0);
  });

  it('are a bounded number a day', () => {
    const senders = Array.from({ length: 100_010 }, (_, number) => `s${number}@x.example`);
    const accepted = acceptedOf(senders);
    expect(accepted.length).toBeLessThan(1_100_000);
    expect(acceptedAmong(accepted, ['s0@x.example', 's100009@x.example'])).toEqual(['s0@x.example']);
  });
});
