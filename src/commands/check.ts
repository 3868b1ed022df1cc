import { isNumberName, NAMES_HELP, numberIn } from '../alerts/numbers.ts';
import { parseRange, type Range } from '../alerts/range.ts';
import { InputError, messageOf, UnknownState, UsageError } from '../errors.ts';
import type { CommonOptions, Context, ExitStatus } from './context.ts';
import { makeReport } from './report.ts';

export interface CheckOptions extends CommonOptions {
  warning?: string[];
  critical?: string[];
}

/** The states of a plugin, by their exit status. */
const STATES = ['OK', 'WARNING', 'CRITICAL'] as const;
type State = 0 | 1 | 2;

/** A number, the range in which it is as it should be, and the state that it raises if it is not. */
interface Limit {
  name: string;
  range: Range;
  state: 1 | 2;
}

/** What is meant where a range names no number. */
const USUAL = 'wanted';

/** Told with every answer, for the graphs. */
const GRAPHED = ['wanted', 'attempts', 'fail', 'defer', 'connect', 'other', 'outbound.attempts'];

/**
 * `exiwhy check`: a plugin of Nagios and its kin, one line and its exit status, as the Monitoring Plugins Development
 * Guidelines have it.
 *
 * @throws UnknownState for every error, also one of the command line.
 */
export async function check(logs: string[], options: CheckOptions, context: Context): Promise<ExitStatus> {
  try {
    const limits = limitsOf(options);
    const complaints: string[] = [];
    const warn = (text: string): void => {
      complaints.push(text);
    };
    const { document, failed } = await makeReport(logs, options, { ...context, warn });
    if (failed) throw new Error(complaints.join('; '));
    const { state, text } = answer(limits, document.json);
    context.out.write(text);
    return state;
  } catch (error) {
    throw new UnknownState(withHelp(error), { cause: error });
  }
}

function withHelp(error: unknown): string {
  const help = error instanceof UsageError || error instanceof InputError ? error.help : undefined;
  return help === undefined ? messageOf(error) : `${messageOf(error)}; ${help}`;
}

/**
 * Compares a report with the limits.
 *
 *     EXIWHY WARNING - wanted is 7 (warning: 5) | wanted=7;5;20;0; attempts=136;;;0;
 *
 * @param report its JSON.
 */
function answer(limits: readonly Limit[], report: unknown): { state: State; text: string } {
  const raised = limits.filter(({ name, range }) => range.alerts(numberIn(report, name)));
  const state: State = raised.some((limit) => limit.state === 2) ? 2 : raised.length > 0 ? 1 : 0;
  const worst = raised.filter((limit) => limit.state === state);
  const told =
    worst.length > 0
      ? worst.map(
          ({ name, range }) => `${name} is ${numberIn(report, name)} (${wordOf(state)}: ${range.text})`,
        )
      : [...new Set(limits.map(({ name }) => `${name} is ${numberIn(report, name)}`))];
  const names = new Set([...limits.map(({ name }) => name), ...GRAPHED]);
  const data = [...names].map((name) => {
    const rangeOf = (level: 1 | 2): string =>
      limits.find((limit) => limit.name === name && limit.state === level)?.range.text ?? '';
    return `${name}=${numberIn(report, name)};${rangeOf(1)};${rangeOf(2)};0;`;
  });
  return { state, text: `EXIWHY ${STATES[state]} - ${told.join(', ')} | ${data.join(' ')}\n` };
}

function wordOf(state: State): string {
  return STATES[state].toLowerCase();
}

/** @throws UsageError for a range or a name that nobody understands, and where there is nothing to compare with. */
function limitsOf({ warning = [], critical = [] }: CheckOptions): Limit[] {
  if (warning.length + critical.length === 0) {
    throw new UsageError('name a threshold', 'for example -w 5 -c 20: warning above 5, critical above 20');
  }
  return [
    ...warning.map((text) => limitOf(text, 1, '--warning')),
    ...critical.map((text) => limitOf(text, 2, '--critical')),
  ];
}

/** `20`, `neverAccepted=100` */
function limitOf(text: string, state: 1 | 2, option: string): Limit {
  const equals = text.indexOf('=');
  const name = equals === -1 ? USUAL : text.slice(0, equals);
  if (!isNumberName(name)) throw new UsageError(`${option}: no number is called ${name}`, NAMES_HELP);
  return { name, range: parseRange(text.slice(equals + 1)), state };
}
