import { startPostfix } from './postfix.ts';
import { POSTFIX_VARIANTS } from './postfix-config.ts';
import { postfixScenarios, putOff } from './scenarios/postfix.ts';
import { isUnderstood } from './understood.ts';

for (const variant of POSTFIX_VARIANTS)
  isUnderstood(
    {
      name: `Postfix, ${variant.name}`,
      start: (placed) => startPostfix(placed, variant),
      fixture: variant.fixture,
    },
    variant.putsOff ? postfixScenarios.map(putOff) : postfixScenarios,
  );
