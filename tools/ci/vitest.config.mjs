import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@spa-on-aws/source', 'node', 'development|production'] } },
  test: { include: ['*.test.mjs'], environment: 'node', testTimeout: 120_000 },
});
