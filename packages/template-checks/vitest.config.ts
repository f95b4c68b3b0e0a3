import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    // The validator of the CDK takes seconds, and these tests only need templates.
    env: { CDK_VALIDATION: 'false' },
  },
});
