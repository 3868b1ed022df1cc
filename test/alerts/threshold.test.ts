import { describe, expect, it } from 'vitest';
import { isNumberName, numberIn, numberNames } from '../../src/alerts/numbers.ts';
import { crossed, parseThreshold } from '../../src/alerts/threshold.ts';
import { exiwhy } from '../cli.ts';

const REPORT = JSON.parse(exiwhy(['report', '--format', 'json', 'fixtures/cpanel-exim-4.96.log']).stdout);

/** `outbound.attempts` by hand. */
function valueAt(path: string): unknown {
  return path.split('.').reduce((value, key) => value?.[key], REPORT);
}

describe('the numbers', () => {
  it.each(numberNames)('%s is a number of the JSON', (name) => {
    expect(valueAt(name)).toEqual(expect.any(Number));
    expect(numberIn(REPORT, name)).toBe(valueAt(name));
  });

  it('are all that the JSON has at the top', () => {
    const numbers = Object.entries(REPORT).filter(
      ([key, value]) => typeof value === 'number' && key !== 'schema',
    );
    for (const [key] of numbers) expect(numberNames).toContain(key);
  });

  it('has one for each cause', () => {
    for (const { cause, attempts } of REPORT.byCause) {
      expect(isNumberName(`byCause.${cause}`)).toBe(true);
      expect(numberIn(REPORT, `byCause.${cause}`)).toBe(attempts);
    }
    for (const { cause, attempts } of REPORT.outbound.byCause)
      expect(numberIn(REPORT, `outbound.byCause.${cause}`)).toBe(attempts);
  });

  it('is 0 for what the report leaves out', () => {
    expect(numberIn({ outbound: null }, 'outbound.attempts')).toBe(0);
    expect(numberIn({ byCause: [] }, 'byCause.callout-greylisted')).toBe(0);
  });

  it.each([
    'want',
    'byCause.nonsense',
    'byCause.remote-spam',
    'outbound.byCause.greylisted',
    'books',
    '__proto__',
  ])('none is called %s', (name) => expect(isNumberName(name)).toBe(false));
});

const SUMMARY = {
  wanted: 5,
  attempts: 100,
  outbound: { fail: 3 },
  byCause: [{ cause: 'greylisted', attempts: 7 }],
};

describe('a threshold', () => {
  it.each([
    ['wanted>4', true],
    ['wanted>5', false],
    ['wanted >= 5', true],
    ['wanted<5', false],
    ['wanted<=5', true],
    ['wanted==5', true],
    ['wanted!=5', false],
    ['outbound.fail>2.5', true],
    ['byCause.greylisted>=7', true],
    ['wanted>0 and attempts>100', false],
    ['wanted>0 and attempts>99', true],
  ])('%s', (text, expected) => {
    expect(crossed([parseThreshold(text)], SUMMARY)).toHaveLength(expected ? 1 : 0);
  });

  it('says what it found', () => {
    expect(crossed(['wanted>4 and attempts>9', 'wanted>9'].map(parseThreshold), SUMMARY)).toEqual([
      "wanted is 5, attempts is 100 (--fail-on 'wanted>4 and attempts>9')",
    ]);
  });

  it.each([
    '',
    'wanted',
    'wanted=1',
    'wanted>',
    '>3',
    'wanted>3 or attempts>1',
    'wanted>x',
    'wanted > 1 and',
    '5<wanted',
  ])('%j is none', (text) => expect(() => parseThreshold(text)).toThrow(/does not understand/));

  it('tells the names', () => {
    expect(() => parseThreshold('wnted>0')).toThrow('no number is called wnted');
    const { status, stdout, stderr } = exiwhy([
      'report',
      '--fail-on',
      'wnted>0',
      'fixtures/founding-case.log',
    ]);
    expect([status, stdout]).toEqual([2, '']);
    for (const name of numberNames) expect(stderr).toContain(name);
  });
});

describe('report --fail-on', () => {
  const report = (...conditions: string[]) =>
    exiwhy(['report', ...conditions.flatMap((one) => ['--fail-on', one]), 'fixtures/founding-case.log']);

  it('exits with 3 and prints the report all the same', () => {
    const { status, stdout, stderr } = report('wanted>5', 'wanted>0');
    expect(status).toBe(3);
    expect(stdout).toBe(report().stdout);
    expect(stderr).toBe("exiwhy: wanted is 1 (--fail-on 'wanted>0')\n");
  });

  it('exits with 0 where none is crossed', () => {
    expect(report('wanted>5')).toMatchObject({ status: 0, stderr: '' });
  });

  it('exits with 2 where some input was not read', () => {
    expect(
      exiwhy(['report', '--fail-on', 'wanted>0', 'no-such-file', 'fixtures/founding-case.log']).status,
    ).toBe(2);
  });
});
