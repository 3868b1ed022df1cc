import { UsageError } from '../errors.ts';
import { isNumberName, NAMES_HELP, numberIn } from './numbers.ts';

/** `wanted>0 and attempts>=100`: comparisons that must all be true. */
export interface Threshold {
  /** As it was written. */
  text: string;
  comparisons: readonly Comparison[];
}

interface Comparison {
  name: string;
  holds: (value: number) => boolean;
}

type Operator = (value: number, limit: number) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};

const COMPARISON = /^([A-Za-z][\w.-]*)\s*([<>]=?|[=!]=)\s*(-?\d+(?:\.\d+)?)$/;

/** @throws UsageError for what is no comparison, and for a number that no report has. */
export function parseThreshold(text: string): Threshold {
  return { text, comparisons: text.split(/(?<!\s)\s+and\s+/).map((part) => comparisonOf(part.trim())) };
}

function comparisonOf(text: string): Comparison {
  const [, name = '', sign = '', limit = ''] = COMPARISON.exec(text) ?? [];
  const operator = OPERATORS[sign];
  if (operator === undefined) {
    throw new UsageError(
      `--fail-on does not understand ${JSON.stringify(text)}`,
      `write NAME, one of ${Object.keys(OPERATORS).join(' ')}, and a number, in quotes: --fail-on 'wanted>0'`,
    );
  }
  if (!isNumberName(name)) throw new UsageError(`--fail-on: no number is called ${name}`, NAMES_HELP);
  return { name, holds: (value) => operator(value, Number(limit)) };
}

/**
 * Compares the thresholds with a report.
 *
 * @param report its JSON.
 * @returns a sentence for each threshold that is crossed.
 */
export function crossed(thresholds: readonly Threshold[], report: unknown): string[] {
  return thresholds
    .filter(({ comparisons }) => comparisons.every(({ name, holds }) => holds(numberIn(report, name))))
    .map(({ text, comparisons }) => {
      const values = comparisons.map(({ name }) => `${name} is ${numberIn(report, name)}`);
      return `${values.join(', ')} (--fail-on '${text}')`;
    });
}
