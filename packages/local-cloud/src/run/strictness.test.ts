import { expect, test } from 'vitest';
import { mayPassOver } from './stacks';

test.each([
  ['AWS::DynamoDB::Table', 'VectorIndexes', true],
  ['AWS::ECS::Service', 'Color', true],
  ['AWS::S3::Bucket', 'Color', true],
  ['AWS::S3::Bucket', 'ClientTls', false],
  ['AWS::CloudFront::Distribution', 'ViewerMtlsConfig', false],
  ['AWS::ApiGateway::Stage', 'CanarySetting', false],
  ['AWS::ElasticLoadBalancingV2::ListenerRule', 'Transforms', false],
  ['AWS::Cognito::UserPool', 'Color', false],
  ['AWS::CloudFront::Distribution', 'WebACLId', false],
  ['AWS::CloudFront::Distribution', 'TrustedKeyGroups', false],
  ['AWS::ApiGateway::RestApi', 'Policy', false],
  ['AWS::ApiGateway::Authorizer', 'Color', false],
  ['AWS::S3::BucketPolicy', 'Color', false],
])('mayPassOver decides about an unknown property of %s: %s (ignored: %s)', (type, name, expected) => {
  expect(mayPassOver(type, { property: name, path: ['Deep', 0, name], value: 'x' })).toBe(expected);
});

test('mayPassOver ignores an empty mapping or list of any type', () => {
  const unknown = (value: unknown) => ({ property: 'Throttle', path: ['Throttle'], value });
  expect(mayPassOver('AWS::ApiGateway::UsagePlan', unknown({}))).toBe(true);
  expect(mayPassOver('AWS::ApiGateway::UsagePlan', unknown([]))).toBe(true);
  expect(mayPassOver('AWS::ApiGateway::UsagePlan', unknown({ RateLimit: 1 }))).toBe(false);
});
