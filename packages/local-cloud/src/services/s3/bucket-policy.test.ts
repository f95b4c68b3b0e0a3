import { expect, test } from 'vitest';
import { stackOf } from '../../../test/stacks';
import { type Access, isAllowed, readBucketPolicies } from './bucket-policy';

const DISTRIBUTION = 'arn:aws:cloudfront::000000000000:distribution/E1';

const READ = {
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::files/*',
  Condition: { StringEquals: { 'AWS:SourceArn': DISTRIBUTION } },
};

function allowed(statements: object[], change: Partial<Access> = {}): boolean {
  const stack = stackOf({
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: 'files', PolicyDocument: { Statement: statements, Version: '2012-10-17' } },
    },
  });
  return isAllowed(readBucketPolicies(stack).get('files') ?? [], {
    service: 'cloudfront.amazonaws.com',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::files/index.html',
    context: { 'aws:sourcearn': DISTRIBUTION, 'aws:securetransport': 'true' },
    ...change,
  });
}

test('the distribution that is named may read', () => {
  expect(allowed([READ])).toBe(true);
});

test.each([
  ['another distribution', { context: { 'aws:sourcearn': `${DISTRIBUTION}2` } }],
  ['a request without the condition key', { context: {} }],
  ['another service', { service: 'lambda.amazonaws.com' }],
  ['another action', { action: 's3:ListBucket' as const }],
  ['another bucket', { resource: 'arn:aws:s3:::other/index.html' }],
])('%s is refused', (_, change) => {
  expect(allowed([READ], change)).toBe(false);
});

test('nothing is allowed without a statement', () => {
  expect(allowed([])).toBe(false);
});

test('a deny beats an allow', () => {
  const deny = {
    ...READ,
    Effect: 'Deny',
    Action: 's3:*',
    Principal: { AWS: '*' },
    Condition: { Bool: { 'aws:SecureTransport': 'true' } },
  };
  expect(allowed([READ, deny])).toBe(false);
});

test('a deny for plain HTTP does not touch signed requests', () => {
  const deny = {
    ...READ,
    Effect: 'Deny',
    Principal: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  expect(allowed([READ, deny])).toBe(true);
});

test('a condition that is not understood stops the start: it might be the one that refuses', () => {
  expect(() =>
    allowed([{ ...READ, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }]),
  ).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message: expect.stringContaining('Condition.IpAddress'),
    }),
  );
});
