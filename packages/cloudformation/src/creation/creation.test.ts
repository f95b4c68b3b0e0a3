import { expect, test } from 'vitest';
import { Value } from '../document/value';
import { creationFaults } from './index';

/** Returns the places and problems of a resource's faults. */
const faults = (type: string, properties: object): string[] =>
  creationFaults(`AWS::CloudFront::${type}`, new Value(properties, 'P')).map(
    ({ value, problem }) => `${value.path}: ${problem}`,
  );

const cachePolicy = (ttls: object, key: object = {}) => ({
  CachePolicyConfig: {
    Name: 'policy',
    MinTTL: 0,
    ...ttls,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: false,
      HeadersConfig: { HeaderBehavior: 'none' },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'none' },
      ...key,
    },
  },
});
const OFF = { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 };
const AUTHORIZATION = { HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization'] } };

test.each<[string, object, string | undefined]>([
  ['caching disabled', cachePolicy(OFF), undefined],
  ['a header with caching', cachePolicy({ MaxTTL: 1, DefaultTTL: 0 }, AUTHORIZATION), undefined],
  ['a header with caching disabled', cachePolicy(OFF, AUTHORIZATION), 'HeaderBehavior whitelist is invalid'],
  [
    'a header with caching disabled by texts',
    cachePolicy({ ...OFF, MaxTTL: '0' }, AUTHORIZATION),
    'HeaderBehavior',
  ],
  ['a header with a TTL known later', cachePolicy({ MaxTTL: { Ref: 'Ttl' } }, AUTHORIZATION), undefined],
  [
    'cookies with caching disabled',
    cachePolicy(OFF, { CookiesConfig: { CookieBehavior: 'all' } }),
    'CookieBehavior',
  ],
  [
    'gzip with caching disabled',
    cachePolicy(OFF, { EnableAcceptEncodingGzip: true }),
    'EnableAcceptEncodingGzip is',
  ],
  ['TTLs out of order', cachePolicy({ MinTTL: 5, DefaultTTL: 1 }), '1 seconds are less than the 5 of MinTTL'],
  [
    'all viewer headers',
    cachePolicy({}, { HeadersConfig: { HeaderBehavior: 'allViewer' } }),
    'is not one that',
  ],
  [
    'a list that is missing',
    cachePolicy({}, { CookiesConfig: { CookieBehavior: 'whitelist' } }),
    'needs Cookies',
  ],
  [
    'a list too much',
    cachePolicy({}, { CookiesConfig: { CookieBehavior: 'all', Cookies: ['a'] } }),
    'takes no Cookies',
  ],
  [
    'Accept-Encoding twice',
    cachePolicy(
      {},
      {
        EnableAcceptEncodingGzip: true,
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept-Encoding'] },
      },
    ),
    'already in the cache key',
  ],
])('cache policy: %s', (_, properties, problem) => {
  const found = faults('CachePolicy', properties);
  if (problem === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringContaining(problem)]);
});

test.each<[string, object, string | undefined]>([
  ['all viewer headers', { HeaderBehavior: 'allViewer' }, undefined],
  [
    'headers of CloudFront',
    { HeaderBehavior: 'allViewerAndWhitelistCloudFront', Headers: ['CloudFront-Viewer-City'] },
    undefined,
  ],
  [
    'another header among them',
    { HeaderBehavior: 'allViewerAndWhitelistCloudFront', Headers: ['X-A'] },
    'not a header of CloudFront',
  ],
  [
    'Authorization by name',
    { HeaderBehavior: 'whitelist', Headers: ['authorization'] },
    'cannot list authorization',
  ],
  [
    '11 headers',
    { HeaderBehavior: 'whitelist', Headers: Array.from({ length: 11 }, (_, index) => `X-${index}`) },
    'maximum of 10',
  ],
])('origin request policy: %s (CF-REQ-08)', (_, HeadersConfig, problem) => {
  const found = faults('OriginRequestPolicy', {
    OriginRequestPolicyConfig: { Name: 'policy', HeadersConfig },
  });
  if (problem === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringContaining(problem)]);
});

const cors = (change: object) => ({
  CorsConfig: {
    AccessControlAllowCredentials: false,
    AccessControlAllowHeaders: { Items: ['*'] },
    AccessControlAllowMethods: { Items: ['GET'] },
    AccessControlAllowOrigins: { Items: ['*'] },
    OriginOverride: true,
    ...change,
  },
});
const customHeader = (Header: string) => ({
  CustomHeadersConfig: { Items: [{ Header, Value: 'x', Override: true }] },
});

test.each<[string, object, string | undefined]>([
  ['CORS', cors({}), undefined],
  ['a custom header', customHeader('X-A'), undefined],
  ['nothing but a name', {}, 'without headers'],
  ['all origins as ALL', cors({ AccessControlAllowOrigins: { Items: ['ALL'] } }), 'ALL is not an origin'],
  ['any header with credentials', cors({ AccessControlAllowCredentials: true }), 'cannot contain *'],
  [
    'a security header as a custom one',
    customHeader('Content-Security-Policy'),
    'belongs in SecurityHeadersConfig',
  ],
  ['a CORS header as a custom one', customHeader('Access-Control-Max-Age'), 'belongs in CorsConfig'],
  ['a header of CloudFront', customHeader('X-Cache'), 'cannot be set'],
])('response headers policy: %s', (_, config, problem) => {
  const found = faults('ResponseHeadersPolicy', {
    ResponseHeadersPolicyConfig: { Name: 'policy', ...config },
  });
  if (problem === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringContaining(problem)]);
});

const ORIGIN = {
  Id: 's3',
  DomainName: { 'Fn::GetAtt': ['Files', 'RegionalDomainName'] },
  S3OriginConfig: {},
};
const BEHAVIOR = { TargetOriginId: 's3', ViewerProtocolPolicy: 'allow-all', CachePolicyId: 'x' };
const distribution = (config: object) => ({
  DistributionConfig: { Enabled: true, Origins: [ORIGIN], DefaultCacheBehavior: BEHAVIOR, ...config },
});
const origin = (change: object) => distribution({ Origins: [{ ...ORIGIN, ...change }] });
const behavior = (change: object) => distribution({ DefaultCacheBehavior: { ...BEHAVIOR, ...change } });
const CUSTOM = { CustomOriginConfig: { OriginProtocolPolicy: 'http-only' } };

test.each<[string, object, string | undefined]>([
  ['an origin', distribution({}), undefined],
  [
    'an origin without a configuration',
    origin({ S3OriginConfig: undefined }),
    'has none of CustomOriginConfig',
  ],
  ['an origin with two', origin(CUSTOM), 'has 2 of CustomOriginConfig'],
  [
    'an origin with one or the other',
    origin({ S3OriginConfig: { 'Fn::If': ['C', {}, { Ref: 'AWS::NoValue' }] }, ...CUSTOM }),
    undefined,
  ],
  [
    'both access controls',
    origin({
      OriginAccessControlId: { Ref: 'Oac' },
      S3OriginConfig: { OriginAccessIdentity: 'origin-access-identity/cloudfront/E1' },
    }),
    'an origin access control and',
  ],
  ['an origin path with a slash', origin({ OriginPath: '/a/' }), "OriginPath '/a/'"],
  ['a URL as a host name', origin({ DomainName: 'https://example.com' }), 'is not a host name'],
  ['a port', origin({ S3OriginConfig: undefined, CustomOriginConfig: { HTTPPort: 81 } }), 'port 81'],
  [
    'a custom header',
    origin({ OriginCustomHeaders: [{ HeaderName: 'Host', HeaderValue: 'a' }] }),
    'does not add Host',
  ],
  ['an id twice', distribution({ Origins: [ORIGIN, ORIGIN] }), 'the id s3 appears twice'],
  ['an unknown origin', behavior({ TargetOriginId: 'gone' }), "uses origin 'gone'"],
  [
    'an unknown origin beside one known later',
    distribution({ Origins: [{ ...ORIGIN, Id: { Ref: 'Id' } }] }),
    undefined,
  ],
  ['methods', behavior({ AllowedMethods: ['GET', 'POST'] }), 'AllowedMethods GET POST'],
  [
    'cached methods',
    behavior({ AllowedMethods: ['GET', 'HEAD'], CachedMethods: ['GET', 'HEAD', 'OPTIONS'] }),
    'CachedMethods has OPTIONS',
  ],
  [
    'policy and legacy settings',
    behavior({ ForwardedValues: { QueryString: true } }),
    'ForwardedValues cannot be used',
  ],
  ['no cache settings', behavior({ CachePolicyId: undefined }), 'neither CachePolicyId nor ForwardedValues'],
  [
    'keys of no query',
    behavior({
      CachePolicyId: undefined,
      ForwardedValues: { QueryString: false, QueryStringCacheKeys: ['a'] },
    }),
    'QueryString cannot be false',
  ],
  [
    'two functions of an event',
    behavior({ FunctionAssociations: [{ EventType: 'viewer-request' }, { EventType: 'viewer-request' }] }),
    'viewer-request appears twice',
  ],
  [
    'a path pattern',
    distribution({ CacheBehaviors: [{ ...BEHAVIOR, PathPattern: '/a b' }] }),
    "path pattern '/a b'",
  ],
  [
    'a path pattern twice',
    distribution({
      CacheBehaviors: [
        { ...BEHAVIOR, PathPattern: '/a' },
        { ...BEHAVIOR, PathPattern: '/a' },
      ],
    }),
    'the path pattern /a appears',
  ],
  [
    'behaviors known later',
    distribution({ CacheBehaviors: { 'Fn::If': ['C', [], { Ref: 'AWS::NoValue' }] } }),
    undefined,
  ],
  [
    'a root object with a slash',
    distribution({ DefaultRootObject: '/app/index.html' }),
    'starts with a slash',
  ],
  ['a domain without a certificate', distribution({ Aliases: ['a.example'] }), 'needs a certificate'],
  [
    'a domain with one',
    distribution({ Aliases: ['a.example'], ViewerCertificate: { AcmCertificateArn: 'arn' } }),
    undefined,
  ],
  ['a long comment', distribution({ Comment: 'x'.repeat(129) }), 'the comment has 129'],
])('distribution: %s', (_, properties, problem) => {
  const found = faults('Distribution', JSON.parse(JSON.stringify(properties)) as object);
  if (problem === undefined) expect(found).toEqual([]);
  else expect(found).toEqual([expect.stringContaining(problem)]);
});

test.each<[string, object, string]>([
  ['a name with a dot', { Name: 'a.b' }, "'a.b' is not a name"],
  ['too much code', { FunctionCode: `/*${'x'.repeat(10_240)}*/` }, '10244 bytes'],
  [
    'a store of runtime 1.0',
    { FunctionConfig: { Runtime: 'cloudfront-js-1.0', KeyValueStoreAssociations: [{}] } },
    'cannot read',
  ],
])('function: %s (CFF-LIM-01)', (_, change, problem) => {
  expect(faults('Function', { Name: 'a', FunctionCode: 'x', ...change })).toEqual([
    expect.stringContaining(problem),
  ]);
});
