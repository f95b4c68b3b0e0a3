import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['contract/index.ts'],
  outDir: 'contract/dist',
  tsconfig: 'tsconfig.contract.json',
  platform: 'node',
  target: 'node22',
  // Bundlers of other programs leave out the modules that those do not use.
  unbundle: true,
  fixedExtension: false,
  dts: true,
});
