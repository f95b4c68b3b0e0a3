import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@spa-on-aws/source', 'module', 'node', 'development|production'] } },
  test: {
    // Each test checks a whole template, which takes seconds on a busy machine.
    testTimeout: 60_000,
    include: ['src/**/*.test.ts'],
    environment: 'node',
    // Loading the rules takes longer than most tests. Without isolation, test files of the same process load them once.
    isolate: false,
    // The validator of the CDK takes seconds, and these tests only need templates.
    env: { CDK_VALIDATION: 'false' },
  },
});
