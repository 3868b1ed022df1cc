import { type TargetId, targetOf } from '../../src/remedies/targets.ts';
import { exiwhy } from './told.ts';

/** The lists of the tested servers. */
export type ListTarget = Extract<TargetId, 'whm-sender-verify-bypass' | 'postfix-client-access'>;

/** The lines that let the wanted clients of a log in, as `exiwhy whitelist` prints them for one server's list. */
export function suggestedEntries(logs: readonly string[], target: ListTarget): Promise<string> {
  return exiwhy(['whitelist', '--target', target, ...logs]);
}

/** The line of a list for one network. */
export function entry(network: string, target: ListTarget): string {
  return targetOf(target).syntax.write(network, 'by hand');
}
