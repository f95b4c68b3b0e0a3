import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    environment: 'node',
    // Loading the CDK takes longer than most tests: files that run in one process load it once.
    isolate: false,
    // The first test of a process pays for loading, and a busy machine may make it pay a lot.
    testTimeout: 60_000,
  },
});
