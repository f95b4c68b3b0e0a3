import { expect, test } from 'vitest';
import { type EdgeChange, testDistribution } from '../../../../test/edge';

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
  ['an identity that is none', { origin: { S3OriginConfig: { OriginAccessIdentity: 'E123' } } }],
])('[%s] rejects what AWS rejects', (_, change) => {
  expect(() => testDistribution(change)).toThrowError(
    expect.objectContaining({ code: 'ERR_INVALID_PROPERTY' }),
  );
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
