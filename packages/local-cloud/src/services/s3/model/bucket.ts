import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  type ResourceIdentity,
  type ResourceTypes,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import type { HeaderList } from '../../../http/header-list';
import type { Request } from '../../../http/message';
import { type BucketPolicy, readBucketPolicies } from './bucket-policy';

interface CorsRule {
  /** A `*` in an origin or header name matches any text. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  /** Seconds. */
  readonly maxAge: number | undefined;
}

const OneStar = z.string().regex(/^[^*]*\*?[^*]*$/, 'may contain at most one *');

const CorsConfiguration = z
  .strictObject({
    CorsRules: z.array(
      z.strictObject({
        AllowedOrigins: z.array(OneStar),
        AllowedMethods: z.array(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'DELETE'])),
        AllowedHeaders: z.array(OneStar).default([]),
        ExposedHeaders: z.array(z.string()).default([]),
        MaxAge: cfnInteger.optional(),
        ...withoutEffect('Id'),
      }),
    ),
  })
  .transform(({ CorsRules }): readonly CorsRule[] =>
    CorsRules.map((rule) => ({
      allowedOrigins: rule.AllowedOrigins,
      allowedMethods: rule.AllowedMethods,
      allowedHeaders: rule.AllowedHeaders,
      exposedHeaders: rule.ExposedHeaders,
      maxAge: rule.MaxAge,
    })),
  );

export function isPreflight({ method, headers }: Request): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}

/** Finds the first rule that allows a request or the request that a preflight announces. */
export function matchingRule(rules: readonly CorsRule[], { method, headers }: Request): CorsRule | undefined {
  const origin = headers.get('origin');
  if (origin === undefined) return undefined;
  const wanted = headers.get('access-control-request-method') ?? method;
  const names = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return rules.find(
    ({ allowedOrigins, allowedMethods, allowedHeaders }) =>
      allowedOrigins.some((pattern) => matches(pattern, origin)) &&
      allowedMethods.includes(wanted) &&
      names.every((name) => allowedHeaders.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
}

export function addCorsHeaders(response: HeaderList, rule: CorsRule, request: Request): HeaderList {
  const isOpen = rule.allowedOrigins.includes('*');
  response
    .set('Access-Control-Allow-Origin', isOpen ? '*' : (request.headers.get('origin') ?? ''))
    .set('Access-Control-Allow-Methods', rule.allowedMethods.join(', '));
  const asked = request.headers.get('access-control-request-headers');
  if (asked !== undefined) response.set('Access-Control-Allow-Headers', asked);
  if (rule.exposedHeaders.length > 0)
    response.set('Access-Control-Expose-Headers', rule.exposedHeaders.join(', '));
  if (rule.maxAge !== undefined) response.set('Access-Control-Max-Age', String(rule.maxAge));
  if (!isOpen) response.set('Access-Control-Allow-Credentials', 'true');
  return response.set('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
}

function matches(pattern: string, value: string): boolean {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return value === pattern;
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after);
}

/** Content of an object: in memory, or a file that is read on demand. `size` in bytes. */
export type ObjectContent = Buffer | { readonly file: string; readonly size: number };

export interface StoredObject {
  readonly key: string;
  readonly body: ObjectContent;
  readonly contentType: string;
  readonly cacheControl?: string;
  /** Other response headers, e.g. `Content-Disposition` or `x-amz-meta-…`. */
  readonly metadata?: readonly (readonly [name: string, value: string])[];
  /** Strong, quoted: the MD5 of the content, as after a single-part upload. */
  readonly etag: string;
  readonly lastModified: Date;
}

export type Website =
  | { readonly indexDocument: string; readonly errorDocument: string | undefined }
  | { readonly redirectsTo: { readonly protocol: 'http' | 'https' | undefined; readonly hostName: string } };

export interface Bucket {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Host names of its endpoints, the website endpoints included. */
  readonly hosts: readonly string[];
  readonly policy: BucketPolicy;
  /** Tells whether a bucket policy may allow unsigned requests; blocked by default. */
  readonly allowsPublicPolicy: boolean;
  readonly isVersioned: boolean;
  readonly cors: readonly CorsRule[];
  /** `undefined` without a website endpoint. */
  readonly website: (Website & { readonly hosts: readonly string[] }) | undefined;
  readonly objects: Map<string, StoredObject>;
  /** A bucket deployment or a folder of this machine that has filled it: writes are refused, because they would get lost. */
  filledBy?: string;
}

const PublicAccessBlock = z.strictObject({
  BlockPublicPolicy: cfnBoolean.default(false),
  RestrictPublicBuckets: cfnBoolean.default(false),
  ...withoutEffect('BlockPublicAcls', 'IgnorePublicAcls'),
});

const WebsiteConfiguration = z
  .strictObject({
    IndexDocument: z
      .string()
      .regex(/^[^/]+$/, 'must be a file name without a slash')
      .optional(),
    ErrorDocument: z.string().optional(),
    RedirectAllRequestsTo: z
      .strictObject({ HostName: z.string(), Protocol: z.enum(['http', 'https']).optional() })
      .optional(),
  })
  .transform((configuration, context): Website => {
    const { IndexDocument, ErrorDocument, RedirectAllRequestsTo: target } = configuration;
    if (target && IndexDocument === undefined && ErrorDocument === undefined)
      return { redirectsTo: { protocol: target.Protocol, hostName: target.HostName } };
    if (!target && IndexDocument !== undefined)
      return { indexDocument: IndexDocument, errorDocument: ErrorDocument };
    context.addIssue({
      code: 'custom',
      message: 'must have an IndexDocument, or RedirectAllRequestsTo and nothing else',
    });
    return z.NEVER;
  });

const BucketProperties = z.strictObject({
  PublicAccessBlockConfiguration: PublicAccessBlock.optional(),
  CorsConfiguration: CorsConfiguration.optional(),
  WebsiteConfiguration: WebsiteConfiguration.optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  ...withoutEffect(
    'AccessControl',
    'BucketEncryption',
    'BucketName',
    'LifecycleConfiguration',
    'LoggingConfiguration',
    'OwnershipControls',
    'Tags',
  ),
});

export function readBuckets(stack: Stack): Bucket[] {
  const policies = readBucketPolicies(stack);
  return stack.ofType('AWS::S3::Bucket').map((resource) => {
    const properties = resource.read(BucketProperties);
    const { PublicAccessBlockConfiguration: block, WebsiteConfiguration: website } = properties;
    const websiteHosts = ['-', '.'].map(
      (separator) => `${resource.ref}.s3-website${separator}${stack.region}.amazonaws.com`,
    );
    const hosts = ['RegionalDomainName', 'DomainName', 'DualStackDomainName'].map((attribute) =>
      String(resource.attribute(attribute)),
    );
    return {
      logicalId: resource.logicalId,
      name: resource.ref,
      arn: String(resource.attribute('Arn')),
      hosts: website ? [...hosts, ...websiteHosts] : hosts,
      policy: policies.get(resource.ref) ?? [],
      allowsPublicPolicy: block !== undefined && !block.BlockPublicPolicy && !block.RestrictPublicBuckets,
      isVersioned: properties.VersioningConfiguration?.Status === 'Enabled',
      cors: properties.CorsConfiguration ?? [],
      website: website && { ...website, hosts: websiteHosts },
      objects: new Map(),
    };
  });
}

/** Returns a name of at most 63 characters, as the first label of a host name can have. */
const bucketName = (bucket: ResourceIdentity): string =>
  String(
    bucket.property('BucketName') ??
      `${`${bucket.stackName}-${bucket.logicalId}`.slice(0, 50)}-${bucket.id(12)}`.toLowerCase(),
  );

export const s3ResourceTypes: ResourceTypes = {
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: (bucket) => `arn:${bucket.partition}:s3:::${bucketName(bucket)}`,
      DomainName: (bucket) => `${bucketName(bucket)}.s3.${bucket.urlSuffix}`,
      RegionalDomainName: (bucket) => `${bucketName(bucket)}.s3.${bucket.region}.${bucket.urlSuffix}`,
      DualStackDomainName: (bucket) =>
        `${bucketName(bucket)}.s3.dualstack.${bucket.region}.${bucket.urlSuffix}`,
      WebsiteURL: (bucket) => `http://${bucketName(bucket)}.s3-website-${bucket.region}.${bucket.urlSuffix}`,
    },
  },
  'Custom::CDKBucketDeployment': {
    ref: (deployment) => `aws.cdk.s3deployment.${deployment.id(12)}`,
    attributes: {
      DestinationBucketArn: (deployment) =>
        deployment.property('DestinationBucketArn') ??
        `arn:${deployment.partition}:s3:::${String(deployment.property('DestinationBucketName'))}`,
      SourceObjectKeys: (deployment) => deployment.property('SourceObjectKeys'),
    },
  },
};
