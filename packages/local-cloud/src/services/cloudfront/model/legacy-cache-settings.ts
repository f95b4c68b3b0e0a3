import { z } from 'zod';
import { cfnBoolean } from '@spa-on-aws/cloudformation';
import { type CachePolicy, DAY, YEAR } from './cache-policy';
import { ALL, type NameSelection, NONE, onlyHeaders } from './name-selection';
import type { OriginRequestPolicy } from './origin-request-policy';

/** Schema of legacy cache settings, of a behavior without a cache policy. */
export const ForwardedValues = z.strictObject({
  QueryString: cfnBoolean,
  QueryStringCacheKeys: z.array(z.string()).default([]),
  Headers: z.array(z.string()).default([]),
  Cookies: z
    .strictObject({
      Forward: z.enum(['none', 'whitelist', 'all']),
      WhitelistedNames: z.array(z.string()).default([]),
    })
    .default({ Forward: 'none', WhitelistedNames: [] }),
});

/** TTLs beside the legacy settings, in seconds. */
type LegacyTtls = Partial<Readonly<Record<'MinTTL' | 'DefaultTTL' | 'MaxTTL', number | undefined>>>;

/**
 * Converts legacy cache settings to policies. The cache key contains all that is forwarded, except query strings when
 * `QueryStringCacheKeys` lists some of them. `*` among the headers forwards all headers and turns caching off.
 */
export function legacyPolicies(
  forwarded: z.output<typeof ForwardedValues>,
  { MinTTL = 0, DefaultTTL = DAY, MaxTTL = YEAR }: LegacyTtls,
): { readonly cachePolicy: CachePolicy; readonly originRequestPolicy: OriginRequestPolicy } {
  const forwardsAllHeaders = forwarded.Headers.includes('*');
  const queryStrings: NameSelection = forwarded.QueryString ? ALL : NONE;
  const keys = forwarded.QueryStringCacheKeys;
  const cookies = {
    none: NONE,
    all: ALL,
    whitelist: { kind: 'only', names: forwarded.Cookies.WhitelistedNames } as NameSelection,
  }[forwarded.Cookies.Forward];
  const name = 'ForwardedValues';
  return {
    cachePolicy: {
      name,
      minTtl: forwardsAllHeaders ? 0 : MinTTL,
      defaultTtl: forwardsAllHeaders ? 0 : Math.max(DefaultTTL, MinTTL),
      maxTtl: forwardsAllHeaders ? 0 : Math.max(MaxTTL, MinTTL),
      headers: forwardsAllHeaders ? ALL : onlyHeaders(forwarded.Headers),
      cookies,
      queryStrings: forwarded.QueryString && keys.length > 0 ? { kind: 'only', names: keys } : queryStrings,
      gzip: !forwardsAllHeaders,
      brotli: false,
      removesSetCookie: forwarded.Cookies.Forward === 'none',
    },
    originRequestPolicy: { name, headers: NONE, cookies: NONE, queryStrings },
  };
}
