import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    environment: 'node',
    // Most tests are faster than loading what they test.
    isolate: false,
    // One test loads the CDK, which takes long on a busy machine.
    testTimeout: 30_000,
  },
});
