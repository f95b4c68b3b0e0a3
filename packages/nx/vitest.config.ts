import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  // Without `module`: Node cannot load the ES modules of the AWS SDK.
  ssr: { resolve: { conditions: ['@spa-on-aws/source', 'node', 'development|production'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    environment: 'node',
    isolate: false,
    // CycloneDX creates a `console.Console`, which the console of Vitest does not have.
    disableConsoleIntercept: true,
    // Many tests start processes.
    testTimeout: 120_000,
  },
});
