import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type App, Stack } from 'aws-cdk-lib/core';
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

function stackIn(app: App): Stack {
  const [stack] = app.node.children.filter((child) => Stack.isStack(child));
  if (stack === undefined) throw new Error('The app has no stack');
  return stack;
}

test('the project of cdk.json is part of the name of the stack, and a tag of its resources', () => {
  const stack = stackIn(appOf({ project: 'shop' }));
  expect(stack.stackName).toBe('shop-dev');
  Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
    Tags: Match.arrayWith([{ Key: 'project', Value: 'shop' }]),
  });
});

test('a stage uses its options in cdk.json', () => {
  const app = appOf({ stage: 'prod', stages: { prod: { capacity: 'fargate' } } });
  Template.fromStack(stackIn(app)).hasResourceProperties('AWS::ECS::Service', { LaunchType: 'FARGATE' });
});

test('invalid options throw before any resource is created', () => {
  expect(() => appOf({ capacity: 'ecs' })).toThrow(InvalidOptions);
});

test('synthesis fails if a resource violates a security rule', () => {
  const app = appOf({});
  new Bucket(stackIn(app), 'InsecureBucket', { enforceSSL: false });
  expect(() => app.synth()).toThrow(/InsecureBucket\/Resource[^]*AwsSolutions-S10/);
});
