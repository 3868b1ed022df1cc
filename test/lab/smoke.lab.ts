import { startExim } from './exim.ts';
import { eximScenarios } from './scenarios/exim.ts';
import { isUnderstood } from './understood.ts';

/** One of each kind, for a first answer in seconds. */
const CHOSEN = new Set([
  'nxdomain',
  'servfail',
  'nullmx',
  'refused',
  'timeout',
  'mail550',
  'rcpt550',
  'rcpt450',
  'rcptquotes',
  'twomx',
  'cachedrcpt',
  'cacheddomain',
  'delayed',
  'multircpt',
  'nouser',
  'dnsbl',
  'out-exim',
]);

isUnderstood(
  { name: 'Exim, one of each kind', start: startExim },
  eximScenarios.filter(({ id }) => CHOSEN.has(id)),
);
