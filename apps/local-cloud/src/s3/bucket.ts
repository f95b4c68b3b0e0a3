import { z } from 'zod';
import { withoutEffect } from '../template/properties';
import type { Stack } from '../template/stack';
import { type BucketPolicy, readBucketPolicies } from './bucket-policy';

/** An object as S3 keeps it. */
export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly cacheControl?: string;
  /** Strong, quoted: the MD5 of the content, as for a single-part upload. */
  readonly etag: string;
  readonly lastModified: Date;
}

/** A bucket of the stack with its objects. */
export interface Bucket {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Host names under which an origin may name it. */
  readonly hosts: readonly string[];
  readonly policy: BucketPolicy;
  readonly objects: Map<string, StoredObject>;
}

const BucketProperties = z.strictObject({
  ...withoutEffect(
    'AccessControl',
    'BucketEncryption',
    'BucketName',
    'LifecycleConfiguration',
    'LoggingConfiguration',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'Tags',
    'VersioningConfiguration',
  ),
});

/** The stack's buckets, empty. */
export function readBuckets(stack: Stack): Bucket[] {
  const policies = readBucketPolicies(stack);
  return stack.ofType('AWS::S3::Bucket').map((resource) => {
    resource.read(BucketProperties);
    return {
      logicalId: resource.logicalId,
      name: resource.ref,
      arn: String(resource.attribute('Arn')),
      hosts: ['RegionalDomainName', 'DomainName'].map((attribute) => String(resource.attribute(attribute))),
      policy: policies.get(resource.ref) ?? [],
      objects: new Map(),
    };
  });
}
