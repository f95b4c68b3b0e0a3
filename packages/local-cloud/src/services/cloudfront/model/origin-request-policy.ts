import { z } from 'zod';
import { type Stack, withoutEffect } from '@spa-on-aws/cloudformation';
import { ALL, type NameSelection, nameSelection, NONE, onlyHeaders } from './name-selection';

/** An origin request policy: what the origin receives besides the cache key. */
export interface OriginRequestPolicy {
  readonly name: string;
  readonly headers: NameSelection;
  readonly cookies: NameSelection;
  readonly queryStrings: NameSelection;
}

/**
 * `CloudFront-*` headers whose values are known on this machine (row CF-REQ-07), in lower case. Location and TLS
 * fingerprint of a viewer are not known; their headers are not sent.
 */
const VIEWER_HEADERS = [
  'cloudfront-forwarded-proto',
  'cloudfront-is-android-viewer',
  'cloudfront-is-desktop-viewer',
  'cloudfront-is-ios-viewer',
  'cloudfront-is-mobile-viewer',
  'cloudfront-is-smarttv-viewer',
  'cloudfront-is-tablet-viewer',
  'cloudfront-viewer-http-version',
  'cloudfront-viewer-tls',
] as const;

const managed = (
  name: string,
  headers: NameSelection,
  cookies = NONE,
  queryStrings = NONE,
): OriginRequestPolicy => ({ name: `Managed-${name}`, headers, cookies, queryStrings });

const ALL_VIEWER = { ...ALL, cloudFrontHeaders: VIEWER_HEADERS };
const ALL_EXCEPT_HOST: NameSelection = { ...ALL_VIEWER, kind: 'allExcept', names: ['host'] };
const CORS_HEADERS = ['Origin', 'Access-Control-Request-Headers', 'Access-Control-Request-Method'];
const TAILOR_HEADERS = onlyHeaders([...CORS_HEADERS, 'User-Agent', 'X-Forwarded-For']);

/** Managed policies by id (row CF-REQ-07, and the developer guide's list). */
const MANAGED: Readonly<Record<string, OriginRequestPolicy>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': managed('AllViewer', ALL, ALL, ALL),
  '33f36d7e-f396-46d9-90e0-52428a34d9dc': managed(
    'AllViewerAndCloudFrontHeaders-2022-06',
    ALL_VIEWER,
    ALL,
    ALL,
  ),
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': managed('AllViewerExceptHostHeader', ALL_EXCEPT_HOST, ALL, ALL),
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': managed('CORS-S3Origin', onlyHeaders(CORS_HEADERS)),
  '59781a5b-3903-41f3-afcb-af62929ccde1': managed('CORS-CustomOrigin', onlyHeaders(['Origin'])),
  '775133bc-15f2-49f9-abea-afb2e0bf67d2': managed(
    'Elemental-MediaTailor-PersonalizedManifests',
    TAILOR_HEADERS,
    NONE,
    ALL,
  ),
  'bf0718e1-ba1e-49d1-88b1-f726733018ae': managed('HostHeaderOnly', onlyHeaders(['Host'])),
  'acba4595-bd28-49b8-b9fe-13317c0390fa': managed(
    'UserAgentRefererHeaders',
    onlyHeaders(['User-Agent', 'Referer']),
  ),
};

const OriginRequestPolicyProperties = z.strictObject({
  OriginRequestPolicyConfig: z.strictObject({
    Name: z.string(),
    HeadersConfig: nameSelection('HeaderBehavior', 'Headers'),
    CookiesConfig: nameSelection('CookieBehavior', 'Cookies'),
    QueryStringsConfig: nameSelection('QueryStringBehavior', 'QueryStrings'),
    ...withoutEffect('Comment'),
  }),
});

/** Reads AWS's managed origin request policies and those of the stack, by id. */
export function readOriginRequestPolicies(stack: Stack): ReadonlyMap<string, OriginRequestPolicy> {
  const policies = new Map(Object.entries(MANAGED));
  for (const resource of stack.ofType('AWS::CloudFront::OriginRequestPolicy')) {
    const { OriginRequestPolicyConfig: config } = resource.read(OriginRequestPolicyProperties);
    policies.set(resource.ref, {
      name: config.Name,
      headers: config.HeadersConfig,
      cookies: config.CookiesConfig,
      queryStrings: config.QueryStringsConfig,
    });
  }
  return policies;
}
