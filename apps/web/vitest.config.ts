import { defineConfig } from 'vitest/config';

/** Tests that need a page: of components, and of what works with the browser's storage and address. */
const onPage = [
  'src/**/*.test.tsx',
  'src/features/sign-in/session-manager.test.ts',
  'src/features/sign-in/session-tabs.test.ts',
  'src/features/sign-in/renew-in-time.test.ts',
  'src/features/sign-in/sign-in-failure.test.ts',
  'src/shared/load-chunk.test.ts',
];

export default defineConfig({
  root: import.meta.dirname,
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'page',
          include: onPage,
          environment: 'jsdom',
          environmentOptions: { jsdom: { url: 'https://site.example/' } },
          setupFiles: ['test/forbid-network.ts', 'test/clean-page.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'logic',
          include: ['src/**/*.test.ts', 'vite-plugins/**/*.test.ts'],
          exclude: onPage,
          environment: 'node',
          setupFiles: ['test/forbid-network.ts'],
        },
      },
    ],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
