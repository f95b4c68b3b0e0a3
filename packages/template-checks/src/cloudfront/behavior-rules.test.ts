import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';
import { matches } from './distribution';

const config = (template: MutableTemplate) =>
  template.the('AWS::CloudFront::Distribution').Properties.DistributionConfig;
const fallback = (template: MutableTemplate) => config(template).DefaultCacheBehavior;
const behavior = (template: MutableTemplate, pattern: string) =>
  config(template).CacheBehaviors.find((one: { PathPattern: string }) => one.PathPattern === pattern);

test.each<[what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[]]>([
  [
    'a managed policy’s id with one digit too many',
    (template) => (fallback(template).CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f61'),
    ['cloudfront-policies-exist'],
  ],
  [
    'the id of another kind of policy',
    (template) => (fallback(template).OriginRequestPolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    ['cloudfront-policies-exist'],
  ],
  [
    'a reference to something that is no policy',
    (template) => (fallback(template).CachePolicyId = { Ref: template.id('AWS::S3::Bucket') }),
    ['cloudfront-policies-exist'],
  ],
  [
    'a set of methods of one’s own',
    (template) => (fallback(template).AllowedMethods = ['GET', 'POST']),
    ['cloudfront-method-sets-valid'],
  ],
  [
    'cached methods that cannot be',
    (template) => (fallback(template).CachedMethods = ['GET', 'HEAD', 'POST']),
    ['cloudfront-method-sets-valid'],
  ],
  [
    'a root object that is a path',
    (template) => (config(template).DefaultRootObject = '/index.html'),
    ['default-root-object-valid'],
  ],
  ['no root object', (template) => delete config(template).DefaultRootObject, ['default-root-object-valid']],
  [
    'a pattern with a space',
    (template) => (behavior(template, '/config.json').PathPattern = '/config json'),
    ['path-patterns-and-origins-valid', 'config-json-not-cached'],
  ],
  [
    'an origin nobody has',
    (template) => (behavior(template, '/config.json').TargetOriginId = 'gone'),
    ['path-patterns-and-origins-valid'],
  ],
  [
    'another stage in the origin’s path',
    (template) => (config(template).Origins[1].OriginPath = '/prod'),
    ['path-patterns-and-origins-valid'],
  ],
  [
    'an origin’s path that ends with a slash',
    (template) => (config(template).Origins[1].OriginPath = '/dev/'),
    ['path-patterns-and-origins-valid'],
  ],
  [
    'no behavior for the API',
    (template) => (behavior(template, '/api/*').PathPattern = '/elsewhere/*'),
    ['api-methods-valid', 'site-and-api-served'],
  ],
  [
    'a site without its bucket',
    (template) => (config(template).Origins[0].DomainName = 'bucket.s3.amazonaws.com'),
    ['no-unused-entry-points', 'site-and-api-served'],
  ],
  [
    'a site over plain HTTP',
    (template) => (fallback(template).ViewerProtocolPolicy = 'allow-all'),
    ['https-only'],
  ],
  [
    'an API over plain HTTP',
    (template) => (behavior(template, '/api/*').ViewerProtocolPolicy = 'allow-all'),
    ['api-not-cached'],
  ],
  [
    'an API whose answers are cached',
    (template) => (behavior(template, '/api/*').CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    ['api-not-cached'],
  ],
  [
    'an API that gets the viewer’s Host',
    (template) =>
      (behavior(template, '/api/*').OriginRequestPolicyId = '216adef6-5c7f-47e4-b989-5492eafa07d3'),
    ['api-not-cached'],
  ],
  [
    'an API that gets no Authorization',
    (template) => delete behavior(template, '/api/*').OriginRequestPolicyId,
    ['api-not-cached'],
  ],
  [
    'an API reached over plain HTTP',
    (template) => (config(template).Origins[1].CustomOriginConfig.OriginProtocolPolicy = 'http-only'),
    ['api-not-cached'],
  ],
  [
    'errors replaced by the page',
    (template) =>
      (config(template).CustomErrorResponses = [
        { ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/index.html' },
      ]),
    ['api-errors-unchanged'],
  ],
  [
    'the SPA fallback on the API',
    (template) =>
      (behavior(template, '/api/*').FunctionAssociations = fallback(template).FunctionAssociations),
    ['api-errors-unchanged'],
  ],
  [
    'a configuration that is cached at the edge',
    (template) => (behavior(template, '/config.json').CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    ['config-json-not-cached'],
  ],
  [
    'a configuration that browsers keep',
    (template) =>
      (template.the(
        'Custom::CDKBucketDeployment',
        ({ Properties }) => Properties.SourceMarkers,
      ).Properties.SystemMetadata = {
        'cache-control': 'max-age=60',
      }),
    ['config-json-not-cached'],
  ],
  [
    'a configuration that is built in',
    (template) =>
      template.remove(
        template.id('Custom::CDKBucketDeployment', ({ Properties }) => Properties.SourceMarkers),
      ),
    ['references-resolve', 'config-json-not-cached', 'each-file-has-one-deployment'],
  ],
  [
    'a bucket without origin access control',
    (template) => delete config(template).Origins[0].OriginAccessControlId,
    ['P2+CF-S3-03/buckets-are-private'],
  ],
  [
    'a bucket that can be made public',
    (template) => delete template.the('AWS::S3::Bucket').Properties.PublicAccessBlockConfiguration,
    ['P2+CF-S3-03/buckets-are-private'],
  ],
  [
    'a bucket everybody reads',
    (template) =>
      template.the('AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement.push({
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: '*',
      }),
    ['P2+CF-S3-03/buckets-are-private'],
  ],
  [
    'a bucket every distribution of the world reads',
    (template) => {
      for (const statement of template.the('AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement) {
        if (statement.Principal.Service === 'cloudfront.amazonaws.com') delete statement.Condition;
      }
    },
    ['P2+CF-S3-03/buckets-are-private'],
  ],
])('%s', (_, mutate, rules) => {
  expect(found(mutated((template) => void mutate(template))).rules).toEqual(rules);
});

test.each([
  ['/api/*', '/api/greeting', true],
  ['/api/*', '/api/', true],
  ['/api/*', '/api', false],
  ['/api/*', '/API/greeting', false],
  ['api/*', '/api/greeting', true],
  ['*.jpg', '/a/b.jpg', true],
  ['/a?.jpg', '/ab.jpg', true],
  ['/a?.jpg', '/a.jpg', false],
  ['*', '/', true],
])('pattern %s and path %s: %s (CF-PATH-02 to -05)', (pattern, path, expected) => {
  expect(matches(pattern, path)).toBe(expected);
});
