import { startExim } from './exim.ts';
import { VARIANTS } from './exim-config.ts';
import { eximScenarios } from './scenarios/exim.ts';
import { isUnderstood } from './understood.ts';

for (const variant of VARIANTS)
  isUnderstood(
    {
      name: `Exim, log as ${variant.name}`,
      start: (placed) => startExim(placed, variant),
      fixture: variant.fixture,
      blindTo: variant.blindTo,
    },
    eximScenarios.filter(({ id }) => !variant.without?.includes(id)),
  );
