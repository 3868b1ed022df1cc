import { defineConfig } from 'vitest/config';

/** The lab's tests: they run in the private machine that machine.sh makes, one file after the other. */
// biome-ignore lint/style/noDefaultExport: vitest asks for it
export default defineConfig({
  test: {
    include: ['test/lab/**/*.lab.ts'],
    fileParallelism: false,
    hookTimeout: 180_000,
    testTimeout: 60_000,
  },
});
