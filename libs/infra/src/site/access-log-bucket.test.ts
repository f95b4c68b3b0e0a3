import { Match } from 'aws-cdk-lib/assertions';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { expect, test } from 'vitest';
import { templateOf } from '../../test/synthesized';
import { AccessLogBucket, type AccessLogBucketProps } from './access-log-bucket';

const template = (props: AccessLogBucketProps = {}) =>
  templateOf((stack) => {
    new AccessLogBucket(stack, 'Logs', props);
  });

test('logs expire after 90 days, or after the given retention', () => {
  const expiring = (days: number) => ({
    LifecycleConfiguration: { Rules: [{ ExpirationInDays: days, Status: 'Enabled' }] },
  });
  template().hasResourceProperties('AWS::S3::Bucket', expiring(90));
  template({ retention: Duration.days(7) }).hasResourceProperties('AWS::S3::Bucket', expiring(7));
});

test('CloudFront writes with an access control list, and public access is blocked', () => {
  template().hasResourceProperties('AWS::S3::Bucket', {
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    BucketEncryption: Match.anyValue(),
  });
  template().hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ],
    },
  });
});

test('logs are retained, unless the removal policy is DESTROY', () => {
  template().hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  const destroyed = template({ removalPolicy: RemovalPolicy.DESTROY });
  destroyed.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  destroyed.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  expect(Object.keys(template().findResources('Custom::S3AutoDeleteObjects'))).toEqual([]);
});
