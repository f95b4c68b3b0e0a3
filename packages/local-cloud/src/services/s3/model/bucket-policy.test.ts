import { expect, test } from 'vitest';
import { stackOf } from '../../../../test/stacks';
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

test('rejects a second policy of a bucket', () => {
  const policy = {
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: 'files', PolicyDocument: { Statement: [READ], Version: '2012-10-17' } },
  };
  expect(() => readBucketPolicies(stackOf({ Policy: policy, Second: policy }))).toThrow(
    'Second (AWS::S3::BucketPolicy) Bucket: files has a policy already',
  );
});

test('allows the distribution that the policy names', () => {
  expect(allowed([READ])).toBe(true);
});

test.each([
  ['another distribution', { context: { 'aws:sourcearn': `${DISTRIBUTION}2` } }],
  ['a request without the condition key', { context: {} }],
  ['another service', { service: 'lambda.amazonaws.com' }],
  ['another action', { action: 's3:ListBucket' as const }],
  ['another bucket', { resource: 'arn:aws:s3:::other/index.html' }],
])('denies %s', (_, change) => {
  expect(allowed([READ], change)).toBe(false);
});

test('denies everything without a statement', () => {
  expect(allowed([])).toBe(false);
});

test('a deny overrides an allow', () => {
  const deny = {
    ...READ,
    Effect: 'Deny',
    Action: 's3:*',
    Principal: { AWS: '*' },
    Condition: { Bool: { 'aws:SecureTransport': 'true' } },
  };
  expect(allowed([READ, deny])).toBe(false);
});

test('a deny for plain HTTP does not affect signed requests', () => {
  const deny = {
    ...READ,
    Effect: 'Deny',
    Principal: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  expect(allowed([READ, deny])).toBe(true);
});

test.each<[string, string, string | string[], boolean]>([
  ['ForAnyValue:StringEquals', 'aws:SourceArn', [DISTRIBUTION], true],
  ['ForAnyValue:StringEquals', 'aws:PrincipalOrgPaths', 'x', false],
  ['ForAnyValue:StringNotEquals', 'aws:SourceArn', 'x', true],
  ['ForAnyValue:StringNotEquals', 'aws:PrincipalOrgPaths', 'x', false],
  ['ForAllValues:StringLike', 'aws:SourceArn', `${DISTRIBUTION}*`, true],
  ['ForAllValues:StringLike', 'aws:SourceArn', 'x', false],
  ['ForAllValues:StringLike', 'aws:PrincipalOrgPaths', 'x', true],
  ['StringEqualsIfExists', 'aws:SourceAccount', 'x', true],
  ['StringEqualsIfExists', 'aws:SourceArn', 'x', false],
  ['ForAnyValue:StringEqualsIfExists', 'aws:SourceAccount', 'x', true],
  ['StringEqualsIgnoreCase', 'aws:SourceArn', DISTRIBUTION.toUpperCase(), true],
  ['StringNotEqualsIgnoreCase', 'aws:SourceArn', DISTRIBUTION.toUpperCase(), false],
  ['ArnNotEquals', 'aws:SourceArn', DISTRIBUTION, false],
  ['ArnNotLike', 'aws:SourceArn', 'arn:aws:cloudfront::*:distribution/E2', true],
  ['NumericEquals', 's3:TlsVersion', '1.3', true],
  ['NumericNotEquals', 's3:TlsVersion', '1.3', false],
  ['NumericLessThan', 's3:TlsVersion', '1.3', false],
  ['NumericLessThanEquals', 's3:TlsVersion', '1.3', true],
  ['NumericGreaterThan', 's3:TlsVersion', '1.2', true],
  ['NumericGreaterThanEquals', 's3:TlsVersion', '1.4', false],
  ['Null', 'aws:SourceArn', 'false', true],
  ['Null', 'aws:SourceArn', 'true', false],
  ['Null', 'aws:SourceAccount', 'true', true],
])('the condition %s of %s: %j (CF-S3-08)', (operator, key, value, isAllowedThen) => {
  const context = { 'aws:sourcearn': DISTRIBUTION, 's3:tlsversion': '1.3' };
  expect(allowed([{ ...READ, Condition: { [operator]: { [key]: value } } }], { context })).toBe(
    isAllowedThen,
  );
});

test.each(['DateLessThan', 'BinaryEquals', 'ForAnyValue:Nothing', 'ForSomeValues:StringEquals', 'toString'])(
  'rejects the condition operator %s',
  (operator) => {
    expect(() => allowed([{ ...READ, Condition: { [operator]: { 'aws:SourceArn': 'x' } } }])).toThrowError(
      `Condition.${operator}: not supported by the local cloud`,
    );
  },
);

test('rejects a template with an unsupported condition, which could deny a request', () => {
  expect(() =>
    allowed([{ ...READ, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }]),
  ).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message: expect.stringContaining('Condition.IpAddress'),
    }),
  );
});
