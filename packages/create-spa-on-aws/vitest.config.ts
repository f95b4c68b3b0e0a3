import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  // Formatting the whole starter takes seconds.
  test: { include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 120_000, hookTimeout: 120_000 },
});
