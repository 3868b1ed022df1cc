/** The property tests, each with many more runs: `FUZZ_RUNS=1000000 npm run fuzz`. What is found belongs into a test. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'test/mta/properties.test.ts',
      'test/causes/*.test.ts',
      'test/render/properties.test.ts',
      'test/sources/lines.test.ts',
      'test/plain.test.ts',
      'test/circle.test.ts',
      'test/history/accepted.test.ts',
      'test/side-index/{deflate,filter,search,damage}.test.ts',
    ],
    setupFiles: ['.ci/fuzz.setup.ts'],
    testTimeout: 0,
  },
});
