import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { templateOf } from '../test/synthesized';
import { DeploymentLogs } from './deployment-logs';

test('CDK’s functions write to a log group that is deleted with the stack', () => {
  const template = templateOf((stack) => {
    new Bucket(stack, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      autoDeleteObjects: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new DeploymentLogs(stack, 'Logs');
  });
  const [group] = Object.keys(template.findResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' }));
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(functions).toHaveLength(1);
  expect(functions[0]?.['Properties'].LoggingConfig).toEqual({ LogGroup: { Ref: group } });
});
