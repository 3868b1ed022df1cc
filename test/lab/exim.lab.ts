import { VARIANTS } from './exim-config.ts';
import { scenarios } from './scenarios/index.ts';
import { eximIsUnderstood } from './understood.ts';

for (const variant of VARIANTS)
  eximIsUnderstood(
    variant,
    scenarios.filter(({ only }) => only !== 'postfix'),
  );
