import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { siteText } from './src/shared/strings.ts';
import { firstLoadBudget } from './vite-plugins/first-load-budget.ts';
import { htmlStrings } from './vite-plugins/html-strings.ts';
import { waitForLocalCloud } from './vite-plugins/wait-for-local-cloud.ts';

const localCloudUrl = process.env['LOCAL_CLOUD_URL'] ?? 'http://localhost:4300';

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../../node_modules/.vite/apps/web',
  plugins: [
    react(),
    htmlStrings({ siteText }),
    waitForLocalCloud({ url: localCloudUrl }),
    // 1.10 × the size of react-dom, react-oidc-context and oidc-client-ts
    firstLoadBudget({ script: 94_000, style: 10_000 }),
  ],
  server: {
    host: 'localhost',
    port: 4200,
    strictPort: true,
    proxy: { '/api': localCloudUrl, '/config.json': localCloudUrl },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    assetsInlineLimit: 0, // the Content-Security-Policy forbids inline scripts and styles
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
  },
});
