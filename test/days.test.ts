import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from './sources/temp.ts';
import { runReport } from './state/runs.ts';

const ZONE = 'Europe/Berlin';
const HOUR = 3_600_000;

/** The two days on which the clock is changed, each between two that are 24 hours long. */
const CHANGES = [
  { name: 'in spring, when a day has 23 hours', start: '2026-03-27T23:00:00Z', hours: [24, 23, 24] },
  { name: 'in autumn, when a day has 25 hours', start: '2026-10-23T22:00:00Z', hours: [24, 25, 24] },
];

/** A refusal each quarter of an hour, in local time without a zone: the hour after the change shows which hour it is. */
function refusals(start: number, hours: number): string[] {
  const wall = new Intl.DateTimeFormat('sv', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'medium' });
  return Array.from({ length: hours * 4 }, (_, quarter) => {
    const stamp = wall.format(start + (quarter * HOUR) / 4);
    return `${stamp} [${quarter}] H=a.example [203.0.113.1]:${1000 + quarter} F=<a@x.example> rejected RCPT <r@far.example>: relay not permitted\n`;
  });
}

describe.each(CHANGES)('the days around the change of the clock $name', ({ start, hours }) => {
  const begin = Date.parse(start);
  const all = hours.reduce((sum, day) => sum + day, 0);
  const ends = hours.map(
    (_, day) => begin + hours.slice(0, day + 1).reduce((sum, one) => sum + one, 0) * HOUR,
  );

  it('are one calendar day each, asked for as yesterday', async () => {
    const log = join(tempFolder(), 'exim_mainlog');
    writeFileSync(log, refusals(begin, all).join(''));
    for (const [day, length] of hours.entries()) {
      const anHourLater = (ends[day] ?? 0) + HOUR;
      const { json } = await runReport([log], { timezone: ZONE, since: 'yesterday' }, anHourLater);
      expect(json.byCause[0]?.attempts).toBe(length * 4);
      expect(Date.parse(json.window.since ?? '')).toBe((ends[day] ?? 0) - length * HOUR);
      expect(Date.parse(json.window.until ?? '')).toBe(ends[day]);
    }
  });

  it('are told once each when a report with a state is made after each of them', async () => {
    const log = join(tempFolder(), 'exim_mainlog');
    const lines = refusals(begin, all);
    writeFileSync(log, '');
    const state = join(tempFolder(), 'state');
    await runReport([log], { timezone: ZONE, state });
    for (const length of hours) {
      appendFileSync(log, lines.splice(0, length * 4).join(''));
      const { json } = await runReport([log], { timezone: ZONE, state });
      expect(json.byCause[0]?.attempts).toBe(length * 4);
      expect(Date.parse(json.window.last ?? '') - Date.parse(json.window.first ?? '')).toBe(
        (length - 0.25) * HOUR,
      );
    }
  });

  it('are told alike when a report comes in the middle of the hour', async () => {
    const log = join(tempFolder(), 'exim_mainlog');
    const lines = refusals(begin, all);
    writeFileSync(log, '');
    const state = join(tempFolder(), 'state');
    for (let quarter = 0; lines.length > 0; quarter++) {
      appendFileSync(log, lines.splice(0, 1).join(''));
      const { json } = await runReport([log], { timezone: ZONE, state });
      expect(Date.parse(json.window.last ?? '')).toBe(begin + (quarter * HOUR) / 4);
    }
  });
});
