import { startPostfix } from './postfix.ts';
import {
  POSTFIX_AT_ONCE,
  POSTFIX_FILTERED,
  POSTFIX_PROXIED,
  POSTFIX_RULES,
  POSTFIX_SCREENED,
  POSTFIX_VARIANTS,
} from './postfix-config.ts';
import { postfixScenarios, putOff, refusedAtOnce } from './scenarios/postfix.ts';
import {
  earlyRules,
  filterScenarios,
  postfixRules,
  postscreenScenarios,
  proxyScenarios,
} from './scenarios/postfix-rules.ts';
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

const OTHERS = [
  { variant: POSTFIX_AT_ONCE, scenarios: [...refusedAtOnce, ...earlyRules] },
  { variant: POSTFIX_RULES, scenarios: postfixRules },
  { variant: POSTFIX_SCREENED, scenarios: postscreenScenarios },
  { variant: POSTFIX_PROXIED, scenarios: proxyScenarios },
  { variant: POSTFIX_FILTERED, scenarios: filterScenarios },
];
for (const { variant, scenarios } of OTHERS)
  isUnderstood(
    {
      name: `Postfix, ${variant.name}`,
      start: (placed) => startPostfix(placed, variant),
      fixture: variant.fixture,
    },
    scenarios,
  );
