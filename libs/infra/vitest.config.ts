import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@spa-on-aws/source', 'module', 'node', 'development|production'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    environment: 'node',
    // Loading the CDK takes longer than most tests. Without isolation, test files of the same process load it once.
    isolate: false,
    // The first test of a process includes the time to load the CDK, which is long on a busy machine.
    testTimeout: 180_000,
  },
});
