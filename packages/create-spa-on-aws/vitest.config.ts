import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  // Each test writes the whole starter.
  test: { include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 120_000 },
});
