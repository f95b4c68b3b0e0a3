import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['@spa-on-aws/source', 'module', 'browser', 'development|production'] },
  ssr: { resolve: { conditions: ['@spa-on-aws/source', 'module', 'node', 'development|production'] } },
  test: {
    // A busy machine needs long to compile lazy pages.
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'dom',
          include: ['src/**/*.test.tsx'],
          environment: 'happy-dom',
          environmentOptions: { happyDOM: { url: 'https://site.example/' } },
          setupFiles: ['test/forbid-network.ts', 'test/clean-page.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          environment: 'node',
          setupFiles: ['test/forbid-network.ts'],
        },
      },
    ],
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
