import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  // npm builds, publishes and installs packages.
  test: { include: ['published.e2e.mjs'], environment: 'node', testTimeout: 600_000, hookTimeout: 900_000 },
});
