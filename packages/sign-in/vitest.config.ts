import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'dom',
          include: ['src/**/*.test.ts'],
          environment: 'happy-dom',
          environmentOptions: { happyDOM: { url: 'https://site.example/' } },
          setupFiles: ['test/setup.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], environment: 'node' },
      },
    ],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
