import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/fixtures';

const config = (template: MutableTemplate) =>
  template.the('AWS::CloudFront::Distribution').Properties.DistributionConfig;
const fallback = (template: MutableTemplate) => config(template).DefaultCacheBehavior;
const behavior = (template: MutableTemplate, pattern: string) =>
  config(template).CacheBehaviors.find((one: { PathPattern: string }) => one.PathPattern === pattern);

test.each<[what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[]]>([
  [
    'a managed policy id with an extra digit',
    (template) => (fallback(template).CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f61'),
    ['cloudfront-policies-exist'],
  ],
  [
    'the id of another policy type',
    (template) => (fallback(template).OriginRequestPolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    ['cloudfront-policies-exist'],
  ],
  [
    'a reference to a resource that is not a policy',
    (template) => (fallback(template).CachePolicyId = { Ref: template.id('AWS::S3::Bucket') }),
    ['cloudfront-policies-exist'],
  ],
  [
    'an unsupported set of methods',
    (template) => (fallback(template).AllowedMethods = ['GET', 'POST']),
    ['cloudfront-creatable'],
  ],
  [
    'methods that cannot be cached',
    (template) => (fallback(template).CachedMethods = ['GET', 'HEAD', 'POST']),
    ['cloudfront-creatable'],
  ],
  [
    'a default root object with a leading slash',
    (template) => (config(template).DefaultRootObject = '/index.html'),
    ['cloudfront-creatable'],
  ],
  [
    'no default root object',
    (template) => delete config(template).DefaultRootObject,
    ['default-root-object-set'],
  ],
  [
    'a path pattern with a space',
    (template) => (behavior(template, '/config.json').PathPattern = '/config json'),
    ['cloudfront-creatable', 'config-json-not-cached'],
  ],
  [
    'an origin that does not exist',
    (template) => (behavior(template, '/config.json').TargetOriginId = 'gone'),
    ['cloudfront-creatable'],
  ],
  [
    'an origin path of another stage',
    (template) => (config(template).Origins[1].OriginPath = '/prod'),
    ['api-origin-path-is-a-stage'],
  ],
  [
    'an origin path with a trailing slash',
    (template) => (config(template).Origins[1].OriginPath = '/dev/'),
    ['cloudfront-creatable', 'api-origin-path-is-a-stage'],
  ],
  [
    'no behavior for the API',
    (template) => (behavior(template, '/api/*').PathPattern = '/elsewhere/*'),
    ['api-methods-valid', 'site-and-api-served'],
  ],
  [
    'a default behavior without the bucket',
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
    'an API with caching',
    (template) => (behavior(template, '/api/*').CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    ['api-not-cached'],
  ],
  [
    'an API that gets the Host header of the viewer',
    (template) =>
      (behavior(template, '/api/*').OriginRequestPolicyId = '216adef6-5c7f-47e4-b989-5492eafa07d3'),
    ['api-not-cached'],
  ],
  [
    'an API that does not get Authorization',
    (template) => delete behavior(template, '/api/*').OriginRequestPolicyId,
    ['api-not-cached'],
  ],
  [
    'an origin protocol of plain HTTP',
    (template) => (config(template).Origins[1].CustomOriginConfig.OriginProtocolPolicy = 'http-only'),
    ['api-not-cached'],
  ],
  [
    'custom error responses',
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
    'a configuration that CloudFront caches',
    (template) => (behavior(template, '/config.json').CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    ['config-json-not-cached'],
  ],
  [
    'a configuration that browsers cache',
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
    'no deployed configuration',
    (template) =>
      template.remove(
        template.id('Custom::CDKBucketDeployment', ({ Properties }) => Properties.SourceMarkers),
      ),
    ['references-resolve', 'config-json-not-cached', 'each-file-has-one-deployment'],
  ],
  [
    'a bucket without origin access control',
    (template) => delete config(template).Origins[0].OriginAccessControlId,
    ['site-bucket-private'],
  ],
  [
    'a bucket that can become public',
    (template) => delete template.the('AWS::S3::Bucket').Properties.PublicAccessBlockConfiguration,
    ['site-bucket-private'],
  ],
  [
    'a bucket that everyone can read',
    (template) =>
      template.the('AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement.push({
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: '*',
      }),
    ['site-bucket-private'],
  ],
  [
    'a bucket that all distributions can read',
    (template) => {
      for (const statement of template.the('AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement) {
        if (statement.Principal.Service === 'cloudfront.amazonaws.com') delete statement.Condition;
      }
    },
    ['site-bucket-private'],
  ],
])('reports %s', async (_, mutate, rules) => {
  expect((await found(mutated((template) => void mutate(template)))).rules).toEqual(rules);
});
