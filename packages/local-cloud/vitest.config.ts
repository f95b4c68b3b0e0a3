import { defineConfig } from 'vitest/config';

const CLIENTS = 'src/services/cognito/*/clients.test.ts';

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions: ['@spa-on-aws/source', 'node', 'development|production'] } },
  test: {
    environment: 'node',
    // Making RSA keys takes seconds on a machine that does much else.
    testTimeout: 30_000,
    // A test goes on as soon as what it waits for has happened, on a busy machine after seconds.
    expect: { poll: { timeout: 20_000 } },
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        // Loading the local cloud takes longer than most tests. Without isolation, test files of the same process load it once.
        test: {
          name: 'local-cloud',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [CLIENTS],
          isolate: false,
        },
      },
      // Their libraries keep the session in modules.
      { extends: true, test: { name: 'clients', include: [CLIENTS] } },
    ],
  },
});
