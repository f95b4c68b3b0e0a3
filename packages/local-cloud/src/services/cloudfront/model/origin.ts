import { createHash } from 'node:crypto';
import { z } from 'zod';
import { cfnInteger, type Stack, withoutEffect } from '@spa-on-aws/cloudformation';

export interface Origin {
  readonly id: string;
  /** Host as in the template, e.g. `abc.execute-api.us-east-1.amazonaws.com`. */
  readonly domainName: string;
  /** Prefix of every path; empty or with a leading slash. */
  readonly path: string;
  readonly customHeaders: readonly (readonly [name: string, value: string])[];
  /** Signing behavior of the origin access control; `never` without one. */
  readonly signing: 'never' | 'always' | 'no-override';
  /** Id of the origin access identity of an S3 origin. */
  readonly accessIdentity: string | undefined;
  readonly kind: 's3' | 'custom';
  /** Of a custom origin: `match-viewer` is the protocol of the viewer. */
  readonly protocolPolicy: 'http-only' | 'match-viewer' | 'https-only';
  readonly ports: { readonly http: number; readonly https: number };
  readonly connectionAttempts: number;
  readonly connectionTimeoutMs: number;
  /** Limit of the time to the first byte, and of the pause between two packets. */
  readonly readTimeoutMs: number;
}

/** The second origin of an origin group. */
export interface Failover {
  readonly groupId: string;
  readonly origin: Origin;
  /** Statuses of the first origin that count as failures. */
  readonly statuses: readonly number[];
}

/** Seconds, up to the largest quota that AWS grants. */
const ReadTimeout = cfnInteger.pipe(z.number().min(1).max(600)).default(30);

/** Parses `origin-access-identity/cloudfront/<id>` to the id. */
const AccessIdentity = z
  .string()
  .regex(/^(origin-access-identity\/cloudfront\/.+)?$/, 'must be origin-access-identity/cloudfront/<id>')
  .transform((path) => path.split('/')[2])
  .optional();

export const OriginProperties = z.strictObject({
  Id: z.string(),
  DomainName: z.string(),
  OriginPath: z.string().default(''),
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
      HTTPPort: cfnInteger.default(80),
      HTTPSPort: cfnInteger.default(443),
      ...withoutEffect('OriginKeepaliveTimeout', 'OriginSSLProtocols', 'IpAddressType'),
    })
    .optional(),
  ConnectionAttempts: cfnInteger.pipe(z.number().min(1).max(3)).default(3),
  /** Seconds. */
  ConnectionTimeout: cfnInteger.pipe(z.number().min(1).max(10)).default(10),
  ...withoutEffect('OriginShield'),
});

export const OriginGroupProperties = z.strictObject({
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

const AccessControlProperties = z.strictObject({
  OriginAccessControlConfig: z.strictObject({
    OriginAccessControlOriginType: z.enum(['s3', 'lambda']),
    SigningBehavior: z.enum(['always', 'never', 'no-override']),
    SigningProtocol: z.literal('sigv4'),
    ...withoutEffect('Name', 'Description'),
  }),
});

const AccessIdentityProperties = z.strictObject({
  CloudFrontOriginAccessIdentityConfig: z.strictObject(withoutEffect('Comment')),
});

export function toOrigin(origin: z.output<typeof OriginProperties>, signing: Origin['signing']): Origin {
  const readTimeout = (origin.CustomOriginConfig ?? origin.S3OriginConfig)?.OriginReadTimeout ?? 30;
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
    protocolPolicy: origin.CustomOriginConfig?.OriginProtocolPolicy ?? 'https-only',
    ports: {
      http: origin.CustomOriginConfig?.HTTPPort ?? 80,
      https: origin.CustomOriginConfig?.HTTPSPort ?? 443,
    },
    connectionAttempts: origin.ConnectionAttempts,
    connectionTimeoutMs: origin.ConnectionTimeout * 1000,
    readTimeoutMs: readTimeout * 1000,
  };
}

/** Reads the signing behavior of each origin access control, by id. */
export function readSigningControls(stack: Stack): ReadonlyMap<string, Origin['signing']> {
  for (const resource of stack.ofType('AWS::CloudFront::CloudFrontOriginAccessIdentity'))
    resource.read(AccessIdentityProperties);
  return new Map(
    stack.ofType('AWS::CloudFront::OriginAccessControl').map((resource) => {
      const { OriginAccessControlConfig: config } = resource.read(AccessControlProperties);
      return [resource.ref, config.SigningBehavior];
    }),
  );
}

/** Returns the canonical user id of an origin access identity: always the same for an id. */
export function accessIdentityUserId(id: string): string {
  return createHash('sha512').update(id).digest('hex').slice(0, 96);
}

/** Returns the ARN of the user of an origin access identity. */
export function accessIdentityArn(id: string): string {
  return `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${id}`;
}
