import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { InvalidOptions } from './options';
import { REPRODUCIBLE, stageApp } from './stage-app';

/** Root of the workspace, relative to the bundle `libs/infra/dist/main.js`. */
const WORKSPACE_ROOT = resolve(import.meta.dirname, '../../..');

// AWS's validator is WebAssembly that runs once. Without V8's optimizing compiler, synthesis takes a fifth less time.
setFlagsFromString('--liftoff-only');

try {
  stageApp(REPRODUCIBLE, WORKSPACE_ROOT).synth();
} catch (error) {
  if (!(error instanceof InvalidOptions)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
