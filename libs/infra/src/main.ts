import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { App } from 'aws-cdk-lib/core';
import { InvalidOptions, stackPropsFrom } from './options';
import { REPRODUCIBLE } from './reproducible';
import { checkSecurityRules } from './security-rules';
import { SpaOnAwsStack } from './spa-on-aws-stack';
import { stackNameOf } from './stage-name';

/** From the bundle, `libs/infra/dist/main.js`. */
const WORKSPACE_ROOT = resolve(import.meta.dirname, '../../..');

// AWS's validator is WebAssembly that runs once: optimizing it costs more than it gives, a fifth of the synthesis.
setFlagsFromString('--liftoff-only');

try {
  const app = new App(REPRODUCIBLE);
  const props = stackPropsFrom((key) => app.node.tryGetContext(key), WORKSPACE_ROOT);
  new SpaOnAwsStack(app, stackNameOf(props.stageName), props);
  checkSecurityRules(app);
  app.synth();
} catch (error) {
  if (!(error instanceof InvalidOptions)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
