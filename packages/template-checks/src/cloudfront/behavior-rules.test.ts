import { CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { expect, test } from 'vitest';
import { found, mutated, type MutableTemplate } from '../../test/verified';
import { matches } from './distribution';
import { MANAGED_POLICIES } from '@spa-on-aws/cloudformation';

const config = (template: MutableTemplate) =>
  template.the('AWS::CloudFront::Distribution').Properties.DistributionConfig;
const fallback = (template: MutableTemplate) => config(template).DefaultCacheBehavior;
const behavior = (template: MutableTemplate, pattern: string) =>
  config(template).CacheBehaviors.find((one: { PathPattern: string }) => one.PathPattern === pattern);

test.each<[what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[]]>([
  [
    'a managed policy’s id with one digit too many (B1)',
    (template) => (fallback(template).CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f61'),
    ['B1/policies-exist'],
  ],
  [
    'the id of another kind of policy',
    (template) => (fallback(template).OriginRequestPolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    ['B1/policies-exist'],
  ],
  [
    'a reference to something that is no policy',
    (template) => (fallback(template).CachePolicyId = { Ref: template.id('AWS::S3::Bucket') }),
    ['B1/policies-exist'],
  ],
  [
    'a set of methods of one’s own',
    (template) => (fallback(template).AllowedMethods = ['GET', 'POST']),
    ['CF-METH-02/method-sets'],
  ],
  [
    'cached methods that cannot be',
    (template) => (fallback(template).CachedMethods = ['GET', 'HEAD', 'POST']),
    ['CF-METH-02/method-sets'],
  ],
  [
    'a root object that is a path',
    (template) => (config(template).DefaultRootObject = '/index.html'),
    ['CF-ROOT-04/root-object'],
  ],
  ['no root object', (template) => delete config(template).DefaultRootObject, ['CF-ROOT-04/root-object']],
  [
    'a pattern with a space',
    (template) => (behavior(template, '/config.json').PathPattern = '/config json'),
    ['CF-PATH-06+CF-PATH-09/origins-fit', 'P6+B8/config-is-fresh'],
  ],
  [
    'an origin nobody has',
    (template) => (behavior(template, '/config.json').TargetOriginId = 'gone'),
    ['CF-PATH-06+CF-PATH-09/origins-fit'],
  ],
  [
    'another stage in the origin’s path',
    (template) => (config(template).Origins[1].OriginPath = '/prod'),
    ['CF-PATH-06+CF-PATH-09/origins-fit'],
  ],
  [
    'an origin’s path that ends with a slash',
    (template) => (config(template).Origins[1].OriginPath = '/dev/'),
    ['CF-PATH-06+CF-PATH-09/origins-fit'],
  ],
  [
    'no behavior for the API',
    (template) => (behavior(template, '/api/*').PathPattern = '/elsewhere/*'),
    ['PI-02+PI-03+AG-PX-01+AG-LIM-04+CF-PATH-09/methods-fit', 'B12/site-is-there'],
  ],
  [
    'a site without its bucket',
    (template) => (config(template).Origins[0].DomainName = 'bucket.s3.amazonaws.com'),
    ['P25/no-spare-opening', 'B12/site-is-there'],
  ],
  [
    'a site over plain HTTP',
    (template) => (fallback(template).ViewerProtocolPolicy = 'allow-all'),
    ['B2+CF-HTTPS-01/https-only'],
  ],
  [
    'an API over plain HTTP',
    (template) => (behavior(template, '/api/*').ViewerProtocolPolicy = 'allow-all'),
    ['P10+CF-TTL-09+CF-REQ-07/api-is-not-cached'],
  ],
  [
    'an API whose answers are cached',
    (template) => (behavior(template, '/api/*').CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    ['P10+CF-TTL-09+CF-REQ-07/api-is-not-cached'],
  ],
  [
    'an API that gets the viewer’s Host',
    (template) =>
      (behavior(template, '/api/*').OriginRequestPolicyId = '216adef6-5c7f-47e4-b989-5492eafa07d3'),
    ['P10+CF-TTL-09+CF-REQ-07/api-is-not-cached'],
  ],
  [
    'an API that gets no Authorization',
    (template) => delete behavior(template, '/api/*').OriginRequestPolicyId,
    ['P10+CF-TTL-09+CF-REQ-07/api-is-not-cached'],
  ],
  [
    'an API reached over plain HTTP',
    (template) => (config(template).Origins[1].CustomOriginConfig.OriginProtocolPolicy = 'http-only'),
    ['P10+CF-TTL-09+CF-REQ-07/api-is-not-cached'],
  ],
  [
    'errors replaced by the page',
    (template) =>
      (config(template).CustomErrorResponses = [
        { ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/index.html' },
      ]),
    ['P3+CF-ERR-01/errors-stay'],
  ],
  [
    'the SPA fallback on the API',
    (template) =>
      (behavior(template, '/api/*').FunctionAssociations = fallback(template).FunctionAssociations),
    ['P3+CF-ERR-01/errors-stay'],
  ],
  [
    'a configuration that is cached at the edge',
    (template) => (behavior(template, '/config.json').CachePolicyId = '658327ea-f89d-4fab-a63d-7e88639e58f6'),
    ['P6+B8/config-is-fresh'],
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
    ['P6+B8/config-is-fresh'],
  ],
  [
    'a configuration that is built in',
    (template) =>
      template.remove(
        template.id('Custom::CDKBucketDeployment', ({ Properties }) => Properties.SourceMarkers),
      ),
    ['CFN/references-resolve', 'P6+B8/config-is-fresh', 'P7/one-owner'],
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

test('the ids of managed policies are the ones aws-cdk-lib knows, all of them', () => {
  const ids = (policies: object, property: string) =>
    Object.getOwnPropertyNames(policies)
      .concat(staticNames(policies))
      .map((name) => (policies as Record<string, Record<string, unknown> | undefined>)[name]?.[property])
      .filter((id) => typeof id === 'string')
      .sort();
  expect(Object.keys(MANAGED_POLICIES.CachePolicy).sort()).toEqual(ids(CachePolicy, 'cachePolicyId'));
  expect(Object.keys(MANAGED_POLICIES.OriginRequestPolicy).sort()).toEqual(
    ids(OriginRequestPolicy, 'originRequestPolicyId'),
  );
  expect(Object.keys(MANAGED_POLICIES.ResponseHeadersPolicy).sort()).toEqual(
    ids(ResponseHeadersPolicy, 'responseHeadersPolicyId'),
  );
});

/** Names of static members the library keeps on a class's prototype chain. */
function staticNames(policies: object): string[] {
  const parent = Object.getPrototypeOf(policies) as object | null;
  return parent && parent !== Function.prototype
    ? Object.getOwnPropertyNames(parent).concat(staticNames(parent))
    : [];
}

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
