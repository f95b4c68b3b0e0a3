import { z } from 'zod';
import { cfnBoolean, type Stack, withoutEffect } from '@spa-on-aws/cloudformation';
import { type BucketPolicy, readBucketPolicies } from './bucket-policy';
import { CorsConfiguration, type CorsRule } from './cors';
import type { ObjectContent } from './object-content';
import { type Website, WebsiteConfiguration } from './website-configuration';

/** An object as S3 keeps it. */
export interface StoredObject {
  readonly key: string;
  readonly body: ObjectContent;
  readonly contentType: string;
  readonly cacheControl?: string;
  /** Other headers it comes with, e.g. `Content-Disposition` or `x-amz-meta-…`. */
  readonly metadata?: readonly (readonly [name: string, value: string])[];
  /** Strong, quoted: the MD5 of the content, as for a single-part upload. */
  readonly etag: string;
  readonly lastModified: Date;
}

/** A bucket of the stack with its objects. */
export interface Bucket {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Host names under which an origin may name it, those of its website included. */
  readonly hosts: readonly string[];
  readonly policy: BucketPolicy;
  /** Whether a policy may open it to everybody: public access is blocked unless the template says otherwise. */
  readonly allowsPublicPolicy: boolean;
  readonly isVersioned: boolean;
  readonly cors: readonly CorsRule[];
  /** Host names and settings of its website endpoint; `undefined` when it is no website. */
  readonly website: (Website & { readonly hosts: readonly string[] }) | undefined;
  readonly objects: Map<string, StoredObject>;
}

const PublicAccessBlock = z.strictObject({
  BlockPublicPolicy: cfnBoolean.default(false),
  RestrictPublicBuckets: cfnBoolean.default(false),
  ...withoutEffect('BlockPublicAcls', 'IgnorePublicAcls'),
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

/** The stack's buckets, empty. */
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
