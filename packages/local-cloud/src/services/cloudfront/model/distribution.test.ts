import { expect, test } from 'vitest';
import { cachePolicy, type EdgeChange, testDistribution } from '../../../../test/edge';

test('accepts settings that restrict nothing', () => {
  const { behaviors } = testDistribution({
    config: { Restrictions: { GeoRestriction: { RestrictionType: 'none' } }, WebACLId: '' },
    behavior: {
      TrustedSigners: [],
      TrustedKeyGroups: [],
      FieldLevelEncryptionId: '',
      SmoothStreaming: false,
    },
  });
  expect(behaviors).toHaveLength(1);
});

test.each<[string, EdgeChange]>([
  [
    'GeoRestriction',
    { config: { Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', Locations: ['DE'] } } } },
  ],
  ['DefaultCacheBehavior.TrustedKeyGroups', { behavior: { TrustedKeyGroups: ['group'] } }],
  ['DefaultCacheBehavior.TrustedSigners', { behavior: { TrustedSigners: ['self'] } }],
  ['DefaultCacheBehavior.FieldLevelEncryptionId', { behavior: { FieldLevelEncryptionId: 'id' } }],
  ['Enabled', { config: { Enabled: false } }],
])('a distribution with %s is not supported', (property, change) => {
  expect(() => testDistribution(change)).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message: expect.stringContaining(property),
    }),
  );
});

test.each<[string, EdgeChange]>([
  ['CF-METH-02', { behavior: { AllowedMethods: ['GET', 'POST'] } }],
  ['CF-METH-02', { behavior: { CachedMethods: ['GET'] } }],
  ['an origin that is not there', { behavior: { TargetOriginId: 'gone' } }],
  [
    'an identity that is none',
    {
      origin: {
        CustomOriginConfig: { Ref: 'AWS::NoValue' },
        S3OriginConfig: { OriginAccessIdentity: 'E123' },
      },
    },
  ],
  ['an origin with two configurations', { origin: { S3OriginConfig: {} } }],
  ['CF-CREATE-02', { origin: { CustomOriginConfig: { Ref: 'AWS::NoValue' } } }],
])('[%s] rejects what AWS rejects', (_, change) => {
  expect(() => testDistribution(change)).toThrowError(
    expect.objectContaining({ code: 'ERR_INVALID_PROPERTY' }),
  );
});

const headersPolicy = (config: object): EdgeChange['resources'] => ({
  Headers: {
    Type: 'AWS::CloudFront::ResponseHeadersPolicy',
    Properties: { ResponseHeadersPolicyConfig: { Name: 'headers', ...config } },
  },
});
const CORS_FOR_ALL = {
  AccessControlAllowCredentials: false,
  AccessControlAllowHeaders: { Items: ['*'] },
  AccessControlAllowMethods: { Items: ['GET'] },
  AccessControlAllowOrigins: { Items: ['ALL'] },
  OriginOverride: true,
};
const CSP_HEADER = { Header: 'Content-Security-Policy', Value: "default-src 'self'", Override: true };

test.each<[string, EdgeChange['resources'], string]>([
  [
    'a cache key with caching disabled [CF-CREATE-01]',
    cachePolicy({ default: 0, max: 0 }, { headers: ['Authorization'] }),
    'Policy (AWS::CloudFront::CachePolicy) CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.' +
      'HeaderBehavior: HeaderBehavior whitelist is invalid for a policy with caching disabled (MaxTTL 0). AWS refuses to create it. Use none',
  ],
  [
    'a policy without headers [CF-CREATE-03]',
    headersPolicy({}),
    'ResponseHeadersPolicyConfig: a response headers policy without headers. AWS refuses to create it. Add one of CorsConfig,',
  ],
  [
    'a security header as a custom header [CF-CREATE-03]',
    headersPolicy({ CustomHeadersConfig: { Items: [CSP_HEADER] } }),
    'CustomHeadersConfig.Items[0].Header: Content-Security-Policy belongs in SecurityHeadersConfig',
  ],
  [
    'the origin ALL [CF-CREATE-03]',
    headersPolicy({ CorsConfig: CORS_FOR_ALL }),
    'AccessControlAllowOrigins.Items[0]: ALL is not an origin. AWS refuses to create it. Write * for all origins',
  ],
])('refuses %s, also when no behavior uses it', (_, resources = {}, message) => {
  expect(() => testDistribution({ resources })).toThrowError(
    expect.objectContaining({ code: 'ERR_INVALID_PROPERTY', message: expect.stringContaining(message) }),
  );
});

test('lists everything for which AWS refuses to create a resource', () => {
  const change = { behavior: { AllowedMethods: ['GET'], CachedMethods: ['GET'], TargetOriginId: 'gone' } };
  expect(() => testDistribution(change)).toThrowError(/TargetOriginId[^]+AllowedMethods[^]+CachedMethods/);
});

test('Origin Shield has no effect; timeouts and attempts come from the template [CF-SHIELD-01, CF-DOWN-03]', () => {
  const { behaviors } = testDistribution({
    origin: {
      ConnectionAttempts: '2',
      ConnectionTimeout: 5,
      OriginShield: { Enabled: true, OriginShieldRegion: 'eu-west-1' },
      CustomOriginConfig: {
        OriginProtocolPolicy: 'https-only',
        OriginReadTimeout: 20,
        OriginKeepaliveTimeout: 5,
      },
    },
  });
  expect(behaviors[0]?.origin).toMatchObject({
    connectionAttempts: 2,
    connectionTimeoutMs: 5_000,
    readTimeoutMs: 20_000,
  });
  expect(testDistribution().behaviors[0]?.origin).toMatchObject({
    connectionAttempts: 3,
    connectionTimeoutMs: 10_000,
    readTimeoutMs: 30_000,
  });
});
