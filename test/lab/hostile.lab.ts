import { startExim } from './exim.ts';
import { startPostfix } from './postfix.ts';
import { POSTFIX_REJECTS } from './postfix-config.ts';
import { hostileNames, hostileWords } from './scenarios/hostile.ts';
import { isUnderstood } from './understood.ts';

isUnderstood(
  {
    name: 'Exim, among strangers who imitate its fields',
    hostile: true,
    start: (placed) => startExim(placed, { name: 'hostile', options: 'helo_accept_junk_hosts = *' }),
  },
  [...hostileWords, ...hostileNames],
);

isUnderstood(
  {
    name: 'Postfix, among strangers who imitate its fields',
    hostile: true,
    start: (placed) => startPostfix(placed, POSTFIX_REJECTS),
  },
  hostileWords.filter(({ id }) => !id.startsWith('banner')),
);
