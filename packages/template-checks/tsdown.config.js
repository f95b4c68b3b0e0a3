import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/cdk.ts', 'src/main.ts'],
  tsconfig: 'tsconfig.lib.json',
  platform: 'node',
  target: 'node22',
  // Bundlers of other programs leave out the modules that those do not use.
  unbundle: true,
  fixedExtension: false,
  dts: true,
});
