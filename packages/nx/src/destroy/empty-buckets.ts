import { DeleteObjectsCommand, ListObjectVersionsCommand, NoSuchBucket } from '@aws-sdk/client-s3';
import type { AwsClients } from '../aws/clients';
import { BucketNotEmptyError } from '../errors';
import type { Context } from '../executor';
import type { Template } from '../stack/assembly';

/**
 * Returns the logical ids of the buckets that must be emptied before the stack is deleted.
 *
 * The CDK's custom resource empties the buckets with `autoDeleteObjects` during the deletion.
 */
export function bucketsToEmpty(template: Template): string[] {
  const resources = Object.entries(template.Resources);
  const emptiedByCdk = resources
    .filter(([, { Type }]) => Type === 'Custom::S3AutoDeleteObjects')
    .map(([, { Properties }]) => (Properties?.['BucketName'] as { Ref?: string } | undefined)?.Ref);
  return resources
    .filter(
      ([, { Type, DeletionPolicy = 'Delete' }]) => Type === 'AWS::S3::Bucket' && DeletionPolicy === 'Delete',
    )
    .map(([logicalId]) => logicalId)
    .filter((logicalId) => !emptiedByCdk.includes(logicalId));
}

/** Deletes all object versions of a bucket, if it exists: CloudFormation deletes only empty buckets. */
export async function emptyBucket(
  bucket: string,
  { s3 }: AwsClients,
  { terminal, interruption: { signal: abortSignal } }: Context,
): Promise<void> {
  terminal.print(`Emptying ${bucket} …`);
  let deleted = 0;
  try {
    for (;;) {
      const page = new ListObjectVersionsCommand({ Bucket: bucket });
      const { Versions = [], DeleteMarkers = [] } = await s3.send(page, { abortSignal });
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({ Key, VersionId }));
      if (Objects.length === 0) break;
      const request = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
      const { Errors: [first, ...more] = [] } = await s3.send(request, { abortSignal });
      if (first) {
        throw new BucketNotEmptyError(
          `${more.length + 1} objects in ${bucket} cannot be deleted; ${first.Key}: ${first.Code} ${first.Message}`,
        );
      }
      deleted += Objects.length;
      terminal.print(`  ${deleted} deleted`);
    }
  } catch (error) {
    if (!(error instanceof NoSuchBucket)) throw error;
  }
  if (deleted === 0) terminal.print('  it was empty');
}
