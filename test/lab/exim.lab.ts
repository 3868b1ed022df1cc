import { VARIANTS } from './exim-config.ts';
import { scenarios } from './scenarios/index.ts';
import { capturing, eximIsUnderstood } from './understood.ts';

for (const variant of VARIANTS.filter(({ fixture }) => !capturing || fixture))
  eximIsUnderstood(
    variant,
    scenarios.filter(({ only }) => only !== 'postfix'),
  );
