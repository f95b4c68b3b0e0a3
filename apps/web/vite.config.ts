import { resolve } from 'node:path';
import { localCloud } from '@spa-on-aws/local-cloud/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const workspace = resolve(import.meta.dirname, '../..');

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../../node_modules/.vite/apps/web',
  resolve: { conditions: ['@spa-on-aws/source', 'module', 'browser', 'development|production'] },
  plugins: [
    react(),
    localCloud({
      proxy: ['/api', '/config.json'],
      image: {
        directory: resolve(workspace, 'apps/api'),
        entryPoints: ['src/main.ts', 'src/lambda/index.ts'],
        files: ['Dockerfile', 'module.json'],
      },
      functionPath: 'lambda',
      app: {
        directory: resolve(workspace, 'libs/infra'),
        entryPoints: ['src/main.ts'],
        files: ['src/site/spa-fallback.js'],
        tsConfig: 'tsconfig.app.json',
      },
    }),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    assetsInlineLimit: 0, // the Content-Security-Policy forbids inline scripts and styles
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    license: { fileName: 'license.md' },
    reportCompressedSize: false,
  },
});
