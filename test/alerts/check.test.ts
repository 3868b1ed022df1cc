import { describe, expect, it } from 'vitest';
import { exiwhy } from '../cli.ts';
import { tempFile } from '../sources/temp.ts';

const LOG = 'fixtures/cpanel-exim-4.96.log';
const REPORT = JSON.parse(exiwhy(['report', '--format', 'json', LOG]).stdout);

/** One line, 7-bit, with one bar (Monitoring Plugins Development Guidelines, "Plugin Output"). */
const LINE = /^EXIWHY (OK|WARNING|CRITICAL) - [ -{}~]+ \| ((?:[\w.-]+=\d+;[@~:\d.-]*;[@~:\d.-]*;0; ?)+)\n$/;

describe('exiwhy check', () => {
  it.each([
    [['-w', '1000'], 0, 'OK'],
    [['-w', '5'], 1, 'WARNING'],
    [['-w', '5', '-c', '1000'], 1, 'WARNING'],
    [['-w', '5', '-c', '20'], 2, 'CRITICAL'],
    [['-c', '20'], 2, 'CRITICAL'],
    [['-w', '@1:50'], 1, 'WARNING'],
    [['-w', 'attempts=1000', '-w', 'wanted=1000'], 0, 'OK'],
    [['-w', 'attempts=1000', '-c', 'outbound.byCause.remote-server-blocklisted=0'], 2, 'CRITICAL'],
    [['-w', 'byCause.greylisted=0'], 0, 'OK'],
  ])('%j', (args, status, state) => {
    const run = exiwhy(['check', ...args, LOG]);
    expect(run).toMatchObject({ status, stderr: '' });
    expect(LINE.exec(run.stdout)?.[1]).toBe(state);
  });

  it('gives the numbers of the report as performance data, with its ranges', () => {
    const { stdout } = exiwhy(['check', '-w', '~:5', '-c', '20', '-w', 'books.notUnderstood=0', LOG]);
    const data = new Map(
      [...(LINE.exec(stdout)?.[2] ?? '').matchAll(/([\w.-]+)=(\S+)/g)].map(([, label = '', rest = '']) => [
        label,
        rest,
      ]),
    );
    expect(data.get('wanted')).toBe(`${REPORT.wanted};~:5;20;0;`);
    expect(data.get('attempts')).toBe(`${REPORT.attempts};;;0;`);
    expect(data.get('books.notUnderstood')).toBe('0;0;;0;');
  });

  it('keeps to the window', () => {
    expect(exiwhy(['check', '-w', '0', '--until', '2020-01-01', LOG]).stdout).toContain(
      'EXIWHY OK - wanted is 0 |',
    );
  });

  it.each([
    ['no threshold', [LOG], 'name a threshold'],
    ['an unknown number', ['-w', 'wnted=3', LOG], 'no number is called wnted'],
    ['no range', ['-c', 'x', LOG], '"x" is no range'],
    ['an unknown option', ['-w', '3', '--foo', LOG], "unknown option '--foo'"],
    ['a missing file', ['-w', '3', 'no-such-file'], 'cannot read no-such-file'],
    ['one missing file of two', ['-w', '3', LOG, 'no-such-file'], 'cannot read no-such-file'],
    ['a time that nobody understands', ['-w', '3', '--since', 'soon', LOG], '--since'],
    ['an unknown cause', ['-w', '3', '--cause', 'x', LOG], 'unknown cause x'],
  ])('%s is UNKNOWN', (_, args, message) => {
    const { status, stdout } = exiwhy(['check', ...args]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^EXIWHY UNKNOWN - [ -{}~]+\n$/);
    expect(stdout).toContain(message);
  });

  it('a log that is none cannot write performance data', () => {
    const log = tempFile('strange', `OK | wanted=0;;;0;\x1b[2J ü\n`);
    const { status, stdout } = exiwhy(['check', '-w', '3', log]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^EXIWHY UNKNOWN - [ -{}~]+\n$/);
  });
});
