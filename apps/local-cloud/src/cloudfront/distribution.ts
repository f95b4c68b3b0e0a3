import { z } from 'zod';
import { InvalidPropertyError, UnsupportedPropertyError } from '../errors';
import { cfnBoolean, withoutEffect } from '../template/properties';
import type { Resource, Stack } from '../template/stack';
import { type CachePolicy, readCachePolicies } from './cache-policy';
import { compileFunction, type EdgeFunction } from './edge-function';
import { type OriginRequestPolicy, readOriginRequestPolicies } from './origin-request-policy';
import { pathPattern } from './path-pattern';
import { readResponseHeadersPolicies, type ResponseHeadersPolicy } from './response-headers-policy';
import type { ViewerProtocolPolicy } from './viewer-protocol';

/** Where a behavior gets its responses from. */
export interface Origin {
  readonly id: string;
  /** Host as in the template, e.g. `abc.execute-api.us-east-1.amazonaws.com`. */
  readonly domainName: string;
  /** Put before every path; empty or with a leading slash. */
  readonly path: string;
  readonly customHeaders: readonly (readonly [name: string, value: string])[];
  /** An S3 origin whose requests CloudFront signs (origin access control). */
  readonly signsRequests: boolean;
  readonly kind: 's3' | 'custom';
}

/** One cache behavior. */
export interface Behavior {
  /** As in the template; `*` for the default behavior. */
  readonly pattern: string;
  readonly matches: (path: string) => boolean;
  readonly origin: Origin;
  readonly viewerProtocolPolicy: ViewerProtocolPolicy;
  readonly allowedMethods: readonly string[];
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: OriginRequestPolicy | undefined;
  readonly responseHeadersPolicy: ResponseHeadersPolicy | undefined;
  readonly viewerRequest: EdgeFunction | undefined;
}

/** A distribution as its handler needs it. */
export interface Distribution {
  readonly logicalId: string;
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  /** Without leading slash; empty when there is none. */
  readonly defaultRootObject: string;
  /** In order of precedence, the default behavior last. */
  readonly behaviors: readonly Behavior[];
}

const METHOD_SETS = ['GET HEAD', 'GET HEAD OPTIONS', 'DELETE GET HEAD OPTIONS PATCH POST PUT'];

const AllowedMethods = z
  .array(z.string())
  .default(['GET', 'HEAD'])
  .refine((methods) => METHOD_SETS.includes([...methods].sort().join(' ')), {
    error: `must be one of the sets ${METHOD_SETS.map((set) => `[${set}]`).join(', ')}`,
  });

const BehaviorProperties = z.strictObject({
  TargetOriginId: z.string(),
  ViewerProtocolPolicy: z.enum(['allow-all', 'redirect-to-https', 'https-only']),
  AllowedMethods,
  CachePolicyId: z.string(),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  FunctionAssociations: z
    .array(z.strictObject({ EventType: z.enum(['viewer-request']), FunctionARN: z.string() }))
    .default([]),
  ...withoutEffect('CachedMethods', 'Compress', 'SmoothStreaming'),
});

const OriginProperties = z.strictObject({
  Id: z.string(),
  DomainName: z.string(),
  OriginPath: z
    .string()
    .regex(/^(\/.*[^/])?$/, 'must be empty, or start with a slash and not end with one')
    .default(''),
  OriginAccessControlId: z.string().default(''),
  OriginCustomHeaders: z
    .array(z.strictObject({ HeaderName: z.string(), HeaderValue: z.string() }))
    .default([]),
  S3OriginConfig: z
    .strictObject({ OriginAccessIdentity: z.literal('').optional(), ...withoutEffect('OriginReadTimeout') })
    .optional(),
  CustomOriginConfig: z
    .strictObject({
      OriginProtocolPolicy: z.enum(['http-only', 'match-viewer', 'https-only']),
      ...withoutEffect(
        'HTTPPort',
        'HTTPSPort',
        'OriginKeepaliveTimeout',
        'OriginReadTimeout',
        'OriginSSLProtocols',
        'IpAddressType',
      ),
    })
    .optional(),
  ...withoutEffect('ConnectionAttempts', 'ConnectionTimeout', 'OriginShield'),
});

const DistributionProperties = z.strictObject({
  DistributionConfig: z.strictObject({
    Enabled: cfnBoolean,
    DefaultRootObject: z
      .string()
      .regex(/^[^/]/, 'must not start with a slash (row CF-ROOT-04)')
      .or(z.literal(''))
      .default(''),
    Origins: z.array(OriginProperties).min(1),
    DefaultCacheBehavior: BehaviorProperties,
    CacheBehaviors: z.array(BehaviorProperties.extend({ PathPattern: z.string() })).default([]),
    ...withoutEffect(
      'Aliases',
      'Comment',
      'HttpVersion',
      'IPV6Enabled',
      'Logging',
      'PriceClass',
      'ViewerCertificate',
    ),
  }),
  ...withoutEffect('Tags'),
});

const AccessControlProperties = z.strictObject({
  OriginAccessControlConfig: z.strictObject({
    OriginAccessControlOriginType: z.enum(['s3']),
    SigningBehavior: z.enum(['always', 'never', 'no-override']),
    SigningProtocol: z.literal('sigv4'),
    ...withoutEffect('Name', 'Description'),
  }),
});

const FunctionProperties = z.strictObject({
  Name: z.string(),
  FunctionCode: z.string(),
  FunctionConfig: z.strictObject({ Runtime: z.enum(['cloudfront-js-2.0']), ...withoutEffect('Comment') }),
  ...withoutEffect('AutoPublish', 'Tags', 'FunctionMetadata'),
});

type BehaviorConfig = z.output<typeof BehaviorProperties>;

/**
 * Reads the stack's distributions.
 *
 * @throws InvalidPropertyError when a behavior names an origin, policy or function that does not exist
 */
export function readDistributions(stack: Stack): Distribution[] {
  const cachePolicies = readCachePolicies(stack);
  const originRequestPolicies = readOriginRequestPolicies(stack);
  const responseHeadersPolicies = readResponseHeadersPolicies(stack);
  const functions = readFunctions(stack);
  const signingControls = readSigningControls(stack);

  return stack.ofType('AWS::CloudFront::Distribution').map((resource) => {
    const { DistributionConfig: config } = resource.read(DistributionProperties);
    if (!config.Enabled) {
      throw new UnsupportedPropertyError(resource.logicalId, resource.type, [
        { property: 'DistributionConfig.Enabled', detail: 'a disabled distribution answers nothing.' },
      ]);
    }
    const origins = new Map(
      config.Origins.map((origin) => [
        origin.Id,
        toOrigin(origin, signingControls.has(origin.OriginAccessControlId)),
      ]),
    );
    const toBehavior = (behavior: BehaviorConfig, pattern: string, path: string): Behavior => {
      const find = <T>(map: ReadonlyMap<string, T>, id: string, property: string): T =>
        map.get(id) ?? notFound(resource, `${path}.${property}`, id);
      const optional = <T>(
        map: ReadonlyMap<string, T>,
        id: string | undefined,
        property: string,
      ): T | undefined => (id === undefined ? undefined : find(map, id, property));
      return {
        pattern,
        matches: pathPattern(pattern),
        origin: find(origins, behavior.TargetOriginId, 'TargetOriginId'),
        viewerProtocolPolicy: behavior.ViewerProtocolPolicy,
        allowedMethods: behavior.AllowedMethods,
        cachePolicy: find(cachePolicies, behavior.CachePolicyId, 'CachePolicyId'),
        originRequestPolicy: optional(
          originRequestPolicies,
          behavior.OriginRequestPolicyId,
          'OriginRequestPolicyId',
        ),
        responseHeadersPolicy: optional(
          responseHeadersPolicies,
          behavior.ResponseHeadersPolicyId,
          'ResponseHeadersPolicyId',
        ),
        viewerRequest: optional(
          functions,
          behavior.FunctionAssociations[0]?.FunctionARN,
          'FunctionAssociations',
        ),
      };
    };
    return {
      logicalId: resource.logicalId,
      id: resource.ref,
      arn: `arn:aws:cloudfront::${stack.accountId}:distribution/${resource.ref}`,
      domainName: String(resource.attribute('DomainName')),
      defaultRootObject: config.DefaultRootObject,
      behaviors: [
        ...config.CacheBehaviors.map((behavior, index) =>
          toBehavior(behavior, behavior.PathPattern, `DistributionConfig.CacheBehaviors[${index}]`),
        ),
        toBehavior(config.DefaultCacheBehavior, '*', 'DistributionConfig.DefaultCacheBehavior'),
      ],
    };
  });
}

function notFound(resource: Resource, property: string, id: string): never {
  throw new InvalidPropertyError(resource.logicalId, resource.type, [
    { property, detail: `${id} is neither in the template nor a managed policy that the local cloud knows.` },
  ]);
}

function toOrigin(origin: z.output<typeof OriginProperties>, signsRequests: boolean): Origin {
  return {
    id: origin.Id,
    domainName: origin.DomainName,
    path: origin.OriginPath,
    customHeaders: origin.OriginCustomHeaders.map(
      ({ HeaderName, HeaderValue }) => [HeaderName, HeaderValue] as const,
    ),
    kind: origin.S3OriginConfig ? 's3' : 'custom',
    signsRequests,
  };
}

function readFunctions(stack: Stack): ReadonlyMap<string, EdgeFunction> {
  return new Map(
    stack.ofType('AWS::CloudFront::Function').map((resource) => {
      const { Name, FunctionCode } = resource.read(FunctionProperties);
      return [resource.ref, compileFunction(Name, FunctionCode)];
    }),
  );
}

function readSigningControls(stack: Stack): ReadonlySet<string> {
  const signing = stack.ofType('AWS::CloudFront::OriginAccessControl').filter((resource) => {
    return resource.read(AccessControlProperties).OriginAccessControlConfig.SigningBehavior !== 'never';
  });
  return new Set(signing.map(({ ref }) => ref));
}
