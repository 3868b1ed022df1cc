/**
 * The property tests, each with many more runs: `FUZZ_RUNS=1000000 npm run fuzz`. What is found belongs into a test.
 * Ten million generated lines of known truth: `FUZZ_LINES=10000000 npm run fuzz -- swarm`, with `FUZZ_SEED=2` others.
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'test/mta/properties.test.ts',
      'test/mta/postfix.test.ts',
      'test/mta/swarm.test.ts',
      'test/causes/*.test.ts',
      'test/render/properties.test.ts',
      'test/sources/lines.test.ts',
      'test/plain.test.ts',
      'test/circle.test.ts',
      'test/history/accepted.test.ts',
      'test/side-index/{deflate,filter,search,damage}.test.ts',
      'test/state/{plain-refusals,reader}.test.ts',
      'test/trace-search.test.ts',
      'test/two-threads/search.test.ts',
      'test/remedies/lists.test.ts',
    ],
    setupFiles: ['.ci/fuzz.setup.ts'],
    testTimeout: 0,
  },
});
