import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { InvalidOptions } from './options';
import { REPRODUCIBLE } from './reproducible';
import { stageApp } from './stage-app';

/** From the bundle, `libs/infra/dist/main.js`. */
const WORKSPACE_ROOT = resolve(import.meta.dirname, '../../..');

// AWS's validator is WebAssembly that runs once: optimizing it costs more than it gives, a fifth of the synthesis.
setFlagsFromString('--liftoff-only');

try {
  stageApp(REPRODUCIBLE, WORKSPACE_ROOT).synth();
} catch (error) {
  if (!(error instanceof InvalidOptions)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
