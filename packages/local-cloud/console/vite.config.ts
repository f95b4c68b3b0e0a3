import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    assetsInlineLimit: 0, // the Content-Security-Policy allows files of the console only
    modulePreload: { polyfill: false },
    license: { fileName: 'THIRD-PARTY-NOTICES.md' },
    reportCompressedSize: false,
  },
});
