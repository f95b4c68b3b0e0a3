import { z } from 'zod';
import { withoutEffect } from '../template/properties';
import type { Stack } from '../template/stack';
import { type NameSelection, nameSelection, NONE } from './name-selection';

/** What goes to the origin besides the cache key. */
export interface OriginRequestPolicy {
  readonly name: string;
  readonly headers: NameSelection;
  readonly cookies: NameSelection;
  readonly queryStrings: NameSelection;
}

const ALL: NameSelection = { kind: 'all', names: [] };

/** What CloudFront can say of a viewer that sits on this machine (row CF-REQ-07). */
const VIEWER_HEADERS = [
  'cloudfront-forwarded-proto',
  'cloudfront-is-android-viewer',
  'cloudfront-is-desktop-viewer',
  'cloudfront-is-ios-viewer',
  'cloudfront-is-mobile-viewer',
  'cloudfront-is-smarttv-viewer',
  'cloudfront-is-tablet-viewer',
  'cloudfront-viewer-http-version',
];

/** Managed policies by id (row CF-REQ-07, and the developer guide's list). */
const MANAGED: Readonly<Record<string, OriginRequestPolicy>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': {
    name: 'Managed-AllViewer',
    headers: ALL,
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
    headers: {
      kind: 'only',
      names: ['origin', 'access-control-request-headers', 'access-control-request-method'],
    },
    cookies: NONE,
    queryStrings: NONE,
  },
  '59781a5b-3903-41f3-afcb-af62929ccde1': {
    name: 'Managed-CORS-CustomOrigin',
    headers: { kind: 'only', names: ['origin'] },
    cookies: NONE,
    queryStrings: NONE,
  },
  'acba4595-bd28-49b8-b9fe-13317c0390fa': {
    name: 'Managed-UserAgentRefererHeaders',
    headers: { kind: 'only', names: ['user-agent', 'referer'] },
    cookies: NONE,
    queryStrings: NONE,
  },
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

/** AWS's managed origin request policies and those of the stack, by id. */
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
