import { FeaturePlan, UserPool } from 'aws-cdk-lib/aws-cognito';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { unvalidatedApp } from '../test/synthesized';
import { acknowledge } from './acknowledge';
import { checkSecurityRules } from './stage-app';

function synthesize(build: (stack: Stack) => void): void {
  const app = unvalidatedApp();
  build(new Stack(app, 'test', { analyticsReporting: false }));
  checkSecurityRules(app);
  app.synth();
}

/** Adds a bucket that violates two rules. */
const bucketIn = (stack: Stack) => new Bucket(stack, 'Bucket', { enforceSSL: false });

test('synthesis fails with the construct path and the rule id if a resource violates a rule', () => {
  expect(() => synthesize(bucketIn)).toThrow(/test\/Bucket\/Resource[^]*AwsSolutions-S10/);
});

test('synthesis fails on warnings too', () => {
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

test('acknowledge suppresses the named rules and no others', () => {
  expect(() =>
    synthesize((stack) => acknowledge(bucketIn(stack), 'For the test.', 'S1', 'S10')),
  ).not.toThrow();
  const acknowledgeOne = () => synthesize((stack) => acknowledge(bucketIn(stack), 'For the test.', 'S10'));
  expect(acknowledgeOne).toThrow('AwsSolutions-S1');
  expect(acknowledgeOne).not.toThrow('AwsSolutions-S10');
});
