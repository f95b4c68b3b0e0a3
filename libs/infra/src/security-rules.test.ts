import { FeaturePlan, UserPool } from 'aws-cdk-lib/aws-cognito';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { unvalidatedApp } from '../test/synthesized';
import { acknowledge } from './acknowledge';
import { checkSecurityRules } from './security-rules';

function synthesize(build: (stack: Stack) => void): void {
  const app = unvalidatedApp();
  build(new Stack(app, 'test', { analyticsReporting: false }));
  checkSecurityRules(app);
  app.synth();
}

/** A bucket that breaks two rules. */
const bucketIn = (stack: Stack) => new Bucket(stack, 'Bucket', { enforceSSL: false });

test('a resource that breaks a rule fails the synthesis, with its place and the rule', () => {
  expect(() => synthesize(bucketIn)).toThrow(/test\/Bucket\/Resource[^]*AwsSolutions-S10/);
});

test('a rule that only warns fails it too', () => {
  const poolWithoutMfa = (stack: Stack) => {
    const passwordPolicy = {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
    };
    new UserPool(stack, 'Pool', { featurePlan: FeaturePlan.PLUS, passwordPolicy });
  };
  expect(() => synthesize(poolWithoutMfa)).toThrow(/test\/Pool\/Resource[^]*AwsSolutions-COG2/);
});

test('a construct may break the rules that it gives a reason for, and no others', () => {
  expect(() =>
    synthesize((stack) => acknowledge(bucketIn(stack), 'For the test.', 'S1', 'S10')),
  ).not.toThrow();
  const onlyOne = () => synthesize((stack) => acknowledge(bucketIn(stack), 'For the test.', 'S10'));
  expect(onlyOne).toThrow('AwsSolutions-S1');
  expect(onlyOne).not.toThrow('AwsSolutions-S10');
});
