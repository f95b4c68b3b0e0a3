import { z } from 'zod';
import { InvalidPropertyError, UnsupportedPropertyError } from '../errors';
import { cfnBoolean, cfnInteger, withoutEffect } from '../template/properties';
import type { Resource, Stack } from '../template/stack';
import { type CachePolicy, readCachePolicies } from './cache-policy';
import {
  type CustomErrorResponse,
  CustomErrorResponsesProperties,
  errorCachingMinTtlSeconds,
} from './custom-error-responses';
import type { EdgeFunction } from './edge-function';
import { ForwardedValues, legacyPolicies } from './forwarded-values';
import { readFunctions } from './function-resources';
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
  /** When CloudFront signs requests to an S3 origin (origin access control). */
  readonly signing: 'never' | 'always' | 'no-override';
  /** Id of the origin access identity by which an S3 origin knows CloudFront, where there is one. */
  readonly accessIdentity: string | undefined;
  readonly kind: 's3' | 'custom';
  readonly connectionAttempts: number;
  readonly connectionTimeoutMs: number;
  /** How long an answer may take, and the pause between two packets of it. */
  readonly readTimeoutMs: number;
}

/** The origin that is asked when the first one of its group fails. */
export interface Failover {
  readonly groupId: string;
  readonly origin: Origin;
  /** Statuses of the first origin that count as failures. */
  readonly statuses: ReadonlySet<number>;
}

/** One cache behavior. */
export interface Behavior {
  /** As in the template; `*` for the default behavior. */
  readonly pattern: string;
  readonly matches: (path: string) => boolean;
  readonly origin: Origin;
  readonly failover: Failover | undefined;
  readonly viewerProtocolPolicy: ViewerProtocolPolicy;
  readonly allowedMethods: readonly string[];
  /** Methods whose responses are kept. */
  readonly cachedMethods: readonly string[];
  readonly compress: boolean;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: OriginRequestPolicy | undefined;
  readonly responseHeadersPolicy: ResponseHeadersPolicy | undefined;
  readonly viewerRequest: EdgeFunction | undefined;
  readonly viewerResponse: EdgeFunction | undefined;
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
  readonly customErrorResponses: readonly CustomErrorResponse[];
  /** Seconds for which an error of the status is kept at least (row CF-ERR-06). */
  readonly errorCachingMinTtl: (status: number) => number;
}

const METHOD_SETS = ['GET HEAD', 'GET HEAD OPTIONS', 'DELETE GET HEAD OPTIONS PATCH POST PUT'];

const AllowedMethods = z
  .array(z.string())
  .default(['GET', 'HEAD'])
  .refine((methods) => METHOD_SETS.includes([...methods].sort().join(' ')), {
    error: `must be one of the sets ${METHOD_SETS.map((set) => `[${set}]`).join(', ')}`,
  });

const CachedMethods = z
  .array(z.string())
  .default(['GET', 'HEAD'])
  .refine((methods) => METHOD_SETS.slice(0, 2).includes([...methods].sort().join(' ')), {
    error: 'must be [GET, HEAD] or [GET, HEAD, OPTIONS]',
  });

const PathPattern = z
  .string()
  .max(255)
  .regex(
    /^[A-Za-z0-9_\-.*?$/~"'@:+&]+$/,
    `may hold letters, digits and _ - . * ? $ / ~ " ' @ : + & only (row CF-PATH-06)`,
  );

const BehaviorProperties = z.strictObject({
  TargetOriginId: z.string(),
  ViewerProtocolPolicy: z.enum(['allow-all', 'redirect-to-https', 'https-only']),
  AllowedMethods,
  CachedMethods,
  Compress: cfnBoolean.default(false),
  CachePolicyId: z.string().optional(),
  ForwardedValues: ForwardedValues.optional(),
  MinTTL: cfnInteger.optional(),
  DefaultTTL: cfnInteger.optional(),
  MaxTTL: cfnInteger.optional(),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
  FunctionAssociations: z
    .array(
      z.strictObject({ EventType: z.enum(['viewer-request', 'viewer-response']), FunctionARN: z.string() }),
    )
    .refine((all) => new Set(all.map(({ EventType }) => EventType)).size === all.length, {
      error: 'must have one function for an event at most (row CFF-LIM-01)',
    })
    .default([]),
  /** Refused with a reason of its own, see {@link NOT_RUN}. */
  LambdaFunctionAssociations: z.array(z.unknown()).default([]),
  ...withoutEffect('SmoothStreaming'),
});

/** Seconds, as far as a quota request can take it. */
const ReadTimeout = cfnInteger.pipe(z.number().min(1).max(600)).default(30);

/** `origin-access-identity/cloudfront/<id>`, to the id. */
const AccessIdentity = z
  .string()
  .regex(/^(origin-access-identity\/cloudfront\/.+)?$/, 'must be origin-access-identity/cloudfront/<id>')
  .transform((path) => path.split('/')[2])
  .optional();

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
    .strictObject({ OriginAccessIdentity: AccessIdentity, OriginReadTimeout: ReadTimeout })
    .optional(),
  CustomOriginConfig: z
    .strictObject({
      OriginProtocolPolicy: z.enum(['http-only', 'match-viewer', 'https-only']),
      OriginReadTimeout: ReadTimeout,
      ...withoutEffect(
        'HTTPPort',
        'HTTPSPort',
        'OriginKeepaliveTimeout',
        'OriginSSLProtocols',
        'IpAddressType',
      ),
    })
    .optional(),
  ConnectionAttempts: cfnInteger.pipe(z.number().min(1).max(3)).default(3),
  /** Seconds. */
  ConnectionTimeout: cfnInteger.pipe(z.number().min(1).max(10)).default(10),
  ...withoutEffect('OriginShield'),
});

const OriginGroup = z.strictObject({
  Id: z.string(),
  FailoverCriteria: z.strictObject({
    StatusCodes: z.strictObject({
      Items: z.array(cfnInteger.pipe(z.literal([403, 404, 416, 429, 500, 502, 503, 504]))),
      ...withoutEffect('Quantity'),
    }),
  }),
  Members: z.strictObject({
    Items: z.array(z.strictObject({ OriginId: z.string() })).length(2),
    ...withoutEffect('Quantity'),
  }),
  ...withoutEffect('SelectionCriteria'),
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
    OriginGroups: z
      .strictObject({ Items: z.array(OriginGroup).default([]), ...withoutEffect('Quantity') })
      .default({ Items: [] }),
    DefaultCacheBehavior: BehaviorProperties,
    CacheBehaviors: z.array(BehaviorProperties.extend({ PathPattern })).default([]),
    CustomErrorResponses: CustomErrorResponsesProperties,
    /** Refused with a reason of its own, see {@link NOT_RUN}. */
    WebACLId: z.string().default(''),
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

/** What a request would meet on AWS and not here. */
const NOT_RUN = {
  firewall:
    'the local cloud runs no firewall (AWS WAF): requests that it would block would pass here. Leave the web ACL out of the stage that you run locally.',
  lambdaAtEdge:
    'the local cloud does not run Lambda@Edge. Write a CloudFront function, or leave it out of the stage that you run locally.',
} as const;

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
    const refuse = (property: string, detail: string): never => {
      throw new UnsupportedPropertyError(resource.logicalId, resource.type, [{ property, detail }]);
    };
    if (config.WebACLId !== '') refuse('DistributionConfig.WebACLId', NOT_RUN.firewall);
    const origins = new Map(
      config.Origins.map((origin) => [
        origin.Id,
        toOrigin(origin, signingControls.get(origin.OriginAccessControlId) ?? 'never'),
      ]),
    );
    const groups = new Map(config.OriginGroups.Items.map((group) => [group.Id, group]));
    const toBehavior = (behavior: BehaviorConfig, pattern: string, path: string): Behavior => {
      const find = <T>(map: ReadonlyMap<string, T>, id: string, property: string): T =>
        map.get(id) ?? notFound(resource, `${path}.${property}`, id);
      const optional = <T>(
        map: ReadonlyMap<string, T>,
        id: string | undefined,
        property: string,
      ): T | undefined => (id === undefined ? undefined : find(map, id, property));
      const cacheSettings = (): Pick<Behavior, 'cachePolicy' | 'originRequestPolicy'> => {
        const { CachePolicyId, OriginRequestPolicyId, ForwardedValues: forwarded } = behavior;
        if (CachePolicyId !== undefined && forwarded === undefined) {
          return {
            cachePolicy: find(cachePolicies, CachePolicyId, 'CachePolicyId'),
            originRequestPolicy: optional(
              originRequestPolicies,
              OriginRequestPolicyId,
              'OriginRequestPolicyId',
            ),
          };
        }
        if (CachePolicyId === undefined && forwarded && OriginRequestPolicyId === undefined)
          return legacyPolicies(forwarded, behavior);
        throw new InvalidPropertyError(resource.logicalId, resource.type, [
          {
            property: `${path}.${forwarded ? 'ForwardedValues' : 'CachePolicyId'}`,
            detail:
              'a behavior has either a cache policy or ForwardedValues, and policies do not mix with those.',
          },
        ]);
      };
      if (behavior.LambdaFunctionAssociations.length > 0)
        refuse(`${path}.LambdaFunctionAssociations`, NOT_RUN.lambdaAtEdge);
      const functionFor = (event: 'viewer-request' | 'viewer-response'): EdgeFunction | undefined => {
        const { FunctionARN } =
          behavior.FunctionAssociations.find(({ EventType }) => EventType === event) ?? {};
        const found = optional(functions, FunctionARN, 'FunctionAssociations');
        if (found?.isPublished !== false) return found?.edgeFunction;
        throw new InvalidPropertyError(resource.logicalId, resource.type, [
          {
            property: `${path}.FunctionAssociations`,
            detail: `function ${found.edgeFunction.name} is not published, and AWS associates published functions only. Set its AutoPublish to true.`,
          },
        ]);
      };
      const group = groups.get(behavior.TargetOriginId);
      const [first, second] = group?.Members.Items.map(({ OriginId }) => OriginId) ?? [];
      const originId = first ?? behavior.TargetOriginId;
      return {
        pattern,
        matches: pathPattern(pattern),
        origin: find(origins, originId, 'TargetOriginId'),
        failover: group && {
          groupId: group.Id,
          origin: find(origins, second ?? '', 'TargetOriginId'),
          statuses: new Set<number>(group.FailoverCriteria.StatusCodes.Items),
        },
        viewerProtocolPolicy: behavior.ViewerProtocolPolicy,
        allowedMethods: behavior.AllowedMethods,
        cachedMethods: behavior.CachedMethods,
        compress: behavior.Compress,
        ...cacheSettings(),
        responseHeadersPolicy: optional(
          responseHeadersPolicies,
          behavior.ResponseHeadersPolicyId,
          'ResponseHeadersPolicyId',
        ),
        viewerRequest: functionFor('viewer-request'),
        viewerResponse: functionFor('viewer-response'),
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
      customErrorResponses: config.CustomErrorResponses,
      errorCachingMinTtl: (status) => errorCachingMinTtlSeconds(config.CustomErrorResponses, status),
    };
  });
}

function notFound(resource: Resource, property: string, id: string): never {
  throw new InvalidPropertyError(resource.logicalId, resource.type, [
    { property, detail: `${id} is neither in the template nor a managed policy that the local cloud knows.` },
  ]);
}

function toOrigin(origin: z.output<typeof OriginProperties>, signing: Origin['signing']): Origin {
  const { OriginReadTimeout } = origin.CustomOriginConfig ??
    origin.S3OriginConfig ?? { OriginReadTimeout: 30 };
  return {
    id: origin.Id,
    domainName: origin.DomainName,
    path: origin.OriginPath,
    customHeaders: origin.OriginCustomHeaders.map(
      ({ HeaderName, HeaderValue }) => [HeaderName, HeaderValue] as const,
    ),
    kind: origin.S3OriginConfig ? 's3' : 'custom',
    signing,
    accessIdentity: origin.S3OriginConfig?.OriginAccessIdentity,
    connectionAttempts: origin.ConnectionAttempts,
    connectionTimeoutMs: origin.ConnectionTimeout * 1000,
    readTimeoutMs: OriginReadTimeout * 1000,
  };
}

const AccessIdentityProperties = z.strictObject({
  CloudFrontOriginAccessIdentityConfig: z.strictObject(withoutEffect('Comment')),
});

function readSigningControls(stack: Stack): ReadonlyMap<string, Origin['signing']> {
  for (const resource of stack.ofType('AWS::CloudFront::CloudFrontOriginAccessIdentity'))
    resource.read(AccessIdentityProperties);
  return new Map(
    stack.ofType('AWS::CloudFront::OriginAccessControl').map((resource) => {
      const { OriginAccessControlConfig: config } = resource.read(AccessControlProperties);
      return [resource.ref, config.SigningBehavior];
    }),
  );
}
