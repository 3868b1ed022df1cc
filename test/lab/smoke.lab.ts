import { CPANEL } from './exim-config.ts';
import { scenarios } from './scenarios/index.ts';
import { eximIsUnderstood } from './understood.ts';

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

eximIsUnderstood(
  CPANEL,
  scenarios.filter(({ id }) => CHOSEN.has(id)),
);
