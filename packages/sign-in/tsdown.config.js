import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts'],
  tsconfig: 'tsconfig.lib.json',
  platform: 'browser',
  target: 'es2023',
  // Bundlers of other programs leave out the modules that those do not use.
  unbundle: true,
  fixedExtension: false,
  dts: true,
});
