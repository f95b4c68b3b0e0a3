import { z } from 'zod';
import { cfnBoolean, cfnInteger, type Stack, withoutEffect } from '@spa-on-aws/cloudformation';
import { ALL, type NameSelection, nameSelection, NONE, onlyHeaders } from './name-selection';

/** A cache policy: what the cache key contains (and the origin receives), and how long a response may be cached. */
export interface CachePolicy {
  readonly name: string;
  /** Seconds. */
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  readonly headers: NameSelection;
  readonly cookies: NameSelection;
  readonly queryStrings: NameSelection;
  readonly gzip: boolean;
  readonly brotli: boolean;
  /** Set by legacy settings that forward no cookies (row CF-TTL-10). */
  readonly removesSetCookie?: boolean;
}

/** Seconds. */
export const DAY = 86_400;
export const YEAR = 31_536_000;

type Selections = Pick<CachePolicy, 'headers' | 'cookies' | 'queryStrings'>;

const managed = (
  name: string,
  [minTtl, defaultTtl, maxTtl]: readonly [number, number, number],
  codings: readonly ('gzip' | 'brotli')[],
  selections: Partial<Selections> = {},
): CachePolicy => ({
  name: `Managed-${name}`,
  minTtl,
  defaultTtl,
  maxTtl,
  headers: NONE,
  cookies: NONE,
  queryStrings: NONE,
  ...selections,
  gzip: codings.includes('gzip'),
  brotli: codings.includes('brotli'),
});

const ORIGIN_CACHE_CONTROL: Partial<Selections> = {
  headers: onlyHeaders(['Host', 'Origin', 'X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']),
  cookies: ALL,
};

const BOTH = ['gzip', 'brotli'] as const;

/** Managed policies by id (rows CF-TTL-01 and CF-TTL-02, and the developer guide's list). */
const MANAGED: Readonly<Record<string, CachePolicy>> = {
  '658327ea-f89d-4fab-a63d-7e88639e58f6': managed('CachingOptimized', [1, DAY, YEAR], BOTH),
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': managed(
    'CachingOptimizedForUncompressedObjects',
    [1, DAY, YEAR],
    [],
  ),
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': managed('CachingDisabled', [0, 0, 0], []),
  '2e54312d-136d-493c-8eb9-b001f22f67d2': managed('Amplify', [2, 2, 600], BOTH, {
    headers: onlyHeaders(['Authorization', 'CloudFront-Viewer-Country', 'Host']),
    cookies: ALL,
    queryStrings: ALL,
  }),
  '08627262-05a9-4f76-9ded-b50ca2e3a84f': managed('Elemental-MediaPackage', [0, DAY, YEAR], ['gzip'], {
    headers: onlyHeaders(['Origin']),
    queryStrings: { kind: 'only', names: ['aws.manifestfilter', 'start', 'end', 'm'] },
  }),
  '83da9c7e-98b4-4e11-a168-04f0df8e2c65': managed(
    'UseOriginCacheControlHeaders',
    [0, 0, YEAR],
    BOTH,
    ORIGIN_CACHE_CONTROL,
  ),
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe': managed(
    'UseOriginCacheControlHeaders-QueryStrings',
    [0, 0, YEAR],
    BOTH,
    { ...ORIGIN_CACHE_CONTROL, queryStrings: ALL },
  ),
};

const CachePolicyProperties = z.strictObject({
  CachePolicyConfig: z.strictObject({
    Name: z.string(),
    MinTTL: cfnInteger,
    DefaultTTL: cfnInteger.default(DAY),
    MaxTTL: cfnInteger.default(YEAR),
    ParametersInCacheKeyAndForwardedToOrigin: z.strictObject({
      EnableAcceptEncodingGzip: cfnBoolean.default(false),
      EnableAcceptEncodingBrotli: cfnBoolean.default(false),
      HeadersConfig: nameSelection('HeaderBehavior', 'Headers'),
      CookiesConfig: nameSelection('CookieBehavior', 'Cookies'),
      QueryStringsConfig: nameSelection('QueryStringBehavior', 'QueryStrings'),
    }),
    ...withoutEffect('Comment'),
  }),
});

/** Reads AWS's managed cache policies and those of the stack, by id. */
export function readCachePolicies(stack: Stack): ReadonlyMap<string, CachePolicy> {
  const policies = new Map(Object.entries(MANAGED));
  for (const resource of stack.ofType('AWS::CloudFront::CachePolicy')) {
    const { CachePolicyConfig: config } = resource.read(CachePolicyProperties);
    const parameters = config.ParametersInCacheKeyAndForwardedToOrigin;
    policies.set(resource.ref, {
      name: config.Name,
      minTtl: config.MinTTL,
      defaultTtl: config.DefaultTTL,
      maxTtl: config.MaxTTL,
      headers: parameters.HeadersConfig,
      cookies: parameters.CookiesConfig,
      queryStrings: parameters.QueryStringsConfig,
      gzip: parameters.EnableAcceptEncodingGzip,
      brotli: parameters.EnableAcceptEncodingBrotli,
    });
  }
  return policies;
}
