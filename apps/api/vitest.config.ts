import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    environment: 'node',
    // Test files of the same process load the libraries once.
    isolate: false,
    // A test goes on as soon as what it waits for has happened, on a busy machine after seconds.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 60_000,
  },
});
