import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { cdkJsonContext, smallBuilds, temporaryDirectory } from '../test/synthesized';
import { InvalidOptions } from './options';
import { REPRODUCIBLE, stageApp } from './stage-app';

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

test('a stage uses its options in cdk.json', () => {
  const app = appOf({ stage: 'prod', stages: { prod: { capacity: 'fargate' } } });
  const stack = app.node.findChild('spa-on-aws-prod') as Stack;
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', { LaunchType: 'FARGATE' });
});

test('invalid options throw before any resource is created', () => {
  expect(() => appOf({ capacity: 'lambda' })).toThrow(InvalidOptions);
});

test('synthesis fails if a resource violates a security rule', () => {
  const app = appOf({});
  new Bucket(app.node.findChild('spa-on-aws-dev'), 'InsecureBucket', { enforceSSL: false });
  expect(() => app.synth()).toThrow(/InsecureBucket\/Resource[^]*AwsSolutions-S10/);
});
