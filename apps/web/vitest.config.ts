import { defineConfig } from 'vitest/config';

/** Tests that need a DOM: tests of components, and of code that uses browser storage or the URL. */
const domTests = [
  'src/**/*.test.tsx',
  'src/features/sign-in/session-manager.test.ts',
  'src/features/sign-in/session-tabs.test.ts',
  'src/features/sign-in/renewal-timer.test.ts',
  'src/features/sign-in/login-error.test.ts',
  'src/shared/lazy-module.test.ts',
];

export default defineConfig({
  root: import.meta.dirname,
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'dom',
          include: domTests,
          environment: 'jsdom',
          environmentOptions: { jsdom: { url: 'https://site.example/' } },
          setupFiles: ['test/forbid-network.ts', 'test/clean-page.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'vite-plugins/**/*.test.ts'],
          exclude: domTests,
          environment: 'node',
          setupFiles: ['test/forbid-network.ts'],
        },
      },
    ],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
