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

/** Managed policies by id (row CF-REQ-07, and the developer guide's list). */
const MANAGED: Readonly<Record<string, OriginRequestPolicy>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': {
    name: 'Managed-AllViewer',
    headers: ALL,
    cookies: ALL,
    queryStrings: ALL,
  },
  '33f36d7e-f396-46d9-90e0-52428a34d9dc': {
    name: 'Managed-AllViewerAndCloudFrontHeaders-2022-06',
    headers: { ...ALL, cloudFrontHeaders: VIEWER_HEADERS },
    cookies: ALL,
    queryStrings: ALL,
  },
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': {
    name: 'Managed-AllViewerExceptHostHeader',
    headers: { kind: 'allExcept', names: ['host'], cloudFrontHeaders: VIEWER_HEADERS },
    cookies: ALL,
    queryStrings: ALL,
  },
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': {
    name: 'Managed-CORS-S3Origin',
    headers: onlyHeaders(['Origin', 'Access-Control-Request-Headers', 'Access-Control-Request-Method']),
    cookies: NONE,
    queryStrings: NONE,
  },
  '59781a5b-3903-41f3-afcb-af62929ccde1': {
    name: 'Managed-CORS-CustomOrigin',
    headers: onlyHeaders(['Origin']),
    cookies: NONE,
    queryStrings: NONE,
  },
  '775133bc-15f2-49f9-abea-afb2e0bf67d2': {
    name: 'Managed-Elemental-MediaTailor-PersonalizedManifests',
    headers: onlyHeaders([
      'Origin',
      'Access-Control-Request-Headers',
      'Access-Control-Request-Method',
      'User-Agent',
      'X-Forwarded-For',
    ]),
    cookies: NONE,
    queryStrings: ALL,
  },
  'bf0718e1-ba1e-49d1-88b1-f726733018ae': {
    name: 'Managed-HostHeaderOnly',
    headers: onlyHeaders(['Host']),
    cookies: NONE,
    queryStrings: NONE,
  },
  'acba4595-bd28-49b8-b9fe-13317c0390fa': {
    name: 'Managed-UserAgentRefererHeaders',
    headers: onlyHeaders(['User-Agent', 'Referer']),
    cookies: NONE,
    queryStrings: NONE,
  },
};

/** Headers that a policy cannot list by name (row CF-REQ-08, and the developer guide's list). */
const NOT_BY_NAME = ['authorization', 'accept-encoding'];

const OriginRequestPolicyProperties = z.strictObject({
  OriginRequestPolicyConfig: z.strictObject({
    Name: z.string(),
    HeadersConfig: nameSelection('HeaderBehavior', 'Headers').refine(
      ({ kind, names }) => kind !== 'only' || !names.some((name) => NOT_BY_NAME.includes(name)),
      {
        error: `cannot list ${NOT_BY_NAME.join(' or ')}: list it in a cache policy, or select all viewer headers`,
      },
    ),
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
