import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { cdkJsonContext, smallBuilds, temporaryDirectory } from '../test/synthesized';
import { InvalidOptions } from './options';
import { REPRODUCIBLE } from './reproducible';
import { stageApp } from './stage-app';

function appOf(context: Record<string, unknown>) {
  return stageApp(
    {
      ...REPRODUCIBLE,
      outdir: temporaryDirectory(),
      context: { ...REPRODUCIBLE.context, ...cdkJsonContext(), ...smallBuilds(), ...context },
    },
    '/workspace',
  );
}

test('a stage is made by the options of cdk.json that bear its name', () => {
  const app = appOf({ stage: 'prod', stages: { prod: { capacity: 'fargate' } } });
  const stack = app.node.findChild('spa-on-aws-prod') as Stack;
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', { LaunchType: 'FARGATE' });
});

test('options that are wrong stop it before anything is made', () => {
  expect(() => appOf({ capacity: 'lambda' })).toThrow(InvalidOptions);
});

test('what breaks a security rule is not synthesized', () => {
  const app = appOf({});
  new Bucket(app.node.findChild('spa-on-aws-dev'), 'Carelessness', { enforceSSL: false });
  expect(() => app.synth()).toThrow(/Carelessness\/Resource[^]*AwsSolutions-S10/);
});
