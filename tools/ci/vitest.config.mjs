import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: { include: ['*.test.mjs'], environment: 'node', testTimeout: 120_000 },
});
