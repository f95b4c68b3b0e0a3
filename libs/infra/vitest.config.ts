import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    environment: 'node',
    // Loading the CDK takes longer than most tests: files that run in one process load it once.
    isolate: false,
  },
});
